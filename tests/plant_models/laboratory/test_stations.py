"""Laboratory values are true values of a sample, with the laboratory's error, known when the test is done."""

from typing import Any

import numpy as np
import pytest

from plant_models.row_means import RowMeans
from tests.support.tile_lines import START, LineRun, opened
from twin.line.sensing import Status
from twin.line.time import HOUR, MINUTE, SECOND
from twin.run.sensors import Instruments


class Rounds:
    """Instruments of a line that is followed to one instant after the other."""

    def __init__(self, run: LineRun, ideal: bool = False) -> None:
        self.run = run
        run.line.ideal_sensors = ideal
        self.instruments = Instruments(run.line, 1)
        self.place = {signal.path: signal.index for signal in run.line.describe().signals}
        self.instruments.read(START)

    def to(self, time: int) -> None:
        engine = self.run.engine
        for instant in self.instruments.instants(engine.now, time):
            engine.advance(instant)
            self.instruments.sample(instant)
        engine.advance(time)
        self.instruments.read(time)

    def shown(self, tail: str) -> tuple[float, int, Status]:
        """(value, source time, status) of the laboratory value whose path ends like this."""
        found = [place for path, place in self.place.items() if path.endswith(tail)]
        read = self.instruments
        return float(read.values[found[0]]), int(read.source_time[found[0]]), Status(int(read.status[found[0]]))


@pytest.fixture(scope="module")
def rounds() -> Rounds:
    rounds = Rounds(opened(scenario="no-faults"))
    rounds.to(START + 9 * HOUR)
    return rounds


@pytest.mark.parametrize(
    ("tail", "low", "high"),
    [
        ("powder/laboratory/moisture", 4.0, 7.0),
        ("powder/laboratory/granule_size", 280.0, 420.0),
        ("powder/laboratory/fines", 1.0, 12.0),
        ("line-1/laboratory/bulk_density", 1.90, 2.00),
        ("line-1/laboratory/green_strength", 0.2, 1.5),
        ("line-1/laboratory/residual_moisture", 0.1, 0.6),
        ("line-1/laboratory/glaze_density", 1.77, 1.83),
        ("line-1/laboratory/glaze_grammage", 400.0, 540.0),
        ("kiln-1/laboratory/water_absorption", 0.0, 0.5),
        ("kiln-1/laboratory/size", 597.0, 603.0),
        ("kiln-1/laboratory/strength", 35.0, 55.0),
    ],
)
def test_each_property_of_the_sheet_has_a_laboratory_value(rounds: Rounds, tail: str, low: float, high: float) -> None:
    value, _, status = rounds.shown(tail)
    assert status is Status.GOOD
    assert low <= value <= high


def test_a_result_is_stamped_at_its_sample_and_not_known_before_the_test_is_done(rounds: Rounds) -> None:
    tail = "powder/laboratory/moisture"
    sample = (rounds.run.engine.now // (2 * HOUR) + 1) * 2 * HOUR
    rounds.to(sample)
    before = rounds.shown(tail)
    rounds.to(sample + 20 * MINUTE - SECOND)
    assert rounds.shown(tail) == before
    rounds.to(sample + 20 * MINUTE)
    assert rounds.shown(tail)[1] == sample


def test_a_test_shows_the_truth_of_its_sample_and_not_of_now() -> None:
    rounds = Rounds(opened(scenario="no-faults"), ideal=True)
    press = rounds.run.line.forming[0].press
    sample = (START // (3 * HOUR) + 1) * 3 * HOUR
    rounds.to(sample)
    truth = float(press.bulk_density)
    rounds.to(sample + 41 * MINUTE)
    assert rounds.shown("line-1/laboratory/bulk_density")[:2] == (truth, sample)
    assert float(press.bulk_density) != truth


def test_before_the_first_tile_there_is_nothing_to_test() -> None:
    rounds = Rounds(opened(opening="empty", scenario="no-faults"))
    assert rounds.shown("kiln-1/laboratory/size")[2] is Status.BAD


def test_a_plant_without_a_laboratory_has_none_of_its_values() -> None:
    line = opened(opening="empty", changes={"laboratory": {"green": False}}).line
    assert not [path for path in (signal.path for signal in line.describe().signals) if "line-1/laboratory" in path]


def judged(times: list[int], sizes: list[float]) -> Any:
    class Run:
        pass

    run: Any = Run()
    run.times = np.array(times, dtype=np.int64)
    run.columns = {name: np.array(sizes) for name in ("size", "water_absorption", "strength", "measured_size")}
    return run


def test_the_mean_size_is_the_same_however_rows_are_cut_into_runs() -> None:
    times, sizes = [1, 1, 2, 2, 2, 3, 4, 4], [600.1, 600.2, 599.9, 600.0, 600.4, 601.0, 598.0, 600.0]
    times = [time * 20 * MINUTE for time in times]
    whole, parts = RowMeans(), RowMeans()
    whole.note(judged(times, sizes))
    for begin, end in ((0, 2), (2, 6), (6, 8)):
        parts.note(judged(times[begin:end], sizes[begin:end]))
    assert whole == parts
    assert whole.last["size"] == 599.0
