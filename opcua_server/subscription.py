"""One subscription: its items, its publishing cycle, and the messages that it keeps until they are acknowledged."""

import asyncio
import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.ua_binary import struct_to_binary

from opcua_server.blocks import Block
from opcua_server.event_filters import Event
from opcua_server.index_range import ranged
from opcua_server.monitored_items import MonitoredItem
from opcua_server.signal_values import SignalValues
from opcua_server.wire import make_node_id, status
from twin.host.access import Role

_DATA_CHANGES = make_node_id(ObjectIds.DataChangeNotification_Encoding_DefaultBinary)
_NO_DIAGNOSTICS = b"\xff\xff\xff\xff"
_LAST_SEQUENCE = 0xFFFF_FFFF
ABREAST = 32
"""Subscriptions that publish in the same turn of the event loop, when their intervals are the same."""
_BETWEEN_S = 0.025
"""Between that turn and the one of the next so many [s]."""

Send = Callable[[ua.PublishResult, Any], None]
Ask = Callable[[int], Any]


@dataclass(slots=True)
class Terms:
    """What client and server have agreed on."""

    interval_ms: float
    lifetime: int
    keep_alive: int
    most_notifications: int
    """In one message."""
    priority: int


class Subscription:
    """A subscription of a session.

    `pub_result_callback`, `pub_request_callback`, `session_id` and `publish_results` are what the processor of a
    connection knows of it.
    """

    def __init__(
        self,
        number: int,
        terms: Terms,
        session_id: ua.NodeId,
        send: Send,
        ask: Ask,
        *,
        enabled: bool,
        kept_messages: int,
    ) -> None:
        self.id = number
        self.terms = terms
        self.session_id = session_id
        self.pub_result_callback = send
        self.pub_request_callback = ask
        self.enabled = enabled
        self.items: dict[int, MonitoredItem] = {}
        self.objects: dict[int, MonitoredItem] = {}
        """Items that are not in a block."""
        self.listeners: dict[ua.NodeId, dict[int, MonitoredItem]] = {}
        """Items that watch events, by the node at which they listen."""
        self.blocks: dict[tuple[ua.VariantType, ua.TimestampsToReturn], Block] = {}
        self.role = Role.OBSERVER
        """Of who reads it: events are told only to those who may know of them."""
        self.user = ""
        self.owner = b""
        """Whose it is, in whichever session."""
        self.on_expiry: Callable[[Subscription], None] = lambda subscription: None
        self.sent = 0
        """Notifications sent so far."""
        self.messages: dict[int, ua.NotificationMessage] = {}
        """Sent and not acknowledged, by sequence number."""
        self._late: set[MonitoredItem] = set()
        self._kept_messages = kept_messages
        self._sequence = 0
        self._cycles_without_message = 0
        self._cycles_without_request = 0
        self._first = True
        self._timer: asyncio.TimerHandle | None = None
        self.shown: Callable[[], SignalValues | None] = lambda: None
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)

    # The publishing cycle.

    def start(self) -> None:
        """Begin to publish."""
        loop = asyncio.get_running_loop()
        # Cycles of one length fall together, as a turn of the loop costs more than what one subscription does in it.
        interval, phase = self.terms.interval_ms / 1000.0, self.id // ABREAST * _BETWEEN_S
        due = (math.floor((loop.time() - phase) / interval) + 1) * interval + phase
        self._timer = loop.call_at(due, self._cycle)

    def stop(self) -> None:
        """Publish no more."""
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    def _cycle(self) -> None:
        if self._timer is None:
            return
        loop = asyncio.get_running_loop()
        due = max(self._timer.when() + self.terms.interval_ms / 1000.0, loop.time())
        self._timer = loop.call_at(due, self._cycle)
        self.publish_results()

    def publish_results(self, request: Any = None) -> bool:
        """Send what there is: at the end of a cycle, or when a request comes that it has waited for; whether it did."""
        if request is None:
            self._sample_late()
            if not self._wants_to_send():
                return False
            request = self.pub_request_callback(self.id)
            if request is None:
                self._miss_request()
                return False
        elif not self._has_news() and self._cycles_without_message < self.terms.keep_alive and not self._first:
            return False
        self._cycles_without_request = 0
        while request is not None:
            message, more = self._message()
            self._send(message, request, more=more)
            request = self.pub_request_callback(self.id) if more else None
        return True

    def _wants_to_send(self) -> bool:
        self._cycles_without_message += 1
        return self._first or self._has_news() or self._cycles_without_message >= self.terms.keep_alive

    def _miss_request(self) -> None:
        self._cycles_without_request += 1
        if self._cycles_without_request >= self.terms.lifetime:
            self.on_expiry(self)
            self.stop()

    def touch(self) -> None:
        """Live on: the client has just asked for something of this subscription."""
        self._cycles_without_request = 0

    def _has_news(self) -> bool:
        if not self.enabled:
            return False
        return any(item.waiting for item in self.objects.values()) or any(
            block.waiting for block in self.blocks.values()
        )

    # Messages.

    def _message(self) -> tuple[ua.NotificationMessage, bool]:
        """The next message, without notifications when there are none; and whether more wait."""
        left = self.terms.most_notifications or _LAST_SEQUENCE
        changes: list[bytes] = []
        events: list[ua.EventFieldList] = []
        count = 0
        for block in self.blocks.values() if self.enabled else ():
            encoded, number = block.encoded(left - count - len(events))
            changes.append(encoded)
            count += number
        for item in tuple(self.objects.values()) if self.enabled else ():
            taken = item.taken(left - count - len(events)) if item.waiting else ()
            if item.selection is not None:
                events.extend(taken)
                continue
            changes.extend(struct_to_binary(notification) for notification in taken)
            count += len(taken)
        message = ua.NotificationMessage(PublishTime=self.now())
        if count:
            body = struct.pack("<i", count) + b"".join(changes) + _NO_DIAGNOSTICS
            packed: Any = body
            message.NotificationData.append(ua.ExtensionObject(TypeId=_DATA_CHANGES, Body=packed))
        if events:
            message.NotificationData.append(ua.EventNotificationList(Events=events))
        self.sent += count + len(events)
        return message, self._has_news()

    def _send(self, message: ua.NotificationMessage, request: Any, *, more: bool) -> None:
        following = self._sequence % _LAST_SEQUENCE + 1
        message.SequenceNumber = following
        if message.NotificationData:
            self._sequence = following
            self.messages[following] = message
            while len(self.messages) > self._kept_messages:
                del self.messages[next(iter(self.messages))]
        self._first, self._cycles_without_message = False, 0
        result = ua.PublishResult(
            SubscriptionId=self.id,
            AvailableSequenceNumbers=list(self.messages),
            MoreNotifications=more,
            NotificationMessage=message,
        )
        self.pub_result_callback(result, request)

    @property
    def next_sequence(self) -> int:
        """Sequence number of the next message with notifications."""
        return self._sequence % _LAST_SEQUENCE + 1

    def acknowledge(self, sequence: int) -> bool:
        """Forget a message; whether it was kept."""
        return self.messages.pop(sequence, None) is not None

    # What the items see.

    def take(self, shown: SignalValues, numbers: Sequence[int], now: float) -> None:
        """Sample a new frame; `numbers` are the signals that changed and may be watched one by one."""
        for block in self.blocks.values():
            block.take(shown, now)
        watching = self.watching
        if watching:
            watched = [item for number in numbers for item in watching.get(number, ())]
            late = self._late - set(watched)
            for item in (*watched, *(item for item in late if item.number >= 0)):
                self.offer(item, ranged(shown.data_value(item.number), item.read.IndexRange), now)

    def _sample_late(self) -> None:
        now, shown = asyncio.get_running_loop().time(), self.shown()
        for block in self.blocks.values():
            if block.has_late and shown is not None:
                block.take(shown, now, again=True)
        for item in tuple(self._late):
            if item.number >= 0 and shown is not None:
                self.offer(item, ranged(shown.data_value(item.number), item.read.IndexRange), now)
            else:
                self.offer(item, None, now)

    @property
    def watching(self) -> dict[int, list[MonitoredItem]]:
        """Items outside blocks by the number of the signal that they watch."""
        if self._watching is None:
            self._watching = {}
            for item in self.objects.values():
                if item.number >= 0:
                    self._watching.setdefault(item.number, []).append(item)
        return self._watching

    _watching: dict[int, list[MonitoredItem]] | None = None

    def forget_watching(self) -> None:
        """Find out anew which items watch which signal."""
        self._watching = None
        self._late &= set(self.objects.values())

    def offer(self, item: MonitoredItem, value: ua.DataValue | None, now: float) -> None:
        """Let an item sample a value; None: the one that had to wait until its sampling interval was over."""
        if item.catch_up(now) if value is None else item.offer(value, now):
            self._trigger(item)
        if item.is_late:
            self._late.add(item)
        else:
            self._late.discard(item)

    def _trigger(self, item: MonitoredItem) -> None:
        """Let the items that are linked to one that has something to report send what they have sampled."""
        if item.links and item.mode == ua.MonitoringMode.Reporting:
            for number in item.links:
                linked = self.items.get(number)
                if linked is not None and linked.mode == ua.MonitoringMode.Sampling:
                    linked.triggered = True

    def hear(self, event: Event) -> None:
        """Queue an event for every item that listens where it can be heard, and wants it."""
        for notifier in event.notifiers & self.listeners.keys():
            for item in self.listeners[notifier].values():
                self.tell(item, event)

    def tell(self, item: MonitoredItem, event: Event) -> None:
        """Queue an event for one item, if it wants it."""
        selection = item.selection
        if selection is None or item.mode == ua.MonitoringMode.Disabled or event.least > self.role:
            return
        if not selection.wants(event):
            return
        item.put_event(selection.fields(event))
        self._trigger(item)

    def status_change(self, code: int) -> ua.PublishResult:
        """A last message that says what has become of the subscription."""
        message = ua.NotificationMessage(
            SequenceNumber=self._sequence % _LAST_SEQUENCE + 1,
            PublishTime=self.now(),
            NotificationData=[ua.StatusChangeNotification(Status=status(code))],
        )
        return ua.PublishResult(
            SubscriptionId=self.id,
            MoreNotifications=False,
            NotificationMessage=message,
        )
