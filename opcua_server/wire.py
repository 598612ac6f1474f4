"""asyncua's types made from Python's: its constructors ask for Int32, UInt32 or DateTime where plain values do."""

from datetime import datetime
from typing import Any

from asyncua import ua
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.ua_binary import uatcp_to_binary


def make_node_id(identifier: int | str | bytes, namespace: int = 0) -> ua.NodeId:
    """The node id with a number, a text or bytes as identifier."""
    plain: Any = identifier
    index: Any = namespace
    return ua.NodeId(plain, index)


def status(code: int) -> ua.StatusCode:
    """The status code as an object."""
    plain: Any = code
    return ua.StatusCode(plain)


GOOD = status(StatusCodes.Good)


def data_value(
    value: ua.Variant, source_time: datetime, server_time: datetime, code: ua.StatusCode = GOOD
) -> ua.DataValue:
    """A value with status and both times."""
    source: Any = source_time
    server: Any = server_time
    return ua.DataValue(value, code, source, server)


def encoded(kind: Any, message: Any) -> bytes:
    """A message outside a secure channel, such as an acknowledgement or a refusal."""
    return uatcp_to_binary(kind, message)
