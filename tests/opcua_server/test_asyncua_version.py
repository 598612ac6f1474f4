"""The subclasses know asyncua's inside: another version, or another override, is looked at before it is used."""

from importlib.metadata import version

import pytest
from asyncua.common.connection import SecureConnection
from asyncua.common.utils import Buffer
from asyncua.server.binary_server_asyncio import BinaryServer, OPCUAProtocol
from asyncua.server.internal_server import InternalServer
from asyncua.server.internal_session import InternalSession
from asyncua.server.server import Server
from asyncua.server.uaprocessor import UaProcessor
from asyncua.server.user_managers import UserManager

from opcua_server.channel import Channel
from opcua_server.decoders import Bounded
from opcua_server.processor import Processor
from opcua_server.server import ASYNCUA_VERSION, LineInternalServer, LineServer, NoUsers
from opcua_server.session import ClientSession
from opcua_server.transport import Connection, Listener

OVERRIDES = [
    (LineServer, Server, {"start", "stop"}),
    (
        LineInternalServer,
        InternalServer,
        {"create_session", "load_standard_address_space", "stop", "_set_current_time_loop"},
    ),
    (
        ClientSession,
        InternalSession,
        {
            "read",
            "write",
            "call",
            "browse",
            "browse_next",
            "translate_browsepaths_to_nodeids",
            "create_monitored_items",
            "close_session",
            "create_session",
            "activate_session",
            "create_subscription",
            "transfer_subscriptions",
            "history_read",
        },
    ),
    (
        Processor,
        UaProcessor,
        {
            "process",
            "process_message",
            "_process_message",
            "send_response",
            "forward_publish_response",
            "get_publish_request",
            "publish_request_limit",
            "_should_close_session_on_transport_loss",
        },
    ),
    (Channel, SecureConnection, {"select_policy", "open"}),
    (Bounded, Buffer, {"read", "skip", "copy"}),
    (
        Connection,
        OPCUAProtocol,
        {"connection_made", "connection_lost", "data_received", "pause_writing", "resume_writing"},
    ),
    (Listener, BinaryServer, {"_make_protocol", "start", "stop"}),
    (NoUsers, UserManager, {"get_user"}),
]


def test_the_installed_asyncua_is_the_one_that_the_overrides_were_written_for() -> None:
    assert version("asyncua") == ASYNCUA_VERSION == "2.1.0"


@pytest.mark.parametrize(("own", "base", "names"), OVERRIDES)
def test_a_subclass_overrides_what_is_named_and_nothing_else(own: type, base: type, names: set[str]) -> None:
    overridden = {name for name in vars(own) if hasattr(base, name) and not name.startswith(("__", "_abc_"))}
    assert overridden == names
