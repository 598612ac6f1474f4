"""The journal: the definition of a run and every command that was applied to it, in a file that survives a kill.

One record a line: eight hexadecimal digits of CRC-32, a space, and the record as JSON. The first record is the
definition. A torn or damaged line ends what can be used; everything before it is kept. The *horizon*, a second small
file, says up to which plant instant the run may have been published; it is replaced whole, so it is never torn.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from twin.line.errors import StateError
from twin.line.signal import Value
from twin.run.definition import Definition, read_definition
from twin.run.files import free_name, to_disk, write_whole


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
    origin: str = ""
    """The gateway by which it came; empty when nobody noted it."""


_ENTRY_TYPES = {
    "number": int, "time": int, "name": str, "target": str, "arguments": dict, "user": str, "wall_time": int,
    "origin": str,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Journal:
    """What a journal file says. `damage` names the line from which it cannot be used, None when all is well."""

    definition: Definition
    entries: tuple[Entry, ...]
    good_bytes: int
    damage: str | None
    platform: str = ""
    """Fingerprint of the numeric platform that the run was begun on; empty when nobody noted it."""


def _line(record: Mapping[str, Any]) -> bytes:
    # Keys keep their order: the order of products and failure modes in the definition numbers them.
    body = json.dumps(record, separators=(",", ":"), allow_nan=False).encode()
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
        raise StateError(
            f"{path}: its first line is not the definition of a run, so nothing in it can be used; "
            "choose another one, or begin anew with `rajola run --fresh`, which keeps this one aside"
        )
    definition = read_definition(first.get("definition"), str(path))
    platform = str(first.get("platform", ""))
    entries: list[Entry] = []
    good = len(lines[0])
    for number, line in enumerate(lines[1:], start=2):
        entry = _entry(_record(line), entries)
        if entry is None:
            kept = f"the {len(entries)} commands before it are kept and used"
            return Journal(definition, tuple(entries), good, f"{path}, line {number}: damaged; {kept}", platform)
        entries.append(entry)
        good += len(line)
    return Journal(definition, tuple(entries), good, None, platform)


def _entry(record: dict[str, Any] | None, before: list[Entry]) -> Entry | None:
    if record is None or record.pop("kind", None) != "command":
        return None
    record.setdefault("origin", "")
    if [type(record.get(name)) for name in _ENTRY_TYPES] != list(_ENTRY_TYPES.values()) or len(record) != len(
        _ENTRY_TYPES
    ):
        return None
    entry = Entry(**record)
    if entry.number != len(before) + 1 or (before and entry.time < before[-1].time):
        return None
    return entry


def begin_journal(path: Path, definition: Definition, platform: str = "") -> None:
    """Write a journal that holds its first record alone, in place of whatever was at `path`.

    `platform` is the fingerprint of the numeric platform; it is no part of the definition.
    """
    record = {"kind": "definition", "definition": json.loads(definition.text()), "platform": platform}
    write_whole(path, _line(record))


class JournalWriter:
    """Appends to a journal that has been begun; what `append` has returned from is on disk."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab")

    def append(self, entry: Entry) -> None:
        """Write a command."""
        self._file.write(_line({"kind": "command"} | asdict(entry)))
        to_disk(self._file)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def set_damage_aside(path: Path, journal: Journal) -> Path:
    """Keep a damaged journal beside its good part; the damaged one gets the returned name."""
    aside = free_name(path, "damaged")
    content = path.read_bytes()
    write_whole(aside, content)
    write_whole(path, content[: journal.good_bytes])
    return aside


def write_horizon(path: Path, time: int) -> None:
    """Say on disk that the run may be published up to `time`."""
    write_whole(path, _line({"may_run_to": time}))


def read_horizon(path: Path) -> int | None:
    """Up to which instant the run may have been published; None when nobody has ever said.

    Raises StateError when the file is damaged.
    """
    try:
        record = _record(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateError(f"{path}: cannot be read ({error.strerror})") from None
    if record is None or not isinstance(record.get("may_run_to"), int):
        raise StateError(f"{path}: is damaged, so nobody knows up to which plant instant the run has been seen")
    time: int = record["may_run_to"]
    return time
