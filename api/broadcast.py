"""One frame, encoded once, for all who listen: the live stream's fan-out.

Every listener has a short queue in which the newest frames win, so that one who does not read costs nobody anything.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from api.answers import encoded, instant
from api.problems import ProblemError
from api.settings import Settings
from twin.host.port import GOOD, Clock, Frame, Port

QUEUE_LENGTH = 4
END = b"event: end\ndata: {}\n\n"
HEARTBEAT = b": still here\n\n"


@dataclass(frozen=True, slots=True)
class Client:
    """Who listens: address and program, as far as the client says."""

    address: str = ""
    program: str = ""


class Audience(Protocol):
    """Somebody who is told of each frame."""

    @property
    def client(self) -> Client:
        """Who it is."""
        ...

    def put(self, message: bytes) -> None:
        """Take a message, and keep nobody waiting."""
        ...


class Listener:
    """The queue of one client."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._queue: deque[bytes] = deque(maxlen=QUEUE_LENGTH)
        self._filled = asyncio.Event()

    def put(self, message: bytes) -> None:
        """Hand over a message; the oldest one falls out when the queue is full."""
        self._queue.append(message)
        self._filled.set()

    async def get(self, patience: float) -> bytes:
        """The oldest message, or a heartbeat after `patience` [s]."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._filled.wait()
        if not self._queue:
            return HEARTBEAT
        message = self._queue.popleft()
        if not self._queue:
            self._filled.clear()
        return message


NOBODY = Client()


class Broadcast:
    """Follows the run while somebody listens, and tells every listener of each new frame."""

    def __init__(self, port: Port, settings: Settings) -> None:
        self._port = port
        self._settings = settings
        self._listeners: set[Audience] = set()
        self._task: asyncio.Task[None] | None = None
        self._closed = False
        self.encodings = 0
        """Number of frames encoded so far."""

    @property
    def clients(self) -> list[Client]:
        """Who listens now."""
        return sorted((listener.client for listener in self._listeners), key=lambda client: client.address)

    @property
    def heartbeat(self) -> float:
        """Time without a message after which a stream sends a sign of life [s]."""
        return self._settings.heartbeat

    def check_room(self) -> None:
        """Raise ProblemError when as many listen as may."""
        if len(self._listeners) >= self._settings.stream_clients:
            limit = self._settings.stream_clients
            raise ProblemError(503, "too-many-streams", f"Too many streams are open ({limit}): close one.")

    def join(self, listener: Audience, last_seen: int | None) -> None:
        """Tell somebody of every frame from the newest one on, unless that is the one it has `last_seen`."""
        self._listeners.add(listener)
        listener.put(self.introduction)
        frame = self._port.frame
        if frame.sequence != last_seen:
            listener.put(self.encode(frame))
        if self._closed:
            listener.put(END)
        elif self._task is None:
            self._task = asyncio.create_task(self._follow(frame.sequence), name="http stream")

    def leave(self, listener: Audience) -> None:
        """Tell somebody no more."""
        self._listeners.discard(listener)
        if not self._listeners and self._task is not None:
            self._task.cancel()
            self._task = None

    def listen(self, last_seen: int | None, client: Client = NOBODY) -> AsyncIterator[bytes]:
        """Messages for one client, from the newest frame on unless it is the one the client has `last_seen`."""
        self.check_room()
        return self._messages(last_seen, client)

    async def _messages(self, last_seen: int | None, client: Client) -> AsyncIterator[bytes]:
        listener = Listener(client)
        self.join(listener, last_seen)
        try:
            message = b""
            while message is not END:
                message = await listener.get(self.heartbeat)
                yield message
        finally:
            self.leave(listener)

    async def close(self) -> None:
        """End all streams."""
        self._closed = True
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        for listener in self._listeners:
            listener.put(END)

    async def _follow(self, sequence: int) -> None:
        """Tell of each frame after `sequence`, and of a change of the clock even when no frame comes."""
        told = self._pace()
        waiting = asyncio.ensure_future(self._port.next_frame(sequence))
        try:
            while True:
                await asyncio.wait([waiting], timeout=0.5)
                if waiting.done():
                    frame = waiting.result()
                    sequence, told = frame.sequence, self._pace()
                    self._tell(self.encode(frame))
                    await asyncio.sleep(self._settings.frame_interval)
                    waiting = asyncio.ensure_future(self._port.next_frame(sequence))
                elif self._pace() != told:
                    told = self._pace()
                    self._tell(_message("clock", _clock(self._port.clock)))
        finally:
            waiting.cancel()

    def _pace(self) -> tuple[bool, float]:
        clock = self._port.clock
        return clock.running, clock.speed

    def _tell(self, message: bytes) -> None:
        for listener in self._listeners:
            listener.put(message)

    @cached_property
    def introduction(self) -> bytes:
        """What a client has to know to read frames: which signal stands where, told once."""
        signals = self._port.description.signals
        content = {
            "run": self._port.run.definition_sha256,
            "paths": [signal.path for signal in signals],
            "index": [signal.index for signal in signals],
            "length": [signal.length for signal in signals],
        }
        return b"retry: 2000\n" + _message("signals", content)

    def encode(self, frame: Frame) -> bytes:
        """A frame as a message."""
        self.encodings += 1
        return b"id: %d\n" % frame.sequence + _message("frame", self._content(frame))

    def newest(self) -> bytes:
        """The newest frame as JSON, as a message holds it."""
        return encoded(self._content(self._port.frame))

    def _content(self, frame: Frame) -> dict[str, object]:
        doubtful = np.flatnonzero(frame.status != GOOD)
        return {
            "sequence": frame.sequence,
            "time": instant(frame.time),
            "wall_time": instant(frame.wall_time),
            "clock": _clock(self._port.clock),
            "values": np.ascontiguousarray(frame.values),
            "status": {str(place): int(frame.status[place]) for place in doubtful},
            "texts": {str(key): text for key, text in frame.texts.items()},
        }


def _clock(clock: Clock) -> dict[str, object]:
    return {"speed": clock.speed, "running": clock.running, "lag": clock.lag}


def _message(event: str, content: object) -> bytes:
    return b"event: " + event.encode() + b"\ndata: " + encoded(content) + b"\n\n"
