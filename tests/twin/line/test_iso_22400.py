"""KPIs of a work unit against a calculation on paper, and that they are numbers or say why not."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.line.activity import Activity
from twin.line.iso_22400 import iso_figures
from twin.line.records import Record
from twin.line.text import Text
from twin.line.time import HOUR, MINUTE
from twin.line.work_unit import WorkUnit, elements, loss_tree
from twin.record.tally import Tally
from twin.record.windows import activities_at, fold
from twin.run.engine import LOG_ENTRY

ENERGY = 7
UNIT = WorkUnit(
    0, "plant/site/area/line/unit", Text("Unit", "Unidad"),
    lambda tally: tally.made(0), lambda tally: tally.made(0) - tally.scrapped(0), 1.0,
    reworked=lambda tally: tally.metered(0, 9), energy=lambda tally: tally.metered(0, ENERGY), piece_m2=0.5,
    piece_eur=2.0,
)  # fmt: skip

Entry = tuple[float, Record, int, int]


def log(*entries: Entry) -> "np.ndarray[tuple[int], np.dtype[np.void]]":
    """Entries (minute, kind, a, b) of station 0."""
    return np.array([(round(at * MINUTE), 0, int(kind), a, b) for at, kind, a, b in entries], dtype=LOG_ENTRY)


def tally(entries: Sequence[Entry], start: float, end: float) -> Tally:
    everything = log(*entries)
    begin = round(start * MINUTE)
    return fold(everything, activities_at(everything, begin), begin, round(end * MINUTE))


def values(counted: Tally) -> dict[str, float | None]:
    return {figure.name: figure.value(counted) for figure in iso_figures(UNIT)}


# A day of 1440 min: 480 planned, of them 408 producing, 30 set-up and 42 breakdown in two stops; 360 made, 18 not good.
DAY: tuple[Entry, ...] = (
    (0, Record.ACTIVITY, Activity.CLOSED, -1),
    (360, Record.ACTIVITY, Activity.SETTING_UP, -1),
    (390, Record.ACTIVITY, Activity.PRODUCING, -1),
    (500, Record.ACTIVITY, Activity.DOWN, 0),
    (520, Record.ACTIVITY, Activity.PRODUCING, -1),
    (600, Record.MADE, 1, 360),
    (601, Record.SCRAPPED, 1, 18),
    (602, Record.METER, 9, 6),
    (700, Record.METER, ENERGY, 3_600_000 * 72),
    (800, Record.ACTIVITY, Activity.DOWN, 0),
    (822, Record.ACTIVITY, Activity.PRODUCING, -1),
    (840, Record.ACTIVITY, Activity.CLOSED, -1),
)


def test_the_figures_of_a_day_are_those_on_paper() -> None:
    found = values(tally(DAY, 0, 1440))
    expected = {
        "availability": 85.0, "effectiveness": 100.0 * 360 / 408, "quality_ratio": 95.0, "oee": 71.25,
        "nee": 76.488970588, "teep": 23.75, "technical_efficiency": 100.0 * 408 / 450, "setup_ratio": 100.0 * 30 / 438,
        "throughput_rate": 15.0, "allocation_efficiency": 100.0, "utilization_efficiency": 85.0, "scrap_ratio": 5.0,
        "rework_ratio": 100.0 * 6 / 360, "first_pass_yield": 100.0 * 336 / 360, "mtbf": 4.0, "mttr": 21.0,
        "energy_per_piece": 0.2,
    }  # fmt: skip
    assert found == pytest.approx(expected, rel=1e-9)


def test_a_state_that_lasts_over_the_edge_of_a_window_is_cut_there() -> None:
    e = elements(UNIT, tally(DAY, 510, 830))
    assert (e.down, e.apt, e.calendar) == (32 * MINUTE, 288 * MINUTE, 320 * MINUTE)
    assert e.breakdowns == 1


def test_a_stop_that_is_still_open_at_the_end_counts_up_to_it() -> None:
    e = elements(UNIT, tally(DAY, 490, 510))
    assert (e.apt, e.down, e.breakdowns) == (10 * MINUTE, 10 * MINUTE, 1)


def test_windows_add_up_to_the_whole_in_their_elements() -> None:
    cuts = [0, 100, 505, 505.5, 815, 1440]
    parts = [elements(UNIT, tally(DAY, a, b)) for a, b in pairwise(cuts)]
    whole = elements(UNIT, tally(DAY, 0, 1440))
    for name in ("calendar", "pbt", "apt", "aust", "down", "breakdowns", "pq", "gq"):
        assert sum(getattr(part, name) for part in parts) == getattr(whole, name)


def test_without_production_a_ratio_is_not_defined_and_says_why() -> None:
    nothing = tally([(0, Record.ACTIVITY, Activity.DOWN, 0)], 0, 60)
    found = values(nothing)
    assert found["availability"] == 0.0
    assert found["oee"] is found["quality_ratio"] is found["effectiveness"] is found["setup_ratio"] is None
    for figure in iso_figures(UNIT):
        assert figure.undefined.en
        assert figure.undefined.es


def test_a_window_without_time_defines_nothing() -> None:
    assert set(values(tally(DAY, 400, 400)).values()) == {None}


def test_doubled_and_overlapping_states_book_no_time_twice() -> None:
    twice = [entry for entry in DAY for _ in (0, 1)]
    assert values(tally([e for e in twice if e[1] is Record.ACTIVITY], 0, 1440))["availability"] == 85.0
    assert elements(UNIT, tally([e for e in twice if e[1] is Record.ACTIVITY], 0, 1440)).breakdowns == 2


def test_the_loss_tree_adds_up_to_the_calendar() -> None:
    steps = loss_tree(UNIT, tally(DAY, 0, 1440))
    assert sum(step.time for step in steps) == pytest.approx(1440 * MINUTE, rel=1e-12)
    by_name = {step.name: step for step in steps}
    assert by_name["good"].pieces == pytest.approx(342.0)
    assert by_name["good"].m2 == pytest.approx(171.0)
    assert by_name["breakdown"].eur == pytest.approx(84.0)
    assert by_name["speed"].time == pytest.approx(48 * MINUTE)


_ENTRY = st.tuples(
    st.integers(0, 2000),
    st.sampled_from([Record.ACTIVITY, Record.MADE, Record.SCRAPPED, Record.METER, Record.ENTERED]),
    st.integers(0, 8),
    st.integers(0, 1000),
)


@given(st.lists(_ENTRY, max_size=40), st.integers(0, 1000), st.integers(0, 1500))
def test_any_log_gives_numbers_or_nothing(entries: list[tuple[int, Record, int, int]], start: int, length: int) -> None:
    ordered = sorted(entries, key=lambda entry: entry[0])
    counted = tally(ordered, start, start + length)
    for figure in iso_figures(UNIT):
        value = figure.value(counted)
        assert value is None or math.isfinite(value)
    e = elements(UNIT, counted)
    assert e.pbt + e.closed + e.idle + e.cleaning == counted.elapsed
    assert e.apt + e.aust + e.down + e.micro + e.starved + e.blocked == e.pbt
    assert sum(step.time for step in loss_tree(UNIT, counted)) == pytest.approx(counted.elapsed, abs=1.0 * HOUR * 1e-6)


def test_every_figure_is_declared_whole_in_both_languages() -> None:
    for figure in iso_figures(UNIT):
        assert figure.title.en
        assert figure.title.es
        assert figure.formula
        assert figure.inputs
        assert figure.time_model
        assert figure.source == "ISO 22400-2"
