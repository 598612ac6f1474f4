"""The whole information model of a line in the address space of a server that nobody connects to."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from asyncua import ua
from asyncua.server.server import Server
from asyncua.ua.attribute_ids import AttributeIds

from opcua_server.address_space import NAMESPACE, add_line, notifiers_of
from opcua_server.conditions import Conditions
from opcua_server.jobs.management import JobManagement
from opcua_server.jobs.translate import STRUCTURE_CLASSES
from opcua_server.model.offer import offer_machines, offer_types
from opcua_server.nodes import Nodes
from opcua_server.results.management import LineResults
from opcua_server.standard_nodes import correct
from twin.host.port import UNCERTAIN, Alarm, Clock, Frame, Port, RunFacts
from twin.line.description import LineDescription
from twin.line.text import Language


class _Unstarted:
    """The port of a line that does not run."""

    def __init__(self, description: LineDescription, version: str) -> None:
        length = description.frame_length
        zeros = np.zeros(length)
        times, status = zeros.astype(np.int64), np.full(length, UNCERTAIN, dtype=np.uint8)
        self.description = description
        self.frame = Frame(0, 0, 0, zeros, times, status, {})
        self.run = RunFacts(description.plant, "", 0, 0, "", version, "")
        self.clock = Clock(time=0, wall_time=0, speed=1.0, running=False, lag=0.0, start=0, stamps="plant")

    def alarms(self, every: bool = False) -> Sequence[Alarm]:
        """None has been raised."""
        return ()


async def build_whole(server: Server, description: LineDescription, version: str, language: Language) -> None:
    """Add all that a line shows: levels, stations, signals, machines, conditions, jobs and results; without values."""
    port = cast("Port", _Unstarted(description, version))
    namespace = await server.register_namespace(NAMESPACE)
    space = server.iserver.aspace
    correct(space)
    nodes = Nodes(space, server.iserver.node_mgt_service, namespace, language)
    signals = add_line(nodes, description, port.frame)
    notifiers = notifiers_of(nodes, description)
    Conditions(port, nodes, notifiers)
    builder = await offer_types(server, nodes, None)
    if description.materials:
        STRUCTURE_CLASSES.register(builder.node_id)
        JobManagement(port, builder)
    offer_machines(builder, port)
    nobody: Any = None
    LineResults(port, builder, nobody, notifiers, 1)
    for signal in signals:
        signal.value.value = ua.DataValue()
    _forget_values(server, namespace)


def _forget_values(server: Server, namespace: int) -> None:
    """Leave variables without a value that tell of a run: asked for, initial, or lists without entries."""
    for node_id in server.iserver.aspace.keys():  # noqa: SIM118 - no mapping
        node = server.iserver.aspace[node_id]
        place = node.attributes.get(AttributeIds.Value)
        if node_id.NamespaceIndex != namespace or place is None:
            continue
        value = place.value
        variant = None if value is None or value.StatusCode is None or not value.StatusCode.is_good() else value.Value
        if place.value_callback is not None or variant is None or variant.Value in ([], None):
            place.value, place.value_callback = ua.DataValue(ua.Variant()), None
