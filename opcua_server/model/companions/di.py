"""The nodes used of the companion model DI (OPC 10000-100), by official number."""

from asyncua.ua.object_ids import ObjectIds

from opcua_server.model.companions.metadata import metadata
from opcua_server.model.declaration import (
    DURATION,
    FOLDER_TYPE,
    LOCALIZED_TEXT,
    STRING,
    Id,
    Model,
    Node,
    Root,
    Rule,
    core,
    object_type,
    property_node,
)

DI = "http://opcfoundation.org/UA/DI/"
BASE_INTERFACE_TYPE = core(ObjectIds.BaseInterfaceType)
UINTEGER = core(ObjectIds.UInteger)


def di(number: int) -> Id:
    """A node of DI."""
    return Id(DI, number)


def properties(space: str, *rows: tuple[str, int, str, Id, Rule | None]) -> tuple[Node, ...]:
    """Properties of a type in a namespace: namespace of the name, number, name, data type and rule."""
    return tuple(
        property_node(Id(space, number), name, data_type, space=name_space, rule=rule)
        for name_space, number, name, data_type, rule in rows
    )


FUNCTIONAL_GROUP_TYPE = di(1005)
_O = Rule.OPTIONAL
DI_MODEL = Model(DI, "1.04.0", "2022-11-03", (
    metadata(DI, "1.04.0", "2022-11-03", 15001, 15002, "0123456"),
    Root(FOLDER_TYPE, object_type(FUNCTIONAL_GROUP_TYPE, "FunctionalGroupType")),
    Root(BASE_INTERFACE_TYPE, object_type(di(15035), "IVendorNameplateType", *properties(
        DI,
        (DI, 15036, "Manufacturer", LOCALIZED_TEXT, _O), (DI, 15038, "Model", LOCALIZED_TEXT, _O),
        (DI, 15040, "SoftwareRevision", STRING, _O), (DI, 15044, "DeviceClass", STRING, _O),
        (DI, 15045, "SerialNumber", STRING, _O), (DI, 15046, "ProductInstanceUri", STRING, _O),
    ), abstract=True)),
    Root(BASE_INTERFACE_TYPE, object_type(di(15048), "ITagNameplateType", *properties(
        DI, (DI, 15049, "AssetId", STRING, _O), (DI, 15050, "ComponentName", LOCALIZED_TEXT, _O),
    ), abstract=True)),
    Root(BASE_INTERFACE_TYPE, object_type(di(480), "IOperationCounterType", *properties(
        DI, (DI, 481, "PowerOnDuration", DURATION, _O), (DI, 482, "OperationDuration", DURATION, _O),
        (DI, 483, "OperationCycleCounter", UINTEGER, _O),
    ), abstract=True)),
))  # fmt: skip
