"""The nodes of ISA-95 job control and of machinery jobs that are used here, with their official numbers, as plain data.

The numbers and names are those of the models of the namespaces ISA95_URI (2.0.0) and JOBS_URI (1.0.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass

ISA95_URI = "http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/"
JOBS_URI = "http://opcfoundation.org/UA/Machinery/Jobs/"

RECEIVER_TYPE, PROVIDER_TYPE, STATUS_EVENT_TYPE = 1002, 1003, 1006
JOB_MANAGEMENT_TYPE = 1003
"""In the namespace of machinery jobs."""
RESPONSE_LIST = 6050


@dataclass(frozen=True, slots=True)
class Structure:
    """A structured data type: its numbers and its fields, each `Name Type`, `[]` for an array, `?` for an option."""

    name: str
    number: int
    encoding: int
    fields: tuple[str, ...]


def _resource(*own: str, use: str) -> tuple[str, ...]:
    described = ("Description LocalizedText[]?", f"{use} String?", "Quantity DecimalString?")
    return (*own, *described, "EngineeringUnits EUInformation?", "Properties ISA95PropertyDataType[]?")


STRUCTURES = (
    Structure(
        "ISA95PropertyDataType", 3002, 5002,
        ("ID String", "Value Variant", "Description LocalizedText[]?", "EngineeringUnits EUInformation?",
         "Subproperties ISA95PropertyDataType[]?"),
    ),
    Structure(
        "ISA95ParameterDataType", 3003, 5005,
        ("ID String", "Value Variant", "Description LocalizedText[]?", "EngineeringUnits EUInformation?",
         "Subparameters ISA95ParameterDataType[]?"),
    ),
    Structure("ISA95EquipmentDataType", 3005, 5008, _resource("ID String", use="EquipmentUse")),
    Structure(
        "ISA95StateDataType", 3006, 5029,
        ("BrowsePath RelativePath", "StateText LocalizedText", "StateNumber UInt32"),
    ),
    Structure(
        "ISA95WorkMasterDataType", 3007, 5011,
        ("ID String", "Description LocalizedText?", "Parameters ISA95ParameterDataType[]?"),
    ),
    Structure(
        "ISA95MaterialDataType", 3010, 5017,
        _resource(
            "MaterialClassID String?", "MaterialDefinitionID String?", "MaterialLotID String?",
            "MaterialSublotID String?", use="MaterialUse",
        ),
    ),
    Structure("ISA95PersonnelDataType", 3011, 5020, _resource("ID String", use="PersonnelUse")),
    Structure("ISA95PhysicalAssetDataType", 3012, 5023, _resource("ID String", use="PhysicalAssetUse")),
    Structure(
        "ISA95JobOrderDataType", 3008, 5014,
        ("JobOrderID String", "Description LocalizedText[]?", "WorkMasterID ISA95WorkMasterDataType[]?",
         "StartTime DateTime?", "EndTime DateTime?", "Priority Int16?", "JobOrderParameters ISA95ParameterDataType[]?",
         "PersonnelRequirements ISA95PersonnelDataType[]?", "EquipmentRequirements ISA95EquipmentDataType[]?",
         "PhysicalAssetRequirements ISA95PhysicalAssetDataType[]?", "MaterialRequirements ISA95MaterialDataType[]?"),
    ),
    Structure(
        "ISA95JobResponseDataType", 3013, 5026,
        ("JobResponseID String", "Description LocalizedText?", "JobOrderID String", "StartTime DateTime?",
         "EndTime DateTime?", "JobState ISA95StateDataType[]", "JobResponseData ISA95ParameterDataType[]?",
         "PersonnelActuals ISA95PersonnelDataType[]?", "EquipmentActuals ISA95EquipmentDataType[]?",
         "PhysicalAssetActuals ISA95PhysicalAssetDataType[]?", "MaterialActuals ISA95MaterialDataType[]?"),
    ),
    Structure(
        "ISA95JobOrderAndStateDataType", 3015, 5032,
        ("JobOrder ISA95JobOrderDataType", "State ISA95StateDataType[]"),
    ),
)  # fmt: skip
"""In an order in which each needs those before it only, or itself."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument of a method: a data type by its name, or by the name of one of the STRUCTURES."""

    name: str
    data_type: str
    is_array: bool = False


@dataclass(frozen=True, slots=True)
class MethodNode:
    """A method of a type, with the numbers of its argument lists."""

    name: str
    number: int
    input_number: int
    output_number: int
    inputs: tuple[Parameter, ...]
    outputs: tuple[Parameter, ...]
    optional: bool = True


_COMMENT = Parameter("Comment", "LocalizedText", is_array=True)
_ORDER = (Parameter("JobOrder", "ISA95JobOrderDataType"), _COMMENT)
_ORDER_ID = (Parameter("JobOrderID", "String"), _COMMENT)
_STATUS = Parameter("ReturnStatus", "UInt64")
RECEIVER_METHODS = (
    MethodNode("Store", 7001, 6040, 6041, _ORDER, (_STATUS,)),
    MethodNode("StoreAndStart", 7004, 6051, 6052, _ORDER, (_STATUS,)),
    MethodNode("Start", 7005, 6053, 6054, _ORDER_ID, (_STATUS,)),
    MethodNode("Stop", 7006, 6055, 6056, _ORDER_ID, (_STATUS,)),
    MethodNode("Pause", 7007, 6057, 6058, _ORDER_ID, (_STATUS,)),
    MethodNode("Resume", 7008, 6059, 6060, _ORDER_ID, (_STATUS,)),
    MethodNode("Update", 7009, 6061, 6062, _ORDER, (_STATUS,)),
    MethodNode("Abort", 7010, 6063, 6064, _ORDER_ID, (_STATUS,)),
    MethodNode("Cancel", 7011, 6065, 6066, _ORDER_ID, (_STATUS,)),
    MethodNode("Clear", 7012, 6067, 6068, _ORDER_ID, (_STATUS,)),
    MethodNode("RevokeStart", 7013, 6069, 6070, _ORDER_ID, (_STATUS,)),
)
PROVIDER_METHODS = (
    MethodNode(
        "RequestJobResponseByJobOrderID", 7002, 6042, 6043, (Parameter("JobOrderID", "String"),),
        (Parameter("JobResponse", "ISA95JobResponseDataType"), _STATUS), optional=False,
    ),
    MethodNode(
        "RequestJobResponseByJobOrderState", 7014, 6016, 6017,
        (Parameter("JobOrderState", "ISA95StateDataType", is_array=True),),
        (Parameter("JobResponses", "ISA95JobResponseDataType", is_array=True), _STATUS), optional=False,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class VariableNode:
    """A variable of a type."""

    name: str
    number: int
    data_type: str
    is_array: bool = True
    is_property: bool = False
    optional: bool = False


RECEIVER_VARIABLES = (
    VariableNode("JobOrderList", 6033, "ISA95JobOrderAndStateDataType"),
    VariableNode("WorkMaster", 6034, "ISA95WorkMasterDataType"),
    VariableNode("MaterialClassID", 6035, "String"),
    VariableNode("MaterialDefinitionID", 6036, "String"),
    VariableNode("EquipmentID", 6037, "String"),
    VariableNode("PhysicalAssetID", 6038, "String"),
    VariableNode("PersonnelID", 6039, "String"),
    VariableNode("MaxDownloadableJobOrders", 6088, "UInt16", is_array=False, is_property=True),
)
PROVIDER_VARIABLES = (VariableNode("JobOrderResponseList", RESPONSE_LIST, "ISA95JobResponseDataType", optional=True),)
EVENT_VARIABLES = (
    VariableNode("JobOrder", 6047, "ISA95JobOrderDataType", is_array=False, is_property=True),
    VariableNode("JobState", 6048, "ISA95StateDataType", is_property=True),
    VariableNode("JobResponse", 6049, "ISA95JobResponseDataType", is_array=False, is_property=True),
)


@dataclass(frozen=True, slots=True)
class StateNode:
    """A state of the receiver's state machine, its number, and that of the node that tells it."""

    name: str
    number: int
    value: int
    value_number: int


STATES = (
    StateNode("NotAllowedToStart", 5035, 1, 6071),
    StateNode("AllowedToStart", 5036, 2, 6072),
    StateNode("Running", 5037, 3, 6073),
    StateNode("Interrupted", 5038, 4, 6074),
    StateNode("Ended", 5039, 5, 6075),
    StateNode("Aborted", 5040, 6, 6076),
)
SUBSTATE_NUMBERS: Mapping[str, int] = {
    "Waiting": 1, "Ready": 2, "Loaded": 3, "Held": 1, "Suspended": 2, "Completed": 1, "Closed": 2,
}  # fmt: skip
"""The number of a substate within its state machine."""
