"""What the tables' numbers stand for: stations, signals, states, alarms and kinds of entries, read off the line."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa

from twin.line.activity import ACTIVITY_TEXTS, Activity
from twin.line.description import LineDescription, SignalDescription
from twin.line.line import Line
from twin.line.records import Record
from twin.record.history import series_of


def write_catalogue(connection: duckdb.DuckDBPyConnection, line: Line, description: LineDescription) -> None:
    """Write the catalogue of a line; it replaces the one that is there."""
    tables: dict[str, list[tuple[Any, ...]]] = {
        "station": [
            (number, station.path, station.name, station.kind, station.title.en, station.title.es)
            for number, station in enumerate(description.stations)
        ],
        "signal": list(_signals(description)),
        "state": [
            (signal.index, code, text.en, text.es)
            for signal in description.signals
            for code, text in enumerate(signal.states)
        ],
        "kind": [(int(kind), kind.name) for kind in Record],
        "activity": [
            (int(activity), activity.name, ACTIVITY_TEXTS[activity].en, ACTIVITY_TEXTS[activity].es)
            for activity in Activity
        ],
        "alarm": list(_alarms(line)),
    }
    for table, rows in tables.items():
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - the names stand above
        if rows:
            # As one table: a thousand inserted rows would take longer than all else at a start.
            columns = [pa.array(column) for column in zip(*rows, strict=True)]
            connection.register("catalogue", pa.table(columns, names=[str(place) for place in range(len(columns))]))
            connection.execute(f"INSERT INTO {table} SELECT * FROM catalogue")  # noqa: S608 - the same
            connection.unregister("catalogue")


def _signals(description: LineDescription) -> Iterator[tuple[Any, ...]]:
    for number, station in enumerate(description.stations):
        for signal in station.signals:
            yield from _points(number, signal)


def _points(station: int, signal: SignalDescription) -> Iterator[tuple[Any, ...]]:
    for point in range(signal.length):
        axis = None if signal.axis is None else signal.axis.points[point]
        yield (
            signal.index + point, signal.path, station, signal.name, point, axis, str(signal.kind),
            str(signal.value_type), None if signal.unit is None else signal.unit.symbol, signal.low, signal.high,
            signal.period, series_of(signal).stepped, signal.meaning.en, signal.meaning.es,
        )  # fmt: skip


def _alarms(line: Line) -> Iterator[tuple[Any, ...]]:
    for number, station in enumerate(line.stations):
        for kind in (Record.FAULT_BEGAN, Record.FAULT_ENDED):
            for place, (name, mode) in enumerate(zip(station.faults.names, station.faults.modes, strict=True)):
                yield number, int(kind), place, name, mode.code, mode.severity, mode.text.en, mode.text.es
        for kind in (Record.ALARM_RAISED, Record.ALARM_CLEARED):
            for place, alarm in enumerate(station.process_alarms):
                yield number, int(kind), place, alarm.name, alarm.code, alarm.severity, alarm.text.en, alarm.text.es
