"""The measurement of the HTTP gateway: its clients count right, and it says what it measured."""

import os
from pathlib import Path
from typing import Any

import pytest

from api.bench import bench, command, load
from api.bench.command import Asked, Streamed, report
from api.bench.load import Requests, pages, processor_s
from api.server import gateway
from tests.support.fake_port import FakePort

NEEDS_PROC = pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="processor time is read from /proc")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server of these tests has nothing to settle."""
    monkeypatch.setattr(load, "SETTLE_S", 0.1)


@NEEDS_PROC
async def test_the_clients_ask_as_often_as_ordered_and_time_each_answer() -> None:
    async with FakePort() as port:
        running = await gateway.start(port, "127.0.0.1", 0, {"addresses": {}})
        order: dict[str, Any] = {
            "address": running.address, "path": "/api/v1/kpis", "rate": 50.0, "seconds": 0.4, "connections": 3,
            "process": os.getpid(),
        }  # fmt: skip
        told = await Requests(order).run()
        refused = await Requests(order | {"path": "/api/v1/nowhere"}).run()
        await running.stop()
    assert (told["offered"], told["answered"], told["refused"]) == (20, 20, 0)
    assert 0.0 < told["p50_ms"] <= told["p99_ms"] <= told["worst_ms"]
    assert told["length"] > 100
    assert refused["refused"] == 20


@NEEDS_PROC
async def test_pages_count_the_frames_that_reach_them() -> None:
    async with FakePort() as port:
        running = await gateway.start(port, "127.0.0.1", 0, {"addresses": {}})
        process = os.getpid()
        told = await pages(
            {"address": running.address, "path": "/api/v1/stream", "process": process, "connections": 2, "seconds": 0.5}
        )
        await running.stop()
        assert told["frames"] > 0
        assert processor_s(process) > 0.0


def test_the_report_says_what_was_measured_and_when_the_clients_were_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    kpis = {
        "answered": 99, "offered": 100, "length": 5000, "refused": 1, "p50_ms": 1.0, "p99_ms": 2.0, "worst_ms": 3.0,
        "client_share": 0.8, "server_share": 0.2,
    }  # fmt: skip
    frame = {"length": 4000, "once_us": 100.0, "each_us": 50.0}
    found = {"once": Streamed(0.01, 1000, 1.0, 0.1), "each": Streamed(0.1, 1000, 1.0, 0.1)}
    monkeypatch.setattr(command, "kpis", lambda _: kpis)
    monkeypatch.setattr(command, "stream", lambda how, _: (found[how], frame))
    told = "\n".join(report(Asked(500.0, 50, 10.0, 60.0, None)))
    assert "99 of 100" in told
    assert "refused           1" in told
    assert told.count("void") == 1
    assert "ratio 0.040" in told
    assert "ratio of all      0.100" in told


def test_the_part_has_a_name() -> None:
    assert bench.name == "api"
