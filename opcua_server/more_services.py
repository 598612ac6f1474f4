"""Services that asyncua does not know: from the bytes of a request to its answer."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.ua_binary import struct_from_binary

from opcua_server.wire import make_node_id

if TYPE_CHECKING:
    from opcua_server.session import ClientSession


async def _browse_next(session: "ClientSession", body: Any) -> ua.BrowseNextResponse:
    response = ua.BrowseNextResponse()
    response.Parameters.Results = await session.browse_next(struct_from_binary(ua.BrowseNextParameters, body))
    return response


async def _set_triggering(session: "ClientSession", body: Any) -> ua.SetTriggeringResponse:
    asked = struct_from_binary(ua.SetTriggeringParameters, body)
    return ua.SetTriggeringResponse(Parameters=await session.set_triggering(asked))


MORE_SERVICES: dict[ua.NodeId, Callable[["ClientSession", Any], Awaitable[Any]]] = {
    make_node_id(ObjectIds.BrowseNextRequest_Encoding_DefaultBinary): _browse_next,
    make_node_id(ObjectIds.SetTriggeringRequest_Encoding_DefaultBinary): _set_triggering,
}
"""By the node id of the request's encoding."""
