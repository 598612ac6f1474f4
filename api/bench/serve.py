"""A server whose frames cost nothing to make, for the cost of its streams alone.

It is started as `python -m api.bench.serve once|each PLANT RATE PAGES`, and shows a plant as it stands after an hour.
`once` is the gateway as it is; `each` encodes every frame for every listener, and sends it as the web framework does.
"""

import asyncio
import json
import sys
import time
import timeit
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from starlette.responses import StreamingResponse

from api.app import create
from api.broadcast import NOBODY, Broadcast
from api.event_stream import MEDIA_TYPE, DirectListener
from api.serving import begun, bound_socket, shown_address
from api.settings import Settings
from twin.host.choose import Choice, define
from twin.host.installed import families
from twin.host.port import Frame
from twin.host.session import Session
from twin.line.time import HOUR
from twin.record.run import Run

ONCE, EACH = "once", "each"
REPEATS = 500


class Repeating:
    """A port whose frame is the same but for its number; everything else is asked of a session that stands still."""

    def __init__(self, session: Session, rate: float) -> None:
        self._session, self._rate = session, rate
        self.frame: Frame = session.frame
        self._published = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    async def next_frame(self, after: int) -> Frame:
        """The newest frame once its number is greater than `after`."""
        while self.frame.sequence <= after:
            await self._published.wait()
        return self.frame

    async def go_on(self) -> None:
        """Publish for ever."""
        while True:
            await asyncio.sleep(1.0 / self._rate)
            self.frame = replace(self.frame, sequence=self.frame.sequence + 1, time=self.frame.time + 1)
            published, self._published = self._published, asyncio.Event()
            published.set()


async def encoded_for_one(broadcast: Broadcast, port: Repeating) -> AsyncIterator[bytes]:
    """What a stream is without sharing: each listener waits for frames and encodes them."""
    frame = port.frame
    yield broadcast.introduction
    while True:
        yield broadcast.encode(frame)
        frame = await port.next_frame(frame.sequence)


class Silent:
    """A transport that takes everything and sends nothing."""

    def write(self, _: bytes) -> None:
        """Take it."""

    def get_write_buffer_size(self) -> int:
        """Nothing waits."""
        return 0

    def is_closing(self) -> bool:
        """It is open."""
        return False


def costs(broadcast: Broadcast, frame: Frame, pages: int) -> dict[str, float]:
    """Least processor time [us] to encode a frame and hand it to all pages, and to encode it for one; none is sent."""
    transport: Any = Silent()
    listeners = [DirectListener(NOBODY, transport) for _ in range(pages)]

    def hand_out() -> None:
        message = broadcast.encode(frame)
        for listener in listeners:
            listener.put(message)

    once = timeit.repeat(hand_out, number=REPEATS, timer=time.process_time)
    each = timeit.repeat(lambda: broadcast.encode(frame), number=REPEATS, timer=time.process_time)
    return {"once_us": 1e6 * min(once) / REPEATS, "each_us": 1e6 * min(each) / REPEATS}


async def serve(how: str, plant: str | None, rate: float, pages: int) -> None:
    """Serve until killed."""
    run = Run(define(Choice(plant=plant), None), families())
    run.open()
    run.advance(run.now + HOUR)
    session = Session(run, speed=1.0, stamps="plant", language="en", allow=lambda _: None, append=lambda _: None)
    repeating = Repeating(session, rate)
    port: Any = repeating
    guarded, service = create(port, Settings(frame_interval=0.5 / rate))
    if how == EACH:
        service.stream = lambda broadcast, _, __: StreamingResponse(
            encoded_for_one(broadcast, repeating), media_type=MEDIA_TYPE
        )
    bound = bound_socket("--http", "127.0.0.1", 0)
    address = shown_address("127.0.0.1", bound.getsockname()[1])
    await begun(guarded, bound, "bench")
    said = {"address": address, "length": len(service.broadcast.encode(port.frame))}
    sys.stdout.write(json.dumps(said | costs(service.broadcast, port.frame, pages)) + "\n")
    sys.stdout.flush()
    await repeating.go_on()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2] or None, float(sys.argv[3]), int(sys.argv[4])))
