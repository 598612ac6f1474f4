"""The nodes used of Machinery Job Management (OPC 40001-3), by official number."""

from asyncua.ua.object_ids import ObjectIds

from opcua_server.model.companions.job_control import (
    PROVIDER_METHODS,
    PROVIDER_TYPE,
    RECEIVER_TYPE,
    RECEIVER_VARIABLES,
)
from opcua_server.model.companions.metadata import metadata
from opcua_server.model.declaration import (
    CORE,
    LOCALIZED_TEXT,
    NODE_ID,
    Id,
    Model,
    Root,
    Rule,
    core,
    object_node,
    object_type,
    property_node,
    variable_node,
)

MACHINERY_JOBS = "http://opcfoundation.org/UA/Machinery/Jobs/"


def _jobs(number: int) -> Id:
    return Id(MACHINERY_JOBS, number)


JOB_MANAGEMENT_TYPE = _jobs(1003)
_M = Rule.MANDATORY
_VARIABLES = {
    "JobOrderList": 6002, "WorkMaster": 6008, "MaterialClassID": 6003, "MaterialDefinitionID": 6004,
    "EquipmentID": 6001, "PhysicalAssetID": 6007, "PersonnelID": 6006, "MaxDownloadableJobOrders": 6005,
}  # fmt: skip
_METHODS = {
    "RequestJobResponseByJobOrderID": (7001, 6011, 6012),
    "RequestJobResponseByJobOrderState": (7002, 6037, 6038),
}
_CONTROL = object_node(
    _jobs(5001), "JobOrderControl", RECEIVER_TYPE,
    *(each.node(_jobs(_VARIABLES[each.name]), _M) for each in RECEIVER_VARIABLES),
    variable_node(
        _jobs(6009), "CurrentState", LOCALIZED_TEXT,
        property_node(_jobs(6010), "Id", NODE_ID, space=CORE, rule=_M),
        space=CORE, rule=_M, kind=core(ObjectIds.FiniteStateVariableType),
    ),
    rule=_M,
)  # fmt: skip
_RESULTS = object_node(
    _jobs(5002), "JobOrderResults", PROVIDER_TYPE,
    *(each.node(tuple(map(_jobs, _METHODS[each.name])), _M) for each in PROVIDER_METHODS),
    rule=_M,
)  # fmt: skip
MACHINERY_JOBS_MODEL = Model(MACHINERY_JOBS, "1.0.1", "2024-05-01", (
    metadata(MACHINERY_JOBS, "1.0.1", "2024-05-01", 5011, 6029, "2310456"),
    Root(core(ObjectIds.BaseObjectType), object_type(JOB_MANAGEMENT_TYPE, "JobManagementType", _CONTROL, _RESULTS)),
))  # fmt: skip
