"""Finished pieces of a run in sorted Parquet parts with a small index, so that any of them is found without a scan.

Pieces come in blocks of consecutive numbers, in the order in which blocks are finished. A block is one row group of a
part; the index says for every block where it is, when it was finished, and the least and greatest value of every key
(such as a lot), so that a question reads only the blocks that can answer it. The index is written after the part it
points to: what it does not name was never there.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from twin.line.errors import StateError
from twin.run.files import write_whole

Columns = dict[str, NDArray[np.float64]]
PART_BLOCKS = 16
"""Blocks that are written together: small enough that writing them is not felt in a live run."""
FORMAT = "rajola-pieces-1"
_INDEX = "index.npy"
_FIXED = 4
"""Columns of the index before the keys: block, part, row group, time."""


@dataclass(frozen=True, slots=True)
class PieceSchema:
    """How pieces are stored."""

    piece: str
    """What the column with a piece's number is called."""
    columns: tuple[str, ...]
    instants: frozenset[str]
    """Columns that hold plant instants [microseconds since 1970 UTC]; 0 is none."""
    whole: frozenset[str]
    """Columns that hold whole numbers."""
    keys: tuple[str, ...]
    """Columns that the index knows; each an instant or a whole number."""
    block: int
    """Pieces in a block."""
    sparse: frozenset[str] = frozenset()
    """Keys that are 0 for pieces that have none."""

    def arrow(self) -> pa.Schema:
        """The Arrow schema of a part: instants are time stamps, so that any reader shows them as such."""
        fields = [pa.field(self.piece, pa.int64())]
        fields += [pa.field(name, self._type(name)) for name in self.columns]
        return pa.schema(fields)

    def _type(self, name: str) -> pa.DataType:
        if name in self.instants:
            return pa.timestamp("us", tz="UTC")
        return pa.int64() if name in self.whole else pa.float64()

    def table(self, numbers: NDArray[np.int64], columns: NDArray[np.float64]) -> pa.Table:
        """Pieces (columns, pieces) as an Arrow table; instants that are none become null."""
        arrays = [pa.array(numbers)]
        for name, values in zip(self.columns, columns, strict=True):
            if name in self.instants:
                instants = pa.array(values.astype(np.int64), mask=values == 0.0)
                arrays.append(instants.cast(pa.timestamp("us", tz="UTC")))
            else:
                arrays.append(pa.array(values.astype(np.int64) if name in self.whole else values))
        return pa.Table.from_arrays(arrays, schema=self.arrow())

    def description(self) -> dict[str, object]:
        """What `pieces.json` says."""
        return {
            "format": FORMAT, "piece": self.piece, "block": self.block, "columns": list(self.columns),
            "keys": list(self.keys),
        }  # fmt: skip


@dataclass(slots=True)
class _Pending:
    """A finished block that is not in a part yet."""

    number: int
    time: int
    columns: NDArray[np.float64]


@dataclass(slots=True)
class _Index:
    """Rows (block, part, row group, time, least and greatest of every key) in the order of writing."""

    rows: NDArray[np.int64]
    place: dict[int, int] = field(default_factory=dict)
    """Row of each block."""

    def __post_init__(self) -> None:
        self.place = {block: row for row, block in enumerate(self.rows[:, 0].tolist())}


class PieceStore:
    """The finished pieces of one run, in a folder of its own, written by one process."""

    def __init__(self, folder: Path, schema: PieceSchema) -> None:
        self.folder, self.schema = folder, schema
        self._pending: list[_Pending] = []
        self._files: dict[int, pq.ParquetFile] = {}
        self._width = _FIXED + 2 * len(schema.keys)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._index = _Index(self._read_index())
        except OSError as error:
            raise StateError(f"{folder}: cannot be used ({error.strerror}); choose another folder") from None

    def _read_index(self) -> NDArray[np.int64]:
        path, description = self.folder / _INDEX, self.folder / "pieces.json"
        if not path.exists():
            write_whole(description, json.dumps(self.schema.description()).encode() + b"\n")
            # A part without pieces, so that whoever reads all parts finds the columns from the first moment on.
            pq.write_table(self.schema.arrow().empty_table(), self._path(0))
            return np.empty((0, self._width), dtype=np.int64)
        try:
            written = json.loads(description.read_text(encoding="utf-8"))
            rows: NDArray[np.int64] = np.load(path, allow_pickle=False)
        except ValueError:
            raise StateError(f"{self.folder}: its index is damaged; export the run anew into another folder") from None
        if written != self.schema.description():
            raise StateError(f"{self.folder}: was written by another version of the plant; export the run anew")
        return rows

    # Writing.

    def add(self, number: int, time: int, columns: NDArray[np.float64]) -> None:
        """Take a block whose last piece was finished at `time`; it is written with its part."""
        self._pending.append(_Pending(number, time, columns))
        if len(self._pending) >= PART_BLOCKS:
            self.flush()

    def flush(self) -> None:
        """Write what has been taken as a part of its own."""
        if self._pending:
            self._write(int(self._index.rows[:, 1].max(initial=0)) + 1, self._pending)
            self._pending = []

    def _write(self, part: int, blocks: Sequence[_Pending]) -> None:
        path, schema = self._path(part), self.schema.arrow()
        temporary = path.with_name(f".{path.name}.new")
        rows = []
        # Floats of a simulation hardly repeat: a dictionary of them costs time and saves nothing.
        # pyarrow takes names there, whatever its annotations say.
        whole: Any = [name for name in self.schema.columns if name in self.schema.whole]
        with pq.ParquetWriter(temporary, schema, compression="zstd", use_dictionary=whole) as writer:
            for group, block in enumerate(blocks):
                numbers = block.number * self.schema.block + np.arange(self.schema.block)
                writer.write_table(self.schema.table(numbers, block.columns), row_group_size=self.schema.block)
                rows.append((block.number, part, group, block.time, *self._ends(block.columns)))
        temporary.replace(path)
        self._files.pop(part, None)
        self._index = _Index(
            np.concatenate((self._index.rows, np.array(rows, dtype=np.int64).reshape(-1, self._width)))
        )
        self._write_index()

    def _ends(self, columns: NDArray[np.float64]) -> list[int]:
        ends = []
        for key in self.schema.keys:
            values = columns[self.schema.columns.index(key)]
            if key in self.schema.instants or key in self.schema.sparse:
                values = values[values != 0.0]
            ends += [int(values.min()), int(values.max())] if len(values) else [0, -1]
        return ends

    def _write_index(self) -> None:
        temporary = self.folder / f".{_INDEX}.new.npy"
        np.save(temporary, self._index.rows)
        temporary.replace(self.folder / _INDEX)

    def _path(self, part: int) -> Path:
        return self.folder / f"part-{part:05d}.parquet"

    def forget_from(self, time: int) -> None:
        """Forget blocks finished at or after `time`: the run makes them again.

        Blocks are written at the latest at every chapter, so that a part never holds some from both sides of one.
        """
        self._pending = [block for block in self._pending if block.time < time]
        gone = self._index.rows[:, 3] >= time
        if gone.any():
            parts = set(self._index.rows[gone, 1].tolist())
            self._index = _Index(self._index.rows[~gone])
            self._write_index()
            for part in sorted(parts - set(self._index.rows[:, 1].tolist())):
                self._files.pop(part, None)
                self._path(part).unlink(missing_ok=True)

    # Reading.

    @property
    def blocks(self) -> list[int]:
        """Numbers of all blocks, in rising order."""
        return sorted({*self._index.place, *(block.number for block in self._pending)})

    def paths(self) -> list[Path]:
        """Files of all parts, in the order of writing."""
        return [self._path(part) for part in dict.fromkeys(self._index.rows[:, 1].tolist())]

    def holds(self, block: int) -> bool:
        """Whether a block is here."""
        return block in self._index.place or any(pending.number == block for pending in self._pending)

    def candidates(self, limits: Mapping[str, tuple[int, int]]) -> list[int]:
        """Blocks in which every key of `limits` may have a value from its least to its greatest, in rising order."""
        chosen = np.ones(len(self._index.rows), dtype=bool)
        for key, (low, high) in limits.items():
            if key in self.schema.sparse and low <= 0 <= high:
                continue
            place = _FIXED + 2 * self.schema.keys.index(key)
            chosen &= (self._index.rows[:, place] <= high) & (self._index.rows[:, place + 1] >= low)
        found = self._index.rows[chosen, 0].tolist()
        return sorted({*found, *(block.number for block in self._pending)})

    def read(self, blocks: Iterable[int], names: Sequence[str]) -> Columns:
        """Columns of all pieces of some blocks by name, the piece's number among them; instants that are none are 0."""
        asked = dict.fromkeys((self.schema.piece, *names))
        pending = {block.number: block for block in self._pending}
        parts: list[Columns] = []
        groups: dict[int, list[int]] = {}
        for block in blocks:
            if block in pending:
                parts.append(self._columns_of(pending[block], list(asked)))
            else:
                row = self._index.rows[self._index.place[block]]
                groups.setdefault(int(row[1]), []).append(int(row[2]))
        parts += [self._read_groups(part, chosen, list(asked)) for part, chosen in groups.items()]
        if not parts:
            return {name: np.empty(0) for name in asked}
        joined = {name: np.concatenate([part[name] for part in parts]) for name in asked}
        order = np.argsort(joined[self.schema.piece], kind="stable")
        return {name: values[order] for name, values in joined.items()}

    def _columns_of(self, block: _Pending, names: list[str]) -> Columns:
        numbers = (block.number * self.schema.block + np.arange(self.schema.block)).astype(np.float64)
        place = self.schema.columns.index
        return {name: numbers if name == self.schema.piece else block.columns[place(name)] for name in names}

    def _read_groups(self, part: int, groups: list[int], names: list[str]) -> Columns:
        file = self._files.get(part)
        if file is None:
            file = self._files[part] = pq.ParquetFile(self._path(part))
        table = file.read_row_groups(groups, columns=names, use_threads=False)
        return {name: self._numbers(name, table.column(name)) for name in names}

    def _numbers(self, name: str, column: pa.ChunkedArray) -> NDArray[np.float64]:
        if name in self.schema.instants:
            column = column.cast(pa.int64()).fill_null(0)
        return np.asarray(column.to_numpy(), dtype=np.float64)


def opened(folder: Path, schema: PieceSchema) -> PieceStore:
    """The store that is in `folder`; raises StateError when there is none."""
    if not (folder / _INDEX).exists():
        raise StateError(f"{folder}: holds no pieces; simulate with --out, or run with --state, and ask there")
    return PieceStore(folder, schema)
