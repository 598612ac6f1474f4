"""Offers the results of a line's machines on a server."""

from collections.abc import Mapping

from asyncua import ua

from opcua_server.calls import Calls
from opcua_server.model.builder import Builder
from opcua_server.results.filters import know_paths
from opcua_server.results.management import LineResults
from opcua_server.results.translate import STRUCTURE_CLASSES
from opcua_server.subscriptions import SubscriptionsService
from twin.host.port import Port


def offer_results(
    port: Port,
    builder: Builder,
    calls: Calls,
    subscriptions: SubscriptionsService,
    notifiers: Mapping[str, frozenset[ua.NodeId]],
    kept: int,
) -> LineResults:
    """Add types, objects and methods for every kind of results that the line has."""
    know_paths()
    STRUCTURE_CLASSES.register(builder.node_id)
    results = LineResults(port, builder, subscriptions, notifiers, kept)
    results.offer_methods(calls)
    return results
