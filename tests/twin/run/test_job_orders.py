"""What a job asks for: read from the arguments of a command, or refused with a sentence."""

import pytest

from twin.line.errors import Reason, RefusedCommand
from twin.line.signal import Value
from twin.line.text import Text
from twin.line.units import KILOGRAM
from twin.line.work_orders import Material
from twin.run.job_orders import JobOrder, read_job_order

BREAD = {"baguette": Material("baguette", Text("Baguette", "Barra"), KILOGRAM, 0.0, 500.0)}


def test_product_and_quantity_are_enough() -> None:
    assert read_job_order("J1", {"product": "baguette", "quantity": 20}, BREAD) == JobOrder(
        "J1", "baguette", 20.0, "kg"
    )


def test_everything_that_is_asked_for_is_kept() -> None:
    asked: dict[str, Value] = {
        "product": "baguette", "quantity": 20.0, "unit": "KGM", "priority": -3, "start": 5, "end": 9,
        "description": "for Sunday",
    }  # fmt: skip
    assert read_job_order("J1", asked, BREAD) == JobOrder("J1", "baguette", 20.0, "kg", -3, 5, 9, "for Sunday")


@pytest.mark.parametrize(
    ("changes", "reason", "words"),
    [
        ({"product": "bagel"}, Reason.OUT_OF_RANGE, "did you mean baguette?"),
        ({"product": None}, Reason.WRONG_TYPE, "product is missing"),
        ({"quantity": 0.0}, Reason.OUT_OF_RANGE, "more than 0 and at most 500 kg"),
        ({"quantity": 501.0}, Reason.OUT_OF_RANGE, "at most 500 kg"),
        ({"quantity": float("nan")}, Reason.OUT_OF_RANGE, "quantity is nan"),
        ({"quantity": "20"}, Reason.WRONG_TYPE, "give it in kg"),
        ({"unit": "m"}, Reason.OUT_OF_RANGE, "ordered in kg (KGM)"),
        ({"priority": 1.5}, Reason.WRONG_TYPE, "not a whole number"),
        ({"priority": 40_000}, Reason.OUT_OF_RANGE, "-32768 to 32767"),
        ({"start": 9, "end": 9}, Reason.OUT_OF_RANGE, "end is not after start"),
        ({"start": 10**400}, Reason.OUT_OF_RANGE, "a number of many digits"),
        ({"description": "x" * 1001}, Reason.WRONG_TYPE, "at most 1000 characters"),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_way_out(changes: dict[str, Value], reason: Reason, words: str) -> None:
    with pytest.raises(RefusedCommand) as refused:
        read_job_order("J1", {"product": "baguette", "quantity": 20.0} | changes, BREAD)
    assert refused.value.reason is reason
    assert str(refused.value).startswith("job J1: ")
    assert words in str(refused.value)
