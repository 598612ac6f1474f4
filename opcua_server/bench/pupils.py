"""A class's clients and the pages beside them, in one process: `python -m opcua_server.bench.pupils ORDER.json`."""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from asyncua import ua
from asyncua.ua.uaprotocol_auto import DataChangeFilter

from opcua_server.bench.receive import Receiver, cpu_seconds, make_certificate

DEAD_BAND_PERCENT = 0.5
SAMPLING_MS = 1000.0
_EVENTS_S, _FIGURES_S = 2.0, 5.0
"""How often a page asks for events and alarms, and for its figures [s]."""


class Count:
    """How many values a client has received."""

    def __init__(self) -> None:
        self.values = 0

    def take(self, body: bytes) -> None:
        """Count the values of a notification."""
        self.values += int.from_bytes(body[:4], "little")


class Pupil(Receiver):
    """A client of the class: every second item that has a range has a dead band."""

    def __init__(self, order: dict[str, Any]) -> None:
        super().__init__(order)
        self.count = Count()
        counting: Any = self.count
        self.tally = counting

    def terms(self, handle: int) -> ua.MonitoringParameters:
        """How an item is sampled, filtered and queued."""
        wanted: Any = ua.ExtensionObject()
        if handle % 2:
            percent = self._order["ranged"][handle]
            kind = ua.DeadbandType.Percent if percent else ua.DeadbandType.Absolute
            width: Any = DEAD_BAND_PERCENT if percent else 0.0
            wanted = DataChangeFilter(ua.DataChangeTrigger.StatusValue, kind, width)
        plain: list[Any] = [handle, SAMPLING_MS, wanted, 5, True]
        return ua.MonitoringParameters(*plain)


async def ask(host: str, number: int, path: str) -> bytes:
    """A page's question, over a connection of its own."""
    reader, writer = await asyncio.open_connection(host, number)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{number}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer


async def ask_for_ever(host: str, number: int, seconds: float, *paths: str) -> None:
    """What a page asks again and again."""
    while True:
        for path in paths:
            await ask(host, number, path)
        await asyncio.sleep(seconds)


async def follow(host: str, number: int) -> None:
    """A page's stream of frames."""
    reader, writer = await asyncio.open_connection(host, number)
    writer.write(f"GET /api/v1/stream HTTP/1.1\r\nHost: {host}:{number}\r\n\r\n".encode())
    while await reader.read(1 << 16):
        pass
    raise ConnectionError("a page's stream ended")


def pages(order: dict[str, Any]) -> list[asyncio.Task[None]]:
    """Open pages, as far as the server sees them."""
    place = urlsplit(order["http"])
    host, number = place.hostname or "", place.port or 80
    asked = (
        (_EVENTS_S, "/api/v1/events?limit=100", "/api/v1/alarms"),
        (_FIGURES_S, "/api/v1/kpis"),
    )
    tasks = []
    for _ in range(order["pages"]):
        tasks.append(asyncio.create_task(follow(host, number)))
        tasks += [asyncio.create_task(ask_for_ever(host, number, seconds, *paths)) for seconds, *paths in asked]
    return tasks


async def attend(order: dict[str, Any]) -> dict[str, float]:
    """Connect, settle, and see what the processes use."""
    folder, processes = Path(order["folder"]), order["processes"]
    make_certificate(folder)
    pupils = [Pupil(order) for _ in range(order["clients"])]
    for pupil in pupils:
        await pupil.connect(folder)
    tasks = pages(order)
    await asyncio.sleep(order["settle_s"])
    began, used = time.monotonic(), {name: cpu_seconds(pid) for name, pid in processes.items()}
    values = sum(pupil.count.values for pupil in pupils)
    await asyncio.sleep(order["seconds"])
    lasted = time.monotonic() - began
    shares = {name: (cpu_seconds(pid) - used[name]) / lasted for name, pid in processes.items()}
    values = sum(pupil.count.values for pupil in pupils) - values
    for task in tasks:
        if task.done():
            task.result()
        task.cancel()
    await asyncio.wait(tasks)
    for pupil in pupils:
        await pupil.stop()
        await pupil.client.disconnect()
    return {**shares, "values": values / lasted}


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(json.dumps(asyncio.run(attend(given))) + "\n")
    sys.stdout.flush()
