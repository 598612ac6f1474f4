"""Makes the ground-truth log of a run out of its event log, its journal and its scenario."""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from twin.line.export_table import ExportTable
from twin.line.line import Line
from twin.line.records import Record
from twin.line.sensing import AILMENT_WORDS, AILMENTS
from twin.line.signal import Value
from twin.line.station import Station
from twin.line.text import Text
from twin.line.truth import TruthEntry, TruthKind
from twin.record.export import INSTANT
from twin.run.commands import finite_number
from twin.run.journal import Entry

_BEGINS = (Record.FAULT_ONSET, Record.FAULT_BEGAN, Record.SENSOR_FAULT_BEGAN)
_ENDS = (Record.FAULT_ENDED, Record.SENSOR_FAULT_ENDED)
OF_INTEREST = (*_BEGINS, *_ENDS, Record.INTERVENTION)
"""Kinds of entries of the event log that the ground truth is made from."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A command that plants a cause: of the journal, or of the scenario's plan."""

    cause: str
    """`command/7` or `scenario/2`, counted from 1."""
    time: int
    name: str
    target: str
    arguments: Mapping[str, Value]


def planted(line: Line, start: int, commands: Sequence[Entry]) -> tuple[Planted, ...]:
    """All that persons and the scenario did to the plant, in order of time."""
    found = [
        Planted(f"scenario/{number}", start + each.after, each.name, each.target, each.arguments)
        for number, each in enumerate(line.planned, start=1)
    ]
    found += [Planted(f"command/{each.number}", each.time, each.name, each.target, each.arguments) for each in commands]
    chosen = (each for each in found if each.name in ("write", "inject_fault"))
    return tuple(sorted(chosen, key=lambda each: each.time))


def truth_log(
    line: Line, entries: NDArray[np.void], start: int, commands: Sequence[Entry], until: int
) -> tuple[TruthEntry, ...]:
    """The ground truth of a run up to `until`, in order of time."""
    did = planted(line, start, commands)
    faults = list(_faults(line, entries, [each for each in did if each.name == "inject_fault"]))
    found = [
        entry
        for entry in (*_altered(line, start), *faults, *_writes(line, did), *line.circumstances(until))
        if entry.begin < until
    ]
    return tuple(sorted(found, key=lambda entry: (entry.begin, entry.cause)))


def _faults(line: Line, entries: NDArray[np.void], injected: Sequence[Planted]) -> Iterator[TruthEntry]:
    """Failures of stations and ailments of sensors, and what loops and operators of the plant wrote."""
    open_now: dict[tuple[int, int, bool], TruthEntry] = {}
    for time, number, kind, a, b in entries[np.isin(entries["kind"], OF_INTEREST)].tolist():
        station = line.stations[number]
        if kind == Record.INTERVENTION:
            yield _intervention(station, time, a, b)
            continue
        key = (number, a, kind in (Record.SENSOR_FAULT_BEGAN, Record.SENSOR_FAULT_ENDED))
        if kind in _ENDS:
            began = open_now.pop(key, None)
            if began is not None:
                yield replace(began, end=time)
        elif key not in open_now:
            entry = _sensor_fault(station, time, a, b) if key[2] else _fault(station, time, a, b)
            open_now[key] = _told(entry, injected)
    yield from open_now.values()


def _fault(station: Station, time: int, mode: int, count: int) -> TruthEntry:
    name, declared = station.faults.names[mode], station.faults.modes[mode]
    details = " ".join(f"{key}{value:+g}" for key, value in sorted(declared.conditions.items()))
    return TruthEntry(
        f"{_tail(station)}/{name}#{count}", TruthKind.FAULT, station.path, name, declared.text, time, None,
        details=details,
    )  # fmt: skip


def _sensor_fault(station: Station, time: int, number: int, count: int) -> TruthEntry:
    place, ailment = divmod(number, len(AILMENTS))
    signal, name = station.signals[place], AILMENTS[ailment].value
    words = AILMENT_WORDS[AILMENTS[ailment]]
    title = Text(f"{signal.meaning.en}: {words.en}", f"{signal.meaning.es}: {words.es}")
    cause = f"{_tail(station)}/{signal.name}/{name}#{count}"
    return TruthEntry(cause, TruthKind.SENSOR_FAULT, f"{station.path}/{signal.name}", name, title, time, None)


def _intervention(station: Station, time: int, place: int, bits: int) -> TruthEntry:
    signal = station.signals[place]
    value = struct.unpack("<d", struct.pack("<q", bits))[0]
    cause = f"{_tail(station)}/{signal.name}@{time}"
    return TruthEntry(
        cause, TruthKind.INTERVENTION, station.path, signal.name, signal.meaning, time, time, details=f"{value:g}"
    )


def _told(entry: TruthEntry, injected: Sequence[Planted]) -> TruthEntry:
    """The entry under the key of the command that planted it, where one did."""
    for each in injected:
        fits = each.target == entry.station and each.arguments.get("fault") == entry.name
        if fits and each.time == entry.begin:
            size = finite_number(each.arguments.get("size", 1.0))
            return replace(entry, cause=each.cause, planted=True, size=1.0 if size is None else size)
    return entry


def _writes(line: Line, did: Sequence[Planted]) -> Iterator[TruthEntry]:
    """Set points written by persons and the scenario: each holds until the next one."""
    writes = [each for each in did if each.name == "write"]
    for number, each in enumerate(writes):
        path, _, name = each.target.rpartition("/")
        station = line.station(path)
        signal = next(signal for signal in station.signals if signal.name == name)
        later = (other.time for other in writes[number + 1 :] if other.target == each.target)
        yield TruthEntry(
            each.cause, TruthKind.SET_POINT, path, name, signal.meaning, each.time, next(later, None), planted=True,
            details=str(each.arguments.get("value")),
        )  # fmt: skip


def _altered(line: Line, start: int) -> Iterator[TruthEntry]:
    """What the scenario changed from the start; only what can be a cause in a piece is keyed as one."""
    for number, each in enumerate(line.altered, start=1):
        title = Text(f"{each.key} changed by the scenario", f"{each.key} cambiado por el escenario")
        yield TruthEntry(
            f"{'change' if each.removable else 'instrument'}/{number}", TruthKind.CHANGE, each.station, each.key, title,
            start, None, size=each.size, planted=True, details=f"{each.was} -> {each.value}",
        )  # fmt: skip


def _tail(station: Station) -> str:
    return "/".join(station.path.split("/")[3:])


_LOG = pa.schema(
    [
        ("cause", pa.string()), ("kind", pa.string()), ("station", pa.string()), ("name", pa.string()),
        ("title_en", pa.string()), ("title_es", pa.string()), ("begin", INSTANT), ("end", INSTANT),
        ("size", pa.float64()), ("planted", pa.bool_()), ("details", pa.string()),
    ]
)  # fmt: skip


def truth_table(log: Sequence[TruthEntry]) -> ExportTable:
    """The ground-truth log as a table."""

    def batches() -> Iterator[Any]:
        columns: list[list[Any]] = [[] for _ in _LOG]
        for each in log:
            row = (each.cause, each.kind.value, each.station, each.name, *each.title, each.begin, each.end, each.size)
            for column, value in zip(columns, (*row, each.planted, each.details), strict=True):
                column.append(value)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, _LOG, strict=True)]
        yield pa.Table.from_arrays(arrays, schema=_LOG)

    return ExportTable("log", Text("ground truth", "verdad de referencia"), _LOG, batches, truth=True)
