"""A chapter is the whole run at an instant: what goes on from it is the same run."""

import os
import pickle
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.support.runs import FAMILIES, START, definition, opened
from twin.line.time import HOUR, MINUTE
from twin.record.run import Run
from twin.run import chapters
from twin.run.chapters import KEPT, Chapter, newest_chapter, write_chapter
from twin.run.journal import Entry

D = definition()
OVEN, MIXER = "hourly-bakery/mill-street/baking/line-1/oven", "hourly-bakery/mill-street/dough/line-1/mixer"
COMMANDS = (
    Entry(1, START + 50 * MINUTE, "write", f"{OVEN}/temperature_set_point", {"value": 260.0}, "u", 0),
    Entry(2, START + 2 * HOUR, "inject_fault", MIXER, {"fault": "jam", "duration_s": 5000.0}, "u", 0),
    Entry(3, START + 2 * HOUR, "inject_fault", OVEN, {"fault": "door"}, "u", 0),
    Entry(4, START + 3 * HOUR + 1, "clear_fault", OVEN, {"fault": "door"}, "u", 0),
)
HOURS = 6


def run_whole(folder: Path | None = None) -> list[str]:
    """The hashes at every hour; chapters go into `folder`."""
    run = opened()
    if folder is not None:
        run.on_chapter = lambda chapter: _keep(folder, chapter)
    hashes = []
    for hour in range(1, HOURS + 1):
        run.replay(COMMANDS, START + hour * HOUR)
        hashes.append(run.digest())
    return hashes


def _keep(folder: Path, chapter: Chapter) -> None:
    write_chapter(folder, chapter, D.digest, D.version)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All chapters of a run of six hours."""
    monkeypatch.setattr(chapters, "KEPT", 100)
    run_whole(tmp_path)
    return tmp_path


def found(folder: Path, until: int = START + HOURS * HOUR, **fields: Any) -> tuple[Chapter | None, list[str]]:
    other = {"digest": D.digest, "version": D.version, "commands": 4} | fields
    return newest_chapter(folder, Run(D, FAMILIES).line, until=until, **other)


def test_a_run_goes_on_from_any_chapter_as_if_nothing_had_been(folder: Path) -> None:
    whole = run_whole()
    for hour in range(1, HOURS):
        chapter, damages = found(folder, START + hour * HOUR)
        assert chapter is not None
        assert chapter.time == START + hour * HOUR
        assert damages == []
        run = Run(D, FAMILIES)
        run.resume(chapter)
        hashes = [run.digest()]
        for later in range(hour + 1, HOURS + 1):
            run.replay(COMMANDS, START + later * HOUR)
            hashes.append(run.digest())
        assert hashes == whole[hour - 1 :]


def test_a_resumed_run_writes_the_same_chapters(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    others = tmp_path_factory.mktemp("others")
    chapter, _ = found(folder, START + 2 * HOUR)
    assert chapter is not None
    run = Run(D, FAMILIES)
    run.resume(chapter)
    run.on_chapter = lambda chapter: _keep(others, chapter)
    run.replay(COMMANDS, START + 5 * HOUR)
    for path in sorted(others.iterdir()):
        again, _ = found(others, int(path.stem))
        kept, _ = found(folder, int(path.stem))
        assert again is not None
        assert kept is not None
        assert again.stations == kept.stations
        assert again.links == kept.links
        assert again.recorder == kept.recorder


def test_only_the_newest_chapters_stay(tmp_path: Path) -> None:
    run_whole(tmp_path)
    times = sorted(int(path.stem) for path in tmp_path.iterdir())
    assert times == [START + hour * HOUR for hour in range(HOURS - KEPT + 1, HOURS + 1)]


def test_no_chapter_after_the_asked_instant_is_taken(folder: Path) -> None:
    chapter, _ = found(folder, START + 3 * HOUR - 1)
    assert chapter is not None
    assert chapter.time == START + 2 * HOUR
    assert found(folder, START + 1) == (None, [])


def path_of(folder: Path, hour: int) -> Path:
    return folder / f"{START + hour * HOUR}.chapter"


@pytest.mark.parametrize("place", [0, 5, 60, 100, 200, -1])
def test_a_chapter_with_a_flipped_byte_is_set_aside_and_an_earlier_one_is_taken(folder: Path, place: int) -> None:
    path = path_of(folder, 6)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    chapter, damages = found(folder)
    assert chapter is not None
    assert chapter.time == START + 5 * HOUR
    assert len(damages) == 1
    assert str(path) in damages[0]
    assert f"kept as {path.name}.unused-1" in damages[0]
    assert path.with_name(f"{path.name}.unused-1").read_bytes() == bytes(content)


@pytest.mark.parametrize("length", [0, 1, 50, 1000, -1])
def test_a_truncated_chapter_is_of_no_use(folder: Path, length: int) -> None:
    path = path_of(folder, 6)
    path.write_bytes(path.read_bytes()[:length])
    chapter, damages = found(folder)
    assert chapter is not None
    assert chapter.time == START + 5 * HOUR
    assert len(damages) == 1


def test_when_no_chapter_is_of_use_there_is_none(folder: Path) -> None:
    for path in folder.iterdir():
        path.write_bytes(b"")
    chapter, damages = found(folder)
    assert chapter is None
    assert len(damages) == HOURS


def test_a_chapter_of_another_definition_or_version_is_of_no_use(folder: Path) -> None:
    assert "another engine version or definition" in found(folder, digest=definition(seed=2).digest)[1][0]
    run_whole(folder)
    assert found(folder, version="0.0.0")[0] is None


def test_a_chapter_under_another_name_is_of_no_use(folder: Path) -> None:
    path_of(folder, 2).rename(path_of(folder, 8))
    chapter, damages = found(folder, START + 9 * HOUR)
    assert chapter is not None
    assert chapter.time == START + 6 * HOUR
    assert "not a chapter of that instant" in damages[0]


def test_a_chapter_after_commands_that_were_lost_is_of_no_use(folder: Path) -> None:
    chapter, damages = found(folder, commands=1)
    assert chapter is not None
    assert chapter.time == START + 2 * HOUR
    assert len(damages) == 4
    assert all("commands that the journal has lost" in damage for damage in damages)


def test_a_chapter_of_other_stations_is_of_no_use(folder: Path) -> None:
    chapter, _ = found(folder)
    assert chapter is not None
    for other in (
        replace(chapter, stations=chapter.stations[:-1]),
        replace(chapter, stations=[replace(chapter.stations[0], state=5), *chapter.stations[1:]]),
        replace(chapter, links=[]),
    ):
        _keep(folder, other)
        assert "the states of other stations" in found(folder)[1][0]


class Burglar:
    """What should not be loaded."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("broken-in",)


def _forged(folder: Path, body: bytes) -> str:
    path = path_of(folder, 6)
    header = f"{chapters.FORMAT} {D.version} {D.digest} {path.stem} {sha256(body).hexdigest()}\n".encode()
    path.write_bytes(header + body)
    return found(folder)[1][0]


def test_a_chapter_loads_no_code(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "asks for posix.mkdir, which is no state" in _forged(folder, pickle.dumps(Burglar()))
    assert "twin.run.chapters.write_chapter, which is no state" in _forged(folder, pickle.dumps(write_chapter))
    assert not (tmp_path / "broken-in").exists()


def test_a_body_that_is_no_pickle_or_no_chapter_is_of_no_use(folder: Path) -> None:
    assert "does not know" in _forged(folder, b"not a pickle")
    assert "does not know" in _forged(folder, b"ctwin.run.chapters\nNoSuchThing\n.")
    assert "the states of other stations" in _forged(folder, pickle.dumps({"a": 1}))
