"""Which events a monitored item reports, and what of them: select and where clauses, checked when they are given.

A where clause is evaluated in the three-valued logic of OPC 10000-4, 7.7.3: what is not there is neither true nor
false.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asyncua import ua
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaprotocol_auto import EventFilter

from opcua_server.data_types import localized
from opcua_server.event_types import EventTypes, Path, step
from opcua_server.index_range import IndexRangeError, cut_variant, parse
from opcua_server.wire import status
from twin.host.access import Role
from twin.line.text import Language, Text

MOST_SELECT_CLAUSES = 200
MOST_WHERE_ELEMENTS = 100
MOST_OPERANDS = 100
LONGEST_PATTERN = 1000
NULL = ua.Variant()
Operator = ua.FilterOperator
Truth = bool | None


Field = ua.Variant | Text


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """Something that happened, as OPC UA tells it. A text that is a `Text` is told in the client's language."""

    type_id: ua.NodeId
    fields: Mapping[str, Field]
    """By browse path of standard names, such as `ActiveState/Id`."""
    notifiers: frozenset[ua.NodeId]
    """Nodes at which it can be heard."""
    time: int = 0
    """Plant instant [microseconds since 1970 UTC]."""
    condition_id: ua.NodeId | None = None
    least: Role = Role.OBSERVER
    """Who is told of it: this role and higher ones."""

    def variant(self, operand: ua.SimpleAttributeOperand, language: Language) -> ua.Variant:
        """The field that an operand names, null when the event has none."""
        if not operand.BrowsePath:
            is_condition = operand.AttributeId == AttributeIds.NodeId and self.condition_id is not None
            return ua.Variant(self.condition_id, ua.VariantType.NodeId) if is_condition else NULL
        found = self.fields.get("/".join(str(name.Name) for name in operand.BrowsePath))
        if isinstance(found, Text):
            found = ua.Variant(localized(found, language), ua.VariantType.LocalizedText)
        if found is None:
            return NULL
        if operand.IndexRange:
            try:
                return cut_variant(found, operand.IndexRange)
            except IndexRangeError:
                return NULL
        return found


class FilterRefused(Exception):
    """A filter that cannot be used, with the results that say why."""

    def __init__(self, code: int, result: ua.EventFilterResult | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.result = result


class EventSelection:
    """The checked filter of one monitored item; raises FilterRefused."""

    def __init__(self, asked: Any, types: EventTypes, language: Language) -> None:
        if not isinstance(asked, EventFilter):
            absent = asked is None or (isinstance(asked, ua.ExtensionObject) and asked.TypeId.is_null())
            raise FilterRefused(StatusCodes.BadEventFilterInvalid if absent else StatusCodes.BadFilterNotAllowed)
        self._types = types
        self._language: Language = language
        self._select: Sequence[ua.SimpleAttributeOperand] = asked.SelectClauses or []
        self._where: Sequence[ua.ContentFilterElement] = asked.WhereClause.Elements or []
        self.result = self._checked()

    def _checked(self) -> ua.EventFilterResult:
        if len(self._select) > MOST_SELECT_CLAUSES or len(self._where) > MOST_WHERE_ELEMENTS:
            raise FilterRefused(StatusCodes.BadTooManyOperations)
        select = [operand_refusal(clause, self._types) for clause in self._select]
        checked = [element_refusals(index, self._where, self._types) for index in range(len(self._where))]
        where_is_bad = any(any(refusals) for refusals in checked)
        result = ua.EventFilterResult(
            SelectClauseResults=[status(code) for code in select],
            WhereClauseResult=ua.ContentFilterResult(
                ElementResults=[
                    ua.ContentFilterElementResult(
                        StatusCode=status(refusals[0]),
                        OperandStatusCodes=[status(code) for code in refusals[1:]],
                    )
                    for refusals in checked
                ]
            ),
        )
        if where_is_bad or not self._select or all(select):
            raise FilterRefused(StatusCodes.BadEventFilterInvalid, result)
        return result

    def fields(self, event: Event) -> list[ua.Variant]:
        """What was selected, in the order of the select clauses."""
        return [event.variant(clause, self._language) for clause in self._select]

    def wants(self, event: Event) -> bool:
        """Whether the where clause lets the event through."""
        if not self._where:
            return True
        # From the last one, as elements refer to later ones only: each is evaluated once, however often it is used.
        results: dict[int, Truth] = {}
        for index in reversed(range(len(self._where))):
            results[index] = self._element(self._where[index], event, results)
        return results[0] is True

    def _element(self, element: ua.ContentFilterElement, event: Event, results: Mapping[int, Truth]) -> Truth:
        values = [self._operand(operand, event, results) for operand in element.FilterOperands]
        if element.FilterOperator == Operator.OfType:
            return self._types.is_kind_of(event.type_id, values[0])
        return _OPERATORS[element.FilterOperator](*values)

    def _operand(self, operand: Any, event: Event, results: Mapping[int, Truth]) -> Any:
        if isinstance(operand, ua.ElementOperand):
            return results[operand.Index]
        if isinstance(operand, ua.LiteralOperand):
            return None if operand.Value is None else _plain(operand.Value.Value)
        return _plain(event.variant(operand, self._language).Value)


def _plain(value: Any) -> Any:
    """A value that can be compared: texts without their language."""
    return value.Text if isinstance(value, ua.LocalizedText) else value


# Operators.


def _not(value: Any) -> Truth:
    return None if not isinstance(value, bool) else not value


def _and(first: Any, second: Any) -> Truth:
    if first is False or second is False:
        return False
    return True if first is True and second is True else None


def _or(first: Any, second: Any) -> Truth:
    if first is True or second is True:
        return True
    return False if first is False and second is False else None


def _equals(first: Any, second: Any) -> Truth:
    if first is None or second is None:
        return None
    return bool(first == second)


def _comparable(value: Any) -> Any:
    """What an order is known of: numbers, instants and texts."""
    if isinstance(value, datetime):
        return value if value.tzinfo is None else value.replace(tzinfo=None)
    return value


def _compares(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Truth]:
    def evaluated(first: Any, second: Any) -> Truth:
        if first is None or second is None:
            return None
        try:
            return bool(compare(_comparable(first), _comparable(second)))
        except TypeError:
            return None

    return evaluated


_at_least, _at_most = _compares(operator.ge), _compares(operator.le)


def _between(value: Any, low: Any, high: Any) -> Truth:
    return _and(_at_least(value, low), _at_most(value, high))


def _in_list(value: Any, *others: Any) -> Truth:
    if value is None:
        return None
    return any(_equals(value, other) is True for other in others)


def _like(text: Any, pattern: Any) -> Truth:
    if not isinstance(text, str) or not isinstance(pattern, str) or len(pattern) > LONGEST_PATTERN:
        return None
    return like(text, pattern)


def like(text: str, pattern: str) -> bool:
    r"""Whether a text is like a pattern: % any text, _ one character, [...] one of, [^...] none of, \ takes literally.

    >>> like("PRS-220", "PRS-%"), like("PRS-220", "PRS-22_"), like("PRS-220", "[^P]%")
    (True, True, False)
    """
    # One after another, so that no pattern takes more time than its length times that of the text.
    reached = {0}
    for matches, repeats in _pattern(pattern):
        if repeats:
            reached = set(range(min(reached), len(text) + 1)) if reached else reached
        else:
            reached = {at + 1 for at in reached if at < len(text) and matches(text[at])}
    return len(text) in reached


def _pattern(pattern: str) -> list[tuple[Callable[[str], bool], bool]]:
    """The pattern piece by piece: what a character must be, and whether any number of any characters will do."""
    pieces: list[tuple[Callable[[str], bool], bool]] = []
    for found in re.finditer(r"\\(.)|(%)|(_)|\[(\^?)([^\]]*)\]|(.)", pattern, re.DOTALL):
        escaped, any_text, any_one, negated, listed, plain = found.groups()
        if any_text:
            pieces.append((lambda character: True, True))
        elif any_one:
            pieces.append((lambda character: True, False))
        elif listed is not None:
            pieces.append((_one_of(_spread(listed), negated=bool(negated)), False))
        else:
            pieces.append((_one_of(frozenset(escaped or plain), negated=False), False))
    return pieces


def _one_of(characters: frozenset[str], *, negated: bool) -> Callable[[str], bool]:
    return lambda character: (character in characters) is not negated


def _spread(listed: str) -> frozenset[str]:
    """The characters of a list with ranges such as a-f."""
    found: set[str] = set()
    at = 0
    while at < len(listed):
        if at + 2 < len(listed) and listed[at + 1] == "-":
            found.update(map(chr, range(ord(listed[at]), ord(listed[at + 2]) + 1)))
            at += 3
        else:
            found.add(listed[at])
            at += 1
    return frozenset(found)


_OPERATORS: Mapping[ua.FilterOperator, Callable[..., Truth]] = {
    Operator.Equals: _equals,
    Operator.IsNull: lambda value: value is None,
    Operator.GreaterThan: _compares(operator.gt),
    Operator.LessThan: _compares(operator.lt),
    Operator.GreaterThanOrEqual: _at_least,
    Operator.LessThanOrEqual: _at_most,
    Operator.Like: _like,
    Operator.Not: _not,
    Operator.Between: _between,
    Operator.InList: _in_list,
    Operator.And: _and,
    Operator.Or: _or,
}
_OPERANDS: Mapping[ua.FilterOperator, tuple[int, int]] = {
    Operator.IsNull: (1, 1),
    Operator.Not: (1, 1),
    Operator.OfType: (1, 1),
    Operator.Between: (3, 3),
    Operator.InList: (2, MOST_OPERANDS),
}


# Checks.


def operand_refusal(operand: ua.SimpleAttributeOperand, types: EventTypes) -> int:
    """Why a field cannot be selected, 0 when it can."""
    if not operand.TypeDefinitionId.is_null() and not types.is_type(operand.TypeDefinitionId):
        return StatusCodes.BadTypeDefinitionInvalid
    path: Path = tuple(map(step, operand.BrowsePath or ()))
    if not path:
        return StatusCodes.Good if operand.AttributeId == AttributeIds.NodeId else StatusCodes.BadAttributeIdInvalid
    if operand.AttributeId != AttributeIds.Value:
        return StatusCodes.BadAttributeIdInvalid
    if not types.has_field(path):
        return StatusCodes.BadNodeIdUnknown
    if operand.IndexRange:
        try:
            parse(operand.IndexRange)
        except IndexRangeError as error:
            return error.code
    return StatusCodes.Good


def element_refusals(index: int, elements: Sequence[ua.ContentFilterElement], types: EventTypes) -> list[int]:
    """What is wrong with an element of a where clause, then with each of its operands; 0 where nothing is."""
    element = elements[index]
    operands = element.FilterOperands or []
    if element.FilterOperator not in _OPERATORS and element.FilterOperator != Operator.OfType:
        return [StatusCodes.BadFilterOperatorUnsupported]
    least, most = _OPERANDS.get(element.FilterOperator, (2, 2))
    if not least <= len(operands) <= most:
        return [StatusCodes.BadFilterOperandCountMismatch]
    refusals = [_operand_refusal(operand, index, len(elements), types) for operand in operands]
    if element.FilterOperator == Operator.OfType and not any(refusals):
        refusals = [_type_refusal(operands[0], types)]
    return [StatusCodes.BadFilterOperandInvalid if any(refusals) else StatusCodes.Good, *refusals]


def _operand_refusal(operand: Any, index: int, count: int, types: EventTypes) -> int:
    if isinstance(operand, ua.ElementOperand):
        # Only later elements, so that no filter can go round in circles.
        return StatusCodes.Good if index < operand.Index < count else StatusCodes.BadFilterOperandInvalid
    if isinstance(operand, ua.SimpleAttributeOperand):
        return operand_refusal(operand, types)
    if isinstance(operand, ua.LiteralOperand):
        return StatusCodes.Good if operand.Value is not None else StatusCodes.BadFilterLiteralInvalid
    return StatusCodes.BadFilterOperandInvalid


def _type_refusal(operand: Any, types: EventTypes) -> int:
    value = operand.Value.Value if isinstance(operand, ua.LiteralOperand) and operand.Value is not None else None
    is_type = isinstance(value, ua.NodeId) and types.is_type(value)
    return StatusCodes.Good if is_type else StatusCodes.BadFilterOperandInvalid
