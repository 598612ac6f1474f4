"""Offers the companion models on a server: their types, and the machines of the line."""

from pathlib import Path

from asyncua.server.server import Server

from opcua_server.address_space import NAMESPACE
from opcua_server.model.builder import Builder
from opcua_server.model.companions import MODELS
from opcua_server.model.machines import MachineNodes, Machines
from opcua_server.model.official import import_official
from opcua_server.nodes import Nodes
from twin.host.port import Port


async def offer_types(server: Server, nodes: Nodes, folder: Path | None) -> Builder:
    """Add the types of companion models, or import them from the official files in a folder; raises DefinitionError.

    What builds upon them is in the answer.
    """
    if folder is not None:
        await import_official(server, folder)
    indexes = {model.uri: await server.register_namespace(model.uri) for model in MODELS}
    builder = Builder(server.iserver.aspace, {NAMESPACE: nodes.namespace, **indexes}, nodes.language)
    for model in MODELS:
        builder.add_model(model)
    return builder


def offer_machines(builder: Builder, port: Port) -> Machines:
    """Add the machines; what they show is in the answer."""
    return MachineNodes(builder, NAMESPACE, builder.language, port.run.version).add(port.description)
