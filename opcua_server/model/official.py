"""The official files of companion models, imported in the place of our declarations (`--nodesets DIR`)."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from asyncua import ua
from asyncua.server.server import Server

from opcua_server.model.companions import MODELS
from opcua_server.model.declaration import CORE, Model
from opcua_server.wire import make_node_id
from twin.line.errors import DefinitionError

_XML = "{http://opcfoundation.org/UA/2011/03/UANodeSet.xsd}"
_TYPES = "{http://opcfoundation.org/UA/2008/02/Types.xsd}"
_WAY_OUT = "put the official file there, or leave --nodesets out"


@dataclass(frozen=True, slots=True)
class _File:
    """A file with the model in it, and the models that this one needs."""

    path: Path
    root: ET.Element
    version: str
    needs: tuple[str, ...]


async def import_official(server: Server, folder: Path) -> None:
    """Import the models that are used, and those that they need, from a folder; raises DefinitionError."""
    files = _files(folder)
    done: set[str] = {CORE}
    for model in MODELS:
        await _import(server, folder, files, model.uri, f"{model.uri} {model.version}", done)
    indexes = {uri: index for index, uri in enumerate(await server.get_namespace_array())}
    for model in MODELS:
        _check(server, files[model.uri], model, indexes[model.uri])


def _files(folder: Path) -> dict[str, _File]:
    """The files of a folder by the models in them."""
    if not folder.is_dir():
        raise DefinitionError(f"--nodesets {folder}: there is no such folder; {_WAY_OUT}")
    found: dict[str, _File] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() != ".xml":
            continue
        try:
            root = ET.parse(path).getroot()  # noqa: S314 - the user's own files; entities are not resolved
        except (ET.ParseError, OSError, UnicodeDecodeError) as error:
            raise DefinitionError(f"--nodesets {folder}: {path.name} cannot be read: {error}; {_WAY_OUT}") from None
        for model in root.iterfind(f"{_XML}Models/{_XML}Model"):
            needs = tuple(each.get("ModelUri", "") for each in model.iterfind(f"{_XML}RequiredModel"))
            found[model.get("ModelUri", "")] = _File(path, root, model.get("Version", ""), needs)
    return found


async def _import(server: Server, folder: Path, files: dict[str, _File], uri: str, wanted: str, done: set[str]) -> None:
    """Import a model after those that it needs."""
    if uri in done:
        return
    done.add(uri)
    file = files.get(uri)
    if file is None:
        raise DefinitionError(f"--nodesets {folder}: no file there has the model {wanted}; {_WAY_OUT}")
    for each in file.needs:
        await _import(server, folder, files, each, f"{each}, which {file.path.name} needs", done)
    _leave_out_structures(file.root)
    text = ET.tostring(file.root, encoding="unicode")
    try:
        await server.import_xml(xmlstring=text, auto_load_definitions=False)
    except Exception as error:  # noqa: BLE001 - whatever the library makes of a file that is not as it should be
        reason = f"{type(error).__name__}: {error}"
        raise DefinitionError(
            f"--nodesets {folder}: {file.path.name} is no NodeSet2 file ({reason}); {_WAY_OUT}"
        ) from None


def _leave_out_structures(root: ET.Element) -> None:
    """Leave out values of structures of the model's own, such as defaults of types, which the library cannot read."""
    for node in root:
        for value in node.findall(f"{_XML}Value"):
            kinds = (each.text or "" for each in value.iterfind(f".//{_TYPES}TypeId/{_TYPES}Identifier"))
            if any(kind.startswith("ns=") for kind in kinds):
                node.remove(value)


def _check(server: Server, file: _File, model: Model, index: int) -> None:
    """Refuse a file without one of the nodes that are used."""
    space = server.iserver.aspace
    for root in model.roots:
        for node in root.node.all():
            node_id: ua.NodeId = make_node_id(node.id.key, index)
            if node_id not in space:
                raise DefinitionError(
                    f"--nodesets {file.path.parent}: {file.path.name} has no node i={node.id.key} ({node.name}); it is "
                    f"of version {file.version}, and {model.version} is needed; {_WAY_OUT}"
                )
