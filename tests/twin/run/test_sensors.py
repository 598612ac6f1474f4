"""Sensors show the truth with noise keyed by sample, in steps, and stand still between samples."""

from typing import Any

import numpy as np
import pytest

from tests.support.line_building import line_of
from tests.support.runs import START, opened
from twin.line.line import Line
from twin.line.signal import Sensor, measurement, quantity, text
from twin.line.station import Station
from twin.line.time import MINUTE, SECOND
from twin.line.units import CELSIUS, PERCENT
from twin.run.sensors import BAD, GOOD, Instruments


def station(sensor: Sensor) -> Station:
    class Thermometer(Station):
        shown: float = 20.0
        share: float = 0.0
        word: str = ""

        @measurement(CELSIUS, "Heat", "Calor", low=0.0, high=100.0, sensor=sensor)
        def heat(self) -> float:
            return self.shown

        @quantity(PERCENT, "Share", "Proporción", low=0.0, high=100.0)
        def part(self) -> float:
            return self.share

        @text("Word", "Palabra")
        def said(self) -> str:
            return self.word

    return Thermometer("thermometer")


EXACT = Sensor()


class Reading:
    """One instrument read again and again."""

    def __init__(self, sensor: Sensor = EXACT, *, seed: int = 1, ideal: bool = False) -> None:
        self.station: Any = station(sensor)
        line = line_of(self.station)
        line.ideal_sensors = ideal
        self.instruments = Instruments(line, seed)
        signals = line.describe().signals
        self.place = {signal.name: signal.index for signal in signals}

    def at(self, seconds: float, name: str = "heat") -> tuple[float, float, int]:
        """(value, source time [s], status) after reading at a second."""
        self.instruments.read(START + round(seconds * SECOND))
        index = self.place[name]
        time = (int(self.instruments.source_time[index]) - START) / SECOND
        return float(self.instruments.values[index]), time, int(self.instruments.status[index])


def test_a_value_stands_still_until_the_next_sample() -> None:
    reading = Reading(Sensor(period=2.0))
    assert reading.at(0.0) == (20.0, 0.0, GOOD)
    reading.station.shown = 30.0
    assert reading.at(1.9) == (20.0, 0.0, GOOD)
    assert reading.at(2.3) == (30.0, 2.0, GOOD)


def test_no_sample_is_older_than_the_first_reading() -> None:
    reading = Reading(Sensor(period=60.0))
    assert reading.at(90.0) == (20.0, 90.0, GOOD)
    assert reading.at(130.0) == (20.0, 120.0, GOOD)


def test_noise_depends_on_seed_and_sample_and_on_nothing_else() -> None:
    sensor = Sensor(noise=1.0)
    one, other = Reading(sensor), Reading(sensor)
    other.at(3.0)
    assert one.at(7.0)[0] == other.at(7.9)[0] != 20.0
    assert one.at(8.0)[0] != other.at(7.0)[0]
    assert Reading(sensor, seed=2).at(7.0)[0] != other.at(7.0)[0]


def test_noise_has_the_declared_size() -> None:
    reading = Reading(Sensor(noise=0.3, relative_noise=0.02))
    shown = np.array([reading.at(second)[0] for second in range(4000)])
    assert shown.mean() == pytest.approx(20.0, abs=0.04)
    assert shown.std() == pytest.approx(0.5, rel=0.05)


@pytest.mark.parametrize(
    ("resolution", "truth", "shown"),
    [(0.1, 12.34, 12.3), (0.25, 12.3, 12.25), (0.025, 1.03, 1.025), (0.5, 3.3, 3.5), (5.0, 12.0, 10.0), (1, 2.4, 2.0)],
)
def test_a_display_has_steps(resolution: float, truth: float, shown: float) -> None:
    reading = Reading(Sensor(resolution=resolution))
    reading.station.shown = truth
    assert reading.at(0.0)[0] == shown


def test_ideal_sensors_show_the_truth_at_their_samples() -> None:
    reading = Reading(Sensor(noise=5.0, resolution=3.0, period=10.0), ideal=True)
    reading.station.shown = 12.345
    assert reading.at(0.0) == (12.345, 0.0, GOOD)
    reading.station.shown = 13.0
    assert reading.at(5.0)[0] == 12.345


def test_what_is_known_without_a_sensor_is_stamped_when_it_changes() -> None:
    reading = Reading()
    reading.station.share = 1.0
    assert reading.at(1.0, "part") == (1.0, 1.0, GOOD)
    assert reading.at(2.0, "part") == (1.0, 1.0, GOOD)
    reading.station.share = 2.0
    assert reading.at(2.5, "part") == (2.0, 2.5, GOOD)


def test_what_is_not_defined_is_bad_until_it_is() -> None:
    reading = Reading()
    reading.station.share = float("nan")
    assert reading.at(1.0, "part") == (0.0, 1.0, BAD)
    assert reading.at(2.0, "part") == (0.0, 1.0, BAD)
    reading.station.share = 0.0
    assert reading.at(3.0, "part") == (0.0, 3.0, GOOD)


def test_texts_cross_by_a_key_and_the_table_does_not_grow() -> None:
    reading = Reading()
    assert reading.instruments.texts[int(reading.at(0.0, "said")[0])] == ""
    seen = []
    for number in range(100):
        reading.station.word = f"order {number}"
        key, time, _ = reading.at(number + 1.0, "said")
        assert reading.instruments.texts[int(key)] == f"order {number}"
        assert time == number + 1.0
        seen.append(key)
    assert len(set(seen)) == 100
    assert len(reading.instruments.texts) <= 2
    assert reading.at(200.0, "said")[:2] == (seen[-1], 100.0)


def test_a_table_of_texts_never_changes_under_a_frame_that_holds_it() -> None:
    reading = Reading()
    reading.station.word = "one"
    key = int(reading.at(0.0, "said")[0])
    table = reading.instruments.texts
    reading.station.word = "two"
    reading.at(1.0, "said")
    assert table[key] == "one"


def test_a_profile_fills_its_places() -> None:
    run = opened("corner-bakery", scenario="ideal-sensors")
    line: Line = run.line
    line.ideal_sensors = True
    instruments = Instruments(line, 1)
    run.advance(START + MINUTE)
    instruments.read(run.now)
    signal = next(signal for signal in line.describe().signals if signal.name == "temperatures")
    values = instruments.values[signal.index : signal.index + signal.length]
    assert values.tolist() == [214.0, 222.0, 230.0, 222.0, 214.0]


def test_reading_often_or_seldom_changes_nothing_in_the_run() -> None:
    read, unread = opened(), opened()
    instruments = Instruments(read.line, 1)
    for second in range(0, 3600, 7):
        read.advance(START + second * SECOND)
        read.engine.settle()
        instruments.read(read.now)
    for run in (read, unread):
        run.advance(START + 3600 * SECOND)
    assert read.digest() == unread.digest()
