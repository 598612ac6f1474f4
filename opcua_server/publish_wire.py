"""Publish requests and responses on the wire, read and written in one go: they are most of what goes to and fro.

Whatever is not as nearly all clients send it is left to the general decoder; a test holds both against each other.
"""

import struct
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from asyncua import ua
from asyncua.ua.ua_binary import Primitives, extensionobject_to_binary, nodeid_to_binary

TOKEN_BYTES = 32
"""Length of the authentication tokens that this server draws."""
_REQUEST, _RESPONSE = 826, 829
"""Numbers of the binary encodings of PublishRequest and PublishResponse."""
# FourByte node id of the encoding, then the token as an opaque node id of namespace 0.
_HEAD = struct.pack("<BBHBHI", 1, 0, _REQUEST, 5, 0, TOKEN_BYTES)
# Timestamp, handle, diagnostics, no audit entry, time-out, no additional header, number of acknowledgements.
_HEADER = struct.Struct("<qIIiIHBi")
_NO_TEXT = -1
_ACKNOWLEDGEMENT = struct.Struct("<II")
_TOKEN_END = len(_HEAD) + TOKEN_BYTES
_HEADER_END = _TOKEN_END + _HEADER.size
_RESPONSE_NODE = struct.pack("<BBH", 1, 0, _RESPONSE)
# Handle, good, no diagnostics, no texts, no additional header.
_RESPONSE_HEAD = struct.Struct("<IIBiHB")


class Acknowledgement(NamedTuple):
    """A SubscriptionAcknowledgement."""

    SubscriptionId: int
    SequenceNumber: int


class PublishHeader(NamedTuple):
    """What is wanted of the header of a publish request, under the names of asyncua."""

    RequestHandle: int
    TimeoutHint: int
    token: bytes = b""


class PublishRequest(NamedTuple):
    """A publish request."""

    header: PublishHeader
    acknowledgements: list[Acknowledgement]


def read_publish(body: bytes, most: int) -> PublishRequest | None:
    """The request, with at most `most` acknowledgements; None for anything else or in another shape."""
    if len(body) < _HEADER_END or not body.startswith(_HEAD):
        return None
    _, handle, _, audit, hint, additional, encoding, count = _HEADER.unpack_from(body, _TOKEN_END)
    count = max(0, count)
    plain = audit == _NO_TEXT and additional == 0 and encoding == 0 and count <= most
    if not plain or len(body) != _HEADER_END + count * _ACKNOWLEDGEMENT.size:
        return None
    acknowledged = [Acknowledgement._make(pair) for pair in _ACKNOWLEDGEMENT.iter_unpack(body[_HEADER_END:])]
    return PublishRequest(PublishHeader(handle, hint, body[len(_HEAD) : _TOKEN_END]), acknowledged)


def publish_response(result: ua.PublishResult, results: Sequence[ua.StatusCode], handle: int, now: datetime) -> bytes:
    """A good PublishResponse, ready to be sent; `results` are those of the request's acknowledgements."""
    message = result.NotificationMessage
    available = result.AvailableSequenceNumbers or []
    parts = [
        _RESPONSE_NODE,
        Primitives.DateTime.pack(now),
        _RESPONSE_HEAD.pack(handle, 0, 0, 0, 0, 0),
        struct.pack(
            f"<Ii{len(available)}I?", result.SubscriptionId, len(available), *available, result.MoreNotifications
        ),
        struct.pack("<I", message.SequenceNumber),
        Primitives.DateTime.pack(message.PublishTime),
        struct.pack("<i", len(message.NotificationData)),
    ]
    for data in message.NotificationData:
        parts += _extension(data)
    codes = [code.value for code in results]
    parts.append(struct.pack(f"<i{len(codes)}Ii", len(codes), *codes, 0))
    return b"".join(parts)


def _extension(data: Any) -> list[bytes]:
    """An extension object; the body of values is a block of bytes already, and long."""
    if isinstance(data, ua.ExtensionObject) and isinstance(data.Body, bytes):
        return [nodeid_to_binary(data.TypeId), b"\1", struct.pack("<i", len(data.Body)), data.Body]
    return [extensionobject_to_binary(data)]
