"""Like patterns, and filters that would take for ever."""

import re
from typing import Any

import pytest
from asyncua import ua
from asyncua.server.address_space import AddressSpace
from hypothesis import given
from hypothesis import strategies as st

from opcua_server.event_filters import Event, EventSelection, FilterRefused, like
from opcua_server.event_types import EventTypes

TYPES = EventTypes(AddressSpace())


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("PRS-220", "PRS-%", True),
        ("PRS-220", "PRS-22_", True),
        ("PRS-220", "PRS-2_", False),
        ("PRS-220", "[A-Q]%", True),
        ("PRS-220", "[^A-Q]%", False),
        ("50%", "50\\%", True),
        ("50 ", "50\\%", False),
        ("", "%", True),
        ("", "", True),
        ("a", "", False),
    ],
)
def test_a_text_is_like_a_pattern(text: str, pattern: str, expected: bool) -> None:
    assert like(text, pattern) is expected


@given(st.text("ab", max_size=8), st.text("ab%_", max_size=8))
def test_patterns_mean_what_regular_expressions_mean(text: str, pattern: str) -> None:
    expression = pattern.replace("%", ".*").replace("_", ".")
    assert like(text, pattern) is (re.fullmatch(expression, text, re.DOTALL) is not None)


def test_a_pattern_of_many_wild_cards_takes_no_time() -> None:
    assert not like("a" * 200, "%a" * 200 + "b")


def literal(value: Any) -> ua.LiteralOperand:
    return ua.LiteralOperand(Value=ua.Variant(value))


def selection(elements: list[ua.ContentFilterElement]) -> EventSelection:
    clause = ua.SimpleAttributeOperand(AttributeId=ua.AttributeIds.NodeId)
    asked = ua.EventFilter(SelectClauses=[clause], WhereClause=ua.ContentFilter(Elements=elements))
    return EventSelection(asked, TYPES, "en")


def test_an_element_that_is_used_twice_is_evaluated_once() -> None:
    # Each element uses the next one twice: 2 to the power of 90 ways through it.
    both = [
        ua.ContentFilterElement(
            FilterOperator=ua.FilterOperator.And,
            FilterOperands=[ua.ElementOperand(Index=number + 1), ua.ElementOperand(Index=number + 1)],
        )
        for number in range(90)
    ]
    last = ua.ContentFilterElement(FilterOperator=ua.FilterOperator.Equals, FilterOperands=[literal(1), literal(1)])
    assert selection([*both, last]).wants(Event(ua.NodeId(), {}, frozenset()))


@pytest.mark.parametrize("index", [0, 5])
def test_an_element_refers_to_later_ones_only(index: int) -> None:
    element = ua.ContentFilterElement(
        FilterOperator=ua.FilterOperator.Not, FilterOperands=[ua.ElementOperand(Index=index)]
    )
    with pytest.raises(FilterRefused):
        selection([element])


def test_what_is_not_there_is_neither_true_nor_false() -> None:
    nothing = ua.ContentFilterElement(
        FilterOperator=ua.FilterOperator.GreaterThan, FilterOperands=[literal(None), literal(1)]
    )
    negated = ua.ContentFilterElement(FilterOperator=ua.FilterOperator.Not, FilterOperands=[ua.ElementOperand(Index=1)])
    event = Event(ua.NodeId(), {}, frozenset())
    assert not selection([nothing]).wants(event)
    assert not selection([negated, nothing]).wants(event)
