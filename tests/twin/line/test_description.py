"""A line describes itself as plain data: paths, places in the frame, limits, links."""

import pytest

from tests.support.line_building import line_of, machine, mode, opened, sink, source
from twin.line.description import LineDescription
from twin.line.distributions import Constant
from twin.line.errors import DefinitionError
from twin.line.line import Line
from twin.line.signal import Axis, Kind, Sensor, ValueType, measurement, profile, set_point
from twin.line.station import Parameters, Place, Station
from twin.line.text import Text
from twin.line.units import CELSIUS, METRE


class OvenParameters(Parameters):
    heat: float = 200.0


class Oven(Station):
    parameters_type = OvenParameters

    def axis_points(self, axis: str) -> tuple[float, ...]:
        return {"position": (0.5, 1.5, 2.5)}[axis]

    heat_set_point = set_point(CELSIUS, "Heat wanted", "Calor pedido", low=0.0, high=300.0)

    @profile(
        CELSIUS,
        "Curve",
        "Curva",
        axis=Axis("position", METRE, Text("along", "a lo largo")),
        low=0.0,
        high=400.0,
        sensor=Sensor(period=10.0),
    )
    def curve(self) -> tuple[float, ...]:
        return (1.0, 2.0, 3.0)

    @measurement(
        CELSIUS, "Heat", "Calor", low=0.0, high=lambda s: 2 * s.parameters.heat, sensor=Sensor(period=2.0), main=True
    )
    def heat(self) -> float:
        return 1.0


def bakery() -> Line:
    oven = Oven("oven", place=Place("bakehouse", "one", Text("Oven", "Horno")))
    mixer = machine(1.0, "mixer", faults={"jam": mode(None, code="MIX-1", severity=300)})
    return line_of(source(Constant(value=1.0)), mixer, oven, sink(), places=(7, 0, None))


def describe() -> LineDescription:
    return bakery().describe()


def test_paths_lead_from_the_plant_through_area_and_line_to_the_signal() -> None:
    described = describe()

    assert described.path == "works/site"
    assert described.signal("works/site/bakehouse/one/oven/heat").name == "heat"
    assert described.signal("works/site/area/line/mixer/activity").value_type is ValueType.ENUMERATION
    with pytest.raises(KeyError, match="nothing"):
        described.signal("works/site/nothing")


def test_every_signal_has_its_own_places_in_the_frame_without_gaps() -> None:
    described, place = describe(), 0
    for signal in described.signals:
        assert signal.index == place
        place += signal.length
    assert described.frame_length == place
    assert describe().signal("works/site/bakehouse/one/oven/curve").length == 3


def test_limits_are_numbers_also_where_they_depend_on_parameters() -> None:
    oven = {signal.name: signal for signal in describe().stations[2].signals}

    assert (oven["heat"].low, oven["heat"].high) == (0.0, 400.0)
    assert (oven["heat_set_point"].low, oven["heat_set_point"].high) == (0.0, 300.0)
    assert oven["activity"].high is None
    for signal in describe().signals:
        assert signal.low is None or signal.high is None or signal.low < signal.high


def test_a_signal_tells_its_kind_its_period_and_its_axis() -> None:
    oven = {signal.name: signal for signal in describe().stations[2].signals}

    assert [name for name, signal in oven.items() if signal.writable] == ["heat_set_point"]
    assert (oven["heat"].period, oven["curve"].period, oven["heat_set_point"].period) == (2.0, 10.0, 0.0)
    assert oven["curve"].kind is Kind.PROFILE
    assert oven["curve"].axis is not None
    assert oven["curve"].axis.points == (0.5, 1.5, 2.5)
    assert [name for name, signal in oven.items() if signal.main] == ["activity", "heat"]
    assert oven["activity"].states[1].en == "producing"


def test_stations_tell_their_class_and_their_failure_modes() -> None:
    described = describe()

    assert [station.kind for station in described.stations] == ["Source", "Machine", "Oven", "Sink"]
    assert [(fault.name, fault.code, fault.severity) for fault in described.stations[1].faults] == [
        ("jam", "MIX-1", 300)
    ]


def test_links_tell_their_ends_and_their_places() -> None:
    assert [
        (link.source.rsplit("/", 1)[1], link.target.rsplit("/", 1)[1], link.capacity) for link in describe().links
    ] == [
        ("source", "mixer", 7),
        ("mixer", "oven", 0),
        ("oven", "sink", None),
    ]


def test_a_description_does_not_change_while_the_line_runs() -> None:
    line = bakery()
    before = line.describe()
    opened(line).to(1000.0)

    assert line.describe() == before


def test_two_stations_at_one_place_are_refused() -> None:
    with pytest.raises(
        DefinitionError, match="two stations stand at works/site/area/line/mixer: give one of them another"
    ):
        line_of(machine(1.0, "mixer"), machine(1.0, "mixer"))


def test_a_station_is_found_by_its_path() -> None:
    line = bakery()

    assert line.station("works/site/bakehouse/one/oven") is line.stations[2]
    with pytest.raises(KeyError, match="elsewhere"):
        line.station("elsewhere")
