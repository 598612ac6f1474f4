"""What the Server object says of itself: only what this server has, and nothing that reads as null."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds

from opcua_server.server import NAME, PRODUCT_URI, LineServer
from opcua_server.settings import Settings
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
    ObjectIds.HistoryServerCapabilities,
    ObjectIds.Server_ServerCapabilities_RoleSet,
    ObjectIds.Server_ServerCapabilities_ConformanceUnits,
    ObjectIds.Server_ServerDiagnostics_SamplingIntervalDiagnosticsArray,
    ObjectIds.Server_ServerDiagnostics_SubscriptionDiagnosticsArray,
    ObjectIds.Server_ServerDiagnostics_SessionsDiagnosticsSummary,
    ObjectIds.Server_ServerRedundancy_RedundantServerArray,
    ObjectIds.OPCUANamespaceMetadata_DefaultRolePermissions,
    ObjectIds.OPCUANamespaceMetadata_DefaultUserRolePermissions,
    ObjectIds.OPCUANamespaceMetadata_DefaultAccessRestrictions,
    ObjectIds.Aliases,
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
_PROFILES = ["http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary"]


async def describe_server(server: LineServer, version: str) -> None:
    """Fill the Server object after `init`."""
    address_space = server.iserver.aspace
    remove(address_space, (make_node_id(identifier) for identifier in _ABSENT))
    for identifier, value in _values(server.services.settings).items():
        _set(address_space, identifier, value)
    _close_methods(address_space)
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
    operations = dict.fromkeys(
        (
            ids.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead,
            ids.Server_ServerCapabilities_OperationLimits_MaxNodesPerWrite,
            ids.Server_ServerCapabilities_OperationLimits_MaxNodesPerMethodCall,
            ids.Server_ServerCapabilities_OperationLimits_MaxNodesPerBrowse,
            ids.Server_ServerCapabilities_OperationLimits_MaxNodesPerTranslateBrowsePathsToNodeIds,
            ids.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall,
        ),
        ua.Variant(settings.operations, ua.VariantType.UInt32),
    )
    unlimited = dict.fromkeys(
        (
            ids.Server_ServerCapabilities_MaxMonitoredItems,
            ids.Server_ServerCapabilities_MaxMonitoredItemsPerSubscription,
            ids.Server_ServerCapabilities_MaxSubscriptionsPerSession,
            ids.Server_ServerCapabilities_MaxSelectClauseParameters,
            ids.Server_ServerCapabilities_MaxWhereClauseParameters,
            ids.Server_ServerCapabilities_MaxArrayLength,
            ids.Server_ServerCapabilities_MaxStringLength,
            ids.Server_ServerCapabilities_MaxByteStringLength,
            ids.Server_ServerStatus_SecondsTillShutdown,
        ),
        ua.Variant(0, ua.VariantType.UInt32),
    )
    return operations | unlimited | _capabilities(settings) | _diagnostics()


def _capabilities(settings: Settings) -> dict[int, ua.Variant]:
    ids = ObjectIds
    return {
        ids.Server_ServerStatus_ShutdownReason: ua.Variant(ua.LocalizedText(""), ua.VariantType.LocalizedText),
        ids.Server_Auditing: ua.Variant(False, ua.VariantType.Boolean),
        ids.Server_ServerCapabilities_ServerProfileArray: ua.Variant(_PROFILES, ua.VariantType.String),
        ids.Server_ServerCapabilities_LocaleIdArray: ua.Variant(list(LANGUAGES), ua.VariantType.String),
        ids.Server_ServerCapabilities_MinSupportedSampleRate: ua.Variant(
            settings.shortest_publishing_interval_ms, ua.VariantType.Double
        ),
        ids.Server_ServerCapabilities_MaxBrowseContinuationPoints: ua.Variant(
            settings.continuation_points, ua.VariantType.UInt16
        ),
        ids.Server_ServerCapabilities_MaxQueryContinuationPoints: ua.Variant(0, ua.VariantType.UInt16),
        ids.Server_ServerCapabilities_MaxHistoryContinuationPoints: ua.Variant(0, ua.VariantType.UInt16),
        ids.Server_ServerCapabilities_SoftwareCertificates: ua.Variant([], ua.VariantType.ExtensionObject),
        ids.Server_ServerCapabilities_MaxSessions: ua.Variant(settings.connections, ua.VariantType.UInt32),
        ids.Server_ServerCapabilities_MaxSubscriptions: ua.Variant(settings.subscriptions, ua.VariantType.UInt32),
        ids.Server_ServerCapabilities_MaxMonitoredItemsQueueSize: ua.Variant(
            settings.queue_size, ua.VariantType.UInt32
        ),
        ids.Server_ServerRedundancy_RedundancySupport: ua.Variant(0, ua.VariantType.Int32),
        ids.OPCUANamespaceMetadata_StaticStringNodeIdPattern: ua.Variant("", ua.VariantType.String),
    }


def _diagnostics() -> dict[int, ua.Variant]:
    """Zeros behind an EnabledFlag that says that nothing is counted."""
    ids = ObjectIds
    prefix = "Server_ServerDiagnostics_ServerDiagnosticsSummary"
    counters = (name for name in vars(ids) if name.startswith(f"{prefix}_"))
    summary = ua.Variant(ua.ServerDiagnosticsSummaryDataType(), ua.VariantType.ExtensionObject)
    return {
        **{getattr(ids, name): ua.Variant(0, ua.VariantType.UInt32) for name in counters},
        ids.Server_ServerDiagnostics_ServerDiagnosticsSummary: summary,
        ids.Server_ServerDiagnostics_EnabledFlag: ua.Variant(False, ua.VariantType.Boolean),
    }


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
