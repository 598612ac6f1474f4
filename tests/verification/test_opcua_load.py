"""Fifty clients of a thousand items each lose nothing, and come back when the process that serves them is killed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.live import LONG, RAJOLA, ROOT, live, replayed

LIST = list[dict[str, Any]]
pytestmark = pytest.mark.slow


@contextlib.contextmanager
def clients(folder: Path, seconds: float, **order: Any) -> Iterator["subprocess.Popen[str]"]:
    """The clients in a process of their own, all of which are there."""
    (folder / "all-there").unlink(missing_ok=True)
    path = folder / "order.json"
    path.write_text(
        json.dumps({"folder": str(folder), "seconds": seconds, "encrypt": False, "publishing_ms": 500.0, **order})
    )
    command = [sys.executable, "-m", "tests.support.opcua_load", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            wait_for(folder / "all-there", process)
            yield process
        finally:
            process.kill()


def wait_for(file: Path, process: "subprocess.Popen[str]") -> None:
    """Wait until somebody has made a file."""
    end = time.monotonic() + 5 * LONG
    while not file.exists():
        assert process.poll() is None
        assert time.monotonic() < end, f"there is no {file}"
        time.sleep(0.1)


def accounts(process: "subprocess.Popen[str]", seconds: float) -> LIST:
    """What the clients have to tell."""
    told, _ = process.communicate(timeout=seconds + 3 * LONG)
    found: LIST = json.loads(told)
    return found


@contextlib.contextmanager
def synthetic(folder: Path, count: int) -> Iterator[dict[str, Any]]:
    """A server whose variables all change once a second."""
    server = folder / "server"
    server.mkdir()
    command = [sys.executable, "-m", "opcua_server.bench.serve", "ours", str(count), "1", str(server)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found: dict[str, Any] = json.loads(process.stdout.readline())
            (server / "go").touch()
            yield found
        finally:
            process.kill()


def test_fifty_clients_of_a_thousand_items_lose_nothing(tmp_path: Path, in_full_length: bool) -> None:
    number, items, seconds = (50, 1000, 600.0) if in_full_length else (10, 200, 10.0)
    with synthetic(tmp_path, items) as server:
        order = {**server, "clients": number, "synthetic": True}
        with clients(tmp_path, seconds, **order) as process:
            found = accounts(process, seconds)
    gap = max(each["longest_gap_s"] for each in found)
    print(f"{sum(each['values'] for each in found)} values, longest gap {gap:.2f} s")  # noqa: T201
    assert len(found) == number
    assert [each["disconnects"] for each in found] == [0] * number
    assert [each["lost_messages"] for each in found] == [0] * number
    assert [each["incomplete"] for each in found] == [0] * number
    assert min(each["ticks"] for each in found) >= (0.98 if in_full_length else 0.5) * seconds
    assert gap <= (2.0 if in_full_length else 10.0)


def test_killed_under_load_the_server_is_back_in_five_seconds_and_so_are_its_clients(
    tmp_path: Path, in_full_length: bool
) -> None:
    number, items, seconds = (50, 1000, 60.0) if in_full_length else (5, 100, 30.0)
    with live(tmp_path, "--speed", "10", launcher=RAJOLA, opcua="127.0.0.1:0", apart=True) as line:
        paths = [each["path"] for each in line.get("signals")["items"]]
        # A line has fewer signals than a client may have items.
        names = (paths * -(-items // len(paths)))[:items]
        order = {"address": line.ready["opcua"], "namespace": "urn:rajola:line:1", "names": names}
        with clients(tmp_path, seconds, clients=number, synthetic=False, **order) as process:
            old = line.ready["pids"]["opcua"]
            os.kill(old, signal.SIGKILL)
            found = accounts(process, seconds)
        assert json.loads((tmp_path / "ready").read_text())["pids"]["opcua"] != old
        assert line.signal(signal.SIGTERM) == 0
        output = line.output
    print([line for line in output.splitlines() if "serves again" in line])  # noqa: T201
    print(f"longest outage of a client {max(each['longest_outage_s'] for each in found):.1f} s")  # noqa: T201
    assert [each["disconnects"] for each in found] == [1] * number
    assert [each["lost_messages"] for each in found] == [0] * number
    assert min(each["longest_outage_s"] for each in found) > 0.0
    assert "Traceback" not in output
    again = replayed(tmp_path / "state", launcher=RAJOLA)
    assert output.splitlines()[-1].endswith(f"{again['until']}, event log {again['event_log_sha256']}")
    if in_full_length:
        (back,) = [line for line in output.splitlines() if "serves again after" in line]
        assert float(back.split()[-2]) <= 5.0
