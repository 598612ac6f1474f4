"""Every shipped plant with default faults against the bands of the process sheet (sections 7.3, 8.2, 8.3).

The long form takes 30 days with ten seeds and holds the mean over the seeds against the sheet's own bands; figures of
such months are kept in docs/bands.md. The short form takes one week, and its bands are wider by what a week scatters:
three standard deviations of a month, from the kept months, times the root of 30 days over seven.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import sqrt
from operator import add
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import pytest

from tests.support.months import PLANTS, Band, Month, bands, month, poisson, repair_interval
from tests.support.tile_lines import opened
from twin.line.faults import FailureMode

KEPT = Path(__file__).parents[2] / "docs" / "bands.json"
WEEK = 7.0
OUTSIDE = 0.001
"""Chance with which an interval of a failure mode does not hold the declared value."""
FORM_AFTER = {"line OEE"}
"""Figures of a whole lead time, which the stock that a run opens with makes too low in its first week."""


@dataclass(frozen=True)
class Months:
    """Runs of one plant, and the bands in which the mean of their figures has to be."""

    plant: str
    runs: Sequence[Month]
    bands: Mapping[str, Band]


def scatter(plant: str, days: float) -> dict[str, float]:
    """Standard deviation of the figures of so many days between seeds."""
    months = [each["figures"] for each in json.loads(KEPT.read_text(encoding="utf-8")) if each["plant"] == plant]
    return {name: stdev(one[name] for one in months) * sqrt(30.0 / days) for name in months[0]}


def of_a_week(plant: str) -> dict[str, Band]:
    """The sheet's bands, wider by three standard deviations of a week."""
    wider = scatter(plant, WEEK)
    found = {name: (low - 3.0 * wider[name], high + 3.0 * wider[name]) for name, (low, high) in bands(plant).items()}
    return {name: band for name, band in found.items() if name not in FORM_AFTER}


@pytest.fixture(scope="module", params=PLANTS)
def months(request: Any, in_full_length: bool) -> Months:
    plant = str(request.param)
    seeds, days = (range(1, 11), 30.0) if in_full_length else (range(1, 2), WEEK)
    runs = [month(opened(plant, seed=seed).to(days), plant, seed) for seed in seeds]
    return Months(plant, runs, bands(plant) if in_full_length else of_a_week(plant))


@pytest.mark.slow
def test_quality_performance_and_energy_stay_in_their_bands(months: Months) -> None:
    """Types E and L: the means over all seeds of each shipped plant with its default faults."""
    found = {name: fmean(run.figures[name] for run in months.runs) for name in months.bands}
    outside = {name: value for name, value in found.items() if not between(value, months.bands[name])}
    assert outside == {}, months.plant


@pytest.mark.slow
def test_failures_occur_as_often_and_last_as_long_as_declared(months: Months) -> None:
    """Type C: observed MTBF and MTTR, over all months of a plant, with confidence intervals that hold the declared."""
    declared = modes_of(months.plant)
    for name in months.runs[0].modes:
        seen, mode = reduce(add, (run.modes[name] for run in months.runs)), declared[name]
        assert mode.uptime_h is not None
        assert between(seen.clock_h / mode.uptime_h.mean, poisson(seen.count, OUTSIDE)), name
        if seen.ended >= 8:
            assert between(mode.repair_min.mean, repair_interval(mode, seen, OUTSIDE)), name


def between(value: float, band: Band) -> bool:
    """Whether a value lies in a band."""
    return band[0] <= value <= band[1]


def modes_of(plant: str) -> dict[str, FailureMode]:
    """Failure modes by `station/mode`."""
    return {
        f"{station.name}/{name}": mode
        for station in opened(plant, opening="empty").line.stations
        for name, mode in zip(station.faults.names, station.faults.modes, strict=True)
    }
