"""What a role may do, as clients read it: UserAccessLevel and UserExecutable, from the table of rights."""

from collections.abc import Mapping
from typing import Any

from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.ua.attribute_ids import AttributeIds

from opcua_server.conditions import COMMANDS
from opcua_server.jobs.management import COMMAND_OF
from opcua_server.simulator import METHODS
from twin.host.access import Role, needed
from twin.line.description import SignalDescription

_COMMAND_OF_METHOD: Mapping[str, str] = {**COMMANDS, **COMMAND_OF, **{method.name: method.name for method in METHODS}}
"""The command that a method hands in; a method without one is for everybody."""
_NOT_WRITE = ~int(ua.AccessLevel.CurrentWrite.mask)


class Rights:
    """Says of nodes what a role may do with them; `set_points` are the variables that can be written."""

    def __init__(self, address_space: AddressSpace, set_points: Mapping[ua.NodeId, SignalDescription]) -> None:
        self._address_space = address_space
        self._set_points = set_points

    def told(self, node_id: ua.NodeId, attribute: int, value: ua.DataValue, role: Role) -> ua.DataValue:
        """The value of an attribute as the role is to see it."""
        if attribute == AttributeIds.UserAccessLevel:
            return self._access_level(node_id, value, role)
        if attribute == AttributeIds.UserExecutable:
            return self._executable(node_id, value, role)
        return value

    def _access_level(self, node_id: ua.NodeId, value: ua.DataValue, role: Role) -> ua.DataValue:
        signal = self._set_points.get(node_id)
        if signal is None or value.Value is None or role >= needed("write", signal):
            return value
        level: Any = value.Value.Value
        return ua.DataValue(ua.Variant(level & _NOT_WRITE, ua.VariantType.Byte))

    def _executable(self, node_id: ua.NodeId, value: ua.DataValue, role: Role) -> ua.DataValue:
        name: Any = self._address_space.read_attribute_value(node_id, AttributeIds.BrowseName).Value
        command = None if name is None else _COMMAND_OF_METHOD.get(str(name.Value.Name))
        if command is None or value.Value is None or role >= needed(command):
            return value
        return ua.DataValue(ua.Variant(False, ua.VariantType.Boolean))
