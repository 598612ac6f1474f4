"""Commands that change a run: checked against the line, then applied at the engine's present instant."""

import math
from collections.abc import Mapping

from twin.line.errors import Reason, RefusedCommand
from twin.line.faults import NEVER
from twin.line.line import Line
from twin.line.records import Record
from twin.line.signal import Value
from twin.line.station import Station
from twin.line.time import microseconds

JOURNALED = ("write", "inject_fault", "clear_fault", "acknowledge")
LONGEST_FAULT_S = 30 * 86400.0


def check(line: Line, name: str, target: str, arguments: Mapping[str, Value]) -> None:
    """Raise RefusedCommand when the command cannot be applied."""
    match name:
        case "write":
            _checked_write(line, target, arguments)
        case "inject_fault":
            _checked_fault(line, target, arguments)
            _checked_duration(arguments)
        case "clear_fault":
            _checked_fault(line, target, arguments)
        case "acknowledge":
            pass
        case _:
            raise RefusedCommand(
                Reason.UNKNOWN_COMMAND, f"there is no command {name!r}; commands are: {', '.join(JOURNALED)}"
            )


def apply(line: Line, name: str, target: str, arguments: Mapping[str, Value], number: int) -> None:
    """Apply a command now, as number `number` of the journal; raises RefusedCommand and changes nothing if it cannot."""
    check(line, name, target, arguments)
    station: Station = line.stations[0]
    match name:
        case "write":
            station, signal, value = _checked_write(line, target, arguments)
            station.record(Record.COMMAND, number, 0)
            station.before_change()
            station.set_points[signal] = value
            station.changed()
        case "inject_fault":
            station, index = _checked_fault(line, target, arguments)
            duration = _checked_duration(arguments)
            station.record(Record.COMMAND, number, 0)
            station.inject(index, NEVER if duration == 0.0 else station.now + microseconds(duration))
        case "clear_fault":
            station, index = _checked_fault(line, target, arguments)
            station.record(Record.COMMAND, number, 0)
            if station.faults.active(index):
                station.clear(index)
        case _:
            station.record(Record.COMMAND, number, 0)


def _station(line: Line, path: str) -> Station:
    try:
        return line.station(path)
    except KeyError:
        paths = ", ".join(station.path for station in line.stations)
        raise RefusedCommand(
            Reason.UNKNOWN_TARGET, f"there is no station {path!r}; stations are: {paths}"
        ) from None


def _checked_write(line: Line, target: str, arguments: Mapping[str, Value]) -> tuple[Station, str, float]:
    path, _, name = target.rpartition("/")
    station = _station(line, path)
    signal = next((signal for signal in station.signals if signal.name == name), None)
    if signal is None:
        raise RefusedCommand(Reason.UNKNOWN_TARGET, f"station {path} has no signal {name!r}")
    if not signal.writable:
        raise RefusedCommand(Reason.NOT_WRITABLE, f"{target} is a {signal.kind.value} and cannot be written")
    value = arguments.get("value")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise RefusedCommand(Reason.WRONG_TYPE, f"{target}: {value!r} is not a finite number")
    low, high = signal.limits(station)
    if (low is not None and value < low) or (high is not None and value > high):
        unit = signal.unit.symbol if signal.unit else ""
        raise RefusedCommand(
            Reason.OUT_OF_RANGE, f"{target}: {value:g} {unit} is outside {low:g} to {high:g} {unit}; choose within"
        )
    return station, name, float(value)


def _checked_fault(line: Line, target: str, arguments: Mapping[str, Value]) -> tuple[Station, int]:
    station = _station(line, target)
    fault = arguments.get("fault")
    if fault not in station.faults.names:
        names = ", ".join(station.faults.names) or "none"
        raise RefusedCommand(Reason.UNKNOWN_TARGET, f"station {target} has no fault {fault!r}; it has: {names}")
    return station, station.faults.names.index(str(fault))


def _checked_duration(arguments: Mapping[str, Value]) -> float:
    duration = arguments.get("duration_s", 0.0)
    if isinstance(duration, bool) or not isinstance(duration, (int, float)) or not math.isfinite(duration):
        raise RefusedCommand(Reason.WRONG_TYPE, f"duration_s is {duration!r}, not a number of seconds")
    if not 0.0 <= duration <= LONGEST_FAULT_S:
        raise RefusedCommand(
            Reason.OUT_OF_RANGE, f"duration_s is {duration:g}; give 0 (until cleared) to {LONGEST_FAULT_S:g} seconds"
        )
    return float(duration)
