"""Gateways live in processes of their own: what happens to one of them is nothing to the plant."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.live import LONG, Live, live, replayed
from tests.support.opcua import Connection, connected

ROOT = "hourly-bakery/mill-street"
HEAT = f"{ROOT}/baking/line-1/oven/temperature_set_point"

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked for in /proc")


def pids(running: Live) -> dict[str, int]:
    """Which process serves what, now."""
    found: dict[str, int] = json.loads((running.folder / "ready").read_text())["pids"]
    return found


def until(true: Callable[[], Any], what: str) -> Any:
    """Wait until something is true; what it is then."""
    end = time.monotonic() + LONG
    while not (found := true()):
        assert time.monotonic() < end, what
        time.sleep(0.05)
    return found


def is_there(pid: int) -> bool:
    """Whether there is such a process, other than one that has ended already."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A bakery served from three processes."""
    folder = tmp_path_factory.mktemp("line")
    with live(folder, "--plant", "hourly-bakery", "--speed", "60", opcua="127.0.0.1:0", apart=True) as running:
        yield running


def test_each_gateway_has_a_process_and_says_which(line: Live) -> None:
    mine = pids(line)
    assert mine.keys() == {"opcua", "http"}
    assert len({line.process.pid, *mine.values()}) == 3
    assert line.ready["pid"] == line.process.pid


async def write(client: Connection, value: float) -> str:
    """Write a set point that the client reads back."""
    status = await client.write(HEAT, value)
    if status == "Good":
        assert await client.node(HEAT).read_value() == value
    return status


async def killed_under_load(line: Live) -> None:
    """Kill the OPC UA process while clients subscribe; they find it again at its address, and are new to it."""
    address, old = line.ready["opcua"], pids(line)["opcua"]
    async with connected(address) as client:
        assert await write(client, 241.0) == "Good"
        subscription = await client.client.create_subscription(50, _Ignored())
        await subscription.subscribe_data_change([client.node(HEAT)])
        os.kill(old, signal.SIGKILL)
        new = await asyncio.to_thread(until, lambda: pids(line)["opcua"] != old and pids(line)["opcua"], "not back")
        # The old session is no session any more.
        with pytest.raises((ConnectionError, asyncio.CancelledError, TimeoutError)):
            await asyncio.wait_for(client.node(HEAT).read_value(), LONG)
    assert is_there(new)
    async with connected(address) as client:
        assert await client.node(HEAT).read_value() == 241.0
        assert await write(client, 243.0) == "Good"


class _Ignored:
    def datachange_notification(self, node: Any, val: Any, data: Any) -> None:
        """Nobody listens."""


def test_a_killed_opcua_process_is_back_at_its_address_and_the_plant_has_not_noticed(line: Live) -> None:
    before = line.plant_time()
    asyncio.run(killed_under_load(line))
    assert line.wait_until(before) > before
    assert line.get(f"signals/{HEAT}")["value"] == 243.0
    assert "rajola: the opcua server ended (signal 9); it serves again after" in line.output
    told = [event["message"]["en"] for event in line.get("events?limit=1000")["items"] if event["kind"] == "session"]
    assert any("the opcua server ended (signal 9)" in message for message in told)


def test_a_killed_http_process_is_back_at_its_address_with_all_events(line: Live) -> None:
    old = pids(line)["http"]
    events = [event["number"] for event in line.get("events?limit=1000")["items"]]
    os.kill(old, signal.SIGKILL)
    until(lambda: pids(line)["http"] != old, "not back")
    line.http.close()
    line.http = httpx.Client(base_url=line.ready["http"], timeout=LONG)
    again = [event["number"] for event in line.get("events?limit=1000")["items"]]
    assert set(events) <= set(again)
    assert line.command("write", HEAT, value=244.0)["accepted"]


@pytest.mark.slow
def test_a_frozen_process_is_replaced_and_does_not_slow_the_plant(line: Live) -> None:
    old = pids(line)["opcua"]
    os.kill(old, signal.SIGSTOP)
    stopped_at = line.plant_time()
    line.wait_until(stopped_at)
    assert line.get("clock")["running"]
    new = until(lambda: pids(line)["opcua"] != old and pids(line)["opcua"], "not replaced")
    assert not is_there(old)
    assert is_there(new)
    assert "the opcua server ended (frozen)" in line.output


def test_the_run_that_lost_its_gateways_is_the_run_of_its_journal(line: Live) -> None:
    # The last test of this module: it stops the run.
    children = pids(line)
    assert line.signal(signal.SIGTERM) == 0
    assert not any(map(is_there, children.values()))
    whole = replayed(line.folder / "state")
    assert line.output.splitlines()[-1].endswith(f"{whole['until']}, event log {whole['event_log_sha256']}")
    assert "Traceback" not in line.output


def test_gateways_end_with_a_run_that_is_killed_and_let_go_of_its_addresses(tmp_path: Path) -> None:
    with live(tmp_path, "--plant", "hourly-bakery", opcua="127.0.0.1:0", apart=True) as running:
        children = pids(running)
        # One of them cannot even hear that it is alone.
        os.kill(children["opcua"], signal.SIGSTOP)
        running.kill()
        until(lambda: not is_there(children["http"]), "the HTTP process has outlived the run")
        os.kill(children["opcua"], signal.SIGCONT)
        until(lambda: not is_there(children["opcua"]), "the OPC UA process has outlived the run")
        with pytest.raises(httpx.ConnectError):
            httpx.get(running.ready["http"])
    assert "Traceback" not in running.output
