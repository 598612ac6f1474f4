"""The parts of a machine that its profiles show, such as zones and cavities, as components (OPC 40001-1)."""

from collections.abc import Callable, Iterator
from typing import Any

from asyncua.ua.object_ids import ObjectIds

from opcua_server.model.companions.di import DI
from opcua_server.model.companions.machinery import COMPONENT_IDENTIFICATION_TYPE, COMPONENTS_TYPE, MACHINERY
from opcua_server.model.declaration import (
    HAS_ADD_IN,
    LOCALIZED_TEXT,
    STRING,
    Id,
    Node,
    core,
    object_node,
    property_node,
)
from twin.line.description import AxisDescription, StationDescription
from twin.line.text import Text

Place = Callable[[str], Id]
"""The node of a part of the machine's building blocks, by its path."""


def components_node(station: StationDescription, place: Place, manufacturer: Text) -> Node | None:
    """All components of a machine; None where its profiles show none."""
    axes = {signal.axis.name: signal.axis for signal in station.signals if signal.axis is not None}
    parts = [
        _component(station, place, name, title, manufacturer)
        for axis in axes.values()
        for name, title in _parts(axis)
    ]  # fmt: skip
    if not parts:
        return None
    return object_node(
        place("Components"), "Components", COMPONENTS_TYPE, *parts, space=MACHINERY, reference=HAS_ADD_IN
    )  # fmt: skip


def _parts(axis: AxisDescription) -> Iterator[tuple[str, Text]]:
    """(name, title) of what stands at each point of an axis, counted from 1."""
    if axis.part is not None:
        for number in range(1, len(axis.points) + 1):
            yield f"{axis.name}_{number}", Text(f"{axis.part.en} {number}", f"{axis.part.es} {number}")


def _component(station: StationDescription, place: Place, name: str, title: Text, manufacturer: Text) -> Node:
    path = f"Components/{name}"

    def said(name: str, data_type: Id, value: Any) -> Node:
        return property_node(place(f"{path}/Identification/{name}"), name, data_type, space=DI, value=value)

    identification = object_node(
        place(f"{path}/Identification"), "Identification", COMPONENT_IDENTIFICATION_TYPE,
        said("Manufacturer", LOCALIZED_TEXT, manufacturer),
        said("SerialNumber", STRING, f"virtual-{station.path.replace('/', ':')}:{name}"),
        said("ComponentName", LOCALIZED_TEXT, title),
        space=DI, reference=HAS_ADD_IN,
    )  # fmt: skip
    return object_node(
        place(path), name, core(ObjectIds.BaseObjectType), identification, display=title, description=title
    )  # fmt: skip
