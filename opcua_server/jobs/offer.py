"""Offers job management on a server, where the line takes jobs."""

from opcua_server.calls import Calls
from opcua_server.commands import Commands
from opcua_server.jobs.management import JobManagement
from opcua_server.jobs.translate import STRUCTURE_CLASSES
from opcua_server.model.builder import Builder
from twin.host.port import Port


def offer_jobs(port: Port, builder: Builder, calls: Calls, commands: Commands) -> JobManagement | None:
    """Add objects and methods to the types; None, and nothing is added, where the line takes no jobs."""
    if not port.description.materials:
        return None
    STRUCTURE_CLASSES.register(builder.node_id)
    management = JobManagement(port, builder)
    management.offer_methods(calls, commands)
    return management
