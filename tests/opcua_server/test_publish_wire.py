"""Publish requests and responses are read and written as the general decoder and encoder do it."""

import os
import struct
from datetime import UTC, datetime
from typing import Any

import pytest
from asyncua import ua
from asyncua.ua.ua_binary import struct_to_binary

from opcua_server.publish_wire import TOKEN_BYTES, publish_response, read_publish
from opcua_server.wire import make_node_id, status

NOW = datetime(2026, 1, 5, 6, 0, 0, 123456, tzinfo=UTC)
TOKEN = os.urandom(TOKEN_BYTES)


def request(acknowledged: int = 2, token: ua.NodeId | None = None) -> Any:
    made: Any = ua.PublishRequest()
    made.RequestHeader.AuthenticationToken = make_node_id(TOKEN) if token is None else token
    made.RequestHeader.RequestHandle, made.RequestHeader.TimeoutHint = 17, 60_000
    made.Parameters.SubscriptionAcknowledgements = [
        ua.SubscriptionAcknowledgement(*map(ua.UInt32, (7, number))) for number in range(acknowledged)
    ]
    return made


@pytest.mark.parametrize("acknowledged", [0, 1, 5])
def test_a_request_is_read_with_its_acknowledgements(acknowledged: int) -> None:
    read = read_publish(struct_to_binary(request(acknowledged)), 10)
    assert read is not None
    assert (read.header.RequestHandle, read.header.TimeoutHint, read.header.token) == (17, 60_000, TOKEN)
    assert read.acknowledgements == [(7, number) for number in range(acknowledged)]


def test_a_request_whose_list_is_null_acknowledges_nothing() -> None:
    raw = bytes(struct_to_binary(request(0)))[:-4] + struct.pack("<i", -1)
    read = read_publish(raw, 10)
    assert read is not None
    assert read.acknowledgements == []


def _audited() -> Any:
    made = request()
    made.RequestHeader.AuditEntryId = "somebody"
    return made


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        struct_to_binary(request())[:-1],
        struct_to_binary(request()) + b"\0",
        struct_to_binary(request(11)),
        struct_to_binary(request(token=make_node_id(b"short"))),
        struct_to_binary(request(token=make_node_id(4))),
        struct_to_binary(_audited()),
        struct_to_binary(ua.ReadRequest()),
        bytes(struct_to_binary(request(0)))[:-4] + struct.pack("<i", 2**31 - 1),
    ],
    ids=["nothing", "short", "long", "many", "other token", "number", "audited", "read", "endless"],
)
def test_whatever_else_comes_is_left_to_the_general_decoder(raw: bytes) -> None:
    assert read_publish(bytes(raw), 10) is None


def test_no_part_of_a_request_is_taken_for_one() -> None:
    raw = bytes(struct_to_binary(request()))
    assert [length for length in range(len(raw)) if read_publish(raw[:length], 10) is not None] == []


def values(body: bytes) -> Any:
    packed: Any = body
    return ua.ExtensionObject(TypeId=make_node_id(811), Body=packed)


EVENTS = ua.EventNotificationList(
    Events=[ua.EventFieldList(ClientHandle=ua.UInt32(3), EventFields=[ua.Variant("a", ua.VariantType.String)])]
)


@pytest.mark.parametrize(
    "data",
    [[], [values(b"1234")], [values(b""), EVENTS], [ua.StatusChangeNotification(Status=status(0x800A0000))]],
    ids=["keep-alive", "values", "values and events", "status"],
)
@pytest.mark.parametrize("codes", [[], [0, 0x80280000]])
def test_a_response_is_written_as_the_general_encoder_writes_it(data: list[Any], codes: list[int]) -> None:
    message = ua.NotificationMessage(ua.UInt32(9), NOW, data)
    result: Any = ua.PublishResult(ua.UInt32(7), [ua.UInt32(8), ua.UInt32(9)], bool(codes), message)
    results = [status(code) for code in codes]
    response: Any = ua.PublishResponse()
    response.ResponseHeader.RequestHandle, response.ResponseHeader.Timestamp = 17, NOW
    response.Parameters = ua.PublishResult(7, [8, 9], bool(codes), message, results)  # type: ignore[arg-type]
    assert publish_response(result, results, 17, NOW) == struct_to_binary(response)
