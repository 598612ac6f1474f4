"""The buffer store: what is free is used, and what is in a box is known when somebody asks."""

from tests.support.tile_lines import START, opened
from twin.line.activity import Activity
from twin.line.time import MINUTE


def test_a_loader_that_holds_another_product_goes_on_as_soon_as_a_box_is_free() -> None:
    changes = {
        "store": {"boxes": 60, "opening_share": 0.9},
        "orders": {"mean_m2": 900.0, "smallest_m2": 600.0, "largest_m2": 1200.0},
    }
    run = opened(scenario="no-faults", changes=changes)
    printer, store = run.line.forming[0].printer, run.line.store
    was_full = False
    for hour in range(1, 49):
        run.to(hour / 24.0)
        was_full = was_full or not store.has_empty_box
        assert not (printer.state.activity == Activity.BLOCKED and store.has_empty_box)
    assert was_full


def test_strokes_that_have_come_are_loaded_when_somebody_asks() -> None:
    run = opened(scenario="no-faults")
    store = run.line.store
    run.engine.advance(START + 25 * MINUTE)
    loaded, come = store.state.loaded, len(store.state.arrived) // 3
    assert come > 0
    assert loaded < store.tiles_loaded <= loaded + come * run.line.forming[0].diary.cavities
    assert not store.state.arrived


def test_a_store_that_may_run_out_of_boxes_loads_strokes_as_they_come() -> None:
    run = opened(scenario="no-faults", opening="empty", changes={"store": {"boxes": 3, "box_m2": 20.0}})
    store = run.line.store
    for minutes in range(100, 160, 7):
        run.engine.advance(START + minutes * MINUTE)
        assert not (store.state.arrived and store.boxes_in_use)
    assert store.tiles_inside > 0
