"""Offers the companion models on a server: their types, and the machines of the line."""

from opcua_server.address_space import NAMESPACE
from opcua_server.model.builder import Builder
from opcua_server.model.companions import MODELS
from opcua_server.model.machines import MachineNodes, Machines
from opcua_server.nodes import Nodes
from opcua_server.server import LineServer
from twin.host.port import Port


async def offer_types(server: LineServer, nodes: Nodes) -> Builder:
    """Add the types of companion models; what builds upon them is in the answer."""
    indexes = {model.uri: await server.register_namespace(model.uri) for model in MODELS}
    builder = Builder(server.services.aspace, {NAMESPACE: nodes.namespace, **indexes}, nodes.language)
    for model in MODELS:
        builder.add_model(model)
    return builder


def offer_machines(builder: Builder, port: Port) -> Machines:
    """Add the machines; what they show is in the answer."""
    return MachineNodes(builder, NAMESPACE, builder.language, port.run.version).add(port.description)
