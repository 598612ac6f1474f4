"""The structures of job control as classes that asyncua encodes, made from their declarations."""

from dataclasses import field, make_dataclass
from types import SimpleNamespace
from typing import Any, Optional

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds

from opcua_server.jobs.declarations import STRUCTURES, Structure
from opcua_server.wire import make_node_id

_PYTHON: dict[str, Any] = {
    "String": ua.String, "DecimalString": ua.String, "Variant": ua.Variant, "LocalizedText": ua.LocalizedText,
    "EUInformation": ua.EUInformation, "RelativePath": ua.RelativePath, "UInt32": ua.UInt32, "Int16": ua.Int16,
    "DateTime": ua.DateTime,
}  # fmt: skip
_DEFAULTS: dict[str, Any] = {"Variant": ua.Variant, "LocalizedText": ua.LocalizedText, "RelativePath": ua.RelativePath}
_NUMBERS = {
    "String": ObjectIds.String, "DecimalString": ObjectIds.DecimalString, "Variant": ObjectIds.BaseDataType,
    "LocalizedText": ObjectIds.LocalizedText, "EUInformation": ObjectIds.EUInformation,
    "RelativePath": ObjectIds.RelativePath, "UInt16": ObjectIds.UInt16, "UInt32": ObjectIds.UInt32,
    "UInt64": ObjectIds.UInt64, "Int16": ObjectIds.Int16, "DateTime": ObjectIds.DateTime,
}  # fmt: skip


def _parts(declared: str) -> tuple[str, str, bool, bool]:
    """(name, type, whether an array, whether it can be left out) of a declared field."""
    name, kind = declared.split(" ")
    optional = kind.endswith("?")
    kind = kind.rstrip("?")
    return name, kind.removesuffix("[]"), kind.endswith("[]"), optional


def _made(structure: Structure, before: dict[str, Any]) -> Any:
    fields: list[Any] = []
    if any(_parts(each)[3] for each in structure.fields):
        fields.append(("Encoding", ua.UInt32, field(default=0, repr=False, compare=False)))
    for declared in structure.fields:
        name, kind, is_array, optional = _parts(declared)
        python: Any = f"ua.{kind}" if kind == structure.name else before[kind]
        python = list[python] if is_array else python
        default: Any = None
        if optional:
            python = Optional[python]  # noqa: UP045 (asyncua reads the annotation)
        elif is_array:
            default = field(default_factory=list)
        else:
            factory = _DEFAULTS.get(kind) or (python if kind in before and kind not in _PYTHON else None)
            default = None if factory is None else field(default_factory=factory)
        fields.append((name, python, default))
    return make_dataclass(structure.name, fields, slots=False)


def _all_made() -> SimpleNamespace:
    known = dict(_PYTHON)
    for structure in STRUCTURES:
        known[structure.name] = _made(structure, known)
    return SimpleNamespace(**{structure.name: known[structure.name] for structure in STRUCTURES})


structures: Any = _all_made()
"""A class for each structure, by its name."""


def data_type_of(name: str, namespace: int) -> ua.NodeId:
    """The node of a data type: of OPC UA itself, or one of the STRUCTURES in the namespace of job control."""
    for structure in STRUCTURES:
        if structure.name == name:
            return make_node_id(structure.number, namespace)
    return make_node_id(_NUMBERS[name])


def definition_of(structure: Structure, namespace: int) -> ua.StructureDefinition:
    """What a client has to know in order to read and write a structure."""
    fields = []
    for declared in structure.fields:
        name, kind, is_array, optional = _parts(declared)
        rank: Any = ua.ValueRank.OneDimension if is_array else ua.ValueRank.Scalar
        dimensions: Any = [0] if is_array else []
        fields.append(
            ua.StructureField(
                Name=name,
                DataType=data_type_of(kind, namespace),
                ValueRank=rank,
                ArrayDimensions=dimensions,
                IsOptional=optional,
            )
        )
    plain = ua.StructureType.Structure
    optional_fields = any(each.IsOptional for each in fields)
    return ua.StructureDefinition(
        DefaultEncodingId=make_node_id(structure.encoding, namespace),
        BaseDataType=make_node_id(ObjectIds.Structure),
        StructureType=ua.StructureType.StructureWithOptionalFields if optional_fields else plain,
        Fields=fields,
    )


def register(namespace: int) -> None:
    """Let asyncua encode and decode the structures under the numbers of a namespace."""
    for structure in STRUCTURES:
        ua.register_extension_object(
            structure.name,
            make_node_id(structure.encoding, namespace),
            getattr(structures, structure.name),
            make_node_id(structure.number, namespace),
        )
