"""The nodes used of ISA-95 job control (OPC 10031-4), by official number."""

from dataclasses import dataclass

from asyncua.ua.object_ids import ObjectIds

from opcua_server.model.companions.metadata import metadata
from opcua_server.model.declaration import (
    BASE_DATA_VARIABLE_TYPE,
    HAS_COMPONENT,
    HAS_PROPERTY,
    PROPERTY_TYPE,
    STRUCTURE,
    Id,
    Link,
    MethodIds,
    Model,
    Node,
    Root,
    Rule,
    core,
    fields_of,
    method_node,
    object_type,
    state_node,
    structure_node,
    transition_node,
    variable_node,
)

JOB_CONTROL = "http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/"


def job_control(number: int) -> Id:
    """A node of job control."""
    return Id(JOB_CONTROL, number)


RECEIVER_TYPE, PROVIDER_TYPE, STATUS_EVENT_TYPE = map(job_control, (1002, 1003, 1006))


def _resource(*own: str, use: str) -> tuple[str, ...]:
    described = ("Description LocalizedText[]?", f"{use} String?", "Quantity DecimalString?")
    return (*own, *described, "EngineeringUnits EUInformation?", "Properties ISA95PropertyDataType[]?")


_DECLARED: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("ISA95PropertyDataType", 3002, 5002, (
        "ID String", "Value BaseDataType", "Description LocalizedText[]?", "EngineeringUnits EUInformation?",
        "Subproperties ISA95PropertyDataType[]?",
    )),
    ("ISA95ParameterDataType", 3003, 5005, (
        "ID String", "Value BaseDataType", "Description LocalizedText[]?", "EngineeringUnits EUInformation?",
        "Subparameters ISA95ParameterDataType[]?",
    )),
    ("ISA95EquipmentDataType", 3005, 5008, _resource("ID String", use="EquipmentUse")),
    ("ISA95StateDataType", 3006, 5029, (
        "BrowsePath RelativePath", "StateText LocalizedText", "StateNumber UInt32",
    )),
    ("ISA95WorkMasterDataType", 3007, 5011, (
        "ID String", "Description LocalizedText?", "Parameters ISA95ParameterDataType[]?",
    )),
    ("ISA95MaterialDataType", 3010, 5017, _resource(
        "MaterialClassID String?", "MaterialDefinitionID String?", "MaterialLotID String?", "MaterialSublotID String?",
        use="MaterialUse",
    )),
    ("ISA95PersonnelDataType", 3011, 5020, _resource("ID String", use="PersonnelUse")),
    ("ISA95PhysicalAssetDataType", 3012, 5023, _resource("ID String", use="PhysicalAssetUse")),
    ("ISA95JobOrderDataType", 3008, 5014, (
        "JobOrderID String", "Description LocalizedText[]?", "WorkMasterID ISA95WorkMasterDataType[]?",
        "StartTime DateTime?", "EndTime DateTime?", "Priority Int16?", "JobOrderParameters ISA95ParameterDataType[]?",
        "PersonnelRequirements ISA95PersonnelDataType[]?", "EquipmentRequirements ISA95EquipmentDataType[]?",
        "PhysicalAssetRequirements ISA95PhysicalAssetDataType[]?", "MaterialRequirements ISA95MaterialDataType[]?",
    )),
    ("ISA95JobResponseDataType", 3013, 5026, (
        "JobResponseID String", "Description LocalizedText?", "JobOrderID String", "StartTime DateTime?",
        "EndTime DateTime?", "JobState ISA95StateDataType[]", "JobResponseData ISA95ParameterDataType[]?",
        "PersonnelActuals ISA95PersonnelDataType[]?", "EquipmentActuals ISA95EquipmentDataType[]?",
        "PhysicalAssetActuals ISA95PhysicalAssetDataType[]?", "MaterialActuals ISA95MaterialDataType[]?",
    )),
    ("ISA95JobOrderAndStateDataType", 3015, 5032, (
        "JobOrder ISA95JobOrderDataType", "State ISA95StateDataType[]",
    )),
)  # fmt: skip
"""Structures: name, number, number of the binary encoding, fields; each needs those before it only, or itself."""
DATA_TYPES = {name: job_control(number) for name, number, _, _ in _DECLARED}
"""The structures by name."""
STRUCTURES = tuple(
    structure_node(DATA_TYPES[name], name, job_control(encoding), *fields_of(DATA_TYPES, *fields))
    for name, _, encoding, fields in _DECLARED
)


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a type, with the numbers of its lists of arguments."""

    name: str
    number: int
    inputs_number: int
    outputs_number: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rule: Rule = Rule.OPTIONAL

    def node(self, ids: MethodIds, rule: Rule | None = None) -> Node:
        """The method under these ids: of the type, or of an instance."""
        inputs, outputs = (fields_of(DATA_TYPES, *declared) for declared in (self.inputs, self.outputs))
        return method_node(ids, self.name, inputs, outputs, space=JOB_CONTROL, rule=rule)

    @property
    def of_type(self) -> Node:
        """The type's own node."""
        numbers = (self.number, self.inputs_number, self.outputs_number)
        return self.node(tuple(map(job_control, numbers)), self.rule)


_COMMENT = "Comment LocalizedText[]"
_ORDER, _ORDER_ID = ("JobOrder ISA95JobOrderDataType", _COMMENT), ("JobOrderID String", _COMMENT)
_STATUS = "ReturnStatus UInt64"
RECEIVER_METHODS = (
    Method("Store", 7001, 6040, 6041, _ORDER, (_STATUS,)),
    Method("StoreAndStart", 7004, 6051, 6052, _ORDER, (_STATUS,)),
    Method("Start", 7005, 6053, 6054, _ORDER_ID, (_STATUS,)),
    Method("Stop", 7006, 6055, 6056, _ORDER_ID, (_STATUS,)),
    Method("Pause", 7007, 6057, 6058, _ORDER_ID, (_STATUS,)),
    Method("Resume", 7008, 6059, 6060, _ORDER_ID, (_STATUS,)),
    Method("Update", 7009, 6061, 6062, _ORDER, (_STATUS,)),
    Method("Abort", 7010, 6063, 6064, _ORDER_ID, (_STATUS,)),
    Method("Cancel", 7011, 6065, 6066, _ORDER_ID, (_STATUS,)),
    Method("Clear", 7012, 6067, 6068, _ORDER_ID, (_STATUS,)),
    Method("RevokeStart", 7013, 6069, 6070, _ORDER_ID, (_STATUS,)),
)
PROVIDER_METHODS = (
    Method(
        "RequestJobResponseByJobOrderID", 7002, 6042, 6043, ("JobOrderID String",),
        ("JobResponse ISA95JobResponseDataType", _STATUS), Rule.MANDATORY,
    ),
    Method(
        "RequestJobResponseByJobOrderState", 7014, 6016, 6017, ("JobOrderState ISA95StateDataType[]",),
        ("JobResponses ISA95JobResponseDataType[]", _STATUS), Rule.MANDATORY,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a type: its number, and name, data type and rank as a field is written."""

    number: int
    declared: str
    is_property: bool = False
    rule: Rule = Rule.MANDATORY

    @property
    def name(self) -> str:
        """Its name."""
        return self.declared.partition(" ")[0]

    def node(self, id_: Id, rule: Rule | None = None) -> Node:
        """The variable under this id: of the type, or of an instance."""
        (field,) = fields_of(DATA_TYPES, self.declared)
        return variable_node(
            id_, field.name, field.data_type, space=JOB_CONTROL, rank=1 if field.is_array else -1, rule=rule,
            reference=HAS_PROPERTY if self.is_property else HAS_COMPONENT,
            kind=PROPERTY_TYPE if self.is_property else BASE_DATA_VARIABLE_TYPE,
        )  # fmt: skip

    @property
    def of_type(self) -> Node:
        """The type's own node."""
        return self.node(job_control(self.number), self.rule)


RECEIVER_VARIABLES = (
    Variable(6033, "JobOrderList ISA95JobOrderAndStateDataType[]"),
    Variable(6034, "WorkMaster ISA95WorkMasterDataType[]"),
    Variable(6035, "MaterialClassID String[]"),
    Variable(6036, "MaterialDefinitionID String[]"),
    Variable(6037, "EquipmentID String[]"),
    Variable(6038, "PhysicalAssetID String[]"),
    Variable(6039, "PersonnelID String[]"),
    Variable(6088, "MaxDownloadableJobOrders UInt16", is_property=True),
)
PROVIDER_VARIABLES = (Variable(6050, "JobOrderResponseList ISA95JobResponseDataType[]", rule=Rule.OPTIONAL),)
_EVENT_VARIABLES = (
    Variable(6047, "JobOrder ISA95JobOrderDataType", is_property=True),
    Variable(6048, "JobState ISA95StateDataType[]", is_property=True),
    Variable(6049, "JobResponse ISA95JobResponseDataType", is_property=True),
)
STATES = {
    "NotAllowedToStart": (1, job_control(5035)), "AllowedToStart": (2, job_control(5036)),
    "Running": (3, job_control(5037)), "Interrupted": (4, job_control(5038)), "Ended": (5, job_control(5039)),
    "Aborted": (6, job_control(5040)),
}  # fmt: skip
"""Each state of a job with its number and its node."""
SUBSTATE_NUMBERS = {"Waiting": 1, "Ready": 2, "Loaded": 3, "Held": 1, "Suspended": 2, "Completed": 1, "Closed": 2}
"""The number of a substate within its state machine."""
_STATE_NUMBERS = {5035: 6071, 5036: 6072, 5037: 6073, 5038: 6074, 5039: 6075, 5040: 6076}
_TRANSITIONS = (
    ("NotAllowedToStart", "NotAllowedToStart", 5041, 6077, 1, "Update"),
    ("NotAllowedToStart", "AllowedToStart", 5042, 6078, 2, "Start"),
    ("AllowedToStart", "NotAllowedToStart", 5043, 6079, 3, "RevokeStart"),
    ("AllowedToStart", "AllowedToStart", 5044, 6080, 4, "Update"),
    ("AllowedToStart", "Running", 5045, 6081, 5, ""),
    ("Running", "Interrupted", 5046, 6082, 6, "Pause"),
    ("Running", "Ended", 5047, 6083, 7, "Stop"),
    ("Running", "Aborted", 5048, 6084, 8, "Abort"),
    ("Interrupted", "Aborted", 5049, 6085, 9, "Abort"),
    ("Interrupted", "Running", 5050, 6086, 10, "Resume"),
    ("Interrupted", "Ended", 5051, 6087, 11, "Stop"),
    ("NotAllowedToStart", "Aborted", 5084, 6009, 12, "Abort"),
    ("AllowedToStart", "Aborted", 5085, 6010, 13, "Abort"),
)
"""Start, end, node, node of its number, number, and the method that causes it."""
TRANSITIONS = {(start, end): job_control(number) for start, end, number, _, _, _ in _TRANSITIONS}
"""The node of each transition between two states, by their names."""


def _states() -> tuple[Node, ...]:
    return tuple(
        state_node(node, name, job_control(_STATE_NUMBERS[int(node.key)]), number)
        for name, (number, node) in STATES.items()
    )


def _transitions() -> tuple[Node, ...]:
    effect = Link(core(ObjectIds.HasEffect), STATUS_EVENT_TYPE)
    methods = {method.name: job_control(method.number) for method in RECEIVER_METHODS}
    return tuple(
        transition_node(
            job_control(number), f"From{start}To{end}", job_control(number_of), value, STATES[start][1], STATES[end][1],
            effect, *((Link(core(ObjectIds.HasCause), methods[cause]),) if cause else ()),
        )
        for start, end, number, number_of, value, cause in _TRANSITIONS
    )  # fmt: skip


JOB_CONTROL_MODEL = Model(JOB_CONTROL, "2.0.0", "2024-01-31", (
    metadata(JOB_CONTROL, "2.0.0", "2024-01-31", 5001, 6023, "2310456"),
    *(Root(STRUCTURE, structure) for structure in STRUCTURES),
    Root(core(ObjectIds.BaseEventType), object_type(
        STATUS_EVENT_TYPE, "ISA95JobOrderStatusEventType", *(each.of_type for each in _EVENT_VARIABLES), abstract=True,
    )),
    Root(core(ObjectIds.FiniteStateMachineType), object_type(
        RECEIVER_TYPE, "ISA95JobOrderReceiverObjectType",
        *(each.of_type for each in RECEIVER_VARIABLES), *(each.of_type for each in RECEIVER_METHODS),
        *_states(), *_transitions(),
    )),
    Root(core(ObjectIds.BaseObjectType), object_type(
        PROVIDER_TYPE, "ISA95JobResponseProviderObjectType",
        *(each.of_type for each in PROVIDER_VARIABLES), *(each.of_type for each in PROVIDER_METHODS),
        links=(Link(core(ObjectIds.GeneratesEvent), STATUS_EVENT_TYPE),),
    )),
))  # fmt: skip
