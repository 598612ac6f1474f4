"""From events of the plant to events of OPC UA: of which type, heard at which nodes, and told to whom."""

from collections.abc import Callable, Mapping, Sequence

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds

from opcua_server.conditions import Conditions
from opcua_server.event_fields import SERVER, base_fields, event_id
from opcua_server.event_filters import Event
from opcua_server.jobs.management import JobManagement
from opcua_server.subscriptions import SubscriptionsService
from opcua_server.wire import make_node_id
from twin.host.access import Role
from twin.host.chaos import Chaos
from twin.host.port import KEPT_EVENTS, PlantEvent, Port

_PAGE = 1000
_TYPES = {"session": ObjectIds.SystemEventType}


class PlantEvents:
    """Tells subscribers of what happens in the plant."""

    def __init__(
        self,
        port: Port,
        subscriptions: SubscriptionsService,
        notifiers: Mapping[str, frozenset[ua.NodeId]],
        conditions: Conditions,
        jobs: JobManagement | None = None,
    ) -> None:
        self._port, self._subscriptions, self._notifiers, self._conditions = port, subscriptions, notifiers, conditions
        self._jobs = jobs
        self._run = port.run.definition_sha256
        self._last = 0
        self.on_chaos: Callable[[Chaos], None] = lambda chaos: None
        """Called with every command about chaos."""

    async def tell(self) -> None:
        """Tell of everything that has happened since the last time."""
        page: Sequence[PlantEvent] = self._port.events(self._last, _PAGE, truth=True)
        while page:
            for happened in page:
                self._conditions.note(happened)
                if happened.chaos is not None:
                    self.on_chaos(happened.chaos)
                if self._jobs is not None:
                    self._jobs.note(happened)
                event = self.event(happened)
                if event is not None:
                    self._subscriptions.hear(event)
            self._last = page[-1].number
            page = self._port.events(self._last, _PAGE, truth=True) if len(page) == _PAGE else ()
        await self._conditions.tell_watchers()
        if self._jobs is not None:
            await self._jobs.refresh()

    @property
    def kept(self) -> Sequence[PlantEvent]:
        """All that the port keeps, the oldest first."""
        return self._port.events(0, KEPT_EVENTS, truth=True)

    def event(self, happened: PlantEvent) -> Event | None:
        """What OPC UA tells of something that has happened; None where it tells nothing."""
        if happened.alarm is not None:
            return self._conditions.event(happened)
        if happened.job is not None and self._jobs is not None:
            return self._jobs.event(happened, self._run)
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
