"""What comes from the network is refused before it costs anything."""

import contextlib
import struct
import tracemalloc
from typing import Any

import pytest
from asyncua import ua
from asyncua.common.utils import Buffer, NotEnoughData
from asyncua.ua import ua_binary
from asyncua.ua.uaerrors import BadDecodingError, BadEncodingLimitsExceeded
from hypothesis import given
from hypothesis import strategies as st

from opcua_server.decoders import DECODING_ERRORS, Bounded, Budget, install
from opcua_server.settings import Settings

install()
REFUSED = (BadDecodingError, BadEncodingLimitsExceeded, NotEnoughData)
TEXT, BYTES, EXTENSION_OBJECT, VARIANT, BOOLEAN, NULL = 12, 15, 22, 24, 1, 0


def bounded(raw: bytes) -> Bounded:
    return Bounded(raw, Budget.of(Settings()))


def array(kind: int, length: int, rest: bytes = b"", *, dimensions: tuple[int, ...] | None = None) -> bytes:
    """A variant's array as it goes over the wire, with whatever length it claims."""
    mask = kind | 0x80 | (0x40 if dimensions is not None else 0)
    tail = b"" if dimensions is None else struct.pack(f"<i{len(dimensions)}i", len(dimensions), *dimensions)
    return bytes([mask]) + struct.pack("<i", length) + rest + tail


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(array(NULL, 2**31 - 1), id="endless array of Null"),
        pytest.param(array(BOOLEAN, 2**31 - 1), id="array longer than the message"),
        pytest.param(array(BOOLEAN, -2), id="negative array"),
        pytest.param(array(BOOLEAN, 70_000, bytes(70_000)), id="array that is too long"),
        pytest.param(array(TEXT, 1, struct.pack("<i", -2)), id="negative text"),
        pytest.param(array(TEXT, 1, struct.pack("<i", 2**31 - 1)), id="text longer than the message"),
        pytest.param(array(BYTES, 1, struct.pack("<i", -(2**31))), id="most negative byte string"),
        pytest.param(array(BOOLEAN, 1, b"\0", dimensions=(1000, 1000)), id="dimensions beyond the array"),
        pytest.param(array(BOOLEAN, 4, bytes(4), dimensions=(-2, -2)), id="negative dimensions"),
        pytest.param(array(BOOLEAN, 0, dimensions=(0, 2**31 - 1)), id="empty dimensions"),
        pytest.param(bytes([BOOLEAN | 0x40, 1]) + struct.pack("<ii", 1, 1), id="dimensions of a scalar"),
        pytest.param(bytes([VARIANT]) * 50, id="variant in a variant"),
        pytest.param((bytes([VARIANT | 0x80]) + struct.pack("<i", 1)) * 100 + b"\0", id="nested too deeply"),
        pytest.param(bytes([30]), id="reserved type"),
        pytest.param(array(TEXT, 30_000, struct.pack("<i", -1) * 30_000), id="too many texts"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_bomb_is_refused_before_anything_is_allocated(raw: bytes) -> None:
    tracemalloc.start()
    with pytest.raises((*REFUSED, IndexError)):
        ua_binary.variant_from_binary(bounded(raw))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * 1024 * 1024


@pytest.mark.parametrize("length", [-2, 30_000, 2**31 - 1])
def test_a_list_of_operations_that_cannot_be_is_refused(length: int) -> None:
    request: Any = ua.ReadParameters()
    raw = ua_binary.struct_to_binary(request)[:12] + struct.pack("<i", length) + bytes(200_000)
    with pytest.raises(REFUSED):
        ua_binary.struct_from_binary(ua.ReadParameters, bounded(raw))


def test_the_budget_is_for_the_whole_message() -> None:
    raw = array(VARIANT, 6, array(TEXT, 4_000, struct.pack("<i", -1) * 4_000) * 6)
    with pytest.raises(BadEncodingLimitsExceeded):
        ua_binary.variant_from_binary(bounded(raw))


def test_an_extension_object_inside_itself_comes_to_an_end() -> None:
    value = bytes([NULL])
    for _ in range(100):
        operand = struct.pack("<BBHB", 1, 0, ua.ObjectIds.LiteralOperand_Encoding_DefaultBinary, 1)
        value = bytes([EXTENSION_OBJECT]) + operand + struct.pack("<i", len(value)) + value
    with pytest.raises(BadEncodingLimitsExceeded):
        ua_binary.variant_from_binary(bounded(value))


@pytest.mark.parametrize(
    "value",
    [
        ua.Variant(1.5, ua.VariantType.Double),
        ua.Variant("bizcocho", ua.VariantType.String),
        ua.Variant([1, 2, 3], ua.VariantType.UInt16),
        ua.Variant([["a", "b"], ["c", "d"]], ua.VariantType.String),
        ua.Variant([[[1, 2]], [[3, 4]]], ua.VariantType.Int64),
        ua.Variant(
            [ua.Variant(1, ua.VariantType.Byte), ua.Variant("x", ua.VariantType.String)], ua.VariantType.Variant
        ),
        ua.Variant(ua.Range(1.0, 2.0), ua.VariantType.ExtensionObject),
        ua.Variant(None, ua.VariantType.Null),
        ua.Variant([], ua.VariantType.Double),
    ],
)
def test_sound_values_come_through_as_they_are(value: ua.Variant) -> None:
    raw = ua_binary.variant_to_binary(value)
    found = ua_binary.variant_from_binary(bounded(raw))
    assert (found.Value, found.VariantType) == (value.Value, value.VariantType)
    assert ua_binary.variant_from_binary(Buffer(raw)).Value == value.Value


REQUESTS = (
    ua.CreateSessionParameters, ua.ActivateSessionParameters, ua.ReadParameters, ua.WriteParameters,
    ua.BrowseParameters,
    ua.CreateMonitoredItemsParameters, ua.CallParameters, ua.HistoryReadParameters, ua.OpenSecureChannelRequest,
    ua.RequestHeader, ua.Hello,
)  # fmt: skip


@given(st.sampled_from(REQUESTS), st.binary(max_size=400))
def test_any_bytes_give_a_request_or_an_error_that_is_known(kind: type, raw: bytes) -> None:
    with contextlib.suppress(*DECODING_ERRORS):
        assert isinstance(ua_binary.struct_from_binary(kind, bounded(raw)), kind)
