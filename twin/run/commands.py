"""Commands that change a run: checked against the line, then applied at the engine's present instant."""

import json
import math
import re
from collections.abc import Mapping
from hashlib import blake2b

from twin.line.errors import Reason, RefusedCommand
from twin.line.line import Line
from twin.line.records import Record
from twin.line.signal import Value
from twin.line.station import Station
from twin.line.time import NEVER, microseconds
from twin.run.alarms import ALARM_COMMANDS, shelving_time
from twin.run.job_orders import ORDER_ARGUMENTS
from twin.run.job_states import JOB_COMMANDS, ORDERING
from twin.run.sensor_commands import begin_ailment, checked_ailment, checked_sensor_size, end_ailment, sensor_at

JOURNALED = ("write", "inject_fault", "clear_fault", *ALARM_COMMANDS, *JOB_COMMANDS)
LONGEST_FAULT_S = 30 * 86400.0
LONGEST_TEXT = 1000
_SURROGATE = re.compile("[\ud800-\udfff]")
_ARGUMENTS = {
    "write": ("value",),
    "inject_fault": ("fault", "duration_s", "size"),
    "clear_fault": ("fault",),
    "acknowledge": ("comment",),
    "confirm": ("comment",),
    "comment": ("comment",),
    "shelve": ("duration_s",),
    "unshelve": (),
    "enable": (),
    "disable": (),
    **{name: ("comment", *(ORDER_ARGUMENTS if name in ORDERING else ())) for name in JOB_COMMANDS},
}


def check(line: Line, name: str, target: str, arguments: Mapping[str, Value]) -> None:
    """Raise RefusedCommand when the command cannot be applied."""
    if name not in JOURNALED:
        raise RefusedCommand(
            Reason.UNKNOWN_COMMAND, f"there is no command {name!r}; commands are: {', '.join(JOURNALED)}"
        )
    _refuse_unknown_arguments(name, arguments)
    match name:
        case "inject_fault" | "clear_fault" if sensor_at(line, target) is not None:
            checked_ailment(target, arguments)
            _checked_duration(arguments)
            checked_sensor_size(finite_number(arguments.get("size", 1.0)))
        case "write":
            _checked_write(line, target, arguments)
        case "inject_fault":
            station, index = _checked_fault(line, target, arguments)
            _checked_duration(arguments)
            _checked_size(station, index, arguments)
        case "clear_fault":
            _checked_fault(line, target, arguments)
        case "shelve":
            _checked_texts(target, {})
            shelving_time(arguments)
        case _ if name in JOB_COMMANDS:
            _checked_texts(target, {"comment": arguments.get("comment", "")})
        case _:
            _checked_texts(target, arguments)


def apply(line: Line, name: str, target: str, arguments: Mapping[str, Value], number: int) -> None:
    """Apply a command now, as number `number` of the journal; raises RefusedCommand, and then changes nothing."""
    check(line, name, target, arguments)
    asked = _digest(name, target, arguments)
    station: Station = line.stations[0]
    sensor = sensor_at(line, target)
    match name:
        case "inject_fault" | "clear_fault" if sensor is not None:
            ailment, duration = checked_ailment(target, arguments), _checked_duration(arguments)
            sensor[0].record(Record.COMMAND, number, asked)
            if name == "clear_fault":
                end_ailment(sensor, ailment)
            else:
                size = checked_sensor_size(finite_number(arguments.get("size", 1.0)))
                begin_ailment(sensor, ailment, microseconds(duration), size)
        case "write":
            station, signal, value = _checked_write(line, target, arguments)
            station.record(Record.COMMAND, number, asked)
            station.write(signal, value)
        case "inject_fault":
            station, index = _checked_fault(line, target, arguments)
            duration, size = _checked_duration(arguments), _checked_size(station, index, arguments)
            station.record(Record.COMMAND, number, asked)
            station.inject(index, NEVER if duration == 0.0 else station.now + max(1, microseconds(duration)), size)
        case "clear_fault":
            station, index = _checked_fault(line, target, arguments)
            station.record(Record.COMMAND, number, asked)
            station.clear(index)
        case _:
            station.record(Record.COMMAND, number, asked)


def _digest(name: str, target: str, arguments: Mapping[str, Value]) -> int:
    """What was asked, as one number for the event log: other journals give other hashes, whatever comes of them."""
    text = json.dumps([name, target, dict(arguments)], sort_keys=True, separators=(",", ":"))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little", signed=True)


def finite_number(value: Value | None) -> float | None:
    """`value` as a float, None when it is no finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _refuse_unknown_arguments(name: str, arguments: Mapping[str, Value]) -> None:
    for argument in arguments:
        if argument not in _ARGUMENTS[name]:
            raise RefusedCommand(
                Reason.WRONG_TYPE, f"{name} takes no argument {argument!r}; it takes: {', '.join(_ARGUMENTS[name])}"
            )


def _checked_texts(target: str, arguments: Mapping[str, Value]) -> None:
    for what, text in (("target", target), *arguments.items()):
        if not isinstance(text, str) or len(text) > LONGEST_TEXT or _SURROGATE.search(text):
            raise RefusedCommand(Reason.WRONG_TYPE, f"{what} must be a text of at most {LONGEST_TEXT} characters")


def _station(line: Line, path: str) -> Station:
    try:
        return line.station(path)
    except KeyError:
        paths = ", ".join(station.path for station in line.stations)
        raise RefusedCommand(Reason.UNKNOWN_TARGET, f"there is no station {path!r}; stations are: {paths}") from None


def _checked_write(line: Line, target: str, arguments: Mapping[str, Value]) -> tuple[Station, str, float]:
    path, _, name = target.rpartition("/")
    station = _station(line, path)
    signal = next((signal for signal in station.signals if signal.name == name), None)
    if signal is None:
        raise RefusedCommand(Reason.UNKNOWN_TARGET, f"station {path} has no signal {name!r}")
    if not signal.writable:
        raise RefusedCommand(Reason.NOT_WRITABLE, f"{target} is a {signal.kind.value} and cannot be written")
    value = finite_number(arguments.get("value"))
    if value is None:
        raise RefusedCommand(Reason.WRONG_TYPE, f"{target}: {_shown(arguments.get('value'))} is not a finite number")
    low, high = signal.limits(station)
    if (low is not None and value < low) or (high is not None and value > high):
        unit = f" {signal.unit.symbol}" if signal.unit else ""
        ends = " to ".join("no limit" if end is None else f"{end:g}" for end in (low, high))
        raise RefusedCommand(Reason.OUT_OF_RANGE, f"{target}: {value:g}{unit} is outside {ends}{unit}; choose within")
    return station, name, value


def _checked_fault(line: Line, target: str, arguments: Mapping[str, Value]) -> tuple[Station, int]:
    station = _station(line, target)
    fault = arguments.get("fault")
    if fault not in station.faults.names:
        names = ", ".join(station.faults.names) or "none"
        raise RefusedCommand(Reason.UNKNOWN_TARGET, f"station {target} has no fault {fault!r}; it has: {names}")
    return station, station.faults.names.index(str(fault))


def _checked_duration(arguments: Mapping[str, Value]) -> float:
    duration = finite_number(arguments.get("duration_s", 0.0))
    if duration is None:
        shown = _shown(arguments.get("duration_s"))
        raise RefusedCommand(Reason.WRONG_TYPE, f"duration_s is {shown}, not a number of seconds")
    if not 0.0 <= duration <= LONGEST_FAULT_S:
        raise RefusedCommand(
            Reason.OUT_OF_RANGE, f"duration_s is {duration:g}; give 0 (until cleared) to {LONGEST_FAULT_S:g} seconds"
        )
    return duration


def _checked_size(station: Station, index: int, arguments: Mapping[str, Value]) -> float:
    size = finite_number(arguments.get("size", 1.0))
    if size is None:
        raise RefusedCommand(Reason.WRONG_TYPE, f"size is {_shown(arguments.get('size'))}, not a number")
    low, high = station.faults.modes[index].sizes
    if not low <= size <= high:
        name = station.faults.names[index]
        raise RefusedCommand(
            Reason.OUT_OF_RANGE, f"size is {size:g}; fault {name} can be injected with {low:g} to {high:g}, 1 as usual"
        )
    return size


def _shown(value: Value | None) -> str:
    """A value of any size as a short text."""
    if isinstance(value, int) and value.bit_length() > 1024:
        return "a number of more than 300 digits"
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."
