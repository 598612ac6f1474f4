"""The life of the gateway: bind, build, publish, serve, stop."""

import asyncio
import errno
import logging
import socket
from collections.abc import Mapping
from typing import Any

from asyncua.ua.object_ids import ObjectIds

from opcua_server.address_space import NAMESPACE, add_line, notifiers_of
from opcua_server.audit import Audit
from opcua_server.calls import Calls, CommandMethod
from opcua_server.chaos import ChaosMaker
from opcua_server.commands import Commands
from opcua_server.conditions import Conditions
from opcua_server.connected import TellConnected
from opcua_server.event_history import EventHistory
from opcua_server.events import PlantEvents
from opcua_server.history import HistoryReads
from opcua_server.identities import is_loopback
from opcua_server.jobs.offer import offer_jobs
from opcua_server.load_profile import LoadProfile
from opcua_server.model.offer import offer_machines, offer_types
from opcua_server.nodes import Nodes, standard
from opcua_server.publisher import Publisher
from opcua_server.results.offer import offer_results
from opcua_server.rights import Rights
from opcua_server.server import LineServer
from opcua_server.server_methods import offer_server_methods
from opcua_server.server_object import describe_server
from opcua_server.settings import Settings, settings_from
from opcua_server.signal_values import SignalValues
from opcua_server.simulator import add_simulator
from opcua_server.standard_nodes import prepare
from opcua_server.writes import Writes
from twin.host.port import Gateway, Port
from twin.line.errors import DefinitionError

__all__ = ["OpcUaGateway", "RunningOpcUaGateway", "gateway", "prepare"]
_logger = logging.getLogger(__name__)


class RunningOpcUaGateway:
    """The server with the task that keeps its values new."""

    def __init__(self, server: LineServer, *tasks: asyncio.Task[None]) -> None:
        self._server = server
        self._tasks = tasks

    @property
    def address(self) -> str:
        """The address to copy into a client."""
        return self._server.endpoint.geturl()

    async def stop(self) -> None:
        """Stop publishing, then disconnect everybody."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.stop()


class OpcUaGateway:
    """Serves a run over OPC UA."""

    name = "opcua"
    default_port = 4840

    async def start(self, port: Port, host: str, number: int, options: Mapping[str, Any]) -> RunningOpcUaGateway:
        """Serve on `host`:`number`; raises DefinitionError when that cannot be."""
        settings = settings_from(options, port.language)
        bound = await _bind(host, number, options)
        try:
            server = LineServer(settings, bound, options.get("access"), options.get("config"))
            await server.init()
            await describe_server(server, port.run.version)
            chaos = ChaosMaker(server, options.get("restart"))
            publisher = await _build(server, port, settings, chaos)
            await publisher.publish(port.frame)
            await server.start()
        except BaseException:
            bound.close()
            raise
        publishing = asyncio.create_task(publisher.run(), name="opcua publisher")
        publishing.add_done_callback(_report)
        telling = asyncio.create_task(TellConnected(port, server).run(), name="opcua connected")
        telling.add_done_callback(_report)
        making = asyncio.create_task(chaos.run(), name="opcua chaos")
        making.add_done_callback(_report)
        return RunningOpcUaGateway(server, publishing, telling, making)


gateway: Gateway = OpcUaGateway()


async def _build(server: LineServer, port: Port, settings: Settings, chaos: ChaosMaker) -> Publisher:
    namespace = await server.register_namespace(NAMESPACE)
    internal = server.services
    nodes = Nodes(internal.aspace, internal.node_mgt_service, namespace, settings.language)
    signal_nodes = add_line(nodes, port.description, port.frame)
    simulator = add_simulator(nodes, port.clock) if settings.simulator else None
    folder, clockwork, methods = (None, None, {}) if simulator is None else simulator
    values = internal.subscriptions.scene.values = SignalValues(signal_nodes, port.frame)
    values.clock = internal.clock
    publisher = Publisher(port, values, internal.subscriptions, clockwork)
    commands = Commands(port, publisher, settings)
    set_points = {node.node_id: node.signal for node in signal_nodes if node.signal.writable}
    internal.writes = Writes(internal.aspace, commands, set_points)
    internal.reads.rights = Rights(internal.aspace, set_points)
    calls = internal.calls = Calls(internal.aspace)
    for method_id, method in methods.items():
        if folder is not None:
            calls.add(method_id, CommandMethod(method, folder, commands))
    nodes.add_reference(standard(ObjectIds.Server), ObjectIds.HasNotifier, nodes.node_id(port.description.plant))
    notifiers = notifiers_of(nodes, port.description)
    conditions = Conditions(port, nodes, notifiers)
    conditions.offer_methods(calls, commands)
    builder = await offer_types(server, nodes, settings.nodesets)
    jobs = offer_jobs(port, builder, calls, commands)
    machines = offer_machines(builder, port)
    results = offer_results(port, builder, calls, internal.subscriptions, notifiers, settings.results)
    events = PlantEvents(port, internal.subscriptions, notifiers, conditions, jobs)
    events.on_chaos = chaos.order
    offer_server_methods(calls, internal.subscriptions, conditions)

    async def tell() -> None:
        await machines.show(values.frame, port.clock)
        await events.tell()
        await results.refresh()

    publisher.on_frame = tell
    if settings.load_profile:
        publisher.load = LoadProfile(nodes, settings.load_profile)
    everywhere = frozenset().union(*notifiers.values())
    kept = EventHistory(internal.aspace, lambda: events.kept, events.event, everywhere)
    internal.history = HistoryReads(port, values, kept, internal.aspace, settings)
    audit = Audit(port, internal.subscriptions)
    calls.audit, internal.writes.audit = audit.called, audit.written
    return publisher


async def _bind(host: str, number: int, options: Mapping[str, Any]) -> socket.socket:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, number, type=socket.SOCK_STREAM)
    except socket.gaierror:
        raise DefinitionError(
            f"OPC UA address {host}:{number}: there is no host {host!r}; use 127.0.0.1:{number}"
        ) from None
    family, _, _, _, address = found[0]
    if not is_loopback(str(address[0])):
        _check_reach(f"OPC UA address {host}:{number}", options)
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen()
    except OSError as error:
        bound.close()
        raise DefinitionError(_sentence(host, number, error)) from None
    return bound


def _check_reach(place: str, options: Mapping[str, Any]) -> None:
    """Refuse an address that others can reach while nobody has a password, and warn of what is open."""
    access = options.get("access")
    if access is None or not access.file.users() or options.get("config") is None:
        raise DefinitionError(
            f"{place} can be reached from other computers, and there are no users yet; use 127.0.0.1, or add users "
            "with `rajola users add`"
        )
    if options.get("unencrypted", False):
        _logger.warning("%s: unencrypted and anonymous reading is offered to all who reach it", place)


def _sentence(host: str, number: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"OPC UA address {host}:{number}: another program listens on port {number}; stop it, or choose another "
            f"port with --opcua {host}:PORT (0: any free port)"
        )
    return f"OPC UA address {host}:{number}: {error.strerror}; choose another address with --opcua HOST:PORT"


def _report(publishing: asyncio.Task[None]) -> None:
    """Say at once that values no longer move, rather than when the gateway stops."""
    if not publishing.cancelled() and publishing.exception() is not None:
        _logger.error("OPC UA values are no longer published", exc_info=publishing.exception())
