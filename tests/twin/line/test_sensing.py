"""Which sensors a station has is plant data, and their faults come as drawn or as injected."""

from itertools import pairwise
from typing import Any

import pytest

from tests.support.line_building import line_of
from twin.line.distributions import Constant, Exponential
from twin.line.errors import DefinitionError
from twin.line.faults import NEVER
from twin.line.records import Record
from twin.line.sensing import AILMENTS, Ailment, SensorFault, SensorSettings, Status
from twin.line.signal import Sensor, measurement, quantity
from twin.line.station import Parameters, Station
from twin.line.time import HOUR, MINUTE
from twin.line.units import CELSIUS, PERCENT


class Thermometer(Station):
    @measurement(CELSIUS, "Heat", "Calor", low=0.0, high=100.0, sensor=Sensor(noise=0.5, period=2.0))
    def heat(self) -> float:
        return 20.0

    @quantity(PERCENT, "Share", "Proporción", low=0.0, high=100.0)
    def part(self) -> float:
        return 0.0


def thermometer(**settings: Any) -> Station:
    station = Thermometer("thermometer", Parameters(sensors={"heat": SensorSettings(**settings)}))
    line_of(station)
    station.sensing.open(1, station.path, 1.0, 0)
    return station


def test_a_signal_without_its_sensor_is_no_signal_of_the_station() -> None:
    station = thermometer(installed=False)
    assert {signal.name for signal in Thermometer.signals} - {signal.name for signal in station.signals} == {"heat"}
    described = line_of(Thermometer("other", Parameters(sensors={"heat": SensorSettings(installed=False)}))).describe()
    assert all(signal.name != "heat" for signal in described.signals)


def test_what_a_plant_does_not_say_is_as_declared() -> None:
    sensor = thermometer(drift=0.1).sensing.sensors["heat"]
    assert sensor == Sensor(noise=0.5, period=2.0, drift=0.1)


def test_the_description_tells_the_period_that_the_plant_says() -> None:
    described = line_of(Thermometer("slow", Parameters(sensors={"heat": SensorSettings(period=30.0)}))).describe()
    assert next(signal.period for signal in described.signals if signal.name == "heat") == 30.0


@pytest.mark.parametrize("name", ["heet", "part"])
def test_a_sensor_that_the_station_has_not_got_is_refused_by_name(name: str) -> None:
    with pytest.raises(DefinitionError, match=rf"there is no sensor '{name}'; it has: heat"):
        Thermometer("thermometer", Parameters(sensors={name: SensorSettings()}))


FAULT = SensorFault(uptime_h=Exponential(mean=10.0), repair_min=Constant(value=30.0), size=2.0)


def occurrences(station: Station, until: int) -> list[tuple[int, int]]:
    """(begin, end) of all ailments up to an instant."""
    sensing = station.sensing
    while sensing.next_change < until:
        sensing.pass_due(station, sensing.next_change)
    log = station.log.tolist()
    entries = [log[place : place + 4] for place in range(0, len(log), 4)]
    begins = [entry[0] for entry in entries if entry[1] == Record.SENSOR_FAULT_BEGAN]
    return list(zip(begins, [entry[0] for entry in entries if entry[1] == Record.SENSOR_FAULT_ENDED], strict=False))


def test_drawn_ailments_come_and_go_as_plant_data_say() -> None:
    found = occurrences(thermometer(faults={Ailment.BIAS: FAULT}), 4000 * HOUR)
    assert all(end - begin == 30 * MINUTE for begin, end in found)
    ups = [begin - end for (_, end), (begin, _) in pairwise(found)]
    assert sum(ups) / len(ups) / HOUR == pytest.approx(10.0, rel=0.15)


def test_another_ailment_moves_no_draw_of_the_first() -> None:
    alone = occurrences(thermometer(faults={Ailment.BIAS: FAULT}), 400 * HOUR)
    both = thermometer(faults={Ailment.BIAS: FAULT, Ailment.STUCK: FAULT})
    occurrences(both, 400 * HOUR)
    log = both.log.tolist()
    bias = AILMENTS.index(Ailment.BIAS)
    begins = [
        log[place]
        for place in range(0, len(log), 4)
        if log[place + 1] == Record.SENSOR_FAULT_BEGAN and log[place + 2] % len(AILMENTS) == bias
    ]
    assert begins[: len(alone)] == [begin for begin, _ in alone]


def test_without_a_repair_time_an_ailment_stays_until_somebody_sees_to_it() -> None:
    station = thermometer(faults={Ailment.DIRTY_WINDOW: SensorFault(uptime_h=Constant(value=1.0), onset_min=10.0)})
    occurrences(station, 2 * HOUR)
    assert station.sensing.next_change == NEVER
    assert station.sensing.quality("heat", 2 * HOUR) is Status.UNCERTAIN
    station.sensing.end(station.log, "heat", Ailment.DIRTY_WINDOW, 2 * HOUR)
    assert station.sensing.quality("heat", 2 * HOUR) is Status.GOOD
    assert station.sensing.next_change == 3 * HOUR


def test_an_injected_ailment_does_not_use_up_the_drawn_one() -> None:
    station = thermometer(faults={Ailment.BIAS: FAULT})
    drawn = station.sensing.next_change
    station.sensing.begin(station, "heat", Ailment.BIAS, MINUTE, 1.0, 0)
    station.sensing.pass_due(station, MINUTE)
    assert station.sensing.next_change == drawn
    assert station.sensing.on("heat") == ()
