"""The parts of machines, as their profiles name them."""

from dataclasses import replace

from opcua_server.model.components import components_node
from opcua_server.model.declaration import Id
from tests.support.fake_bakery import bakery
from twin.line.description import StationDescription
from twin.line.text import Text

MAKER = Text("Maker", "Fabricante")


def place(path: str) -> Id:
    return Id("urn:test", path)


def with_burners(oven: StationDescription) -> StationDescription:
    """The oven, whose profiles stand for its burners."""
    signals = [
        signal if signal.axis is None else replace(signal, axis=replace(signal.axis, part=Text("Burner", "Quemador")))
        for signal in oven.signals
    ]
    return replace(oven, signals=tuple(signals))


def test_each_point_of_an_axis_that_stands_for_parts_is_a_component_with_a_plate_of_its_own() -> None:
    _, oven = bakery().stations
    components = components_node(with_burners(oven), place, MAKER)
    assert components is not None
    (points,) = {signal.axis.points for signal in oven.signals if signal.axis is not None}
    assert [str(part.display and part.display.en) for part in components.members if isinstance(part.display, Text)] == [
        f"Burner {number}" for number in range(1, len(points) + 1)
    ]
    numbers = {
        field.value
        for part in components.members
        for plate in part.members
        for field in plate.members
        if field.name == "SerialNumber"
    }
    assert len(numbers) == len(points)


def test_a_machine_whose_profiles_stand_for_no_parts_has_no_components() -> None:
    _, oven = bakery().stations
    assert components_node(oven, place, MAKER) is None
