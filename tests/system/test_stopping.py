"""A live run is started and stopped as people and supervisors do it."""

import signal
import socket
from pathlib import Path

import pytest

from tests.support.bakery import bakeries
from tests.support.live import live, rajola, replayed
from twin.host import cli, run_live
from twin.host.session import Session


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_a_run_cleanly(tmp_path: Path, number: int) -> None:
    with live(tmp_path, "--plant", "hourly-bakery", "--speed", "60", opcua="127.0.0.1:0", apart=True) as running:
        assert running.ready.keys() == {"opcua", "http", "pid", "pids"}
        assert running.ready["pid"] == running.process.pid
        # A client that stays does not keep the run from stopping.
        with running.http.stream("GET", "/api/v1/stream") as stream:
            assert stream.status_code == 200
            assert running.signal(number) == 0
        output = running.output
    whole = replayed(tmp_path / "state")
    assert output.splitlines()[-1] == f"stopped at plant time {whole['until']}, event log {whole['event_log_sha256']}"
    assert "Traceback" not in output
    assert not (tmp_path / "ready").exists()
    log = (tmp_path / "state" / "session.log").read_text().splitlines()
    assert [line.split()[1] for line in log] == ["started", "stopped"]


def test_the_ready_text_has_addresses_to_copy_and_warns_of_the_future(tmp_path: Path) -> None:
    with live(tmp_path, "--plant", "hourly-bakery", "--speed", "60", "--lang", "es") as running:
        told = running.output
        assert "Panadería por horas" in told
        assert running.ready["http"] in told
        assert str(tmp_path / "state") in told
        assert "--stamps wall" in told
        assert running.signal(15) == 0
    with live(tmp_path, "--speed", "60", "--stamps", "wall") as running:
        assert "--stamps wall" not in running.output
        clock = running.get("clock")
        assert clock["stamps"] == "wall"
        stamps = [value["source_time"] for value in running.get("values")["values"].values()]
        assert max(stamps) <= running.get("clock")["wall_time"]
        assert running.signal(15) == 0


def test_a_port_in_use_is_refused_and_the_run_is_kept(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        number = busy.getsockname()[1]
        for gateway, other in (("http", "opcua"), ("opcua", "http")):
            done = rajola(
                "run", "--state", str(tmp_path / "state"), f"--{gateway}", f"127.0.0.1:{number}", f"--{other}", "off"
            )
            assert done.returncode == 2
            assert f"127.0.0.1:{number}" in done.stderr
            assert "Traceback" not in done.stderr
    assert replayed(tmp_path / "state")["damage"] is None


def test_the_default_folder_is_named_after_plant_and_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with live(tmp_path, "--plant", "hourly-bakery", "--scenario", "ideal-sensors", state=False) as running:
        folder = tmp_path / "rajola" / "hourly-bakery-ideal-sensors"
        assert str(folder) in running.output
        assert running.signal(15) == 0
    assert (folder / "journal").exists()


def test_a_fault_of_ours_ends_the_process_with_code_1_and_keeps_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("twin.host.installed._loaded", lambda group: [bakeries] if group == "rajola.plants" else [])

    def broken(session: Session) -> None:
        raise ZeroDivisionError("the oven is gone")

    monkeypatch.setattr(Session, "_publish", broken)
    assert cli.main(["run", "--state", str(tmp_path / "state")]) == 1
    told = capfd.readouterr().err
    assert "ZeroDivisionError: the oven is gone" in told
    assert "the run has stopped and can be resumed" in told
    monkeypatch.undo()
    assert replayed(tmp_path / "state")["damage"] is None


def test_a_disk_that_fails_ends_the_process_with_code_1_and_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("twin.host.installed._loaded", lambda group: [bakeries] if group == "rajola.plants" else [])
    allow, calls = run_live.StateFolder.allow, []

    def full(state: run_live.StateFolder, time: int) -> None:
        calls.append(time)
        if len(calls) > 3:
            raise OSError(28, "No space left on device", str(state.horizon))
        allow(state, time)

    monkeypatch.setattr(run_live.StateFolder, "allow", full)
    assert cli.main(["run", "--state", str(tmp_path / "state"), "--speed", "60"]) == 1
    told = capfd.readouterr().err
    assert f"{tmp_path / 'state' / 'horizon'}: No space left on device; the run has stopped" in told
    assert "Traceback" not in told
