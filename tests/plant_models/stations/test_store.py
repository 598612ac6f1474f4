"""The buffer store: what is free is used."""

from tests.support.tile_lines import opened
from twin.line.activity import Activity


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
