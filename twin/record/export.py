"""Writes the tables of a run as Parquet or CSV: its own, such as the states of stations, and those of its trade.

Tables that hold the truth go into a folder of their own, so that the others can be handed to trainees as they are.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol, Self

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from twin.line.activity import ACTIVITY_TEXTS, Activity
from twin.line.export_table import ExportTable
from twin.line.line import Line
from twin.line.records import Record
from twin.line.text import Text

Format = Literal["parquet", "csv"]
FORMATS: tuple[Format, ...] = ("parquet", "csv")
TRUTH_FOLDER = "truth"
INSTANT = pa.timestamp("us", tz="UTC")


class _Writer(Protocol):
    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> bool | None: ...
    def write_table(self, table: Any) -> None:
        """Append a table."""


def write_tables(folder: Path, tables: Sequence[ExportTable], form: Format, *, truth: bool) -> dict[str, int]:
    """Write tables into `folder`; the rows of each by its file. Without `truth` those that tell it are left out."""
    written: dict[str, int] = {}
    for table in tables:
        if table.truth and not truth:
            continue
        place = folder / TRUTH_FOLDER if table.truth else folder
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"{table.name}.{form}"
        rows = 0
        with _writer(path, table.schema, form) as writer:
            for batch in table.batches():
                writer.write_table(batch)
                rows += batch.num_rows
        written[str(path.relative_to(folder))] = rows
    return written


def _writer(path: Path, schema: Any, form: Format) -> _Writer:
    if form == "parquet":
        writer: _Writer = pq.ParquetWriter(path, schema, compression="zstd")
    else:
        options = pyarrow.csv.WriteOptions(quoting_style="needed", quoting_header="none")
        writer = pyarrow.csv.CSVWriter(path, schema, write_options=options)
    return writer


def run_tables(line: Line, entries: NDArray[np.void], until: int) -> tuple[ExportTable, ...]:
    """The tables that every run has, out of its event log: what stations were doing, and when."""
    return (states_table(line, entries, until),)


_STATES = pa.schema(
    [
        ("case", pa.string()), ("activity", pa.string()), ("resource", pa.string()), ("start", INSTANT),
        ("end", INSTANT), ("cause", pa.string()),
    ]
)  # fmt: skip


def states_table(line: Line, entries: NDArray[np.void], until: int) -> ExportTable:
    """What each station was doing, from when to when; `cause` is the failure mode, where one has an alarm."""

    def batches() -> Iterator[Any]:
        for number, station in enumerate(line.stations):
            stretches = states_of(entries, number, until)
            columns: list[list[Any]] = [[], [], [], [], [], []]
            for begin, end, activity, cause in stretches:
                # A mode without an alarm is nothing that the plant has a name for.
                mode = station.faults.modes[cause].code if 0 <= cause < len(station.faults.modes) else ""
                row = (station.path, ACTIVITY_TEXTS[activity].en, station.path, begin, end, mode)
                for column, value in zip(columns, row, strict=True):
                    column.append(value)
            yield pa.table(columns, schema=_STATES)

    return ExportTable("states", Text("states of stations", "estados de las estaciones"), _STATES, batches)


def states_of(entries: NDArray[np.void], station: int, until: int) -> list[tuple[int, int, Activity, int]]:
    """Stretches (begin, end, activity, cause) of one station, in order; a station begins idle."""
    chosen = entries[(entries["station"] == station) & (entries["kind"] == Record.ACTIVITY)]
    if not len(chosen):
        return []
    times = [*chosen["time"].tolist(), until]
    found = []
    for number, (activity, cause) in enumerate(zip(chosen["a"].tolist(), chosen["b"].tolist(), strict=True)):
        if times[number + 1] > times[number]:
            found.append((times[number], times[number + 1], Activity(activity), cause))
    return found
