"""`rajola nodeset`: the information model of a line as a NodeSet2 file, for tools and other servers."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from asyncua.common.xmlexporter import XmlExporter
from asyncua.server.server import Server
from asyncua.ua.object_ids import ObjectIds

from opcua_server.address_space import NAMESPACE
from opcua_server.data_types import moment
from opcua_server.model.companions import MODELS
from opcua_server.model.declaration import CORE
from opcua_server.model.whole import build_whole
from twin.host.choose import define
from twin.host.installed import engine_version, families
from twin.host.options import add_choice, choice_of
from twin.line.description import LineDescription, SignalDescription
from twin.line.text import LANGUAGES, Language
from twin.record.run import Run

_XML_ENCODINGS = {
    f"i={getattr(ObjectIds, name)}": f"i={getattr(ObjectIds, f'{name}_Encoding_DefaultXml')}"
    for name in ("EUInformation", "Range", "AxisInformation", "Argument", "EnumValueType")
}
_CORE_VERSION = "1.05.02"


class NodeSetCommand:
    """Writes the file."""

    name = "nodeset"
    help = "write the information model of a line as an OPC UA NodeSet2 file"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        add_choice(parser)
        parser.add_argument("--out", type=Path, metavar="FILE", help="file to write (default: standard output)")
        parser.add_argument("--lang", choices=LANGUAGES, default="en")

    def run(self, arguments: argparse.Namespace) -> int:
        """Write it."""
        definition = define(choice_of(arguments), None)
        description = Run(definition, families()).line.describe()
        text = asyncio.run(nodeset(description, moment(definition.start), engine_version(), arguments.lang))
        if arguments.out is None:
            sys.stdout.buffer.write(text)
        else:
            arguments.out.write_bytes(text)
        return 0


async def nodeset(description: LineDescription, published: datetime, version: str, language: Language = "en") -> bytes:
    """The whole model of a line as the bytes of a NodeSet2 file, without values that tell of a run."""
    # The library reports what it passes over, such as the null values of types.
    logging.getLogger("asyncua").setLevel(logging.CRITICAL)
    server = Server()
    await server.init()
    await build_whole(server, description, version, language)
    namespace = await server.get_namespace_index(NAMESPACE)
    space = server.iserver.aspace
    exporter: Any = XmlExporter(server, export_values=True)
    own = [node_id for node_id in space.keys() if node_id.NamespaceIndex == namespace]  # noqa: SIM118 - no mapping
    await exporter.build_etree([server.get_node(node_id) for node_id in own])
    root: ET.Element = exporter.etree.getroot()
    _say_what_it_is(root, published, version)
    _describe_signals(root, {signal.path: signal for signal in description.signals})
    _name_encodings(root)
    _leave_out_linear_scales(root)
    ET.indent(root)
    written = BytesIO()
    ET.ElementTree(root).write(written, encoding="utf-8", xml_declaration=True)
    return written.getvalue()


def _say_what_it_is(root: ET.Element, published: datetime, version: str) -> None:
    """Put the model's name, version and date in front of its nodes."""
    models = ET.Element("Models")
    date = f"{published:%Y-%m-%dT%H:%M:%SZ}"
    model = ET.SubElement(models, "Model", ModelUri=NAMESPACE, Version=version, PublicationDate=date)
    ET.SubElement(model, "RequiredModel", ModelUri=CORE, Version=_CORE_VERSION, PublicationDate="2022-10-01T00:00:00Z")
    for needed in MODELS:
        day = f"{needed.published}T00:00:00Z"
        ET.SubElement(model, "RequiredModel", ModelUri=needed.uri, Version=needed.version, PublicationDate=day)
    place = next((number for number, child in enumerate(root) if child.tag.endswith("NamespaceUris")), -1)
    root.insert(place + 1, models)


def _name_encodings(root: ET.Element) -> None:
    """A value names the XML encoding of its structure, where the library writes the data type."""
    for element in root.iter("uax:TypeId"):
        for identifier in element:
            encoding = _XML_ENCODINGS.get(identifier.text or "")
            identifier.text = identifier.text if encoding is None else encoding


def _leave_out_linear_scales(root: ET.Element) -> None:
    """A linear scale is the default, and no spelling of an enumeration is read by every stack."""
    for owner in root.iter("uax:AxisInformation"):
        for scale in list(owner):
            if scale.tag == "uax:AxisScaleType":
                owner.remove(scale)


def _describe_signals(root: ET.Element, signals: Mapping[str, SignalDescription]) -> None:
    """A file says what there is, not how much of it: no values, but how often there are new ones and that they stay."""
    for element in root:
        signal = signals.get(element.get("NodeId", "").partition(";s=")[2])
        if signal is None:
            continue
        element.set("Historizing", "true")
        element.set("MinimumSamplingInterval", f"{signal.period * 1000.0:g}")
        for value in element.findall("Value"):
            element.remove(value)


command = NodeSetCommand()
