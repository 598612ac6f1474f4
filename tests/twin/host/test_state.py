"""A state folder: what is kept, how it is found again, and what is never lost."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.runs import FAMILIES, START, definition
from twin.host import state as module
from twin.host.choose import Choice
from twin.host.state import Opened, StateFolder
from twin.line.errors import DefinitionError, StateError
from twin.line.time import HOUR, MINUTE, iso
from twin.record.run import Run
from twin.run.journal import Entry, read_horizon, read_journal

D = definition()
OVEN = "hourly-bakery/mill-street/baking/line-1/oven"


def entry(number: int, after: int) -> Entry:
    asked = {"value": 200.0 + number}
    return Entry(number, START + after, "write", f"{OVEN}/temperature_set_point", asked, "u", 0)


COMMANDS = [entry(1, 30 * MINUTE), entry(2, 90 * MINUTE), entry(3, 3 * HOUR + 1)]


class Folder:
    """A state folder whose openings all end with the test."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.open: StateFolder | None = None

    def take(self) -> StateFolder:
        self.leave()
        self.open = StateFolder(self.path)
        return self.open

    def leave(self) -> None:
        if self.open is not None:
            self.open.close()
            self.open = None

    def begin(self) -> Opened:
        return self.take().begin(D, FAMILIES)

    def resume(self, choice: Choice = Choice(), seen: str | None = None) -> Opened:  # noqa: B008 (it is frozen)
        return self.take().resume(choice, FAMILIES, seen)

    def live(self, hours: float = 4.2) -> str:
        """Live with the commands, until a kill; the hash at its end."""
        run = self.begin().run
        assert self.open is not None
        end = START + round(hours * HOUR)
        for each in COMMANDS:
            self.open.allow(each.time)
            run.advance(each.time)
            self.open.append(each)
            run.apply(each.name, each.target, each.arguments)
        self.open.allow(end)
        run.advance(end)
        return run.digest()

    def files(self) -> dict[str, bytes]:
        return {str(path.relative_to(self.path)): path.read_bytes() for path in self.path.rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    made = Folder(tmp_path / "state")
    yield made
    made.leave()


def full_replay(until: int, commands: int = 3) -> str:
    run = Run(D, FAMILIES)
    run.open()
    run.replay(COMMANDS[:commands], until)
    return run.digest()


def test_a_new_run_is_on_disk_before_it_goes(folder: Folder) -> None:
    opened = folder.begin()
    assert (opened.resumed, opened.notes, opened.run.now) == (False, (), START)
    assert read_journal(folder.path / "journal").definition == D
    assert read_horizon(folder.path / "horizon") == START
    assert folder.take().holds_run


def test_a_folder_without_a_run_holds_none(folder: Folder) -> None:
    assert not folder.take().holds_run
    with pytest.raises(StateError, match="no run has been opened"):
        folder.take().append(COMMANDS[0])


def test_a_run_goes_on_from_its_chapter_at_the_last_allowed_instant(folder: Folder) -> None:
    digest = folder.live()
    opened = folder.resume()
    assert (opened.resumed, opened.notes) == (True, ())
    assert opened.run.now == START + round(4.2 * HOUR)
    assert opened.run.digest() == digest == full_replay(opened.run.now)


def test_a_resume_computes_at_most_a_chapter(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.live()
    begun: list[int] = []
    replay = Run.replay
    monkeypatch.setattr(Run, "replay", lambda run, *rest: (begun.append(run.now), replay(run, *rest)))
    folder.resume()
    assert begun == [START + 4 * HOUR]


def test_a_command_later_than_the_horizon_is_reached(folder: Folder) -> None:
    folder.begin()
    assert folder.open is not None
    folder.open.append(entry(1, HOUR))
    run = folder.resume().run
    assert (run.now, run.commands) == (START + HOUR, 1)


def test_a_run_can_be_resumed_again_and_again(folder: Folder) -> None:
    folder.live()
    for hours in (5, 6, 7):
        run = folder.resume().run
        assert folder.open is not None
        folder.open.allow(START + hours * HOUR)
        run.advance(START + hours * HOUR)
    assert folder.resume().run.digest() == full_replay(START + 7 * HOUR)


def test_a_second_process_on_a_state_is_refused_naming_both(folder: Folder) -> None:
    folder.begin()
    script = (
        "import sys; from pathlib import Path; from twin.host.state import StateFolder\n"
        "from twin.line.errors import DefinitionError, StateError\n"
        "try: StateFolder(Path(sys.argv[1]))\n"
        "except StateError as error: print(error, __import__('os').getpid())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder.path)], capture_output=True, text=True, check=True, timeout=60
    )
    sentence, _, other = done.stdout.strip().rpartition(" ")
    assert f"process {os.getpid()} is running this state, and process {other} cannot" in sentence
    assert "choose another --state" in sentence


def test_a_folder_is_free_again_when_it_is_left(folder: Folder) -> None:
    folder.begin()
    folder.leave()
    assert folder.take().holds_run


@pytest.mark.parametrize(
    "choice",
    [
        Choice(seed=2),
        Choice(plant="corner-bakery"),
        Choice(scenario="ideal-sensors"),
        Choice(opening="empty"),
        Choice(start="2026-01-05"),
    ],
)
def test_contradicting_arguments_are_refused_and_change_nothing(folder: Folder, choice: Choice) -> None:
    folder.live()
    before = folder.files()
    with pytest.raises(StateError, match=r"says .*, the stored run says .*--fresh"):
        folder.resume(choice)
    assert folder.files() == before


def test_a_run_of_another_version_is_refused_naming_both(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.live()
    before = folder.files()
    monkeypatch.setattr(module, "engine_version", lambda: "9.9")
    with pytest.raises(StateError, match=rf"begun with version {D.version}, this is 9\.9.*--fresh"):
        folder.resume()
    assert folder.files() == before


# Damage.


def spoil(path: Path, place: int = -10) -> bytes:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    return bytes(content)


def test_a_torn_journal_is_used_as_far_as_it_is_good(folder: Folder) -> None:
    folder.live()
    journal = folder.path / "journal"
    torn = journal.read_bytes()[:-7]
    journal.write_bytes(torn)
    opened = folder.resume()
    assert opened.run.commands == 2
    assert opened.run.now == START + round(4.2 * HOUR)
    assert opened.run.digest() == full_replay(opened.run.now, 2)
    assert "line 4: damaged; the 2 commands before it are kept and used" in opened.notes[0]
    assert "journal.damaged-1" in opened.notes[0]
    assert (folder.path / "journal.damaged-1").read_bytes() == torn
    assert folder.resume().notes == ()


def test_chapters_that_know_of_lost_commands_are_never_used_again(folder: Folder) -> None:
    folder.live()
    journal = folder.path / "journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([lines[0], lines[1], b"x" * 20 + lines[2][20:], *lines[3:]]))
    opened = folder.resume()
    assert opened.run.commands == 1
    assert opened.run.digest() == full_replay(opened.run.now, 1)
    assert folder.open is not None
    later = [entry(2, 5 * HOUR), entry(3, 5 * HOUR), entry(4, 5 * HOUR)]
    folder.open.allow(START + 5 * HOUR)
    opened.run.advance(START + 5 * HOUR)
    for each in later:
        folder.open.append(each)
        opened.run.apply(each.name, each.target, each.arguments)
    again = folder.resume().run
    plain = Run(D, FAMILIES)
    plain.open()
    plain.replay([COMMANDS[0], *later], again.now)
    assert again.digest() == plain.digest()


def test_a_damaged_chapter_is_named_and_kept_and_an_earlier_one_used(folder: Folder) -> None:
    digest = folder.live()
    newest = folder.path / "chapters" / f"{START + 4 * HOUR}.chapter"
    content = spoil(newest)
    opened = folder.resume()
    assert opened.run.digest() == digest
    assert f"{newest}: is damaged" in opened.notes[0]
    assert newest.with_name(f"{newest.name}.unused-1").read_bytes() == content
    assert folder.resume().notes == ()


def test_without_any_good_chapter_the_run_is_computed_from_its_start(folder: Folder) -> None:
    digest = folder.live()
    for path in (folder.path / "chapters").iterdir():
        path.write_bytes(path.read_bytes()[:100])
    opened = folder.resume()
    assert opened.run.digest() == digest
    assert len(opened.notes) == 3


def test_without_a_chapter_folder_the_run_is_computed_from_its_start(folder: Folder) -> None:
    digest = folder.live()
    for path in (folder.path / "chapters").iterdir():
        path.unlink()
    (folder.path / "chapters").rmdir()
    assert folder.resume().run.digest() == digest


@pytest.mark.parametrize("missing", [False, True])
def test_without_a_good_horizon_the_user_says_how_far_the_run_was_seen(folder: Folder, missing: bool) -> None:
    folder.live()
    horizon = folder.path / "horizon"
    if missing:
        horizon.unlink()
    else:
        spoil(horizon)
    before = folder.files()
    with pytest.raises(StateError, match=r"horizon: is (damaged|missing).*--resume-at TIME"):
        folder.resume()
    with pytest.raises(StateError, match=rf"--resume-at .* is before {iso(START + 4 * HOUR)[:-6]}.*leave the option"):
        folder.resume(seen=iso(START + 2 * HOUR))
    with pytest.raises(DefinitionError, match="--resume-at 'soon' is no date"):
        folder.resume(seen="soon")
    assert folder.files() == before
    seen = START + 5 * HOUR
    opened = folder.resume(seen=iso(seen))
    assert opened.run.now == seen
    assert opened.run.digest() == full_replay(seen)


def test_a_run_is_not_resumed_before_what_was_seen(folder: Folder) -> None:
    folder.live()
    with pytest.raises(StateError, match="up to which the run may have been seen"):
        folder.resume(seen=iso(START + 4 * HOUR))


def test_a_journal_without_a_definition_is_refused_and_kept(folder: Folder) -> None:
    folder.live()
    content = spoil(folder.path / "journal", 20)
    with pytest.raises(StateError, match="not the definition of a run"):
        folder.resume()
    assert (folder.path / "journal").read_bytes() == content


# Setting aside.


def test_a_fresh_run_keeps_the_old_one_whole(folder: Folder) -> None:
    digest = folder.live()
    assert folder.open is not None
    folder.open.note("hello", START)
    opened = folder.begin()
    assert (opened.run.now, opened.resumed) == (START, False)
    old = folder.path / "run.before-1"
    assert sorted(path.name for path in old.iterdir()) == ["chapters", "horizon", "journal", "record", "session.log"]
    folder.leave()
    again = StateFolder(old)
    assert again.resume(Choice(), FAMILIES).run.digest() == digest
    again.close()
    folder.begin()
    assert (folder.path / "run.before-2" / "journal").exists()


def test_chapters_of_a_run_whose_journal_is_gone_do_not_get_into_the_next_one(folder: Folder) -> None:
    folder.live()
    (folder.path / "journal").unlink()
    opened = folder.begin()
    assert list((folder.path / "chapters").iterdir()) == []
    assert len(list((folder.path / "run.before-1" / "chapters").iterdir())) == 3
    assert opened.notes == ()


def test_a_run_that_cannot_be_begun_leaves_the_old_one_alone(folder: Folder) -> None:
    folder.live()
    before = folder.files()
    with pytest.raises(StateError, match="not installed"):
        folder.take().begin(D, ())
    assert folder.files() == before


# Folders that cannot be used.


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match=r"file: cannot be used as a state folder .*choose another --state"):
        StateFolder(tmp_path / "file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(StateError, match="Permission denied"):
        StateFolder(tmp_path / "state")


def test_a_disk_that_is_full_is_named(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device", "somewhere")

    monkeypatch.setattr(module, "write_horizon", full)
    with pytest.raises(StateError, match=r"somewhere: cannot be used \(No space left on device\); make room"):
        folder.begin()
    assert not folder.take().holds_run
    monkeypatch.undo()
    folder.live()
    monkeypatch.setattr(module, "JournalWriter", full)
    with pytest.raises(StateError, match="No space left"):
        folder.resume()
    monkeypatch.undo()
    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(StateError, match="No space left"):
        folder.begin()


def test_the_session_log_has_wall_time_and_sentence(folder: Folder) -> None:
    folder.begin()
    assert folder.open is not None
    folder.open.note("started", START)
    folder.open.note("stopped", START + HOUR)
    lines = (folder.path / "session.log").read_text().splitlines()
    assert lines == [f"{iso(START)} started", f"{iso(START + HOUR)} stopped"]


def test_the_definition_can_be_read_in_the_journal_with_plain_tools(folder: Folder) -> None:
    folder.begin()
    first = (folder.path / "journal").read_text().splitlines()[0]
    assert json.loads(first[9:])["definition"]["plant"] == "hourly-bakery"
