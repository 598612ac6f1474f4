"""The clients of the measurement, all in one process: `python -m api.bench.load ORDER.json`.

They read bytes and count, and decode nothing, so that they do not limit what is measured; how busy they were is told
along. A request has a due time, and waits from then on: a server that falls behind is not asked less.
"""

import asyncio
import json
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "
SETTLE_S = 1.0


class Asker(asyncio.Protocol):
    """One connection that asks for the same thing again and again, once the answer before is whole."""

    def __init__(self, request: bytes, waiting: "deque[Asker]", load: "Requests") -> None:
        self._request, self._waiting, self._load = request, waiting, load
        self._due, self._missing, self._head = 0.0, 0, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be ready."""
        self._transport: Any = transport
        self._waiting.append(self)

    def ask(self, due: float) -> None:
        """Send the request that was due."""
        self._due = due
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to the answer, and be ready again when it is whole."""
        if self._missing == 0:
            self._head += data
            end = self._head.find(HEAD_END)
            if end < 0:
                return
            head = self._head[:end].lower()
            place = head.find(LENGTH) + len(LENGTH)
            self._missing = int(head[place:].split(b"\r\n", 1)[0]) + end + len(HEAD_END)
            self._load.length, self._load.refused = self._missing, self._load.refused + (b" 200 " not in head[:16])
            data, self._head = self._head, b""
        self._missing -= len(data)
        if self._missing <= 0:
            self._missing = 0
            self._load.done(self._due)
            self._waiting.append(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody asks here any more."""
        if self in self._waiting:
            self._waiting.remove(self)


class Requests:
    """A steady number of requests a second over some connections."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._order = order
        self._waiting: deque[Asker] = deque()
        self._late: deque[float] = deque()
        self.spent: list[float] = []
        self.length = self.refused = 0

    def done(self, due: float) -> None:
        """An answer is whole."""
        self.spent.append(time.perf_counter() - due)
        if self._late and self._waiting:
            self._waiting.popleft().ask(self._late.popleft())

    async def run(self) -> dict[str, Any]:
        """Ask for as long as was ordered; what came of it."""
        place = urlsplit(self._order["address"])
        request = f"GET {self._order['path']} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode()
        loop = asyncio.get_running_loop()
        for _ in range(self._order["connections"]):
            await loop.create_connection(lambda: Asker(request, self._waiting, self), place.hostname, place.port)
        await self._ask(SETTLE_S)
        self.spent.clear()
        self.refused = 0
        server, began, work = processor_s(self._order["process"]), time.perf_counter(), time.process_time()
        offered = await self._ask(self._order["seconds"])
        took, worked = time.perf_counter() - began, time.process_time() - work
        times = np.array(self.spent or [0.0]) * 1e3
        p50, p99 = np.percentile(times, (50, 99))
        return {
            "offered": offered, "answered": len(self.spent), "refused": self.refused, "length": self.length,
            "p50_ms": float(p50), "p99_ms": float(p99), "worst_ms": float(times.max()), "client_share": worked / took,
            "server_share": (processor_s(self._order["process"]) - server) / took,
        }  # fmt: skip

    async def _ask(self, seconds: float) -> int:
        rate: float = self._order["rate"]
        began = time.perf_counter()
        total = round(rate * seconds)
        for number in range(total):
            due = began + number / rate
            wait = due - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            while self._late and self._waiting:
                self._waiting.popleft().ask(self._late.popleft())
            if self._waiting:
                self._waiting.popleft().ask(due)
            else:
                self._late.append(due)
        end = time.perf_counter() + 2.0
        while (self._late or len(self._waiting) < self._order["connections"]) and time.perf_counter() < end:
            await asyncio.sleep(0.01)
            while self._late and self._waiting:
                self._waiting.popleft().ask(self._late.popleft())
        return total


class Page(asyncio.Protocol):
    """One connection that reads a stream and counts its bytes and frames."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self.read = self.frames = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        stream: Any = transport
        stream.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Count."""
        self.read += len(data)
        self.frames += data.count(b"event: frame")


async def pages(order: dict[str, Any]) -> dict[str, Any]:
    """Read streams for as long as was ordered, and say how much processor time the server took meanwhile."""
    place = urlsplit(order["address"])
    request = f"GET {order['path']} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode()
    loop = asyncio.get_running_loop()
    readers = [
        (await loop.create_connection(lambda: Page(request), place.hostname, place.port))[1]
        for _ in range(order["connections"])
    ]
    await asyncio.sleep(SETTLE_S)
    before = sum(reader.frames for reader in readers)
    server, began, work = processor_s(order["process"]), time.perf_counter(), time.process_time()
    await asyncio.sleep(order["seconds"])
    took, worked = time.perf_counter() - began, time.process_time() - work
    return {
        "frames": sum(reader.frames for reader in readers) - before,
        "server_share": (processor_s(order["process"]) - server) / took,
        "client_share": worked / took,
        "seconds": took,
    }


def processor_s(process: int) -> float:
    """Processor time that all threads of a process have taken so far [s]; Linux."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def main() -> None:
    """Do what the order says."""
    order: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    told = asyncio.run(Requests(order).run() if order["what"] == "requests" else pages(order))
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
