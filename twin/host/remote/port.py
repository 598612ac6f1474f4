"""The port in a gateway's process: newest frame, clock and events are at hand, everything else is asked for by name.

Methods that are synchronous in the port stay so: they wait for the run's process, for `PATIENCE_S` at most, and their
answer holds until the next frame. So what is asked often costs one question a frame.
"""

import asyncio
import contextlib
import inspect
import itertools
import socket
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from twin.host.access import User
from twin.host.port import KEPT_EVENTS, Clock, Command, Frame, Outcome, PlantEvent, Port
from twin.host.remote.frames import FrameRing
from twin.host.remote.messages import Published, Reply, Request, packed, split, trusted
from twin.line.errors import RajolaError

PATIENCE_S = 2.0
"""How long a synchronous question waits for its answer [s]."""
ANSWER_S = 900.0
"""How long any question waits for its answer [s]."""
SHOWN_S = 1.0
"""How long a command that was taken waits until its effect is at hand [s]."""
PENDING = 256
"""Questions that may be under way."""
KEPT_ANSWERS = 1024
_CHUNK = 1 << 20


class NoAnswer(RajolaError):
    """The run's process did not answer in time."""


class Direct:
    """A connection on which one question at a time is asked and waited for."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._connection.settimeout(PATIENCE_S)
        self._buffer = bytearray()
        self._numbers = itertools.count(1)

    def ask(self, name: str, *arguments: Any, **keywords: Any) -> Any:
        """The answer of the run's process; raises NoAnswer, or what was raised there."""
        request = Request(next(self._numbers), name, arguments, keywords)
        try:
            self._connection.sendall(packed(request))
            reply = self._reply()
            while reply.number != request.number:
                # An answer for which nobody waited any longer.
                reply = self._reply()
        except OSError as error:
            raise NoAnswer(f"{name}: the run did not answer within {PATIENCE_S:g} s; ask again") from error
        return value_of(reply)

    def _reply(self) -> Reply:
        while (content := split(self._buffer)) is None:
            received = self._connection.recv(_CHUNK)
            if not received:
                raise ConnectionResetError
            self._buffer += received
        reply: Reply = trusted(content)
        return reply


class Questions:
    """Questions that are under way on the other connection, and their answers."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Reply]] = {}

    async def ask(self, name: str, *arguments: Any, **keywords: Any) -> Any:
        """The answer of the run's process; raises NoAnswer, or what was raised there."""
        request = Request(next(self._numbers), name, arguments, keywords)
        answered = asyncio.get_running_loop().create_future()
        self._waiting[request.number] = answered
        try:
            self._writer.write(packed(request))
            async with asyncio.timeout(ANSWER_S):
                return value_of(await answered)
        except TimeoutError as error:
            raise NoAnswer(f"{name}: the run did not answer within {ANSWER_S:g} s; ask again") from error
        finally:
            del self._waiting[request.number]

    def answer(self, reply: Reply) -> None:
        """Hand an answer to whoever waits for it."""
        waiting = self._waiting.get(reply.number)
        if waiting is not None and not waiting.done():
            waiting.set_result(reply)

    def end(self) -> None:
        """There will be no more answers."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(NoAnswer("the run has ended"))


def value_of(reply: Reply) -> Any:
    """What was answered; raises what was raised."""
    if reply.error is not None:
        raise reply.error.rebuilt()
    return reply.value


class RemotePort:
    """The port as a gateway in another process sees it."""

    def __init__(self, ring: FrameRing, constants: dict[str, Any], questions: Questions, direct: Direct) -> None:
        self._ring, self._constants, self._questions, self._direct = ring, constants, questions, direct
        self._texts: dict[int, str] = {}
        self._events = {truth: deque[PlantEvent](maxlen=KEPT_EVENTS) for truth in (False, True)}
        self._frame: Frame | None = None
        self._clock: Clock | None = None
        self._answers: dict[Any, Any] = {}
        self._free = asyncio.Semaphore(PENDING)
        self._published = asyncio.Event()

    def take(self, published: Published) -> None:
        """Have what was published at hand from now on."""
        if published.texts is not None:
            self._texts = dict(published.texts)
        for truth, events in published.events.items():
            self._events[truth].extend(events)
        self._clock = published.clock
        self._answers.clear()
        frame = self._ring.read(published.sequence, self._texts)
        if frame is not None:
            self._frame = frame
        told, self._published = self._published, asyncio.Event()
        told.set()

    async def first_frame(self) -> None:
        """Wait until there is a frame."""
        while self._frame is None:
            await self._published.wait()

    @property
    def frame(self) -> Frame:
        """The newest published values."""
        if self._frame is None:
            raise NoAnswer("no frame has been published yet")
        return self._frame

    @property
    def clock(self) -> Clock:
        """Plant time and pace, as they were when the newest frame was published."""
        if self._clock is None:
            raise NoAnswer("no frame has been published yet")
        return self._clock

    async def next_frame(self, after: int) -> Frame:
        """The newest frame once its sequence is greater than `after`."""
        while self.frame.sequence <= after:
            await self._published.wait()
        return self.frame

    def events(self, after: int = 0, limit: int = 1000, truth: bool = False) -> Sequence[PlantEvent]:
        """At most `limit` kept events with number greater than `after`, oldest first."""
        kept = self._events[truth]
        newest = kept[-1].number if kept else 0
        skip = max(0, len(kept) - max(0, newest - after))
        # An event that this process was too late for leaves a gap, so that the newer ones are fewer than their numbers.
        newer = (event for event in islice(kept, skip, None) if event.number > after)
        return list(islice(newer, max(0, limit)))

    async def submit(self, command: Command, user: User) -> Outcome:
        """Hand in a command and hear its fate; one that was taken shows in everything that is asked afterwards."""
        async with self._free:
            outcome: Outcome = await self._questions.ask("submit", command, user)
        if outcome.accepted:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SHOWN_S):
                    await self.next_frame(outcome.sequence - 1)
        return outcome

    def __getattr__(self, name: str) -> Any:
        """Whatever else the port has."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._constants:
            return self._constants[name]
        declared = getattr(Port, name)
        if inspect.iscoroutinefunction(declared):
            return self._question(name)
        return self._call(name)

    def _question(self, name: str) -> Callable[..., Any]:
        async def ask(*arguments: Any, **keywords: Any) -> Any:
            async with self._free:
                return await self._questions.ask(name, *arguments, **keywords)

        return ask

    def _call(self, name: str) -> Callable[..., Any]:
        def ask(*arguments: Any, **keywords: Any) -> Any:
            key = (name, arguments, tuple(sorted(keywords.items())))
            if key not in self._answers:
                if len(self._answers) >= KEPT_ANSWERS:
                    self._answers.clear()
                self._answers[key] = self._direct.ask(name, *arguments, **keywords)
            return self._answers[key]

        return ask


def constants_of(port: Port) -> dict[str, Any]:
    """Those properties of a port that never change, by name."""
    changing = {"frame", "clock"}
    declared = {name for name, value in vars(Port).items() if isinstance(value, property)}
    return {name: getattr(port, name) for name in sorted(declared - changing)}
