"""Methods that OPC UA itself defines on the Server object and on the condition type."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes

from opcua_server.arguments import Argument
from opcua_server.calls import Answer, Caller, Calls, FunctionMethod
from opcua_server.conditions import Conditions
from opcua_server.event_fields import SERVER, base_fields, event_id
from opcua_server.event_filters import Event
from opcua_server.subscription import Subscription
from opcua_server.subscriptions import SubscriptionsService
from opcua_server.wire import make_node_id
from twin.line.text import Text

_SUBSCRIPTION = Argument("SubscriptionId", ua.VariantType.UInt32, Text("Subscription.", "Suscripción."))
_ITEM = Argument("MonitoredItemId", ua.VariantType.UInt32, Text("Monitored item.", "Elemento vigilado."))
_BEGINS = Text("Refresh begins", "Empieza el refresco")
_ENDS = Text("Refresh ends", "Acaba el refresco")


class ServerMethods:
    """ConditionRefresh, ConditionRefresh2, GetMonitoredItems and ResendData."""

    def __init__(self, subscriptions: SubscriptionsService, conditions: Conditions) -> None:
        self._subscriptions, self._conditions = subscriptions, conditions
        self._refreshes = 0

    async def refresh(self, object_id: ua.NodeId, values: Sequence[Any], caller: Caller) -> Answer:
        """Tell a subscription of every condition that is retained, between two events that mark begin and end."""
        subscription = caller.own.own.get(values[0])
        if subscription is None:
            return Answer(StatusCodes.BadSubscriptionIdInvalid)
        chosen = None if len(values) == 1 else values[1]
        if chosen is not None and getattr(subscription.items.get(chosen), "selection", None) is None:
            return Answer(StatusCodes.BadMonitoredItemIdInvalid)
        self._refreshes += 1
        self._mark(subscription, chosen, ObjectIds.RefreshStartEventType, _BEGINS)
        for event in self._conditions.retained:
            for notifier in event.notifiers & subscription.listeners.keys():
                for item in subscription.listeners[notifier].values():
                    if chosen in (None, item.id):
                        subscription.tell(item, event)
        self._mark(subscription, chosen, ObjectIds.RefreshEndEventType, _ENDS)
        return Answer()

    def _mark(self, subscription: Subscription, chosen: int | None, kind: int, message: Text) -> None:
        """Begin and end of a refresh reach every item, whatever it filters."""
        now = int(datetime.now(UTC).timestamp() * 1e6)
        identifier = event_id("refresh", id(self), self._refreshes, kind)
        event = Event(
            make_node_id(kind), base_fields(kind, identifier, SERVER, "Server", now, message, 100), frozenset()
        )
        for items in subscription.listeners.values():
            for item in items.values():
                if chosen in (None, item.id) and item.selection is not None:
                    item.put_event(item.selection.fields(event))

    async def monitored_items(self, object_id: ua.NodeId, values: Sequence[Any], caller: Caller) -> Answer:
        """Handles of all items of a subscription."""
        try:
            numbers, handles = caller.own.get_monitored_items(values[0])
        except ServiceError as error:
            return Answer(_not_mine(self._subscriptions, values[0], error.code))
        results = [ua.Variant(each, ua.VariantType.UInt32, is_array=True) for each in (numbers, handles)]
        return Answer(results=results)

    async def resend(self, object_id: ua.NodeId, values: Sequence[Any], caller: Caller) -> Answer:
        """Report the values of all items of a subscription again."""
        try:
            caller.own.resend_data(values[0])
        except ServiceError as error:
            return Answer(_not_mine(self._subscriptions, values[0], error.code))
        return Answer()


def _not_mine(subscriptions: SubscriptionsService, number: int, code: int) -> int:
    return StatusCodes.BadUserAccessDenied if number in subscriptions.subscriptions else code


def offer_server_methods(calls: Calls, subscriptions: SubscriptionsService, conditions: Conditions) -> None:
    """Let clients call them."""
    methods = ServerMethods(subscriptions, conditions)
    refreshed = frozenset((make_node_id(ObjectIds.ConditionType), *conditions.node_ids))
    server = frozenset((SERVER,))
    table = (
        (ObjectIds.ConditionType_ConditionRefresh, (_SUBSCRIPTION,), refreshed, methods.refresh),
        (ObjectIds.ConditionType_ConditionRefresh2, (_SUBSCRIPTION, _ITEM), refreshed, methods.refresh),
        (ObjectIds.Server_GetMonitoredItems, (_SUBSCRIPTION,), server, methods.monitored_items),
        (ObjectIds.Server_ResendData, (_SUBSCRIPTION,), server, methods.resend),
    )
    for identifier, arguments, owners, function in table:
        calls.add(make_node_id(identifier), FunctionMethod(arguments, owners, function))
