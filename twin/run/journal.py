"""The journal: the definition of a run and every command that was applied to it, in a file that survives a kill.

One record a line: eight hexadecimal digits of CRC-32, a space, and the record as JSON. The first record is the
definition. A torn or damaged line ends what can be used; everything before it is kept. The *horizon*, a second small
file, says up to which plant instant the run may have been published; it is replaced whole, so it is never torn.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from twin.line.errors import StateError
from twin.line.signal import Value
from twin.run.definition import Definition, read_definition

LONGEST_LINE = 16 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """An applied command: running number from 1, plant instant, what was asked, by whom, and the wall time [us]."""

    number: int
    time: int
    name: str
    target: str
    arguments: Mapping[str, Value]
    user: str
    wall_time: int


@dataclass(frozen=True, slots=True)
class Journal:
    """What a journal file says. `damage` names the line from which it cannot be used, None when all is well."""

    definition: Definition
    entries: tuple[Entry, ...]
    good_bytes: int
    damage: str | None


def _line(record: Mapping[str, Any]) -> bytes:
    body = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    return b"%08x %s\n" % (crc32(body), body)


def _record(line: bytes) -> dict[str, Any] | None:
    if len(line) < 10 or not line.endswith(b"\n") or line[8:9] != b" ":
        return None
    body = line[9:-1]
    try:
        if int(line[:8], 16) != crc32(body):
            return None
        record = json.loads(body)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def read_journal(path: Path) -> Journal:
    """Read a journal as far as it is good; raises StateError when not even the definition is."""
    try:
        with path.open("rb") as file:
            lines = file.readlines()
    except OSError as error:
        raise StateError(f"{path}: cannot be read ({error.strerror}); name a journal or a state folder") from None
    first = _record(lines[0]) if lines else None
    if first is None or first.get("kind") != "definition":
        raise StateError(f"{path}: its first line is not the definition of a run, so nothing in it can be used")
    definition = read_definition(first["definition"])
    entries: list[Entry] = []
    good = len(lines[0])
    for number, line in enumerate(lines[1:], start=2):
        entry = _entry(_record(line), entries)
        if entry is None:
            kept = f"the {len(entries)} commands before it are kept and used"
            return Journal(definition, tuple(entries), good, f"{path}, line {number}: damaged; {kept}")
        entries.append(entry)
        good += len(line)
    return Journal(definition, tuple(entries), good, None)


def _entry(record: dict[str, Any] | None, before: list[Entry]) -> Entry | None:
    if record is None or record.pop("kind", None) != "command":
        return None
    try:
        entry = Entry(**record)
    except TypeError:
        return None
    if entry.number != len(before) + 1 or (before and entry.time < before[-1].time):
        return None
    return entry


class JournalWriter:
    """Appends to a journal; what `append` has returned from is on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("ab")

    def begin(self, definition: Definition) -> None:
        """Write the definition as the first record."""
        self._write({"kind": "definition", "definition": json.loads(definition.text())})

    def append(self, entry: Entry) -> None:
        """Write a command."""
        self._write({"kind": "command"} | asdict(entry))

    def _write(self, record: Mapping[str, Any]) -> None:
        self._file.write(_line(record))
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def set_damage_aside(path: Path, journal: Journal) -> Path:
    """Keep a damaged journal beside its good part; the damaged one gets the returned name."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    content = path.read_bytes()
    write_whole(aside, content)
    write_whole(path, content[: journal.good_bytes])
    return aside


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a kill leaves the old content or the new one, never a mixture."""
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def write_horizon(path: Path, time: int) -> None:
    """Say on disk that the run may be published up to `time`."""
    write_whole(path, _line({"may_run_to": time}))


def read_horizon(path: Path) -> int | None:
    """Up to which instant the run may have been published; None when nobody has ever said."""
    try:
        record = _record(path.read_bytes())
    except FileNotFoundError:
        return None
    if record is None or not isinstance(record.get("may_run_to"), int):
        raise StateError(f"{path}: is damaged; give --resume-at to say up to which instant the run has been seen")
    time: int = record["may_run_to"]
    return time
