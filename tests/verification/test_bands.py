"""Every shipped plant with default faults against the bands of the process sheet (sections 7.3, 8.2, 8.3).

The bands of energy are those of porcelain; wall tile has its own, as its body and its kiln's losses differ. The long
form takes 30 days with ten seeds; the short one a few days with one seed, and bands that are wider by what so few
days scatter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

import pytest

from tests.support.tile_lines import LineRun, opened
from twin.line.activity import Activity
from twin.line.station import Station
from twin.line.time import MINUTE


@dataclass(frozen=True)
class Bands:
    """Lowest and highest mean over all seeds."""

    first: tuple[float, float]
    """Share of first quality [-]."""
    scrap: tuple[float, float]
    """Share of fired scrap [-]."""
    green_scrap: tuple[float, float]
    """Share of pressed tiles [-]."""
    kiln_availability: tuple[float, float]
    kiln_performance: tuple[float, float]
    sorter_availability: tuple[float, float]
    firing_kwh_t: tuple[float, float]
    """Gas of the kiln per fired tonne [kWh/t]."""


PORCELAIN = Bands(
    first=(0.88, 0.97),
    scrap=(0.010, 0.030),
    green_scrap=(0.02, 0.04),
    kiln_availability=(0.96, 1.0),
    kiln_performance=(0.92, 0.99),
    sorter_availability=(0.86, 0.94),
    firing_kwh_t=(540.0, 800.0),
)
PLANTS: Mapping[str, Bands] = {
    "porcelain-600": PORCELAIN,
    # Its sorting line has more room, so that it waits more.
    "slab-600x1200": replace(PORCELAIN, sorter_availability=(0.82, 0.94)),
    # 1.3 MW of losses over 4.35 t/h give 679 kWh/t.
    "wall-316": PORCELAIN,
}


@pytest.fixture(scope="module", params=list(PLANTS))
def runs(request: Any, in_full_length: bool) -> tuple[str, Sequence[LineRun]]:
    plant = str(request.param)
    seeds, days = (range(1, 11), 30.0) if in_full_length else (range(1, 2), 1.0 if plant == "wall-316" else 2.5)
    return plant, [opened(plant, seed=seed).to(days) for seed in seeds]


def inside(value: float, band: tuple[float, float], slack: float) -> bool:
    """Whether a value lies in a band that is wider by a share of its width on each side."""
    room = slack * (band[1] - band[0])
    return band[0] - room <= value <= band[1] + room


def availability(run: LineRun, station: Station) -> float:
    return run.share_in(station, Activity.PRODUCING)


def performance(run: LineRun) -> float:
    kiln = run.line.firing[0].kiln
    rate = kiln.places * kiln.parameters.lanes / kiln.parameters.cycle_min
    return float(kiln.state.tiles_left / (rate * kiln.time_in(Activity.PRODUCING) / MINUTE))


def firing(run: LineRun) -> float:
    kiln = run.line.firing[0].kiln
    inside_t = kiln.load_t_h / (kiln.parameters.lanes * kiln.places * 60.0 / kiln.parameters.cycle_min)
    return float(kiln.gas / (kiln.tiles_out * inside_t))


@pytest.mark.slow
def test_quality_availability_and_energy_stay_in_their_bands(
    runs: tuple[str, Sequence[LineRun]], in_full_length: bool
) -> None:
    """Type E: the means over all seeds of each shipped plant with its default faults."""
    plant, months = runs
    band, slack = PLANTS[plant], 0.0 if in_full_length else 0.5
    found = {
        "first": fmean(run.first_share for run in months),
        "scrap": fmean(run.tiles["fired_scrap"] / run.sorted_tiles for run in months),
        "green_scrap": fmean(run.tiles["green_scrap"] / run.tiles["pressed"] for run in months),
        "kiln_availability": fmean(availability(run, run.line.firing[0].kiln) for run in months),
        "kiln_performance": fmean(performance(run) for run in months),
        "sorter_availability": fmean(availability(run, run.line.firing[0].sorter) for run in months),
        "firing_kwh_t": fmean(firing(run) for run in months),
    }
    outside = {name: value for name, value in found.items() if not inside(value, getattr(band, name), slack)}
    assert outside == {}, plant
