"""From events of the plant to events of OPC UA: of which type, heard at which nodes, and told to whom."""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import blake2b

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds

from opcua_server.data_types import moment
from opcua_server.event_filters import Event, Field
from opcua_server.subscriptions import SubscriptionsService
from opcua_server.wire import make_node_id
from twin.host.access import Role
from twin.host.port import PlantEvent, Port
from twin.line.text import Text

SERVER = make_node_id(ObjectIds.Server)
KEPT_EVENTS = 10_000
_PAGE = 1000
_TYPES = {"session": ObjectIds.SystemEventType}


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


Translate = Callable[[PlantEvent], Event | None]


class PlantEvents:
    """Tells subscribers of what happens in the plant, and keeps what was told for whoever asks later."""

    def __init__(
        self, port: Port, subscriptions: SubscriptionsService, notifiers: Mapping[str, frozenset[ua.NodeId]], run: str
    ) -> None:
        self._port, self._subscriptions, self._notifiers, self._run = port, subscriptions, notifiers, run
        self._last = 0
        self.of_alarm: Translate = lambda event: None
        self.kept: deque[Event] = deque(maxlen=KEPT_EVENTS)

    def tell(self) -> None:
        """Tell of everything that has happened since the last time."""
        while True:
            page = self._port.events(self._last, _PAGE, truth=True)
            for happened in page:
                event = self._event(happened)
                if event is not None:
                    self.emit(event)
            if page:
                self._last = page[-1].number
            if len(page) < _PAGE:
                return

    def emit(self, event: Event) -> None:
        """Tell of one event."""
        self.kept.append(event)
        self._subscriptions.hear(event)

    def _event(self, happened: PlantEvent) -> Event | None:
        if happened.alarm is not None:
            return self.of_alarm(happened)
        station, name = happened.station, happened.station.rpartition("/")[2] or "run"
        notifiers = self._notifiers.get(station) or self._notifiers.get(station.rpartition("/")[0])
        heard = notifiers or frozenset({SERVER})
        source = next((node for node in heard if node.Identifier == station), SERVER)
        kind = _TYPES.get(happened.kind, ObjectIds.BaseEventType)
        identifier = event_id(self._run, happened.kind, happened.time, happened.number)
        message, severity = happened.message, happened.severity
        return Event(
            make_node_id(kind),
            base_fields(kind, identifier, source, name, happened.time, message, severity),
            heard,
            happened.time,
            least=Role.INSTRUCTOR if happened.truth else Role.OBSERVER,
        )
