"""Lines: stations find their place, also between two others."""

import pytest

from tests.support.line_building import conveyor, line_of, machine, opened, sink, source
from twin.line.distributions import Constant
from twin.line.errors import DefinitionError
from twin.line.generic import Machine
from twin.line.line import Line
from twin.line.records import Record
from twin.line.text import Text


def test_two_stations_cannot_stand_at_one_place() -> None:
    line = Line("works", "site", Text("Works", "Fábrica"))
    line.add(machine(1.0))
    with pytest.raises(DefinitionError, match="two stations stand at works/site/area/line/machine"):
        line.add(machine(2.0))


def test_an_inserted_station_stands_between_two_others() -> None:
    line = line_of(source(Constant(value=10.0)), machine(4.0), sink(), places=(5, None))
    line.insert(conveyor(30.0), line.stations[1])
    assert [station.name for station in line.stations] == ["source", "conveyor", "machine", "sink"]
    assert [(link.producer.name, link.consumer.name) for link in line.links] == [
        ("source", "conveyor"),
        ("conveyor", "machine"),
        ("machine", "sink"),
    ]
    assert line.stations[2].inlet.capacity == 5
    run = opened(line).to(100.0)
    assert run.seconds(line.stations[2], Record.LEFT) == [44.0, 54.0, 64.0, 74.0, 84.0, 94.0]


def test_a_station_with_two_inlets_takes_no_other_before_it() -> None:
    line = line_of(source(Constant(value=10.0)), machine(4.0), sink())
    other: Machine = line.add(machine(1.0, "other"))
    line.connect(other, line.stations[2])
    with pytest.raises(DefinitionError, match="cannot be inserted before sink, which has 2 inlets and not one"):
        line.insert(conveyor(30.0), line.stations[2])


def test_a_station_that_is_not_there_is_not_found() -> None:
    with pytest.raises(KeyError):
        line_of(source(Constant(value=10.0)), sink()).station("works/site/area/line/oven")
