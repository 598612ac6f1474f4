"""What a client reads: parts of arrays, with the time stamps it asks for, in its language."""

from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.address_space import AddressSpace
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.status_codes import StatusCodes

from opcua_server.index_range import ranged
from opcua_server.languages import in_language
from opcua_server.monitored_items import stamped
from opcua_server.rights import Rights
from opcua_server.wire import status
from twin.host.access import Role
from twin.line.text import Language

_READ = 0x01
BINARY = "Default Binary"


class Reads:
    """The Read service."""

    def __init__(self, address_space: AddressSpace) -> None:
        self._address_space = address_space
        self.rights = Rights(address_space, {})

    def read(self, params: ua.ReadParameters, language: Language, role: Role) -> list[ua.DataValue]:
        """One value for each item; raises ServiceError when the request as a whole cannot be."""
        if not params.MaxAge >= 0.0:
            raise ServiceError(StatusCodes.BadMaxAgeInvalid)
        if params.TimestampsToReturn not in tuple(ua.TimestampsToReturn)[:4]:
            raise ServiceError(StatusCodes.BadTimestampsToReturnInvalid)
        return [self._read(item, params.TimestampsToReturn, language, role) for item in params.NodesToRead]

    def _read(
        self, item: ua.ReadValueId, timestamps: ua.TimestampsToReturn, language: Language, role: Role
    ) -> ua.DataValue:
        encoding = None if item.DataEncoding is None else item.DataEncoding.Name
        if encoding:
            refusal = encoding_refusal(encoding, item.AttributeId)
            if refusal is not None:
                return bad(refusal)
        attribute: Any = item.AttributeId
        value = self._address_space.read_attribute_value(item.NodeId, attribute)
        if item.AttributeId == AttributeIds.Value and not self._is_readable(item.NodeId):
            return bad(StatusCodes.BadNotReadable)
        value = self.rights.told(item.NodeId, item.AttributeId, value, role)
        told = in_language(ranged(value, item.IndexRange), language)
        is_value = item.AttributeId == AttributeIds.Value
        return stamped(told, timestamps if is_value else ua.TimestampsToReturn.Neither)

    def _is_readable(self, node_id: ua.NodeId) -> bool:
        level = self._address_space.read_attribute_value(node_id, AttributeIds.AccessLevel).Value
        return level is None or level.Value is None or bool(level.Value & _READ)


def encoding_refusal(encoding: str, attribute: int) -> int | None:
    """Why a value cannot be had in this encoding, None when it can."""
    if attribute != AttributeIds.Value:
        return StatusCodes.BadDataEncodingInvalid
    return None if encoding == BINARY else StatusCodes.BadDataEncodingUnsupported


def bad(code: int) -> ua.DataValue:
    """No value, and why."""
    return ua.DataValue(ua.Variant(), status(code))
