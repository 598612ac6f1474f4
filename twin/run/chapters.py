"""Chapters: the whole state of a run at a chapter instant, written down so that it can go on from there.

A chapter file is a header line (format, engine version, definition digest, instant, SHA-256 of the rest) and the
states, pickled. Only plain containers, arrays and the state classes of the stations at hand are ever loaded from it.
"""

import io
import pickle
from array import array
from collections import Counter, deque
from dataclasses import dataclass, is_dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from twin.line.errors import StateError
from twin.line.line import Line
from twin.run.files import free_name, write_whole

FORMAT = "rajola-chapter-1"
KEPT = 3
"""Chapters that stay on disk."""


@dataclass(slots=True)
class StationSave:
    """A station as it is written down."""

    path: str
    state: Any
    faults: Any
    set_points: dict[str, float]
    alarms: list[bool]
    sensing: Any
    log: bytes


@dataclass(slots=True)
class LinkSave:
    """A link as it is written down."""

    queue: list[int]
    ready: int
    capacity: int
    taking: bool


@dataclass(slots=True)
class Chapter:
    """A run at an instant."""

    time: int
    commands: int
    """Commands applied before."""
    stations: list[StationSave]
    links: list[LinkSave]
    shared: Any
    recorder: Any
    alarms: Any
    jobs: Any


def take(line: Line, time: int, commands: int, recorder: Any, alarms: Any = None, jobs: Any = None) -> Chapter:
    """The present state of a line as a chapter; it shares the line's objects, so write it before going on."""
    stations = [
        StationSave(
            station.path,
            station.state,
            station.faults.state,
            station.set_points,
            station.alarms,
            station.sensing.state,
            station.log.tobytes(),
        )
        for station in line.stations
    ]
    links = [LinkSave(list(link.queue), link.ready, link.capacity, link.taking) for link in line.links]
    return Chapter(time, commands, stations, links, line.shared_state(), recorder, alarms or {}, jobs or {})


def put_back(chapter: Chapter, line: Line, seed: int) -> None:
    """Give a fresh line the states of a chapter."""
    for station, save in zip(line.stations, chapter.stations, strict=True):
        station.seed = seed
        station.state = save.state
        station.faults.resume(seed, station.path, save.faults)
        station.set_points = save.set_points
        station.alarms = save.alarms
        scale = 0.0 if line.ideal_sensors else station.parameters.fault_scale
        station.sensing.resume(seed, station.path, scale, save.sensing)
        station.log = array("q", save.log)
    for link, saved in zip(line.links, chapter.links, strict=True):
        link.queue.clear()
        link.queue.extend(saved.queue)
        link.ready, link.capacity, link.taking = saved.ready, saved.capacity, saved.taking
    line.restore_shared_state(chapter.shared)


def write_chapter(folder: Path, chapter: Chapter, digest: str, version: str) -> Path:
    """Write a chapter into `folder` and drop the oldest ones; the file."""
    body = pickle.dumps(chapter, protocol=5)
    header = f"{FORMAT} {version} {digest} {chapter.time} {sha256(body).hexdigest()}\n".encode()
    path = folder / f"{chapter.time}.chapter"
    write_whole(path, header, body)
    for old in sorted(folder.glob("*.chapter"), key=_time_of)[:-KEPT]:
        old.unlink()
    return path


def _time_of(path: Path) -> int:
    return int(path.stem) if path.stem.isdigit() else -1


def newest_chapter(
    folder: Path, line: Line, digest: str, version: str, until: int, commands: int
) -> tuple[Chapter | None, list[str]]:
    """The newest usable chapter not later than `until`, and a sentence for every one that could not be used.

    A chapter after more than the `commands` that the journal holds is of no use either. What cannot be used is set
    aside, so that it is neither overwritten nor taken for a chapter of what the run does from now on.
    """
    damages: list[str] = []
    for path in sorted(folder.glob("*.chapter"), key=_time_of, reverse=True):
        try:
            chapter = _read(path, line, digest, version, commands)
        except StateError as error:
            aside = free_name(path, "unused")
            path.rename(aside)
            damages.append(f"{error}; it is kept as {aside.name}, and the run is computed again from before it")
            continue
        if chapter.time <= until:
            return chapter, damages
    return None, damages


def _read(path: Path, line: Line, digest: str, version: str, commands: int) -> Chapter:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StateError(f"{path}: cannot be read ({error.strerror})") from None
    chapter = chapter_in(content, str(path), line, digest, version)
    if str(chapter.time) != path.stem:
        raise StateError(f"{path}: is not a chapter of that instant")
    if chapter.commands > commands:
        raise StateError(f"{path}: comes after commands that the journal has lost")
    return chapter


def chapter_in(content: bytes, name: str, line: Line, digest: str, version: str) -> Chapter:
    """The chapter in a file with this content; raises StateError, which calls it `name`, when it cannot be used."""
    header, _, body = content.partition(b"\n")
    fields = header.decode(errors="replace").split(" ")
    if len(fields) != 5 or fields[0] != FORMAT:
        raise StateError(f"{name}: is not a chapter of that instant")
    if fields[4] != sha256(body).hexdigest():
        raise StateError(f"{name}: is damaged")
    if fields[1] != version or fields[2] != digest:
        raise StateError(f"{name}: belongs to another engine version or definition")
    try:
        chapter = _Loader(io.BytesIO(body), _allowed(line)).load()
    except (pickle.UnpicklingError, AttributeError, ImportError, LookupError, TypeError, ValueError) as error:
        raise StateError(f"{name}: holds states that this version does not know ({error})") from None
    if not isinstance(chapter, Chapter) or not _fits(chapter, line) or str(chapter.time) != fields[3]:
        raise StateError(f"{name}: holds the states of other stations")
    return chapter


def _fits(chapter: Chapter, line: Line) -> bool:
    """Whether the chapter holds a state of the right kind for every station and link, and nothing else."""
    saved = [(save.path, type(save.state)) for save in chapter.stations]
    present = [(station.path, type(station.state)) for station in line.stations]
    return saved == present and len(chapter.links) == len(line.links)


def _allowed(line: Line) -> frozenset[str]:
    """Modules whose dataclasses a chapter of this line may hold."""
    modules = {type(station.state).__module__ for station in line.stations}
    roots = {module.split(".")[0] for module in (*modules, type(line).__module__, __name__)}
    return frozenset(roots)


class _Loader(pickle.Unpickler):
    """Loads plain data and state dataclasses, and nothing else."""

    _PLAIN: ClassVar = {
        ("collections", "deque"): deque,
        ("collections", "Counter"): Counter,
        ("array", "array"): array,
        ("numpy", "dtype"): np.dtype,
        ("numpy", "ndarray"): np.ndarray,
    }

    def __init__(self, file: io.BytesIO, roots: frozenset[str]) -> None:
        super().__init__(file)
        self._roots = roots

    def find_class(self, module: str, name: str) -> Any:
        """The class, if a chapter may hold it."""
        plain = self._PLAIN.get((module, name))
        if plain is not None:
            return plain
        if (module, name) in {("array", "_array_reconstructor"), ("numpy._core.numeric", "_frombuffer")}:
            return super().find_class(module, name)
        if module in {"numpy._core.multiarray", "numpy.core.multiarray"} and name == "_reconstruct":
            return super().find_class(module, name)
        if module.partition(".")[0] in self._roots:
            found = super().find_class(module, name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum)):
                return found
        raise StateError(f"a chapter asks for {module}.{name}, which is no state of this line")
