"""All subscriptions of the server, and what one session may do with its own.

In the place of asyncua's SubscriptionService, whose publishing, queues, filters and ownership are not those of the
standard. asyncua knows `subscriptions`, `standard_events` and the methods of `SessionSubscriptions`.
"""

import asyncio
import math
from collections.abc import Iterable, Sequence
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.address_space import AddressSpace
from asyncua.ua.status_codes import StatusCodes

from opcua_server.event_filters import Event
from opcua_server.event_types import EventTypes
from opcua_server.items_service import ItemsService, Scene
from opcua_server.server_clock import ServerClock
from opcua_server.settings import Settings
from opcua_server.signal_values import SignalValues
from opcua_server.subscription import Ask, Send, Subscription, Terms
from opcua_server.wire import status
from twin.host.access import Role, User
from twin.line.text import Language

_LONGEST_KEEP_ALIVE = 10_000


class Farewell:
    """A last message of a subscription that is no more, which waits for a publish request of its session."""

    def __init__(self, owner: "SessionSubscriptions", result: ua.PublishResult, send: Send, ask: Ask) -> None:
        self._owner, self._result, self._send, self._ask = owner, result, send, ask
        self.session_id = owner.session_id
        self.pub_result_callback = send
        self.pub_request_callback = ask

    def publish_results(self, request: Any = None) -> bool:
        """Send the message, if there is a request to answer."""
        request = self._ask(self._result.SubscriptionId) if request is None else request
        if request is None:
            return False
        self._owner.farewells.pop(self._result.SubscriptionId, None)
        self._send(self._result, request)
        return True


class SubscriptionsService:
    """Keeps all subscriptions and lets them sample, hear and publish."""

    def __init__(self, address_space: AddressSpace, settings: Settings) -> None:
        self.settings = settings
        self.clock = ServerClock()
        self.scene = Scene(address_space, settings, EventTypes(address_space))
        self.subscriptions: dict[int, Subscription] = {}
        self.sessions: dict[ua.NodeId, SessionSubscriptions] = {}
        self.standard_events: dict[int, Any] = {}
        self.opened = 0
        """Subscriptions ever created."""
        self.sessions_opened = 0
        """Sessions ever created."""
        self._last_item = 0

    @property
    def values(self) -> SignalValues | None:
        """The newest frame."""
        return self.scene.values

    def sample(self, numbers: Sequence[int]) -> None:
        """Let all items see the newest frame, in which the signals `numbers` have changed."""
        shown = self.scene.values
        if shown is not None:
            now = asyncio.get_running_loop().time()
            for subscription in self.subscriptions.values():
                subscription.take(shown, numbers, now)

    @property
    def watched(self) -> set[int]:
        """Numbers of the signals that somebody watches by an item outside the blocks."""
        return {number for subscription in self.subscriptions.values() for number in subscription.watching}

    def hear(self, event: Event) -> None:
        """Let all items hear an event."""
        for subscription in tuple(self.subscriptions.values()):
            if subscription.listeners:
                subscription.hear(event)

    def watches(self, node_ids: frozenset[ua.NodeId]) -> bool:
        """Whether anybody listens at one of the nodes."""
        return any(subscription.listeners.keys() & node_ids for subscription in self.subscriptions.values())

    def next_number(self) -> int:
        """A number for a new subscription."""
        self.opened += 1
        return self.opened

    def next_items(self, count: int) -> int:
        """The first of `count` numbers for new items; no number is ever given twice."""
        first = self._last_item + 1
        self._last_item += count
        return first

    async def delete_subscriptions(self, numbers: Iterable[int]) -> list[ua.StatusCode]:
        """End subscriptions of any session."""
        return [await self._delete(number) for number in tuple(numbers)]

    async def _delete(self, number: int) -> ua.StatusCode:
        subscription = self.subscriptions.pop(number, None)
        if subscription is None:
            return status(StatusCodes.BadSubscriptionIdInvalid)
        self._close(subscription)
        subscription.stop()
        return status(StatusCodes.Good)

    def _close(self, subscription: Subscription) -> None:
        ItemsService(self.scene, subscription, self.settings.language).delete_all()
        owner = self.sessions.get(subscription.session_id)
        if owner is not None:
            owner.own.pop(subscription.id, None)

    def expire(self, subscription: Subscription) -> None:
        """End a subscription for which nobody asks any more, and say so if its session is still there."""
        self.subscriptions.pop(subscription.id, None)
        owner = self.sessions.get(subscription.session_id)
        self._close(subscription)
        if owner is not None:
            owner.say_farewell(subscription, StatusCodes.BadTimeout)

    async def trigger_event(self, event: Any, subscription_id: int | None = None) -> None:
        """What asyncua's event generators call; this server has none."""

    async def condition_refresh(self, *arguments: Any) -> None:
        """What asyncua binds to a method that this server answers elsewhere."""


class SessionSubscriptions:
    """The subscription services for one session, which sees no subscription but its own."""

    def __init__(self, service: SubscriptionsService, language: Language) -> None:
        self._service = service
        self.language: Language = language
        self.session_id = ua.NodeId()
        self.user = User("", Role.OBSERVER)
        self.owner = b""
        """The application behind the session: only the same one may take its subscriptions over."""
        """Who may take subscriptions over from another session of his."""
        self.own: dict[int, Subscription] = {}
        self.farewells: dict[int, Farewell] = {}

    def belong_to(self, session_id: ua.NodeId) -> None:
        """Say whose they are."""
        self.session_id = session_id
        self._service.sessions[session_id] = self
        self._service.sessions_opened += 1

    def close(self) -> None:
        """Know the session no more."""
        self._service.sessions.pop(self.session_id, None)

    @property
    def subscriptions(self) -> dict[int, Any]:
        """All that can answer a publish request of this session."""
        return {**self.own, **self.farewells} if self.farewells else self.own

    def _mine(self, number: int) -> Subscription:
        found = self.own.get(number)
        if found is None:
            raise ServiceError(StatusCodes.BadSubscriptionIdInvalid)
        found.touch()
        return found

    def _items_with_queues(self, number: int) -> ItemsService:
        """As `_items`, knowing how much room all queues of the session leave."""
        items = self._items(number)
        items.queue_room -= sum(item.queue_size for each in self.own.values() for item in each.items.values())
        return items

    def _items(self, number: int) -> ItemsService:
        return ItemsService(self._service.scene, self._mine(number), self.language)

    # Subscriptions.

    async def create_subscription(
        self, params: ua.CreateSubscriptionParameters, callback: Send, session_id: ua.NodeId, request_callback: Ask
    ) -> ua.CreateSubscriptionResult:
        """A new subscription on terms that the server keeps."""
        service, settings = self._service, self._service.settings
        if len(service.subscriptions) >= settings.subscriptions or len(self.own) >= settings.subscriptions_per_session:
            raise ServiceError(StatusCodes.BadTooManySubscriptions)
        terms = self._terms(params)
        subscription = Subscription(
            service.next_number(), terms, session_id, callback, request_callback,
            enabled=bool(params.PublishingEnabled), kept_messages=settings.unacknowledged,
        )  # fmt: skip
        subscription.user, subscription.role, subscription.owner = self.user.name, self.user.role, self.owner
        subscription.on_expiry = service.expire
        subscription.shown = lambda: service.values
        subscription.now = service.clock.now
        service.subscriptions[subscription.id] = self.own[subscription.id] = subscription
        subscription.start()
        return ua.CreateSubscriptionResult(
            SubscriptionId=subscription.id,
            RevisedPublishingInterval=terms.interval_ms,
            RevisedLifetimeCount=terms.lifetime,
            RevisedMaxKeepAliveCount=terms.keep_alive,
        )

    def _terms(self, asked: ua.CreateSubscriptionParameters | ua.ModifySubscriptionParameters) -> Terms:
        settings = self._service.settings
        wanted = asked.RequestedPublishingInterval
        shortest = settings.shortest_publishing_interval_ms
        interval = min(
            max(shortest if math.isnan(wanted) else wanted, shortest), settings.longest_publishing_interval_ms
        )
        most = max(3, int(settings.longest_lifetime_ms // interval))
        keep_alive = min(max(1, asked.RequestedMaxKeepAliveCount or 10), _LONGEST_KEEP_ALIVE, most // 3)
        lifetime = min(max(asked.RequestedLifetimeCount, 3 * keep_alive), most)
        return Terms(interval, lifetime, keep_alive, asked.MaxNotificationsPerPublish, asked.Priority)

    def modify_subscription(self, params: ua.ModifySubscriptionParameters) -> ua.ModifySubscriptionResult:
        """Other terms from the next cycle on."""
        subscription = self._mine(params.SubscriptionId)
        terms = subscription.terms = self._terms(params)
        return ua.ModifySubscriptionResult(
            RevisedPublishingInterval=terms.interval_ms,
            RevisedLifetimeCount=terms.lifetime,
            RevisedMaxKeepAliveCount=terms.keep_alive,
        )

    async def delete_subscriptions(self, ids: Sequence[int]) -> list[ua.StatusCode]:
        """End subscriptions of this session."""
        results = []
        for number in tuple(ids):
            found = self.own.get(number)
            if found is None:
                results.append(status(StatusCodes.BadSubscriptionIdInvalid))
                continue
            results.extend(await self._service.delete_subscriptions([number]))
            processor = getattr(found.pub_request_callback, "__self__", None)
            if processor is not None and not self.own and not self.farewells:
                processor.refuse_publish_requests(StatusCodes.BadNoSubscription)
        return results

    async def set_publishing_mode(self, params: ua.SetPublishingModeParameters) -> list[ua.StatusCode]:
        """Let subscriptions send what they have, or only sample and queue."""
        results = []
        for number in params.SubscriptionIds:
            found = self.own.get(number)
            if found is not None:
                found.enabled = bool(params.PublishingEnabled)
                found.touch()
            results.append(status(StatusCodes.BadSubscriptionIdInvalid if found is None else StatusCodes.Good))
        return results

    def publish(self, acks: Iterable[ua.SubscriptionAcknowledgement]) -> tuple[int, list[ua.StatusCode]]:
        """Acknowledge messages; how many subscriptions the session has, and a result for each acknowledgement."""
        results = []
        for ack in acks:
            found = self.own.get(ack.SubscriptionId)
            if found is None:
                results.append(status(StatusCodes.BadSubscriptionIdInvalid))
            else:
                known = found.acknowledge(ack.SequenceNumber)
                results.append(status(StatusCodes.Good if known else StatusCodes.BadSequenceNumberUnknown))
        if not self.own and not self.farewells:
            raise ServiceError(StatusCodes.BadNoSubscription)
        return len(self.own), results

    def republish(self, params: ua.RepublishParameters) -> ua.NotificationMessage:
        """A message that was sent and not acknowledged, once more."""
        message = self._mine(params.SubscriptionId).messages.get(params.RetransmitSequenceNumber)
        if message is None:
            raise ServiceError(StatusCodes.BadMessageNotAvailable)
        return message

    async def transfer_subscriptions(
        self, params: ua.TransferSubscriptionsParameters, session_id: ua.NodeId, callback: Send
    ) -> list[ua.TransferResult]:
        """Take subscriptions over from another session of the same user; their old session is told."""
        return [
            self._transfer(number, callback, initial=bool(params.SendInitialValues))
            for number in params.SubscriptionIds
        ]

    def _transfer(self, number: int, send: Send, *, initial: bool) -> ua.TransferResult:
        found = self._service.subscriptions.get(number)
        if found is None:
            return ua.TransferResult(StatusCode=status(StatusCodes.BadSubscriptionIdInvalid))
        if found.user != self.user.name or found.owner != self.owner:
            return ua.TransferResult(StatusCode=status(StatusCodes.BadUserAccessDenied))
        before = self._service.sessions.get(found.session_id)
        if before is not None and before is not self:
            before.own.pop(number, None)
            before.say_farewell(found, StatusCodes.GoodSubscriptionTransferred)
        self.own[number] = found
        found.session_id, found.pub_result_callback = self.session_id, send
        found.pub_request_callback = getattr(send, "__self__").get_publish_request  # noqa: B009 - a bound method's owner
        found.role = self.user.role
        found.touch()
        if initial:
            ItemsService(self._service.scene, found, self.language).resend()
        return ua.TransferResult(AvailableSequenceNumbers=sorted(found.messages))

    def say_farewell(self, subscription: Subscription, code: int) -> None:
        """Tell the session what has become of a subscription, with its next publish request."""
        send, ask = subscription.pub_result_callback, subscription.pub_request_callback
        farewell = Farewell(self, subscription.status_change(code), send, ask)
        self.farewells[subscription.id] = farewell
        asyncio.get_running_loop().call_soon(farewell.publish_results)

    # Items.

    async def create_monitored_items(
        self, params: ua.CreateMonitoredItemsParameters
    ) -> list[ua.MonitoredItemCreateResult]:
        """New items of a subscription."""
        items, service = self._items_with_queues(params.SubscriptionId), self._service
        _check_timestamps(params.TimestampsToReturn)
        used = sum(len(subscription.items) for subscription in self.own.values())
        room = max(0, service.settings.items_per_session - used)
        first = service.next_items(len(params.ItemsToCreate))
        return items.create(params.ItemsToCreate, params.TimestampsToReturn, room, first)

    def modify_monitored_items(self, params: ua.ModifyMonitoredItemsParameters) -> list[ua.MonitoredItemModifyResult]:
        """Other terms for items."""
        items = self._items_with_queues(params.SubscriptionId)
        _check_timestamps(params.TimestampsToReturn)
        return items.modify(params.ItemsToModify, params.TimestampsToReturn)

    async def set_monitoring_mode(self, params: ua.SetMonitoringModeParameters) -> list[ua.StatusCode]:
        """Disabled, sampling or reporting."""
        return self._items(params.SubscriptionId).set_mode(params.MonitoringMode, params.MonitoredItemIds)

    def set_triggering(self, params: ua.SetTriggeringParameters) -> ua.SetTriggeringResult:
        """Links from one item to others."""
        items = self._items(params.SubscriptionId)
        if not params.LinksToAdd and not params.LinksToRemove:
            raise ServiceError(StatusCodes.BadNothingToDo)
        linked = items.link(params.TriggeringItemId, params.LinksToAdd or (), params.LinksToRemove or ())
        if linked is None:
            raise ServiceError(StatusCodes.BadMonitoredItemIdInvalid)
        return ua.SetTriggeringResult(AddResults=linked[0], RemoveResults=linked[1])

    def delete_monitored_items(self, params: ua.DeleteMonitoredItemsParameters) -> list[ua.StatusCode]:
        """Take items away."""
        return self._items(params.SubscriptionId).delete(params.MonitoredItemIds)

    def get_monitored_items(self, number: int) -> tuple[list[int], list[int]]:
        """Server's and client's handles of all items of a subscription."""
        items = self._mine(number).items.values()
        return [item.id for item in items], [item.client_handle for item in items]

    def resend_data(self, number: int) -> None:
        """Let every reporting item of a subscription report its value again."""
        self._items(number).resend()


def _check_timestamps(timestamps: ua.TimestampsToReturn) -> None:
    if timestamps not in tuple(ua.TimestampsToReturn)[:4]:
        raise ServiceError(StatusCodes.BadTimestampsToReturnInvalid)
