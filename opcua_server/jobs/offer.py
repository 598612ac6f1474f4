"""Offers job management on a server, where the line takes jobs."""

from opcua_server.calls import Calls
from opcua_server.commands import Commands
from opcua_server.jobs.declarations import ISA95_URI, JOBS_URI
from opcua_server.jobs.management import JobManagement
from opcua_server.jobs.structures import register
from opcua_server.jobs.types import CompanionNodes, add_types
from opcua_server.nodes import Nodes
from opcua_server.server import LineServer
from twin.host.port import Port


async def offer_jobs(
    server: LineServer, port: Port, nodes: Nodes, calls: Calls, commands: Commands
) -> JobManagement | None:
    """Add types, objects and methods; None, and nothing is added, where the line takes no jobs."""
    if not port.description.materials:
        return None
    isa95, jobs = await server.register_namespace(ISA95_URI), await server.register_namespace(JOBS_URI)
    register(isa95)
    internal = server.services
    companion = CompanionNodes(internal.aspace, internal.node_mgt_service, isa95, jobs)
    add_types(companion)
    management = JobManagement(port, nodes, companion)
    management.offer_methods(calls, commands)
    return management
