"""`rajola simulate`: days without a clock, summed up."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.runs import START, definition, opened
from twin.host import cli
from twin.line.time import DAY, HOUR, SECOND, iso
from twin.run.journal import Entry, JournalWriter, begin_journal, read_journal

pytestmark = pytest.mark.usefixtures("bakeries_installed")
OVEN = "hourly-bakery/mill-street/baking/line-1/oven"
COMMANDS = [
    Entry(number, START + number * HOUR, "write", f"{OVEN}/temperature_set_point", {"value": 240.0 + number}, "u", 0)
    for number in (1, 2, 3)
]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """(exit code, standard output, standard error) of `rajola simulate`."""
    code = cli.main(["simulate", "--plant", "hourly-bakery", "--start", iso(START), *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def result(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    code, out, _ = run(capsys, "--json", *arguments)
    assert code == 0
    found: dict[str, Any] = json.loads(out)
    return found


def test_the_json_object_says_what_was_run_and_what_came_out(capsys: pytest.CaptureFixture[str]) -> None:
    found = result(capsys, "--days", "0.25")
    plain = opened()
    plain.advance(START + DAY // 4)
    assert found["run"] == {
        "plant": "hourly-bakery", "scenario": "standard", "seed": 1, "start": iso(START), "opening": "running",
        "days": 0.25, "event_log_sha256": plain.digest(), "version": definition().version,
    }  # fmt: skip
    assert found["real_time_ratio"] > 1.0
    assert found["wall_seconds"] > 0.0
    assert found["loaves"] == {"good": plain.line.summary()["loaves"]["good"], "burnt": found["loaves"]["burnt"]}
    assert set(found["kpis"]) == {"line-1/mixer", "good_share", "per_hour"}
    assert 0.0 < found["kpis"]["line-1/mixer"]["availability"] < 100.0


def test_twice_the_same_and_another_seed_another(capsys: pytest.CaptureFixture[str]) -> None:
    digests = [
        result(capsys, "--days", "0.1", *more)["run"]["event_log_sha256"]
        for more in ([], [], ["--seed", "2"], ["--scenario", "ideal-sensors"])
    ]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


def test_a_figure_that_is_not_defined_is_null_in_json_and_a_reason_in_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert result(capsys, "--days", "1e-6")["kpis"]["good_share"] is None
    _, out, _ = run(capsys, "--days", "1e-6")
    assert "nothing was baked yet" in out
    _, out, _ = run(capsys, "--days", "1e-6", "--lang", "es")
    assert "todavía no se ha horneado nada" in out


def test_the_summary_reads_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    _, english, _ = run(capsys, "--days", "0.1")
    _, spanish, _ = run(capsys, "--days", "0.1", "--lang", "es")
    assert "Hourly bakery (hourly-bakery)" in english
    assert "key figures:" in english
    assert "Panadería por horas (hourly-bakery)" in spanish
    assert "indicadores:" in spanish


def journal_of(folder: Path, *entries: Entry) -> Path:
    path = folder / "some-journal"
    begin_journal(path, definition())
    writer = JournalWriter(path)
    for entry in entries:
        writer.append(entry)
    writer.close()
    return path


def test_the_commands_of_a_journal_are_applied(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = journal_of(tmp_path, *COMMANDS)
    found = result(capsys, "--days", "0.25", "--journal", str(path))
    plain = opened()
    plain.replay(COMMANDS, START + DAY // 4)
    assert found["run"]["event_log_sha256"] == plain.digest()


def test_commands_outside_the_simulation_are_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = journal_of(tmp_path, *COMMANDS)
    code, _, told = run(capsys, "--days", "0.1", "--journal", str(path))
    assert code == 2
    assert f"command 3 is of {iso(COMMANDS[2].time)}, outside this simulation" in told
    assert "choose other --start and --days" in told
    early = journal_of(tmp_path, replace(COMMANDS[0], time=START - SECOND))
    assert run(capsys, "--journal", str(early))[0] == 2


def test_the_good_part_of_a_damaged_journal_is_used_and_the_damage_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = journal_of(tmp_path, *COMMANDS)
    path.write_bytes(path.read_bytes()[:-5])
    code, out, told = run(capsys, "--days", "0.25", "--json", "--journal", str(path))
    plain = opened()
    plain.replay(COMMANDS[:2], START + DAY // 4)
    assert code == 0
    assert json.loads(out)["run"]["event_log_sha256"] == plain.digest()
    assert "line 4: damaged" in told


def test_what_is_written_out_replays_by_itself(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    journal = journal_of(tmp_path, *COMMANDS)
    found = result(capsys, "--days", "0.25", "--journal", str(journal), "--out", str(folder))
    assert json.loads((folder / "summary.json").read_text()) == found
    assert read_journal(folder / "journal").entries == tuple(COMMANDS)
    for source in (folder, folder / "journal"):
        assert cli.main(["replay", str(source), "--json"]) == 0
        again = json.loads(capsys.readouterr().out)
        assert again["event_log_sha256"] == found["run"]["event_log_sha256"]
        assert again["commands"] == 3


def test_a_folder_can_be_written_again_but_no_live_state(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for _ in range(2):
        assert run(capsys, "--days", "0.01", "--out", str(tmp_path))[0] == 0
    journal = (tmp_path / "journal").read_bytes()
    (tmp_path / "chapters").mkdir()
    code, _, told = run(capsys, "--days", "0.02", "--out", str(tmp_path))
    assert code == 2
    assert "holds the state of a live run; choose another folder" in told
    assert (tmp_path / "journal").read_bytes() == journal


def test_a_folder_that_cannot_be_written_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, _, told = run(capsys, "--out", str(tmp_path / "file"))
    assert code == 2
    assert f"--out {tmp_path / 'file'}: cannot be written" in told
    (tmp_path / "out" / "summary.json").mkdir(parents=True)
    code, _, told = run(capsys, "--days", "0.01", "--out", str(tmp_path / "out"))
    assert code == 2
    assert "cannot be written" in told


def test_a_terminal_gets_a_progress_bar(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    _, _, told = run(capsys, "--days", "0.5")
    assert "/12" in told
    _, _, told = run(capsys, "--days", "0.5", "--json")
    assert told == ""
