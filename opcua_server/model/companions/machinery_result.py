"""The nodes used of Machinery Result Transfer (OPC 40001-101), by official number."""

from asyncua.ua.object_ids import ObjectIds

from opcua_server.model.companions.metadata import metadata
from opcua_server.model.declaration import (
    BASE_DATA_VARIABLE_TYPE,
    ENUMERATION,
    FOLDER_TYPE,
    STRUCTURE,
    Field,
    Id,
    Link,
    MethodIds,
    Model,
    Node,
    Root,
    Rule,
    Word,
    core,
    enumeration_node,
    fields_of,
    method_node,
    object_node,
    object_type,
    structure_node,
    variable_node,
    variable_type,
)
from twin.line.text import Text

RESULT = "http://opcfoundation.org/UA/Machinery/Result/"


def result(number: int) -> Id:
    """A node of Machinery Result."""
    return Id(RESULT, number)


RESULT_TYPE, MANAGEMENT_TYPE, READY_EVENT_TYPE = result(2001), result(1004), result(1002)
EVALUATION = result(3002)
OK, NOT_OK = 1, 2
"""Evaluations of a result."""
DATA_TYPES = {
    "ResultEvaluationEnum": EVALUATION, "ProcessingTimesDataType": result(3006), "ResultMetaDataType": result(3007),
    "ResultDataType": result(3008),
}  # fmt: skip
"""Data types by name."""
_M, _O = Rule.MANDATORY, Rule.OPTIONAL
HAS_STRUCTURED_COMPONENT = core(ObjectIds.HasStructuredComponent)
_META_FIELDS = fields_of(
    DATA_TYPES,
    "ResultId TrimmedString", "HasTransferableDataOnFile Boolean?", "IsPartial Boolean?", "IsSimulated Boolean?",
    "ResultState Int32?", "StepId TrimmedString?", "PartId TrimmedString?", "ExternalRecipeId TrimmedString?",
    "InternalRecipeId TrimmedString?", "ProductId TrimmedString?", "ExternalConfigurationId TrimmedString?",
    "InternalConfigurationId TrimmedString?", "JobId TrimmedString?", "CreationTime UtcTime?",
    "ProcessingTimes ProcessingTimesDataType?", "ResultUri UriString[]?", "ResultEvaluation ResultEvaluationEnum?",
    "ResultEvaluationCode Int64?", "ResultEvaluationDetails LocalizedText?", "FileFormat String[]?",
)  # fmt: skip
_EVALUATION = enumeration_node(
    EVALUATION, "ResultEvaluationEnum", result(6001),
    Word(0, "Undefined", Text("Undefined", "Sin definir")), Word(OK, "OK", Text("OK", "Correcto")),
    Word(NOT_OK, "NotOK", Text("NotOK", "No correcto")), Word(3, "NotDecidable", Text("NotDecidable", "Indecidible")),
)  # fmt: skip
STRUCTURES = (
    structure_node(
        DATA_TYPES["ProcessingTimesDataType"], "ProcessingTimesDataType", result(5003),
        *fields_of(
            DATA_TYPES, "StartTime UtcTime", "EndTime UtcTime", "AcquisitionDuration Duration?",
            "ProcessingDuration Duration?",
        ),
    ),
    structure_node(DATA_TYPES["ResultMetaDataType"], "ResultMetaDataType", result(5005), *_META_FIELDS),
    structure_node(
        DATA_TYPES["ResultDataType"], "ResultDataType", result(5008),
        *fields_of(DATA_TYPES, "ResultMetaData ResultMetaDataType+", "ResultContent BaseDataType[]"),
    ),
)  # fmt: skip
"""In an order in which each needs those before it only."""
_META_DATA_OF_TYPE = {
    "CreationTime": 6025, "IsPartial": 6014, "IsSimulated": 6015, "JobId": 6024, "PartId": 6018, "ProductId": 6021,
    "ResultEvaluation": 6028, "ResultId": 6012, "StepId": 6017,
}  # fmt: skip
"""The fields of the meta data that results here have, as variables of ResultType."""
_META_DATA_OF_EVENT = {
    "CreationTime": 6056, "IsPartial": 6063, "IsSimulated": 6064, "JobId": 6065, "PartId": 6066, "ProductId": 6068,
    "ResultEvaluation": 6069, "ResultId": 6034, "StepId": 6074,
}  # fmt: skip
SHOWN = tuple(field for field in _META_FIELDS if field.name in _META_DATA_OF_TYPE)
"""The fields of the meta data that are variables too."""


def meta_data_node(id_: Id, ids: dict[str, Id], rule: Rule | None = None) -> Node:
    """The variable ResultMetaData with those of its fields that have an id."""

    def shown(field: Field) -> Node:
        own = None if rule is None else (_M if field.name == "ResultId" else _O)
        return variable_node(
            ids[field.name], field.name, field.data_type, space=RESULT, reference=HAS_STRUCTURED_COMPONENT, rule=own
        )

    return variable_node(
        id_, "ResultMetaData", DATA_TYPES["ResultMetaDataType"], *map(shown, SHOWN), space=RESULT,
        reference=HAS_STRUCTURED_COMPONENT, rule=rule,
    )  # fmt: skip


def _numbered(numbers: dict[str, int]) -> dict[str, Id]:
    return {name: result(number) for name, number in numbers.items()}


def content_node(id_: Id, data_type: Id, rule: Rule | None = None) -> Node:
    """The variable ResultContent."""
    return variable_node(
        id_, "ResultContent", data_type, space=RESULT, rank=1, rule=rule,
        reference=HAS_STRUCTURED_COMPONENT,
    )  # fmt: skip


_HANDLE, _ERROR = "ResultHandle Handle", "Error Int32"
_RESULT, _TIMEOUT = "Result ResultDataType", "Timeout Int32"
METHODS: dict[str, tuple[int, int, int, tuple[str, ...], tuple[str, ...]]] = {
    "GetResultById": (7005, 6048, 6049, ("ResultId TrimmedString", _TIMEOUT), (_HANDLE, _RESULT, _ERROR)),
    "GetResultIdListFiltered": (
        7006, 6050, 6051,
        ("Filter ContentFilter", "OrderedBy RelativePath[]", "MaxResults UInt32", _TIMEOUT),
        (_HANDLE, "ResultIdList TrimmedString[]", _ERROR),
    ),
    "ReleaseResultHandle": (7007, 6052, 6053, (_HANDLE,), (_ERROR,)),
    "GetLatestResult": (7008, 6054, 6055, (_TIMEOUT,), (_HANDLE, _RESULT, _ERROR)),
    "AcknowledgeResults": (
        7009, 6089, 6090, ("ResultIds TrimmedString[]",), ("ErrorPerResultId Int32[]", _ERROR),
    ),
}  # fmt: skip
"""Methods of the management of results: their numbers, and those of their lists of arguments; arguments in and out."""


def management_method(name: str, ids: MethodIds, rule: Rule | None = None) -> Node:
    """A method under these ids: of the type, or of an instance."""
    inputs, outputs = (fields_of(DATA_TYPES, *declared) for declared in METHODS[name][3:])
    return method_node(ids, name, inputs, outputs, space=RESULT, rule=rule)


def _ready_result() -> Node:
    return variable_node(
        result(6032), "Result", DATA_TYPES["ResultDataType"],
        meta_data_node(result(6033), _numbered(_META_DATA_OF_EVENT), _M),
        kind=RESULT_TYPE, rule=_M,
    )  # fmt: skip


RESULT_MODEL = Model(RESULT, "1.01.0", "2025-07-01", (
    metadata(RESULT, "1.01.0", "2025-07-01", 5007, 6002, "2310456"),
    Root(ENUMERATION, _EVALUATION),
    *(Root(STRUCTURE, structure) for structure in STRUCTURES),
    Root(BASE_DATA_VARIABLE_TYPE, variable_type(
        RESULT_TYPE, "ResultType", DATA_TYPES["ResultDataType"],
        meta_data_node(result(6009), _numbered(_META_DATA_OF_TYPE), _M),
        content_node(result(6010), core(ObjectIds.BaseDataType), _O),
        variable_node(
            result(6011), "ReducedResultContent", core(ObjectIds.BaseDataType), rank=1, rule=_O,
        ),
    )),
    Root(core(ObjectIds.BaseEventType), object_type(
        READY_EVENT_TYPE, "ResultReadyEventType", _ready_result(), abstract=True,
    )),
    Root(core(ObjectIds.BaseObjectType), object_type(
        MANAGEMENT_TYPE, "ResultManagementType",
        *(management_method(name, tuple(map(result, told[:3])), _O) for name, told in METHODS.items()),
        object_node(result(5011), "Results", FOLDER_TYPE, rule=_O),
        links=(Link(core(ObjectIds.GeneratesEvent), READY_EVENT_TYPE),),
    )),
))  # fmt: skip
