"""Rooms keep their pace, each with a page and an OPC UA client; one at top speed leaves its neighbours theirs."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from asyncua import Client, ua

from api.bench.load import Page
from tests.support.live import BAKERY, LONG, RAJOLA
from tests.support.rooms import LiveRooms, live_rooms

pytestmark = [pytest.mark.slow, pytest.mark.timeout(0)]

SPEED = 60.0
TOP_SPEED = 10_000.0
SUBSCRIBED = 100


class Heard:
    """Counts what an OPC UA client is told."""

    def __init__(self) -> None:
        self.changes = 0

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
        """Count."""
        self.changes += 1


@asynccontextmanager
async def visited(room: dict[str, Any], namespace: str) -> AsyncIterator[tuple[Page, Heard]]:
    """A room whose page somebody has open, and whose signals an OPC UA client follows."""
    place = urlsplit(room["http"])
    request = f"GET /api/v1/stream HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode()
    transport, page = await asyncio.get_running_loop().create_connection(
        lambda: Page(request), place.hostname, place.port
    )
    heard = Heard()
    try:
        async with Client(room["opcua"], timeout=LONG) as client:
            index = await client.get_namespace_index(namespace)
            async with httpx.AsyncClient(base_url=room["http"], timeout=LONG) as asked:
                signals = (await asked.get("/api/v1/signals", params={"limit": SUBSCRIBED})).json()["items"]
            nodes = [client.get_node(ua.NodeId(signal["path"], index)) for signal in signals]
            subscription = await client.create_subscription(500, heard)
            await subscription.subscribe_data_change(nodes)
            yield page, heard
    finally:
        transport.close()


def plant_times(rooms: LiveRooms) -> list[tuple[float, float]]:
    """Plant and wall time of each room now [s]."""
    found = []
    with httpx.Client(timeout=LONG) as client:
        for room in rooms.ready["rooms"]:
            clock = client.get(f"{room['http']}/api/v1/clock").json()
            found.append(tuple(datetime.fromisoformat(clock[name]).timestamp() for name in ("time", "wall_time")))
    return found


async def paces(rooms: LiveRooms, seconds: float) -> list[float]:
    """How many plant seconds each room has made of a wall second."""
    before = await asyncio.to_thread(plant_times, rooms)
    await asyncio.sleep(seconds)
    after = await asyncio.to_thread(plant_times, rooms)
    return [(now[0] - then[0]) / (now[1] - then[1]) for now, then in zip(after, before, strict=True)]


async def test_rooms_keep_their_pace_with_a_page_and_a_client_each(
    tmp_path: Path, in_full_length: bool, record_property: Callable[[str, object], None]
) -> None:
    count, seconds, launcher = (10, 60.0, RAJOLA) if in_full_length else (2, 2.0, BAKERY)
    with live_rooms(tmp_path, count, "--speed", str(SPEED), launcher=launcher, opcua="127.0.0.1:0") as rooms:
        rooms.log_in()
        async with asyncio.TaskGroup() as group:
            ended = asyncio.Event()
            ready = [asyncio.Event() for _ in range(count)]
            told: list[tuple[Page, Heard]] = []

            async def visit(room: dict[str, Any], there: asyncio.Event) -> None:
                async with visited(room, "urn:rajola:line:1") as (page, heard):
                    told.append((page, heard))
                    there.set()
                    await ended.wait()

            for room, there in zip(rooms.ready["rooms"], ready, strict=True):
                group.create_task(visit(room, there))
            for there in ready:
                await there.wait()
            kept = await paces(rooms, seconds)
            await asyncio.to_thread(
                rooms.do, "clock", rooms=["room-01"], change={"action": "set_speed", "factor": TOP_SPEED}
            )
            beside = (await paces(rooms, seconds))[1:]
            ended.set()
        record_property("pace", f"{min(kept):.2f} to {max(kept):.2f}")
        record_property("pace beside one at top speed", f"{min(beside):.2f} to {max(beside):.2f}")
        assert all(page.frames > 0 and heard.changes > 0 for page, heard in told)
        assert len(told) == count
        if in_full_length:
            assert min(kept) > 0.98 * SPEED
            assert min(beside) > 0.9 * min(SPEED, *kept[1:])
        end = time.monotonic() + LONG
        while rooms.rooms()[0]["listeners"]:
            assert time.monotonic() < end
            await asyncio.sleep(0.1)
