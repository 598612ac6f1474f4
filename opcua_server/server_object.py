"""What the Server object says of itself: only what this server has, and nothing that reads as null."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds

from opcua_server.address_space import NOTIFIER
from opcua_server.event_filters import MOST_SELECT_CLAUSES, MOST_WHERE_ELEMENTS
from opcua_server.event_history import MOST_EVENTS
from opcua_server.history import AGGREGATES
from opcua_server.server import NAME, PRODUCT_URI, LineInternalServer, LineServer
from opcua_server.settings import Settings
from opcua_server.subscription import Subscription
from opcua_server.wire import data_value, make_node_id
from twin.line.text import LANGUAGES

# Optional parts of the standard address space that this server does not have.
_ABSENT = (
    ObjectIds.Server_UrisVersion,
    ObjectIds.Server_EstimatedReturnTime,
    ObjectIds.Server_LocalTime,
    ObjectIds.ServerConfiguration,
    ObjectIds.PublishSubscribe,
    ObjectIds.Resources,
    ObjectIds.ServerLog,
    ObjectIds.DefaultHAConfiguration,
    ObjectIds.DefaultHEConfiguration,
    ObjectIds.Server_ServerCapabilities_RoleSet,
    ObjectIds.Server_ServerCapabilities_ConformanceUnits,
    ObjectIds.Server_ServerDiagnostics_SamplingIntervalDiagnosticsArray,
    ObjectIds.Server_ServerDiagnostics_SessionsDiagnosticsSummary,
    ObjectIds.Server_ServerRedundancy_RedundantServerArray,
    ObjectIds.OPCUANamespaceMetadata_DefaultRolePermissions,
    ObjectIds.OPCUANamespaceMetadata_DefaultUserRolePermissions,
    ObjectIds.OPCUANamespaceMetadata_DefaultAccessRestrictions,
    ObjectIds.Aliases,
    # Hundreds of kilobytes that one item of a read brings; every type has its DataTypeDefinition.
    ObjectIds.OpcUa_BinarySchema,
    ObjectIds.OpcUa_XmlSchema,
)
_PARTS = {
    make_node_id(identifier)
    for identifier in (
        ObjectIds.HasComponent,
        ObjectIds.HasOrderedComponent,
        ObjectIds.HasProperty,
        ObjectIds.Organizes,
    )
}
_PROFILES = [
    f"http://opcfoundation.org/UA-Profile/{name}"
    for name in (
        "Transport/uatcp-uasc-uabinary",
        "Server/MicroEmbeddedDevice2017",
        "Server/DataAccess",
        "Server/Methods",
        "Server/StandardEventSubscription",
        "Server/Auditing",
        "Server/ACBaseCondition",
        "Server/ACRefresh2",
        "Server/ACAddressSpaceInstance",
        "Server/ACEnable",
        "Server/ACAckAlarm",
        "Server/ACAlarm",
        "Server/HistoricalRawData",
        "Server/HistoricalDataAtTime",
        "Server/HistoricalEvents",
        "Server/AggregateHistorical",
    )
]
"""Profiles and facets whose conformance units the tests of docs/opcua-conformance.md show; no certificate."""


async def describe_server(server: LineServer, version: str) -> None:
    """Fill the Server object after `init`."""
    address_space = server.iserver.aspace
    remove(address_space, (make_node_id(identifier) for identifier in _ABSENT))
    notifier = ua.DataValue(ua.Variant(NOTIFIER, ua.VariantType.Byte))
    address_space[make_node_id(ObjectIds.Server)].attributes[AttributeIds.EventNotifier].value = notifier
    for identifier, value in _values(server.services.settings).items():
        _set(address_space, identifier, value)
    _close_methods(address_space)
    _tell_diagnostics(address_space, server.services)
    _list_aggregates(server)
    await server.set_build_info(PRODUCT_URI, NAME, NAME, version, version, _installed())


def _installed() -> datetime:
    """When this build came to this machine."""
    return datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)


def remove(address_space: AddressSpace, roots: Iterable[ua.NodeId]) -> None:
    """Take nodes with all their parts out of the address space, and every reference to them."""
    doomed: set[ua.NodeId] = set()
    waiting = list(roots)
    while waiting:
        node_id = waiting.pop()
        node = address_space.get(node_id)
        if node is None or node_id in doomed:
            continue
        doomed.add(node_id)
        waiting.extend(ref.NodeId for ref in node.references if ref.IsForward and ref.ReferenceTypeId in _PARTS)
    for node_id in doomed:
        del address_space[node_id]
    for node_id in address_space.keys():  # noqa: SIM118 - the address space is no mapping
        references = address_space[node_id].references
        references[:] = [reference for reference in references if reference.NodeId not in doomed]


def _values(settings: Settings) -> dict[int, ua.Variant]:
    ids = ObjectIds
    limits = {
        ids.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead: settings.operations,
        ids.Server_ServerCapabilities_OperationLimits_MaxNodesPerWrite: settings.operations,
        ids.Server_ServerCapabilities_OperationLimits_MaxNodesPerMethodCall: settings.method_calls,
        ids.Server_ServerCapabilities_OperationLimits_MaxNodesPerBrowse: settings.browses,
        ids.Server_ServerCapabilities_OperationLimits_MaxNodesPerTranslateBrowsePathsToNodeIds: settings.browses,
        ids.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall: settings.operations,
        ids.Server_ServerCapabilities_MaxMonitoredItems: settings.items_per_session * settings.sessions,
        ids.Server_ServerCapabilities_MaxMonitoredItemsPerSubscription: settings.items_per_session,
        ids.Server_ServerCapabilities_MaxSubscriptionsPerSession: settings.subscriptions_per_session,
        ids.Server_ServerCapabilities_MaxSelectClauseParameters: MOST_SELECT_CLAUSES,
        ids.Server_ServerCapabilities_MaxWhereClauseParameters: MOST_WHERE_ELEMENTS,
        ids.Server_ServerCapabilities_MaxArrayLength: settings.array_length,
        ids.Server_ServerCapabilities_MaxStringLength: settings.text_bytes,
        ids.Server_ServerCapabilities_MaxByteStringLength: settings.text_bytes,
        ids.Server_ServerStatus_SecondsTillShutdown: 0,
    }
    numbers = {identifier: ua.Variant(limit, ua.VariantType.UInt32) for identifier, limit in limits.items()}
    return numbers | _capabilities(settings) | _history(settings) | _diagnostics()


def _capabilities(settings: Settings) -> dict[int, ua.Variant]:
    ids = ObjectIds
    return {
        ids.Server_ServerStatus_ShutdownReason: ua.Variant(ua.LocalizedText(""), ua.VariantType.LocalizedText),
        ids.Server_Auditing: ua.Variant(True, ua.VariantType.Boolean),
        ids.Server_ServerCapabilities_ServerProfileArray: ua.Variant(_PROFILES, ua.VariantType.String),
        ids.Server_ServerCapabilities_LocaleIdArray: ua.Variant(list(LANGUAGES), ua.VariantType.String),
        ids.Server_ServerCapabilities_MinSupportedSampleRate: ua.Variant(
            settings.shortest_sampling_interval_ms, ua.VariantType.Double
        ),
        ids.Server_ServerCapabilities_MaxBrowseContinuationPoints: ua.Variant(
            settings.continuation_points, ua.VariantType.UInt16
        ),
        ids.Server_ServerCapabilities_MaxQueryContinuationPoints: ua.Variant(0, ua.VariantType.UInt16),
        ids.Server_ServerCapabilities_MaxHistoryContinuationPoints: ua.Variant(
            settings.history_points, ua.VariantType.UInt16
        ),
        ids.Server_ServerCapabilities_SoftwareCertificates: ua.Variant([], ua.VariantType.ExtensionObject),
        ids.Server_ServerCapabilities_MaxSessions: ua.Variant(settings.sessions, ua.VariantType.UInt32),
        ids.Server_ServerCapabilities_MaxSubscriptions: ua.Variant(settings.subscriptions, ua.VariantType.UInt32),
        ids.Server_ServerCapabilities_MaxMonitoredItemsQueueSize: ua.Variant(
            settings.queue_size, ua.VariantType.UInt32
        ),
        ids.Server_ServerCapabilities_OperationLimits_MaxNodesPerHistoryReadData: ua.Variant(
            settings.history_nodes, ua.VariantType.UInt32
        ),
        ids.Server_ServerCapabilities_OperationLimits_MaxNodesPerHistoryReadEvents: ua.Variant(
            settings.history_nodes, ua.VariantType.UInt32
        ),
        ids.Server_ServerRedundancy_RedundancySupport: ua.Variant(0, ua.VariantType.Int32),
        ids.OPCUANamespaceMetadata_StaticStringNodeIdPattern: ua.Variant("", ua.VariantType.String),
    }


def _history(settings: Settings) -> dict[int, ua.Variant]:
    """What of history can be read, and that nothing can be changed."""
    ids = ObjectIds
    prefix = "HistoryServerCapabilities_"
    done = {"AccessHistoryDataCapability", "AccessHistoryEventsCapability"}
    flags = [name for name in vars(ids) if name.startswith(prefix) and name.endswith("Capability")]
    most = {
        ids.HistoryServerCapabilities_MaxReturnDataValues: settings.history_values,
        ids.HistoryServerCapabilities_MaxReturnEventValues: MOST_EVENTS,
    }
    return {
        **{getattr(ids, name): ua.Variant(name.removeprefix(prefix) in done, ua.VariantType.Boolean) for name in flags},
        **{identifier: ua.Variant(number, ua.VariantType.UInt32) for identifier, number in most.items()},
        ids.HistoryServerCapabilities_ServerTimestampSupported: ua.Variant(False, ua.VariantType.Boolean),
    }


def _list_aggregates(server: LineServer) -> None:
    """Show the aggregates that history can be asked for."""
    ids = ObjectIds
    for folder in (ids.HistoryServerCapabilities_AggregateFunctions, ids.Server_ServerCapabilities_AggregateFunctions):
        for aggregate in AGGREGATES:
            for source, target, forward in (
                (make_node_id(folder), aggregate, True),
                (aggregate, make_node_id(folder), False),
            ):
                server.services.node_mgt_service.add_references(
                    [
                        ua.AddReferencesItem(
                            SourceNodeId=source,
                            ReferenceTypeId=make_node_id(ids.Organizes),
                            IsForward=forward,
                            TargetNodeId=target,
                            TargetNodeClass=ua.NodeClass.Object,
                        )
                    ]
                )


def _diagnostics() -> dict[int, ua.Variant]:
    """Zeros, where `_tell_diagnostics` does not count."""
    ids = ObjectIds
    prefix = "Server_ServerDiagnostics_ServerDiagnosticsSummary"
    counters = (name for name in vars(ids) if name.startswith(f"{prefix}_"))
    return {
        **{getattr(ids, name): ua.Variant(0, ua.VariantType.UInt32) for name in counters},
        ids.Server_ServerDiagnostics_EnabledFlag: ua.Variant(True, ua.VariantType.Boolean),
    }


def _tell_diagnostics(address_space: AddressSpace, services: LineInternalServer) -> None:
    """Count sessions and subscriptions whenever somebody asks."""
    subscriptions = services.subscriptions
    ids = ObjectIds
    prefix = "Server_ServerDiagnostics_ServerDiagnosticsSummary_"

    def numbers() -> dict[str, int]:
        shown = subscriptions.subscriptions.values()
        return {
            "CurrentSessionCount": len(subscriptions.sessions),
            "CumulatedSessionCount": subscriptions.sessions_opened,
            "CurrentSubscriptionCount": len(shown),
            "CumulatedSubscriptionCount": subscriptions.opened,
            "PublishingIntervalCount": len({each.terms.interval_ms for each in shown}),
        }

    def summary() -> ua.Variant:
        plain: dict[str, Any] = dict(numbers())
        return ua.Variant(ua.ServerDiagnosticsSummaryDataType(**plain), ua.VariantType.ExtensionObject)

    def each() -> ua.Variant:
        told = [_subscription_diagnostics(subscription) for subscription in subscriptions.subscriptions.values()]
        return ua.Variant(told, ua.VariantType.ExtensionObject, is_array=True)

    for name in numbers():
        _ask(address_space, getattr(ids, prefix + name), lambda name=name: _count(numbers()[name]))  # type: ignore[misc]
    _ask(address_space, ids.Server_ServerDiagnostics_ServerDiagnosticsSummary, summary)
    _ask(address_space, ids.Server_ServerDiagnostics_SubscriptionDiagnosticsArray, each)


def _count(number: int) -> ua.Variant:
    return ua.Variant(number, ua.VariantType.UInt32)


def _subscription_diagnostics(subscription: Subscription) -> ua.SubscriptionDiagnosticsDataType:
    terms = subscription.terms
    plain: dict[str, Any] = {
        "SessionId": subscription.session_id,
        "SubscriptionId": subscription.id,
        "Priority": terms.priority,
        "PublishingInterval": terms.interval_ms,
        "MaxKeepAliveCount": terms.keep_alive,
        "MaxLifetimeCount": terms.lifetime,
        "MaxNotificationsPerPublish": terms.most_notifications,
        "PublishingEnabled": subscription.enabled,
        "NotificationsCount": subscription.sent,
        "UnacknowledgedMessageCount": len(subscription.messages),
        "MonitoredItemCount": len(subscription.items),
        "DisabledMonitoredItemCount": sum(
            item.mode == ua.MonitoringMode.Disabled for item in subscription.items.values()
        ),
        "NextSequenceNumber": subscription.next_sequence,
    }
    return ua.SubscriptionDiagnosticsDataType(**plain)


def _ask(address_space: AddressSpace, identifier: int, read: Callable[[], ua.Variant]) -> None:
    place: AttributeValue = address_space[make_node_id(identifier)].attributes[AttributeIds.Value]

    def told() -> ua.DataValue:
        now = datetime.now(UTC)
        return data_value(read(), now, now)

    place.value, place.value_callback = None, lambda node_id, attribute: told()


def _set(address_space: AddressSpace, identifier: int, value: ua.Variant) -> None:
    now = datetime.now(UTC)
    place: AttributeValue = address_space[make_node_id(identifier)].attributes[AttributeIds.Value]
    place.value = data_value(value, now, now)


def _close_methods(address_space: AddressSpace) -> None:
    """Mark the methods of the standard as not executable: none of them is behind its node."""
    no = ua.DataValue(ua.Variant(False, ua.VariantType.Boolean))
    for node_id in address_space.keys():  # noqa: SIM118 - the address space is no mapping
        attributes = address_space[node_id].attributes
        for attribute in (AttributeIds.Executable, AttributeIds.UserExecutable):
            if attribute in attributes:
                attributes[attribute].value = no
