"""Orders from a stream and from a book, and the rules by which presses take them."""

import pytest

from plant_models.definition.load import load_plant
from plant_models.orders import Order, OrderBook
from twin.line.time import DAY

PLANT = load_plant("porcelain-600")
PRODUCTS = list(PLANT.products)
MATRIX = PLANT.forming[0].press.changeover_min


def book(orders: list[Order] | None = None, **changes: object) -> OrderBook:
    made = OrderBook(PLANT.products, PLANT.orders.model_copy(update=changes), orders)
    made.open(7, "castello")
    return made


def test_the_stream_gives_lots_between_its_limits_with_its_mean() -> None:
    orders = book()
    quantities = []
    for _ in range(300):
        order = orders.next(0, 0, 0.36, 2, MATRIX)
        assert order is not None
        quantities.append(order.quantity_m2)
    assert 1500.0 <= min(quantities) <= max(quantities) <= 8000.0
    assert sum(quantities) / len(quantities) == pytest.approx(4200.0, rel=0.1)


def test_an_order_is_pressed_with_the_planned_loss_on_top() -> None:
    orders = book([Order(order="A", product=PRODUCTS[0], quantity_m2=360.0, due=DAY)])
    order = orders.next(0, 0, 0.36, 2, MATRIX)
    assert order is not None
    assert order.strokes_left == 556


def test_a_book_gives_its_orders_by_due_date_and_then_nothing() -> None:
    written = [Order(order=f"A{n}", product=PRODUCTS[n], quantity_m2=100.0, due=DAY * (9 - n)) for n in range(3)]
    orders = book(written, dispatch="due-date")
    taken = [orders.next(0, 0, 0.36, 2, MATRIX) for _ in range(4)]
    assert [order.name if order else None for order in taken] == ["A2", "A1", "A0", None]


def test_the_same_seed_gives_the_same_orders() -> None:
    first, second = book(), book()
    for _ in range(5):
        assert first.next(0, 0, 0.36, 2, MATRIX) == second.next(0, 0, 0.36, 2, MATRIX)
