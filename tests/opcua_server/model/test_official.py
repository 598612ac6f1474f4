"""A server over the official files has the same nodes as over our declarations, and more."""

import shutil
from pathlib import Path

import pytest
from asyncua import Client, ua

from opcua_server.model.companions import FILES, MODELS
from tests.support.opcua import OVEN, connected, served
from twin.line.errors import DefinitionError

FOLDER = Path(__file__).parents[4] / "shared" / "nodesets"
needs_files = pytest.mark.skipif(not FOLDER.is_dir(), reason="needs the official NodeSet files in ../shared/nodesets")
MACHINERY = "http://opcfoundation.org/UA/Machinery/"
RESULT = "http://opcfoundation.org/UA/Machinery/Result/"


async def all_node_ids(client: Client) -> set[tuple[str, str]]:
    """(namespace URI, identifier) of every node that is declared, as far as a server has it."""
    namespaces = await client.get_namespace_array()
    asked = [node for model in MODELS for root in model.roots for node in root.node.all()]
    ids = [ua.NodeId(node.id.key, namespaces.index(node.id.space)) for node in asked]
    names = await client.read_attributes([client.get_node(each) for each in ids], ua.AttributeIds.BrowseName)
    return {
        (node.id.space, f"{node.id.key} {value.Value.Value.Name}")
        for node, value in zip(asked, names, strict=True)
        if value.StatusCode is not None and value.StatusCode.is_good()
    }


@needs_files
async def test_the_official_files_bring_the_same_nodes_and_more() -> None:
    with served() as plain:
        async with connected(plain.address) as connection:
            ours = await all_node_ids(connection.client)
    with served(nodesets=str(FOLDER)) as official:
        official.do(lambda port: setattr(port, "loaves", 2))
        async with connected(official.address) as connection:
            client = connection.client
            assert await all_node_ids(client) == ours
            machinery, result = [await client.get_namespace_index(uri) for uri in (MACHINERY, RESULT)]
            for number, index in ((1013, machinery), (1003, result)):
                more = client.get_node(ua.NodeId(number, index))
                assert (await more.read_node_class()) == ua.NodeClass.ObjectType
            state = f"{OVEN}/MachineryBuildingBlocks/ResultManagement"
            kind = await connection.node(state).read_type_definition()
            assert kind == ua.NodeId(1004, result)


def refused(folder: Path) -> str:
    with pytest.raises(DefinitionError) as refusal, served(nodesets=str(folder)):
        pass
    return str(refusal.value)


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    assert "there is no such folder" in refused(tmp_path / "nowhere")


def test_a_folder_without_a_model_names_it(tmp_path: Path) -> None:
    assert "no file there has the model http://opcfoundation.org/UA/DI/ 1.04.0" in refused(tmp_path)


@needs_files
def test_a_model_that_another_one_needs_is_named_with_it(tmp_path: Path) -> None:
    for name in FILES.values():
        shutil.copyfile(FOLDER / name, tmp_path / name)
    assert "http://opcfoundation.org/UA/IA/, which Opc.Ua.Machinery.NodeSet2.xml needs" in refused(tmp_path)


def test_a_file_that_is_no_xml_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.xml").write_text("<UANodeSet>", encoding="utf-8")
    sentence = refused(tmp_path)
    assert "broken.xml cannot be read" in sentence
    assert "line 1" in sentence


def test_a_model_without_a_node_that_is_used_is_refused(tmp_path: Path) -> None:
    uri = "http://opcfoundation.org/UA/DI/"
    (tmp_path / "di.xml").write_text(
        '<UANodeSet xmlns="http://opcfoundation.org/UA/2011/03/UANodeSet.xsd">'
        f"<NamespaceUris><Uri>{uri}</Uri></NamespaceUris>"
        f'<Models><Model ModelUri="{uri}" Version="9.9"/></Models></UANodeSet>',
        encoding="utf-8",
    )
    for model in MODELS[1:]:
        (tmp_path / f"{len(model.uri)}.xml").write_text(
            '<UANodeSet xmlns="http://opcfoundation.org/UA/2011/03/UANodeSet.xsd">'
            f"<NamespaceUris><Uri>{model.uri}</Uri></NamespaceUris>"
            f'<Models><Model ModelUri="{model.uri}" Version="9.9"/></Models></UANodeSet>',
            encoding="utf-8",
        )
    assert "di.xml has no node i=15001 (http://opcfoundation.org/UA/DI/); it is of version 9.9" in refused(tmp_path)
