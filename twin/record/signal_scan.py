"""Reads all signals of a run at fixed plant instants, for an export: a row an instant, a column a signal."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from twin.line.description import LineDescription, SignalDescription
from twin.line.export_table import ExportTable
from twin.line.signal import ValueType
from twin.line.text import Text
from twin.record.export import INSTANT
from twin.record.run import Run
from twin.run.sensors import BAD, Instruments

ROWS_AT_ONCE = 2000


class SignalScan:
    """Takes the values that instruments show; what is bad is null."""

    def __init__(self, run: Run, description: LineDescription, period: int) -> None:
        self.period = period
        self._run, self._signals = run, description.signals
        self._instruments = Instruments(run.line, run.definition.seed)
        self._times: list[int] = []
        self._rows: list[np.ndarray[Any, np.dtype[np.float64]]] = []
        self._texts: list[tuple[str, ...]] = []
        self._worded = [signal for signal in self._signals if signal.value_type is ValueType.TEXT]

    def next_after(self, time: int) -> int:
        """The next instant at which signals are read."""
        return (time // self.period + 1) * self.period

    def take(self) -> None:
        """Read all signals at the run's present instant."""
        self._run.engine.settle()
        shown = self._instruments
        shown.read(self._run.now)
        self._times.append(self._run.now)
        self._rows.append(np.where(shown.status < BAD, shown.values, np.nan))
        self._texts.append(tuple(shown.texts.get(int(shown.values[signal.index]), "") for signal in self._worded))

    def table(self) -> ExportTable:
        """The rows taken, as a table; a profile has a column for each of its points."""
        fields = [pa.field("time", INSTANT)]
        for signal in self._signals:
            kind = pa.string() if signal.value_type is ValueType.TEXT else pa.float64()
            fields += [pa.field(name, kind) for name in _names(signal)]
        schema = pa.schema(fields)

        def batches() -> Iterator[Any]:
            for start in range(0, len(self._times), ROWS_AT_ONCE):
                yield self._batch(slice(start, start + ROWS_AT_ONCE), schema)

        return ExportTable("signals", Text("signals as shown", "señales como se muestran"), schema, batches)

    def _batch(self, rows: slice, schema: Any) -> Any:
        values = np.array(self._rows[rows])
        arrays = [pa.array(self._times[rows]).cast(INSTANT)]
        for signal in self._signals:
            if signal.value_type is ValueType.TEXT:
                place = self._worded.index(signal)
                arrays.append(pa.array([texts[place] for texts in self._texts[rows]], pa.string()))
                continue
            for point in range(signal.length):
                column = values[:, signal.index + point]
                arrays.append(pa.array(column, mask=np.isnan(column)))
        return pa.Table.from_arrays(arrays, schema=schema)


def _names(signal: SignalDescription) -> list[str]:
    """Column names of a signal: its path, or one for each point of its profile."""
    if signal.length == 1:
        return [signal.path]
    return [f"{signal.path}[{point}]" for point in range(signal.length)]
