"""What a client may write: each item is judged on its own, before the address space hears of it."""

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.status_codes import StatusCodes

from opcua_server.commands import Commands
from opcua_server.data_types import VARIANT_TYPES
from opcua_server.index_range import IndexRangeError, parse
from opcua_server.wire import status
from twin.host.access import User
from twin.host.port import Command
from twin.line.description import SignalDescription

Heard = Callable[[ua.WriteValue, ua.DataValue, ua.StatusCode, User], None]


class Writes:
    """The Write service: a write to a set point is a command to the line, every other write is refused."""

    def __init__(
        self, address_space: AddressSpace, commands: Commands, set_points: Mapping[ua.NodeId, SignalDescription]
    ) -> None:
        self._address_space = address_space
        self._commands = commands
        self._set_points = set_points
        self.audit: Heard = lambda item, before, result, user: None

    async def write(self, items: Sequence[ua.WriteValue], user: User) -> list[ua.StatusCode]:
        """One status for each item; a refused item does not hinder the others."""
        return list(await asyncio.gather(*(self._audited(item, user) for item in items)))

    async def _audited(self, item: ua.WriteValue, user: User) -> ua.StatusCode:
        attribute: Any = item.AttributeId
        before = self._address_space.read_attribute_value(item.NodeId, attribute)
        result = await self._write(item, user)
        self.audit(item, before, result, user)
        return result

    async def _write(self, item: ua.WriteValue, user: User) -> ua.StatusCode:
        refusal = self._refusal(item)
        if refusal is not None:
            return status(refusal)
        signal = self._set_points[item.NodeId]
        return await self._commands.hand_in(Command("write", signal.path, {"value": item.Value.Value.Value}), user)

    def _refusal(self, item: ua.WriteValue) -> int | None:
        node = self._address_space.get(item.NodeId)
        if node is None:
            return StatusCodes.BadNodeIdUnknown
        if item.AttributeId not in node.attributes:
            return StatusCodes.BadAttributeIdInvalid
        signal = self._set_points.get(item.NodeId)
        if item.AttributeId != AttributeIds.Value or signal is None:
            return StatusCodes.BadNotWritable
        if _carries_more_than_a_value(item.Value):
            return StatusCodes.BadWriteNotSupported
        if item.IndexRange:
            # All set points are scalars: there is no element to write.
            return _range_refusal(item.IndexRange)
        return _refusal_of_value(signal, item.Value.Value)


def _range_refusal(text: str) -> int:
    try:
        parse(text)
    except IndexRangeError as error:
        return error.code
    return StatusCodes.BadIndexRangeNoData


def _carries_more_than_a_value(value: ua.DataValue) -> bool:
    """Whether status or server time are to be written.

    A source time is let through and not used: common client libraries stamp each write, and the plant sets its own.
    """
    stamped = value.ServerTimestamp is not None or value.ServerPicoseconds is not None
    return stamped or (value.StatusCode is not None and value.StatusCode.value != StatusCodes.Good)


def _refusal_of_value(signal: SignalDescription, value: ua.Variant | None) -> int | None:
    if value is None or value.VariantType != VARIANT_TYPES[signal.value_type] or value.is_array or value.Value is None:
        return StatusCodes.BadTypeMismatch
    number = value.Value
    if isinstance(number, str):
        return None
    if not math.isfinite(number):
        return StatusCodes.BadOutOfRange
    if signal.states and number >= len(signal.states):
        return StatusCodes.BadOutOfRange
    too_low = signal.low is not None and number < signal.low
    too_high = signal.high is not None and number > signal.high
    return StatusCodes.BadOutOfRange if too_low or too_high else None
