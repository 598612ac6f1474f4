"""The validation anchors of the process sheet (section 11) that take a line before the kiln.

Each says its type: published (observed by others), derived (arithmetic), own consistency (of our coefficients).
"""
# ruff: noqa: N802 - the tests carry the names of the anchors

import numpy as np
import pytest

from plant_models.definition.load import load_plant
from plant_models.definition.product import changeover_minutes
from tests.support.tile_tracking import SMALL_PLANT, tracked
from twin.line.activity import Activity
from twin.line.time import HOUR, MINUTE


@pytest.mark.parametrize("hours", [8.0, 2.5, 0.5], ids=["base", "dedicated team", "rapid"])
def test_V29_a_press_stands_as_long_as_its_changeover_of_8_or_2_5_or_0_5_hours(hours: float) -> None:
    """Published times of a change of dies; the press takes exactly what its matrix says."""
    press = SMALL_PLANT["press"] | {"changeover_min": {"texture": 60.0 * hours}}
    orders = {"smallest_m2": 20.0, "mean_m2": 40.0, "largest_m2": 60.0}
    run = tracked(changes={**SMALL_PLANT, "press": press, "orders": orders}, scenario="no-faults", opening="empty")
    run.to(0.75)
    products = tuple(run.line.definition.products.values())
    tiles = run.tiles_by_number
    changes = np.nonzero(np.diff(tiles["product"]))[0]
    pauses = {
        (tiles["pressed_at"][place + 1] - tiles["pressed_at"][place]) / HOUR
        for place in changes
        if products[int(tiles["product"][place])].texture != products[int(tiles["product"][place + 1])].texture
    }
    stroke = run.line.forming[0].press.stroke_time / HOUR
    assert pauses
    for pause in pauses:
        assert pause - stroke == pytest.approx(hours, abs=1e-6)
    assert run.line.forming[0].press.time_in(Activity.SETTING_UP) / MINUTE >= 60.0 * hours


def test_V29_the_changeover_of_a_plant_is_what_its_file_says() -> None:
    """Published times of a change of dies; data as given."""
    plant = load_plant("porcelain-600")
    products = plant.products
    matrix = plant.forming[0].press.changeover_min
    assert changeover_minutes(products["arena"], products["pizarra"], matrix) == 90.0
    assert changeover_minutes(products["arena"], products["marmol"], matrix) == 0.0
