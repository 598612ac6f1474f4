"""Figures of hand-made logs over windows as people ask for them: right, or not defined, and never anything else."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray

from twin.line.activity import Activity
from twin.line.iso_22400 import iso_figures
from twin.line.records import Record
from twin.line.text import Text
from twin.line.time import HOUR, MINUTE, from_datetime
from twin.line.work_unit import WorkUnit, loss_tree
from twin.record.figures import figures_of, tally_of
from twin.record.windows import Window, activities_at, days, pieces_at, shifts
from twin.run.engine import LOG_ENTRY

MADRID = ZoneInfo("Europe/Madrid")
UNIT = WorkUnit(
    0, "plant/unit", Text("Unit", "Unidad"), lambda tally: tally.made(0),
    lambda tally: tally.made(0) - tally.scrapped(0), 1.0, energy=lambda tally: tally.metered(0, 7), piece_m2=0.5,
    piece_eur=2.0,
)  # fmt: skip

Entry = tuple[int, Record, int, int]


class Log:
    """An event log of one station, which a question about history can read."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = np.array([(at, 0, int(kind), a, b) for at, kind, a, b in entries], dtype=LOG_ENTRY)

    def entries(self, start: int, end: int) -> NDArray[np.void]:
        times = self._entries["time"]
        return self._entries[(times >= start) & (times < end)]

    def activities(self, time: int) -> dict[int, int]:
        return activities_at(self._entries, time)

    def pieces(self, time: int) -> dict[tuple[int, int], int]:
        return pieces_at(self._entries, time)

    def figures(self, window: Window) -> dict[str, float | None]:
        found = figures_of(iso_figures(UNIT), tally_of(self, window))
        assert all(figure.value is None or math.isfinite(figure.value) for figure in found)
        return {figure.declaration.name: figure.value for figure in found}

    def lost(self, window: Window) -> int:
        return sum(loss.time for loss in loss_tree(UNIT, tally_of(self, window)))


def at(text: str) -> int:
    return from_datetime(datetime.fromisoformat(text).replace(tzinfo=UTC))


@pytest.mark.parametrize(("night", "hours"), [("2026-10-24", 9), ("2026-03-28", 7)])
def test_the_night_of_a_clock_change_is_planned_for_as_long_as_it_lasts(night: str, hours: int) -> None:
    """A breakdown of one hour over the very change, with production for the rest of the shift."""
    (shift,) = [s for s in shifts(at(f"{night}T21:00"), at(f"{night}T22:00"), MADRID) if "22:00" in s.name]
    assert shift.end - shift.start == hours * HOUR
    change = from_datetime(datetime.fromisoformat(f"{night}T01:00").replace(tzinfo=UTC)) + 24 * HOUR
    log = Log(
        [
            (shift.start - HOUR, Record.ACTIVITY, Activity.PRODUCING, -1),
            (change - HOUR // 2, Record.ACTIVITY, Activity.DOWN, 0),
            (change + HOUR // 2, Record.ACTIVITY, Activity.PRODUCING, -1),
            (change + HOUR, Record.MADE, 1, 60 * (hours - 1)),
        ]
    )
    found = log.figures(shift)
    assert found["availability"] == pytest.approx(100.0 * (hours - 1) / hours, rel=1e-12)
    assert found["oee"] == pytest.approx(100.0 * (hours - 1) / hours, rel=1e-12)
    assert found["throughput_rate"] == pytest.approx(60.0 * (hours - 1) / hours, rel=1e-12)
    assert found["mttr"] == pytest.approx(60.0)
    assert found["mtbf"] == pytest.approx(float(hours))
    assert log.lost(shift) == shift.end - shift.start


@pytest.mark.parametrize(("night", "hours"), [("2026-10-25", 25), ("2026-03-29", 23)])
def test_the_day_of_a_clock_change_has_as_many_hours_as_its_shifts(night: str, hours: int) -> None:
    (day,) = [d for d in days(at(f"{night}T05:00"), at(f"{night}T06:00"), MADRID) if d.name == night]
    log = Log([(day.start, Record.ACTIVITY, Activity.PRODUCING, -1), (day.start + HOUR, Record.MADE, 1, 60 * hours)])
    found = log.figures(day)
    assert found["throughput_rate"] == pytest.approx(60.0)
    assert found["oee"] == found["effectiveness"] == pytest.approx(100.0)


def test_stops_that_are_open_at_both_edges_count_inside_alone() -> None:
    """Down from before the window on, and down again beyond its end: one breakdown began in it, not two."""
    log = Log(
        [
            (0, Record.ACTIVITY, Activity.DOWN, 0),
            (90 * MINUTE, Record.ACTIVITY, Activity.PRODUCING, -1),
            (100 * MINUTE, Record.MADE, 1, 10),
            (110 * MINUTE, Record.ACTIVITY, Activity.DOWN, 0),
            (300 * MINUTE, Record.ACTIVITY, Activity.PRODUCING, -1),
        ]
    )
    window = Window("hour", HOUR, 2 * HOUR)
    found = log.figures(window)
    assert found["availability"] == pytest.approx(100.0 * 20 / 60)
    assert found["mttr"] == pytest.approx(40.0)
    assert found["mtbf"] == pytest.approx(1.0)
    assert log.lost(window) == HOUR
    inside = Window("inside a stop", 130 * MINUTE, 250 * MINUTE)
    assert {name: log.figures(inside)[name] for name in ("availability", "mttr", "mtbf", "oee", "quality_ratio")} == {
        "availability": 0.0, "mttr": None, "mtbf": None, "oee": None, "quality_ratio": None,
    }  # fmt: skip


def test_states_said_twice_and_at_one_instant_book_every_moment_once() -> None:
    log = Log(
        [
            (0, Record.ACTIVITY, Activity.PRODUCING, -1),
            (10 * MINUTE, Record.ACTIVITY, Activity.DOWN, 0),
            (10 * MINUTE, Record.ACTIVITY, Activity.MICRO_STOP, 0),
            (15 * MINUTE, Record.ACTIVITY, Activity.MICRO_STOP, 0),
            (20 * MINUTE, Record.ACTIVITY, Activity.PRODUCING, -1),
            (20 * MINUTE, Record.ACTIVITY, Activity.PRODUCING, -1),
        ]
    )
    window = Window("hour", 0, HOUR)
    assert log.figures(window)["availability"] == pytest.approx(100.0 * 50 / 60)
    assert log.lost(window) == HOUR


def test_a_window_without_production_or_without_plan_defines_what_it_can_and_nothing_else() -> None:
    """Waiting all the time is planned time; closed all the time is not; scrap without production is no share."""
    waiting = Log([(0, Record.ACTIVITY, Activity.STARVED, -1)]).figures(Window("hour", 0, HOUR))
    assert (waiting["availability"], waiting["throughput_rate"], waiting["teep"]) == (0.0, 0.0, 0.0)
    closed = Log([(0, Record.ACTIVITY, Activity.CLOSED, -1)]).figures(Window("hour", 0, HOUR))
    assert (closed["availability"], closed["throughput_rate"]) == (None, 0.0)
    scrap = Log([(1, Record.SCRAPPED, 1, 3), (2, Record.METER, 7, 3_600_000)]).figures(Window("hour", 0, HOUR))
    for name in ("oee", "nee", "quality_ratio", "scrap_ratio", "first_pass_yield", "energy_per_piece", "mtbf", "mttr"):
        assert waiting[name] is closed[name] is scrap[name] is None
    nothing = Log([]).figures(Window("no time", HOUR, HOUR))
    assert set(nothing.values()) == {None}
