"""The fields that every event has."""

from datetime import UTC, datetime
from hashlib import blake2b

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds

from opcua_server.data_types import moment
from opcua_server.event_filters import Field
from opcua_server.wire import make_node_id
from twin.line.text import Text

SERVER = make_node_id(ObjectIds.Server)


def event_id(*what: object) -> bytes:
    """An id of 16 bytes that is the same whenever the same thing is told of."""
    return blake2b("/".join(map(str, what)).encode(), digest_size=16).digest()


def base_fields(
    event_type: int | ua.NodeId,
    identifier: bytes,
    source: ua.NodeId,
    name: str,
    time: int,
    message: Text,
    severity: int,
) -> dict[str, Field]:
    """The fields that every event has; `time` is the plant instant [microseconds since 1970 UTC]."""
    type_id = make_node_id(event_type) if isinstance(event_type, int) else event_type
    return {
        "EventId": ua.Variant(identifier, ua.VariantType.ByteString),
        "EventType": ua.Variant(type_id, ua.VariantType.NodeId),
        "SourceNode": ua.Variant(source, ua.VariantType.NodeId),
        "SourceName": ua.Variant(name, ua.VariantType.String),
        "Time": ua.Variant(moment(time), ua.VariantType.DateTime),
        "ReceiveTime": ua.Variant(datetime.now(UTC), ua.VariantType.DateTime),
        "Message": message,
        "Severity": ua.Variant(severity, ua.VariantType.UInt16),
    }
