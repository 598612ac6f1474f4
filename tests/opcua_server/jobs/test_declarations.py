"""The companion nodes that are declared, compared with the official files where they are at hand."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from opcua_server.jobs.declarations import (
    EVENT_VARIABLES,
    ISA95_URI,
    JOB_MANAGEMENT_TYPE,
    JOBS_URI,
    PROVIDER_METHODS,
    PROVIDER_TYPE,
    PROVIDER_VARIABLES,
    RECEIVER_METHODS,
    RECEIVER_TYPE,
    RECEIVER_VARIABLES,
    STATES,
    STATUS_EVENT_TYPE,
    STRUCTURES,
    MethodNode,
    Parameter,
    Structure,
    VariableNode,
)
from opcua_server.jobs.structures import data_type_of

FOLDER = Path(__file__).parents[4] / "shared" / "nodesets"
NODES = "{http://opcfoundation.org/UA/2011/03/UANodeSet.xsd}"
TYPES = "{http://opcfoundation.org/UA/2008/02/Types.xsd}"
Official = dict[str, ET.Element]


def official(name: str, uri: str) -> Official:
    """The nodes of an official file by their number."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the official file {name} is not in ../shared/nodesets")
    root = ET.parse(path).getroot()  # noqa: S314 (a file of the OPC Foundation)
    assert next(each.text for each in root.iter(f"{NODES}Uri")) == uri
    return {node.attrib["NodeId"].partition(";")[2]: node for node in root if "NodeId" in node.attrib}


@pytest.fixture(scope="module")
def isa95() -> Official:
    return official("opc.ua.isa95-jobcontrol.nodeset2.xml", ISA95_URI)


def references(node: ET.Element, kind: str, *, forward: bool = True) -> list[str]:
    """Where references of a kind lead."""
    return [
        str(each.text)
        for each in node.iter(f"{NODES}Reference")
        if each.attrib["ReferenceType"] == kind and (each.get("IsForward", "true") == "true") == forward
    ]


def rule(*, optional: bool) -> list[str]:
    return ["i=80" if optional else "i=78"]


@pytest.mark.parametrize("declared", STRUCTURES, ids=lambda each: each.name)
def test_a_structure_is_the_official_one(isa95: Official, declared: Structure) -> None:
    node = isa95[f"i={declared.number}"]
    assert (node.tag, node.attrib["BrowseName"]) == (f"{NODES}UADataType", f"1:{declared.name}")
    fields = []
    for field in node.iter(f"{NODES}Field"):
        kind = {"ns=1;i=3003": "ISA95ParameterDataType"}.get(
            field.get("DataType", ""), field.get("DataType", "Variant")
        )
        marks = ("[]" if field.get("ValueRank") == "1" else "") + ("?" if field.get("IsOptional") == "true" else "")
        fields.append(f"{field.attrib['Name']} {kind}{marks}")
    assert tuple(fields) == declared.fields
    encoding = isa95[f"i={declared.encoding}"]
    assert encoding.attrib["BrowseName"] == "Default Binary"
    assert references(encoding, "HasEncoding", forward=False) == [f"ns=1;i={declared.number}"]


@pytest.mark.parametrize(
    ("number", "name", "supertype"),
    [
        (RECEIVER_TYPE, "ISA95JobOrderReceiverObjectType", "i=2771"),
        (PROVIDER_TYPE, "ISA95JobResponseProviderObjectType", "i=58"),
        (STATUS_EVENT_TYPE, "ISA95JobOrderStatusEventType", "i=2041"),
    ],
)
def test_an_object_type_is_the_official_one(isa95: Official, number: int, name: str, supertype: str) -> None:
    node = isa95[f"i={number}"]
    assert (node.tag, node.attrib["BrowseName"]) == (f"{NODES}UAObjectType", f"1:{name}")
    assert references(node, "HasSubtype", forward=False) == [supertype]


@pytest.mark.parametrize(
    ("owner", "declared"),
    [
        *((RECEIVER_TYPE, each) for each in RECEIVER_VARIABLES),
        *((PROVIDER_TYPE, each) for each in PROVIDER_VARIABLES),
        *((STATUS_EVENT_TYPE, each) for each in EVENT_VARIABLES),
    ],
)
def test_a_variable_is_the_official_one(isa95: Official, owner: int, declared: VariableNode) -> None:
    node = isa95[f"i={declared.number}"]
    assert (node.tag, node.attrib["BrowseName"]) == (f"{NODES}UAVariable", f"1:{declared.name}")
    assert node.attrib["DataType"] == declared.data_type
    assert node.get("ValueRank", "-1") == ("1" if declared.is_array else "-1")
    assert references(node, "HasModellingRule") == rule(optional=declared.optional)
    kind = "HasProperty" if declared.is_property else "HasComponent"
    assert references(node, kind, forward=False) == [f"ns=1;i={owner}"]
    assert references(node, "HasTypeDefinition") == ["i=68" if declared.is_property else "i=63"]


@pytest.mark.parametrize(
    ("owner", "declared"),
    [
        *((RECEIVER_TYPE, each) for each in RECEIVER_METHODS),
        *((PROVIDER_TYPE, each) for each in PROVIDER_METHODS),
    ],
)
def test_a_method_is_the_official_one(isa95: Official, owner: int, declared: MethodNode) -> None:
    node = isa95[f"i={declared.number}"]
    assert (node.tag, node.attrib["BrowseName"]) == (f"{NODES}UAMethod", f"1:{declared.name}")
    assert references(node, "HasComponent", forward=False) == [f"ns=1;i={owner}"]
    assert references(node, "HasModellingRule") == rule(optional=declared.optional)
    for number, name, parameters in (
        (declared.input_number, "InputArguments", declared.inputs),
        (declared.output_number, "OutputArguments", declared.outputs),
    ):
        listed = isa95[f"i={number}"]
        assert listed.attrib["BrowseName"] == name
        assert references(listed, "HasProperty", forward=False) == [f"ns=1;i={declared.number}"]
        assert [argument_of(each) for each in listed.iter(f"{TYPES}Argument")] == list(map(shown, parameters))


def argument_of(node: ET.Element) -> tuple[str, str, str]:
    """An official argument's name, data type and rank."""
    identifier = node.find(f"{TYPES}DataType/{TYPES}Identifier")
    assert identifier is not None
    return str(node.findtext(f"{TYPES}Name")), str(identifier.text), str(node.findtext(f"{TYPES}ValueRank"))


def shown(parameter: Parameter) -> tuple[str, str, str]:
    node_id = data_type_of(parameter.data_type, 1)
    return parameter.name, node_id.to_string(), "1" if parameter.is_array else "-1"


def test_the_states_are_the_official_ones(isa95: Official) -> None:
    for state in STATES:
        assert isa95[f"i={state.number}"].attrib["BrowseName"] == f"1:{state.name}"
        assert references(isa95[f"i={state.number}"], "HasTypeDefinition") == ["i=2307"]
        value = isa95[f"i={state.value_number}"]
        assert references(value, "HasProperty", forward=False) == [f"ns=1;i={state.number}"]
        found = re.search(r"\d+", "".join(value.find(f"{NODES}Value").itertext()))  # type: ignore[union-attr]
        assert found is not None
        assert int(found.group()) == state.value


def test_job_management_is_the_official_type() -> None:
    jobs = official("Opc.Ua.Machinery.Jobs.Nodeset2.xml", JOBS_URI)
    node = jobs[f"i={JOB_MANAGEMENT_TYPE}"]
    assert (node.tag, node.attrib["BrowseName"]) == (f"{NODES}UAObjectType", "1:JobManagementType")
    assert references(node, "HasSubtype", forward=False) == ["i=58"]
