"""How often failures occur and how long they last, as observed in a line against what its modes declare.

Twenty times as many failures as usual make a few days long enough. Numbers of occurrences are held to a Poisson
interval and mean durations to a normal one, each so wide that one mode in a thousand would be outside by chance.
"""

import math

import pytest
from scipy.stats import chi2

from tests.support.tile_tracking import SMALL_PLANT, TrackedRun, tracked
from twin.line.faults import FailureMode
from twin.line.records import Record
from twin.line.station import Station
from twin.line.time import HOUR, MINUTE

SCALE, DAYS = 20.0, 6.0
OUTSIDE = 0.001
STATIONS = ("store", "kiln", "sorter", "palletiser")
FORMING = ("powder", "press", "dryer", "glazing", "printer")


@pytest.fixture(scope="module")
def week() -> TrackedRun:
    quick = {name: {"onset_min": 0.0} for name in ("thermocouple_ageing", "dirty_rollers", "pressure_hunting")}
    gauges = {name: {"onset_min": 0.0} for name in ("calibration", "camera_dirty")}
    changes = {name: dict(table) for name, table in SMALL_PLANT.items()}
    changes["kiln"] |= {"faults": quick}
    changes["sorter"] = {"faults": gauges}
    for name in (*STATIONS, *FORMING):
        changes[name] = changes.get(name, {}) | {"fault_scale": SCALE if name in STATIONS else 0.0}
    return tracked(changes=changes).to(DAYS)


def durations(run: TrackedRun, station: Station, index: int) -> list[float]:
    """How long the ended occurrences of a mode lasted [min]."""
    begun = run.entries(station, Record.FAULT_BEGAN)
    ended = run.entries(station, Record.FAULT_ENDED)
    starts = begun["time"][begun["a"] == index].tolist()
    ends = ended["time"][ended["a"] == index].tolist()
    return [(end - start) / MINUTE for start, end in zip(starts, ends, strict=False)]


def spread(mode: FailureMode) -> float:
    """Standard deviation of a mode's repair time [min]."""
    steps = [(step + 0.5) / 2000.0 for step in range(2000)]
    values = [mode.repair_min.quantile(step) for step in steps]
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))


def occurring(run: TrackedRun) -> list[tuple[Station, int, FailureMode]]:
    return [
        (station, index, mode)
        for station in run.line.stations
        if station.name in STATIONS
        for index, mode in enumerate(station.faults.modes)
        if mode.uptime_h is not None
    ]


def test_failures_occur_as_often_as_declared(week: TrackedRun) -> None:
    """Type C: occurrences over the clock of each mode, against its mean time between failures."""
    looked_at = 0
    for station, index, mode in occurring(week):
        assert mode.uptime_h is not None
        count = station.faults.state.counts[index]
        down = sum(durations(week, station, index)) * MINUTE
        clock = station.faults.state.worked if mode.clock == "working" else DAYS * 24 * HOUR - down
        expected = clock / HOUR / (mode.uptime_h.mean / SCALE)
        if mode.uptime_h.distribution != "exponential" or expected < 1.0:
            continue
        low = chi2.ppf(OUTSIDE / 2.0, 2 * count) / 2.0 if count else 0.0
        high = chi2.ppf(1.0 - OUTSIDE / 2.0, 2 * count + 2) / 2.0
        assert low <= expected <= high, (station.name, station.faults.names[index], count, expected)
        looked_at += 1
    assert looked_at >= 10


def test_failures_last_as_long_as_declared(week: TrackedRun) -> None:
    """Type C: mean duration of each mode against its mean time to repair."""
    looked_at = 0
    for station, index, mode in occurring(week):
        lasted = durations(week, station, index)
        if len(lasted) < 8:
            continue
        error = 3.3 * spread(mode) / math.sqrt(len(lasted)) + 1e-6
        assert sum(lasted) / len(lasted) == pytest.approx(mode.repair_min.mean, abs=error), station.faults.names[index]
        looked_at += 1
    assert looked_at >= 8


def test_what_follows_a_mains_failure_follows_each_of_them(week: TrackedRun) -> None:
    kiln = week.line.firing[0].kiln
    counts = dict(zip(kiln.faults.names, kiln.faults.state.counts, strict=True))
    assert counts["reheating"] <= counts["mains_failure"]
    if counts["mains_failure"] > counts["reheating"]:
        assert kiln.faults.active(kiln.faults.names.index("mains_failure")) or kiln.faults.active(
            kiln.faults.names.index("reheating")
        )
