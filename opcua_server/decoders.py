"""What comes from the network is decoded within bounds: every length, dimension and depth is looked at first.

`install` puts our functions in the place of asyncua's. They change nothing for a plain `Buffer`, which asyncua uses
for what this process itself has made; for a `Bounded` one they refuse before anything is allocated.

Overrides of asyncua 2.1.0, module `asyncua.ua.ua_binary`: `_Bytes.unpack` refuses lengths below -1, which the base
reads backwards, and too long texts; `_create_uatype_array_deserializer` and `_create_list_deserializer` hold the length
of an array against what is left of the message and against the budget, and refuse arrays of Null, which take no bytes;
`variant_from_binary` refuses dimensions that are not those of the array and variants in variants that are too deep;
`extensionobject_from_binary` counts the depth.
"""

import functools
import math
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua import ua_binary
from asyncua.ua.uaerrors import BadDecodingError, BadEncodingLimitsExceeded, UaError

from opcua_server.settings import Settings

_LENGTH_BYTES = 4
_PRIMITIVES = ("SByte", "Int16", "Int32", "Int64", "Byte", "UInt16", "UInt32", "UInt64", "Boolean", "Double", "Float")

DECODING_ERRORS = (
    UaError, ValueError, TypeError, struct.error, LookupError, OverflowError, AttributeError, RecursionError
)  # fmt: skip
"""What bytes that are no message make asyncua's decoders raise."""


@dataclass(slots=True)
class Budget:
    """What one message may still cost."""

    longest_array: int
    longest_text: int
    deepest: int
    structures: int
    """Elements of arrays of structures or texts that may still come."""
    numbers: int
    """Elements of arrays of numbers that may still come."""
    depth: int = 0

    @classmethod
    def of(cls, settings: Settings) -> "Budget":
        """A whole budget."""
        return cls(
            settings.array_length,
            settings.text_bytes,
            settings.nesting,
            settings.structures_per_message,
            settings.numbers_per_message,
        )


class Bounded(Buffer):
    """Bytes from the network with the budget of their message.

    Overrides of asyncua 2.1.0: `read` and `skip` refuse negative sizes, which the base takes as a step back; `copy`
    hands the budget on.
    """

    def __init__(self, data: bytes, budget: Budget, start: int = 0, size: int = -1) -> None:
        super().__init__(data, start, size)
        self.budget = budget

    def read(self, size: int) -> bytes:
        """Take `size` bytes."""
        if size < 0:
            raise BadDecodingError
        return super().read(size)

    def skip(self, size: int) -> None:
        """Pass over `size` bytes."""
        if size < 0:
            raise BadDecodingError
        super().skip(size)

    def copy(self, size: int = -1) -> "Bounded":
        """The same bytes again, `size` of them."""
        if size < -1:
            raise BadDecodingError
        taken = len(self) if size == -1 else min(size, len(self))
        return Bounded(self._data, self.budget, self._cur_pos, taken)

    def coming_length(self) -> int:
        """The length of the text or array that comes next."""
        if len(self) < _LENGTH_BYTES:
            raise BadDecodingError
        raw = self._data[self._cur_pos : self._cur_pos + _LENGTH_BYTES]
        return int.from_bytes(raw, "little", signed=True)

    def check_array(self, *, numbers: bool) -> None:
        """Refuse the array that comes next when it cannot be in this message or costs too much."""
        length, budget = self.coming_length(), self.budget
        if length < -1 or length > len(self) - _LENGTH_BYTES:
            raise BadDecodingError
        if length > budget.longest_array:
            raise BadEncodingLimitsExceeded
        if numbers:
            budget.numbers -= max(0, length)
        else:
            budget.structures -= max(0, length)
        if budget.numbers < 0 or budget.structures < 0:
            raise BadEncodingLimitsExceeded

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level further in."""
        self.budget.depth += 1
        if self.budget.depth > self.budget.deepest:
            raise BadEncodingLimitsExceeded
        yield
        self.budget.depth -= 1


_bytes_of = ua_binary._Bytes.unpack  # noqa: SLF001 - pinned: see ASYNCUA_VERSION
_array_decoder_of = ua_binary._create_uatype_array_deserializer.__wrapped__  # noqa: SLF001
_list_decoder_of = ua_binary._create_list_deserializer.__wrapped__  # noqa: SLF001
_variant_of = ua_binary.variant_from_binary
_extension_object_of = ua_binary.extensionobject_from_binary


def _bytes(data: Any) -> bytes | None:
    if isinstance(data, Bounded):
        length = data.coming_length()
        if length < -1 or length > len(data) - _LENGTH_BYTES:
            raise BadDecodingError
        if length > data.budget.longest_text:
            raise BadEncodingLimitsExceeded
    return _bytes_of(data)


@functools.cache
def _array_decoder(variant_type: Any) -> Callable[[Any], Any]:
    decode = _array_decoder_of(variant_type)
    numbers = variant_type.name in _PRIMITIVES

    def bounded(data: Any) -> Any:
        if isinstance(data, Bounded):
            if variant_type == ua.VariantType.Null:
                raise BadDecodingError
            data.check_array(numbers=numbers)
            # In a request, an array that is not there is one without elements.
            return decode(data) or []
        return decode(data)

    return bounded


@functools.cache
def _list_decoder(element: Any) -> Callable[[Any], Any]:
    decode = _list_decoder_of(element)

    def bounded(data: Any) -> Any:
        if isinstance(data, Bounded):
            data.check_array(numbers=False)
        return decode(data)

    return bounded


def _variant(data: Any) -> ua.Variant:
    if not isinstance(data, Bounded):
        return _variant_of(data)
    with data.deeper():
        encoding = data.read(1)[0]
        variant_type: Any = ua.datatype_to_varianttype(encoding & 0b0011_1111)
        is_array, has_dimensions = bool(encoding & 0b1000_0000), bool(encoding & 0b0100_0000)
        if encoding & 0b0011_1111 > ua.VariantType.DiagnosticInfo.value or (has_dimensions and not is_array):
            raise BadDecodingError
        if not is_array:
            if variant_type == ua.VariantType.Variant:
                raise BadDecodingError
            return ua.Variant(ua_binary.unpack_uatype(variant_type, data), variant_type)
        is_null = data.coming_length() < 0
        value = ua_binary.unpack_uatype_array(variant_type, data)
        value = None if is_null else value
        dimensions = ua_binary.unpack_uatype_array(ua.VariantType.Int32, data) if has_dimensions else None
        if dimensions is None:
            return ua.Variant(value, variant_type, None, is_array=True)
        return _matrix(value, variant_type, dimensions, data.budget)


def _matrix(value: list[Any] | None, variant_type: Any, dimensions: list[int], budget: Budget) -> ua.Variant:
    sound = value is not None and dimensions and min(dimensions) > 0 and math.prod(dimensions) == len(value)
    if not sound or len(dimensions) > budget.deepest:
        raise BadDecodingError
    rows: list[Any] = list(value or [])
    for size in reversed(dimensions[1:]):
        rows = [rows[start : start + size] for start in range(0, len(rows), size)]
    plain: Any = dimensions
    return ua.Variant(rows, variant_type, plain, is_array=True)


def _extension_object(data: Any) -> Any:
    if not isinstance(data, Bounded):
        return _extension_object_of(data)
    with data.deeper():
        return _extension_object_of(data)


def install() -> None:
    """Put our functions in the place of asyncua's; decoders that were made before are made anew."""
    module: Any = ua_binary
    if module.variant_from_binary is _variant:
        return
    module._Bytes.unpack = staticmethod(_bytes)  # noqa: SLF001
    module._create_uatype_array_deserializer = _array_decoder  # noqa: SLF001
    module._create_list_deserializer = _list_decoder  # noqa: SLF001
    module.variant_from_binary = _variant
    module.extensionobject_from_binary = _extension_object
    for made in (
        module._create_uatype_deserializer,  # noqa: SLF001
        module._create_type_deserializer,  # noqa: SLF001
        module._create_dataclass_deserializer,  # noqa: SLF001
    ):
        made.cache_clear()
