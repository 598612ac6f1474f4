"""The part of an array or text that a NumericRange names (OPC 10000-4, 7.27)."""

import re
from typing import Any

from asyncua import ua
from asyncua.ua.status_codes import StatusCodes

from opcua_server.wire import status

_RANGE = re.compile(r"(\d{1,10})(?::(\d{1,10}))?")


class IndexRangeError(Exception):
    """A range that cannot be used; `code` is the status code that says why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def parse(text: str) -> slice:
    """The range as a slice; raises IndexRangeError for what is no range of one dimension.

    >>> parse("2:4")
    slice(2, 5, None)
    """
    found = _RANGE.fullmatch(text)
    if found is None:
        raise IndexRangeError(StatusCodes.BadIndexRangeInvalid)
    first = int(found[1])
    last = first if found[2] is None else int(found[2])
    if found[2] is not None and last <= first:
        raise IndexRangeError(StatusCodes.BadIndexRangeInvalid)
    return slice(first, last + 1)


def cut(value: Any, text: str) -> Any:
    """The elements or characters of `value` in the range; raises IndexRangeError when it holds none."""
    part = parse(text)
    if not isinstance(value, (list, str, bytes)) or part.start >= len(value):
        raise IndexRangeError(StatusCodes.BadIndexRangeNoData)
    return value[part]


def cut_variant(variant: ua.Variant | None, text: str) -> ua.Variant:
    """The part of a variant, with its type."""
    if variant is None:
        raise IndexRangeError(StatusCodes.BadIndexRangeNoData)
    return ua.Variant(cut(variant.Value, text), variant.VariantType, is_array=variant.is_array)


def ranged(value: ua.DataValue, index_range: str | None) -> ua.DataValue:
    """The part of a value that an item watches, or a bad value where there is none now."""
    if not index_range:
        return value
    try:
        part = cut_variant(value.Value, index_range)
    except IndexRangeError as error:
        return ua.DataValue(ua.Variant(), status(error.code), value.SourceTimestamp, value.ServerTimestamp)
    return ua.DataValue(part, value.StatusCode, value.SourceTimestamp, value.ServerTimestamp)
