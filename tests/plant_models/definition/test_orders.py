"""Order books: what is read, and the sentence for each row that cannot be."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from plant_models.definition.load import load_plant
from plant_models.definition.orders import MOST_SENTENCES, read_orders
from plant_models.definition.plant import Plant
from plant_models.orders import Order
from tests.support.tile_lines import EXAMPLE
from twin.line.errors import DefinitionError
from twin.line.time import from_datetime

HEADER = "order,product,quantity_m2,due\n"
GOOD = "A1,arena,4200,2026-03-27\n"


@pytest.fixture(scope="module")
def plant() -> Plant:
    return load_plant("porcelain-600")


def read(tmp_path: Path, plant: Plant, text: str | bytes) -> tuple[Order, ...]:
    path = tmp_path / "book.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_orders(path, plant)


def refusal(tmp_path: Path, plant: Plant, text: str | bytes) -> str:
    with pytest.raises(DefinitionError) as refused:
        read(tmp_path, plant, text)
    assert str(tmp_path / "book.csv") in str(refused.value)
    return str(refused.value)


def test_an_order_is_due_at_18_by_the_plants_clock_when_only_a_date_is_given(tmp_path: Path, plant: Plant) -> None:
    winter, summer = read(tmp_path, plant, HEADER + GOOD + "A2,roble,1500.5,2026-07-01\n")
    assert (winter.order, winter.product, winter.quantity_m2) == ("A1", "arena", 4200.0)
    assert winter.due == from_datetime(datetime(2026, 3, 27, 17, tzinfo=UTC))
    assert summer.due == from_datetime(datetime(2026, 7, 1, 16, tzinfo=UTC))


def test_an_order_may_be_due_at_a_time_with_or_without_an_offset(tmp_path: Path, plant: Plant) -> None:
    text = HEADER + "A1,arena,1,2026-01-09T12:00\nA2,arena,1,2026-01-09T12:00+00:00\n"
    local, offset = read(tmp_path, plant, text)
    assert local.due == from_datetime(datetime(2026, 1, 9, 11, tzinfo=UTC))
    assert offset.due == from_datetime(datetime(2026, 1, 9, 12, tzinfo=UTC))


def test_columns_may_stand_in_any_order_and_empty_rows_are_passed_over(tmp_path: Path, plant: Plant) -> None:
    text = "\ufeffdue,quantity_m2,order,product\n\n2026-03-27, 4200 ,A1,arena\n,,,\n"
    (order,) = read(tmp_path, plant, text)
    assert (order.order, order.product, order.quantity_m2) == ("A1", "arena", 4200.0)


@pytest.mark.parametrize(
    ("row", "place", "words"),
    [
        ("A2,arna,1,2026-03-27", "row 3, column product", "did you mean arena?"),
        ("A2,zzz,1,2026-03-27", "row 3, column product", "the products are arena, pizarra, marmol, roble"),
        ("A2,arena,much,2026-03-27", "row 3, column quantity_m2", "'much' is not a number"),
        ("A2,arena,1_000,2026-03-27", "row 3, column quantity_m2", "'1_000' is not a number"),
        ("A2,arena,nan,2026-03-27", "row 3, column quantity_m2", "'nan' is not a number"),
        ("A2,arena,-4,2026-03-27", "row 3, column quantity_m2", "-4 is not above 0"),
        ("A2,arena,0,2026-03-27", "row 3, column quantity_m2", "0 is not above 0"),
        ("A2,arena,inf,2026-03-27", "row 3, column quantity_m2", "up to 1000000"),
        ("A2,arena,1e9,2026-03-27", "row 3, column quantity_m2", "up to 1000000"),
        ("A2,arena,1,27/03/2026", "row 3, column due", "write it like 2026-03-27"),
        ("A2,arena,1,2026-02-30", "row 3, column due", "is no date"),
        ("A2,arena,1,1026-02-03", "row 3, column due", "years 2000 and 2199"),
        ("A1,arena,1,2026-03-27", "row 3, column order", "is in row 2 already"),
        (",arena,1,2026-03-27", "row 3, column order", "is empty"),
        (f"{'A' * 41},arena,1,2026-03-27", "row 3, column order", "at most 40"),
        ("A2,arena,1,5,2026-03-27", "row 3", "has 5 columns, needs 4"),
        ("A2,arena,1", "row 3", "has 3 columns, needs 4"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_column(
    tmp_path: Path, plant: Plant, row: str, place: str, words: str
) -> None:
    sentence = refusal(tmp_path, plant, HEADER + GOOD + row + "\n")
    assert f"book.csv, {place}: " in sentence
    assert words in sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "column order is missing"),
        ("order,product,quantity_m2\n", "column due is missing"),
        ("order,order,product,quantity_m2,due\n", "column order is there more than once"),
        ("order,product,quantiy_m2,due\n", "did you mean quantity_m2?"),
        ("order,product,quantity_m2,due,colour of the box\n", "the columns are order,product,quantity_m2,due"),
        ("order;product;quantity_m2;due\n", "separated by commas"),
        (HEADER, "has no orders"),
        (HEADER.encode() + "P1,marm\u00f3l,1,2026-03-27\n".encode("latin-1"), "with the encoding UTF-8"),
        (HEADER + '"A1,arena\n' + "x" * 140000, "cannot be read as an order book"),
    ],
)
def test_a_book_that_cannot_be_read_says_why(tmp_path: Path, plant: Plant, text: str | bytes, words: str) -> None:
    assert words in refusal(tmp_path, plant, text)


def test_a_missing_or_huge_book_is_refused(tmp_path: Path, plant: Plant) -> None:
    with pytest.raises(DefinitionError, match=r"cannot be read as an order book"):
        read_orders(tmp_path / "none.csv", plant)
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate((16 << 20) + 1)
    with pytest.raises(DefinitionError, match=r"more than 16 MB"):
        read_orders(huge, plant)


def test_all_faults_are_told_at_once_up_to_a_limit(tmp_path: Path, plant: Plant) -> None:
    rows = "".join(f"A{number},arena,-1,2026-03-27\n" for number in range(MOST_SENTENCES + 5))
    sentences = refusal(tmp_path, plant, HEADER + rows).splitlines()
    assert len(sentences) == MOST_SENTENCES + 1
    assert sentences[-1].endswith("5 more rows cannot be used")


def test_the_example_book_fits_its_plant() -> None:
    orders = read_orders(EXAMPLE / "orders.csv", load_plant(str(EXAMPLE / "plant.toml")))
    assert len(orders) >= 30
    days = (max(order.due for order in orders) - min(order.due for order in orders)) / 86_400_000_000
    assert 14 <= days <= 30
