"""Faults of sensors as commands: `inject_fault` and `clear_fault` with the path of a measured signal as target."""

from collections.abc import Mapping

from twin.line.errors import Reason, RefusedCommand
from twin.line.line import Line
from twin.line.sensing import AILMENTS, Ailment
from twin.line.signal import Value
from twin.line.station import Station
from twin.line.time import NEVER

LARGEST_SIZE = 100.0


def sensor_at(line: Line, target: str) -> tuple[Station, str] | None:
    """The station and the name of the measured signal at a path, None when there is none."""
    path, _, name = target.rpartition("/")
    for station in line.stations:
        if station.path == path and name in station.sensing.sensors and station.sensing.installed(name):
            return station, name
    return None


def checked_ailment(target: str, arguments: Mapping[str, Value]) -> Ailment:
    """The ailment that a command names; raises RefusedCommand when there is none of that name."""
    fault = arguments.get("fault")
    try:
        return Ailment(str(fault))
    except ValueError:
        names = ", ".join(AILMENTS)
        raise RefusedCommand(
            Reason.UNKNOWN_TARGET, f"the sensor {target} has no fault {fault!r}; it has: {names}"
        ) from None


def checked_sensor_size(size: float | None) -> float:
    """How many times the usual size; raises RefusedCommand for 0, for what is no number, and beyond LARGEST_SIZE."""
    if size is None:
        raise RefusedCommand(Reason.WRONG_TYPE, "size is not a finite number; 1 is the usual size")
    if size == 0.0 or abs(size) > LARGEST_SIZE:
        raise RefusedCommand(
            Reason.OUT_OF_RANGE,
            f"size is {size:g}; give from {-LARGEST_SIZE:g} to {LARGEST_SIZE:g} times the usual size, but not 0",
        )
    return size


def begin_ailment(sensor: tuple[Station, str], ailment: Ailment, duration: int, size: float) -> None:
    """Give a sensor an ailment for `duration` [microseconds], 0 until it is cleared."""
    station, name = sensor
    until = station.now + duration if duration else NEVER
    station.sensing.begin(station, name, ailment, until, size, station.now)


def end_ailment(sensor: tuple[Station, str], ailment: Ailment) -> None:
    """Rid a sensor of an ailment."""
    station, name = sensor
    station.sensing.end(station.log, name, ailment, station.now)
