"""Audit events (part 5): who wrote and called what, and what came of it. They are told to engineers and instructors."""

import secrets
import time
from collections.abc import Mapping

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds

from opcua_server.calls import Caller
from opcua_server.event_fields import SERVER, base_fields
from opcua_server.event_filters import Event, Field
from opcua_server.subscriptions import SubscriptionsService
from opcua_server.wire import make_node_id
from twin.host.access import TRUTH, Role, User
from twin.host.port import Port
from twin.line.text import Text

_WRITTEN = Text("A value was written", "Se ha escrito un valor")
_CALLED = Text("A method was called", "Se ha llamado a un método")
_METHOD_TYPES: Mapping[str, int] = {
    "Enable": ObjectIds.AuditConditionEnableEventType,
    "Disable": ObjectIds.AuditConditionEnableEventType,
    "AddComment": ObjectIds.AuditConditionCommentEventType,
    "Acknowledge": ObjectIds.AuditConditionAcknowledgeEventType,
    "Confirm": ObjectIds.AuditConditionConfirmEventType,
    "TimedShelve": ObjectIds.AuditConditionShelvingEventType,
    "OneShotShelve": ObjectIds.AuditConditionShelvingEventType,
    "Unshelve": ObjectIds.AuditConditionShelvingEventType,
}
_BY_TYPE_METHOD = {
    ObjectIds.ConditionType_Enable: "Enable",
    ObjectIds.ConditionType_Disable: "Disable",
    ObjectIds.ConditionType_AddComment: "AddComment",
    ObjectIds.AcknowledgeableConditionType_Acknowledge: "Acknowledge",
    ObjectIds.AcknowledgeableConditionType_Confirm: "Confirm",
}


class Audit:
    """Tells the Server object's listeners of every write and call."""

    def __init__(self, port: Port, subscriptions: SubscriptionsService) -> None:
        self._port, self._subscriptions = port, subscriptions

    def written(self, item: ua.WriteValue, before: ua.DataValue, result: ua.StatusCode, user: User) -> None:
        """Tell of a write, whatever came of it."""
        if not self._is_heard():
            return
        told = self._fields(ObjectIds.AuditWriteUpdateEventType, _WRITTEN, user, good=result.is_good())
        told |= {
            "AttributeId": ua.Variant(int(item.AttributeId), ua.VariantType.UInt32),
            "IndexRange": ua.Variant(item.IndexRange or "", ua.VariantType.String),
            "OldValue": before.Value or ua.Variant(),
            "NewValue": item.Value.Value or ua.Variant(),
        }
        told["SourceNode"] = ua.Variant(item.NodeId, ua.VariantType.NodeId)
        told["SourceName"] = ua.Variant("Attribute/Write", ua.VariantType.String)
        self._tell(ObjectIds.AuditWriteUpdateEventType, told, Role.ENGINEER)

    def called(self, request: ua.CallMethodRequest, result: ua.CallMethodResult, caller: Caller) -> None:
        """Tell of a call, whatever came of it."""
        if not self._is_heard():
            return
        name = str(request.MethodId.Identifier).rpartition("/")[2]
        if request.MethodId.NamespaceIndex == 0:
            name = _BY_TYPE_METHOD.get(request.MethodId.Identifier, "")
        kind = _METHOD_TYPES.get(name, ObjectIds.AuditUpdateMethodEventType)
        told = self._fields(kind, _CALLED, caller.user, good=result.StatusCode.is_good())
        told |= {
            "MethodId": ua.Variant(request.MethodId, ua.VariantType.NodeId),
            "StatusCodeId": ua.Variant(result.StatusCode, ua.VariantType.StatusCode),
            "InputArguments": ua.Variant(list(request.InputArguments or []), ua.VariantType.Variant, is_array=True),
        }
        told["SourceNode"] = ua.Variant(request.ObjectId, ua.VariantType.NodeId)
        told["SourceName"] = ua.Variant(f"Method/{name}", ua.VariantType.String)
        self._tell(kind, told, Role.INSTRUCTOR if name in TRUTH else Role.ENGINEER)

    def _is_heard(self) -> bool:
        return self._subscriptions.watches(frozenset({SERVER}))

    def _fields(self, kind: int, message: Text, user: User, *, good: bool) -> dict[str, Field]:
        identifier = secrets.token_bytes(16)
        now = time.time_ns() // 1000
        told = base_fields(kind, identifier, SERVER, "Server", now, message, 100 if good else 300)
        return told | {
            "ActionTimeStamp": told["Time"],
            "Status": ua.Variant(good, ua.VariantType.Boolean),
            "ServerId": ua.Variant(f"rajola:{self._port.run.plant}", ua.VariantType.String),
            "ClientAuditEntryId": ua.Variant("", ua.VariantType.String),
            "ClientUserId": ua.Variant(user.name, ua.VariantType.String),
        }

    def _tell(self, kind: int, told: dict[str, Field], least: Role) -> None:
        self._subscriptions.hear(Event(make_node_id(kind), told, frozenset({SERVER}), least=least))
