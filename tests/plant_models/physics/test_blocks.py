"""A tile's values are its own: no function may let the block decide them, not even in the last bit."""

from collections.abc import Callable

import numpy as np
import pytest

from plant_models.physics import compaction, drying, firing, glazing, planarity, printing, sorting
from tests.plant_models.physics import bodies

TILES = 1024
ROWS = np.random.default_rng(20)

Columns = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def columns() -> Columns:
    low_high = {
        "pressure": (150.0, 550.0),
        "moisture": (4.0, 9.0),
        "density": (1.85, 2.05),
        "mass": (8.0, 9.5),
        "minutes": (0.0, 90.0),
        "air": (60.0, 250.0),
        "thickness": (7.0, 12.0),
        "share": (0.0, 1.0),
        "peak": (1120.0, 1240.0),
        "soak": (1.0, 12.0),
        "side": (590.0, 610.0),
        "small": (-1.0, 1.0),
    }
    return {name: ROWS.uniform(low, high, TILES) for name, (low, high) in low_high.items()}


FUNCTIONS: dict[str, Callable[[Columns], object]] = {
    "bulk_density": lambda t: compaction.bulk_density(t["pressure"], t["moisture"], bodies.PORCELAIN_POWDER),
    "holding_pressure": lambda t: compaction.holding_pressure(t["density"], t["moisture"], bodies.PORCELAIN_POWDER),
    "springback": lambda t: compaction.springback(t["pressure"], t["moisture"], bodies.SPRINGBACK),
    "green_thickness": lambda t: compaction.green_thickness(t["mass"], 0.41, t["density"], t["moisture"]),
    "green_strength": lambda t: compaction.green_strength(t["density"], t["moisture"], bodies.AS_PRESSED),
    "residual_moisture": lambda t: (
        drying.dry(
            t["moisture"], t["minutes"], t["air"], 80.0, t["share"], t["thickness"], bodies.ROLLER_DRYER
        ).residual_moisture
    ),
    "exit_temperature": lambda t: (
        drying.dry(
            t["moisture"], t["minutes"], t["air"], 80.0, t["share"], t["thickness"], bodies.ROLLER_DRYER
        ).exit_temperature
    ),
    "crack_probability": lambda t: drying.crack_probability(t["share"], bodies.CRACKING, t["small"]),
    "useful_heat": lambda t: drying.useful_heat(t["mass"], t["moisture"], 0.3, 25.0, t["air"]),
    "coating_water": lambda t: glazing.coating_water(t["side"], t["density"], 2.6),
    "belt_temperature": lambda t: glazing.belt_temperature(t["air"], t["minutes"], 25.0, 760.0),
    "ink_grammage": lambda t: printing.ink_grammage(t["share"], 360.0, t["thickness"], 1.2),
    "drop_volume": lambda t: printing.drop_volume(20.0, t["air"], 25.0, bodies.DROP),
    "nozzle_failure_rate": lambda t: printing.nozzle_failure_rate(t["air"], bodies.NOZZLE_FAILURE),
    "soak_equivalent": lambda t: firing.soak_equivalent_temperature(t["peak"], t["soak"], 5.0, 10.0),
    "porcelain_shrinkage": lambda t: bodies.PORCELAIN.shrinkage(t["density"], t["peak"]),
    "porcelain_absorption": lambda t: bodies.PORCELAIN.water_absorption(t["density"], t["peak"]),
    "red_absorption": lambda t: bodies.RED_FLOOR.water_absorption(t["density"], t["peak"]),
    "wall_shrinkage": lambda t: bodies.POROUS_WALL.shrinkage(t["density"], t["peak"]),
    "fired_size": lambda t: firing.fired_size(644.1, t["share"], t["share"], t["thickness"]),
    "modulus_of_rupture": lambda t: firing.modulus_of_rupture(t["share"], 52.0, 2.2),
    "firing_curvature": lambda t: planarity.firing_curvature(
        t["small"], t["side"], t["thickness"], bodies.FIRING_CURVATURE
    ),
    "pyroplastic_sag": lambda t: planarity.pyroplastic_sag(t["peak"], 1195.0, 0.02),
    "edge_temperature": lambda t: planarity.edge_temperature(t["small"], 8.0, 2.0),
    "caliber": lambda t: sorting.caliber(t["side"], 600.0, 1.5),
    "shade_distance": lambda t: sorting.shade_distance(t["small"], t["share"], t["soak"]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_tile_has_the_same_bits_in_any_block_and_alone(name, columns):
    function = FUNCTIONS[name]
    whole = np.asarray(function(columns))
    assert whole.dtype == np.float64
    assert whole.shape == (TILES,)
    for cut in (1, 7, 64):
        pieces = [
            function({key: column[start : start + cut] for key, column in columns.items()})
            for start in range(0, TILES, cut)
        ]
        assert np.array_equal(whole, np.concatenate(pieces))
    alone = [function({key: float(column[tile]) for key, column in columns.items()}) for tile in range(TILES)]
    assert np.array_equal(whole, np.array(alone, dtype=np.float64))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_inputs_are_left_as_they_were(name, columns):
    before = {key: column.copy() for key, column in columns.items()}
    FUNCTIONS[name](columns)
    assert all(np.array_equal(before[key], columns[key]) for key in columns)
