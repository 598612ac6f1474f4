"""The nodes used of the companion model Machinery (OPC 40001-1), by official number."""

from asyncua.ua.object_ids import ObjectIds

from opcua_server.model.companions.di import DI, FUNCTIONAL_GROUP_TYPE, UINTEGER, di, properties
from opcua_server.model.companions.metadata import metadata
from opcua_server.model.declaration import (
    CORE,
    DURATION,
    FOLDER_TYPE,
    HAS_INTERFACE,
    LOCALIZED_TEXT,
    NODE_ID,
    ORGANIZES,
    STRING,
    Id,
    Link,
    Model,
    Node,
    Root,
    Rule,
    core,
    object_node,
    object_type,
    property_node,
    state_node,
    transition_node,
    variable_node,
)

MACHINERY = "http://opcfoundation.org/UA/Machinery/"


def machinery(number: int) -> Id:
    """A node of Machinery."""
    return Id(MACHINERY, number)


MACHINES = machinery(1001)
ITEM_STATE_TYPE = machinery(1002)
COMPONENT_IDENTIFICATION_TYPE = machinery(1005)
COMPONENTS_TYPE = machinery(1006)
OPERATION_MODE_TYPE = machinery(1008)
OPERATION_COUNTER_TYPE = machinery(1009)
MACHINE_IDENTIFICATION_TYPE = machinery(1012)
MONITORING_TYPE = machinery(1014)
NOTIFICATIONS_TYPE = machinery(1017)
ITEM_STATES = {
    "NotAvailable": (0, machinery(5005)), "OutOfService": (1, machinery(5004)),
    "NotExecuting": (2, machinery(5007)), "Executing": (3, machinery(5006)),
}  # fmt: skip
"""Each state with its number and its node."""
OPERATION_MODES = {
    "None": (0, machinery(5024)), "Maintenance": (1, machinery(5025)), "Setup": (2, machinery(5027)),
    "Processing": (3, machinery(5026)),
}  # fmt: skip
"""Each mode with its number and its node."""
_FIRST_ITEM_TRANSITION, _FIRST_MODE_TRANSITION = 5008, 5028
_STATE_NUMBERS = {5004: 6038, 5005: 6039, 5006: 6040, 5007: 6041, 5024: 6059, 5025: 6060, 5026: 6061, 5027: 6062}
_TRANSITION_NUMBERS = (0, 2, 1, 12, 3, 5, 4, 13, 9, 10, 11, 15, 6, 7, 8, 14)
_M, _O = Rule.MANDATORY, Rule.OPTIONAL
States = dict[str, tuple[int, Id]]


def _transitions(states: States, first: int) -> dict[tuple[str, str], Id]:
    """The node of each transition: every state leads to every other one, and to itself."""
    pairs = [(start, end) for start in states for end in (*(each for each in states if each != start), start)]
    return {pair: machinery(first + place) for place, pair in enumerate(pairs)}


ITEM_TRANSITIONS = _transitions(ITEM_STATES, _FIRST_ITEM_TRANSITION)
"""The node of each transition between two states, by their names."""
MODE_TRANSITIONS = _transitions(OPERATION_MODES, _FIRST_MODE_TRANSITION)


def _state_machine(
    type_id: Id, name: str, states: States, transitions: dict[tuple[str, str], Id], first_number: int
) -> Node:
    members = [
        state_node(node, state, machinery(_STATE_NUMBERS[int(node.key)]), number)
        for state, (number, node) in states.items()
    ]
    members += [
        transition_node(
            node, f"From{start}To{end}", machinery(first_number + place), _TRANSITION_NUMBERS[place],
            states[start][1], states[end][1],
        )
        for place, ((start, end), node) in enumerate(transitions.items())
    ]  # fmt: skip
    return object_type(type_id, name, *members)


def _current_state(number: int, id_number: int) -> Node:
    return variable_node(
        machinery(number), "CurrentState", LOCALIZED_TEXT,
        property_node(machinery(id_number), "Id", NODE_ID, space=CORE, rule=_M),
        space=CORE, rule=_M, kind=core(ObjectIds.FiniteStateVariableType),
    )  # fmt: skip


_IDENTIFICATION = object_type(machinery(1004), "MachineryItemIdentificationType", *properties(
    MACHINERY,
    (DI, 6001, "ProductInstanceUri", STRING, _O), (DI, 6002, "Manufacturer", LOCALIZED_TEXT, _M),
    (DI, 6003, "SerialNumber", STRING, _M), (DI, 6008, "Model", LOCALIZED_TEXT, _O),
    (DI, 6011, "SoftwareRevision", STRING, _O), (DI, 6012, "DeviceClass", STRING, _O),
    (DI, 6013, "AssetId", STRING, _O), (DI, 6014, "ComponentName", LOCALIZED_TEXT, _O),
), abstract=True, links=(Link(HAS_INTERFACE, machinery(1003)), Link(HAS_INTERFACE, di(15048))))  # fmt: skip
_STATUS = object_node(
    machinery(5044), "Status", FOLDER_TYPE,
    object_node(machinery(5048), "MachineryItemState", ITEM_STATE_TYPE, _current_state(6090, 6091), rule=_O),
    object_node(machinery(5049), "OperationMode", OPERATION_MODE_TYPE, _current_state(6092, 6093), rule=_O),
    rule=_O,
)  # fmt: skip
_COUNTERS = object_type(OPERATION_COUNTER_TYPE, "MachineryOperationCounterType", *properties(
    MACHINERY, (DI, 6079, "PowerOnDuration", DURATION, _O), (DI, 6080, "OperationDuration", DURATION, _O),
    (DI, 6081, "OperationCycleCounter", UINTEGER, _O),
), links=(Link(HAS_INTERFACE, di(480)),))  # fmt: skip
MACHINERY_MODEL = Model(MACHINERY, "1.04.0", "2025-07-01", (
    metadata(MACHINERY, "1.04.0", "2025-07-01", 5001, 6031, "2310456"),
    Root(core(ObjectIds.ObjectsFolder), object_node(MACHINES, "Machines", FOLDER_TYPE, reference=ORGANIZES)),
    Root(di(15035), object_type(machinery(1003), "IMachineryItemVendorNameplateType", *properties(
        MACHINERY, (DI, 6022, "Manufacturer", LOCALIZED_TEXT, _M), (DI, 6024, "SerialNumber", STRING, _M),
    ), abstract=True)),
    Root(machinery(1003), object_type(machinery(1010), "IMachineVendorNameplateType", *properties(
        MACHINERY, (DI, 6023, "ProductInstanceUri", STRING, _M),
    ), abstract=True)),
    Root(di(15048), object_type(machinery(1011), "IMachineTagNameplateType", *properties(
        MACHINERY, (MACHINERY, 6028, "Location", STRING, _O),
    ), abstract=True)),
    Root(FUNCTIONAL_GROUP_TYPE, _IDENTIFICATION),
    Root(machinery(1004), object_type(MACHINE_IDENTIFICATION_TYPE, "MachineIdentificationType", *properties(
        MACHINERY, (DI, 6015, "ProductInstanceUri", STRING, _M), (MACHINERY, 6029, "Location", STRING, _O),
    ), links=(Link(HAS_INTERFACE, machinery(1010)), Link(HAS_INTERFACE, machinery(1011))))),
    Root(core(ObjectIds.FiniteStateMachineType), _state_machine(
        ITEM_STATE_TYPE, "MachineryItemState_StateMachineType", ITEM_STATES, ITEM_TRANSITIONS, 6042,
    )),
    Root(core(ObjectIds.FiniteStateMachineType), _state_machine(
        OPERATION_MODE_TYPE, "MachineryOperationModeStateMachineType", OPERATION_MODES, MODE_TRANSITIONS, 6063,
    )),
    Root(FUNCTIONAL_GROUP_TYPE, _COUNTERS),
    Root(FOLDER_TYPE, object_type(
        MONITORING_TYPE, "MonitoringType",
        object_node(machinery(5047), "Consumption", FOLDER_TYPE, rule=_O),
        object_node(machinery(5046), "Process", FOLDER_TYPE, rule=_O),
        _STATUS,
    )),
    Root(FOLDER_TYPE, object_type(NOTIFICATIONS_TYPE, "NotificationsType")),
    Root(machinery(1004), object_type(COMPONENT_IDENTIFICATION_TYPE, "MachineryComponentIdentificationType")),
    Root(core(ObjectIds.BaseObjectType), object_type(COMPONENTS_TYPE, "MachineComponentsType")),
))  # fmt: skip
