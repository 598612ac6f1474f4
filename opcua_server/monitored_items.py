"""What one monitored item is: what it watches, how it samples and queues, and what it reports."""

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any

from asyncua import ua

from opcua_server.blocks import OVERFLOW
from opcua_server.data_changes import is_reported
from opcua_server.event_filters import EventSelection
from opcua_server.wire import status

_SLACK_S = 0.02


@dataclass(slots=True, eq=False)
class MonitoredItem:
    """An item of a subscription. Times are those of the event loop's clock [s]."""

    id: int
    read: ua.ReadValueId
    client_handle: int
    mode: ua.MonitoringMode
    timestamps: ua.TimestampsToReturn
    interval_s: float
    queue_size: int
    discard_oldest: bool = True
    trigger: ua.DataChangeTrigger = ua.DataChangeTrigger.StatusValue
    width: float | None = None
    selection: EventSelection | None = None
    """Which events, and what of them; None for an item that watches a value."""
    overflow: list[ua.Variant] = field(default_factory=list)
    """The event that stands in the queue for those that were lost."""

    place: int = -1
    """Place in the frame, for the value of a signal that can go in a block; -1 for all others."""
    number: int = -1
    """Number of the signal whose value it watches, -1 for all others."""
    row: int = -1
    """Row in its block."""
    handle: int = 0
    """Of the address space's callback, 0 without one."""
    links: set[int] = field(default_factory=set)
    """Items whose queues are sent when this one has something to report."""
    triggered: bool = False
    """Whether what is queued is sent although the item only samples."""
    due: float = 0.0
    _sent: ua.DataValue | None = None
    _late: ua.DataValue | None = None
    _queue: deque[Any] = field(default_factory=deque)

    @property
    def reports(self) -> bool:
        """Whether its queue is sent."""
        return self.mode == ua.MonitoringMode.Reporting or self.triggered

    @property
    def waiting(self) -> int:
        """Notifications that could be sent now."""
        return len(self._queue) if self.reports else 0

    @property
    def is_late(self) -> bool:
        """Whether a value waits for the sampling interval to be over."""
        return self._late is not None

    def offer(self, value: ua.DataValue, now: float) -> bool:
        """Sample a value, or keep it until the sampling interval is over; whether it was queued."""
        if self.mode == ua.MonitoringMode.Disabled:
            return False
        if self._sent is not None and now < self.due - min(_SLACK_S, self.interval_s / 2.0):
            self._late = value
            return False
        self._late = None
        self.due = (now if self.due + self.interval_s < now else self.due) + self.interval_s
        if self._sent is not None and not is_reported(self._sent, value, self.trigger, self.width):
            return False
        self._sent = value
        self._put(value)
        return True

    def catch_up(self, now: float) -> bool:
        """Sample the value that had to wait, if it may be sampled now; whether it was queued."""
        return self._late is not None and self.offer(self._late, now)

    def _put(self, value: ua.DataValue) -> None:
        queue, several = self._queue, self.queue_size > 1
        if len(queue) < self.queue_size:
            queue.append(value)
        elif self.discard_oldest:
            queue.popleft()
            queue.append(value)
            if several:
                queue[0] = _overflowed(queue[0])
        else:
            queue[-1] = _overflowed(value) if several else value

    def put_event(self, fields: list[ua.Variant]) -> None:
        """Queue an event; where some are lost because the queue is full, an event of its own says so."""
        queue, overflow = self._queue, self.overflow
        if len(queue) < self.queue_size:
            queue.append(fields)
        elif self.discard_oldest:
            if queue[0] is overflow:
                queue.popleft()
            while len(queue) >= self.queue_size:
                queue.popleft()
            queue.appendleft(overflow)
            queue.append(fields)
        elif queue[-1] is not overflow:
            queue.append(overflow)

    def taken(self, limit: int) -> list[Any]:
        """At most `limit` notifications, the oldest first."""
        count = min(limit, self.waiting)
        taken = [self._queue.popleft() for _ in range(count)]
        if not self._queue:
            self.triggered = False
        if self.selection is not None:
            return [ua.EventFieldList(ClientHandle=self.client_handle, EventFields=fields) for fields in taken]
        return [
            ua.MonitoredItemNotification(ClientHandle=self.client_handle, Value=stamped(value, self.timestamps))
            for value in taken
        ]

    def set_mode(self, mode: ua.MonitoringMode) -> None:
        """Change how the item works; one that is disabled forgets what it knew."""
        if mode == ua.MonitoringMode.Disabled:
            self.forget()
            self._queue.clear()
        self.mode = mode

    def forget(self) -> None:
        """Report the next sample whatever it is."""
        self._sent = self._late = None
        self.due = 0.0

    def resize(self, queue_size: int) -> None:
        """Change the length of the queue; what does not fit is lost as if it had come too late."""
        while len(self._queue) > queue_size:
            if self.discard_oldest:
                self._queue.popleft()
            else:
                self._queue.pop()
        self.queue_size = queue_size


def _overflowed(value: ua.DataValue) -> ua.DataValue:
    code = value.StatusCode.value if value.StatusCode is not None else 0
    return replace(value, StatusCode=status(code | OVERFLOW))


def stamped(value: ua.DataValue, timestamps: ua.TimestampsToReturn) -> ua.DataValue:
    """The value with the time stamps that were asked for."""
    if timestamps == ua.TimestampsToReturn.Both:
        return value
    source = timestamps == ua.TimestampsToReturn.Source
    server = timestamps == ua.TimestampsToReturn.Server
    return ua.DataValue(
        value.Value,
        value.StatusCode,
        value.SourceTimestamp if source else None,
        value.ServerTimestamp if server else None,
    )
