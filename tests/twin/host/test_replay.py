"""`rajola replay`: a journal runs again."""

import json
from pathlib import Path

import pytest

from tests.support.runs import START, definition, opened
from twin.host import cli, replay
from twin.line.time import HOUR, MINUTE, iso
from twin.run.journal import Entry, JournalWriter, begin_journal, write_horizon

pytestmark = pytest.mark.usefixtures("bakeries_installed")
OVEN = "hourly-bakery/mill-street/baking/line-1/oven"
ENTRY = Entry(1, START + HOUR, "write", f"{OVEN}/temperature_set_point", {"value": 260.0}, "u", 0)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    begin_journal(tmp_path / "journal", definition())
    writer = JournalWriter(tmp_path / "journal")
    writer.append(ENTRY)
    writer.close()
    write_horizon(tmp_path / "horizon", START + 3 * HOUR)
    return tmp_path


def digest(until: int) -> str:
    run = opened()
    run.replay([ENTRY], until)
    return run.digest()


def replayed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert cli.main(["replay", *arguments, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(["replay", *arguments]) == 2
    return capsys.readouterr().err


def test_a_state_is_replayed_to_its_horizon(capsys: pytest.CaptureFixture[str], state: Path) -> None:
    until = START + 3 * HOUR
    assert replayed(capsys, str(state)) == {
        "until": iso(until), "commands": 1, "event_log_sha256": digest(until), "damage": None, "platform": None,
    }  # fmt: skip


def test_a_journal_alone_is_replayed_to_its_last_command(capsys: pytest.CaptureFixture[str], state: Path) -> None:
    (state / "horizon").unlink()
    assert replayed(capsys, str(state / "journal"))["until"] == iso(START + HOUR)


def test_any_instant_can_be_asked_for(capsys: pytest.CaptureFixture[str], state: Path) -> None:
    for minutes, commands in ((0, 0), (59, 0), (60, 1), (400, 1)):
        until = START + minutes * MINUTE
        found = replayed(capsys, str(state), "--until", iso(until))
        assert (found["event_log_sha256"], found["commands"]) == (digest(until), commands)


def test_the_text_says_the_same(capsys: pytest.CaptureFixture[str], state: Path) -> None:
    (state / "journal").write_bytes((state / "journal").read_bytes()[:-4])
    assert cli.main(["replay", str(state)]) == 0
    told = capsys.readouterr().out
    assert f"replayed to   {iso(START + 3 * HOUR)}" in told
    assert opened().digest() not in told
    assert "commands      0" in told
    assert "line 2: damaged" in told


def test_what_cannot_be_replayed_is_refused(
    capsys: pytest.CaptureFixture[str], state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "is before the run's start" in refused(capsys, str(state), "--until", iso(START - 1))
    assert "--until 'later' is no date" in refused(capsys, str(state), "--until", "later")
    assert "cannot be read" in refused(capsys, str(state / "none"))
    (state / "horizon").write_bytes(b"x")
    assert "horizon: is damaged" in refused(capsys, str(state))
    assert replayed(capsys, str(state), "--until", iso(START))["commands"] == 0
    monkeypatch.setattr(replay, "engine_version", lambda: "9.9")
    assert f"was written by version {definition().version}, this is 9.9" in refused(capsys, str(state))
