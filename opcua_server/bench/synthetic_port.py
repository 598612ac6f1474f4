"""A port whose signals all carry the wall time, so that a client can tell how old a value is."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from twin.host.access import User
from twin.host.connected import GatewayState
from twin.host.port import Alarm, Clock, Command, Frame, Outcome, PlantEvent, RunFacts
from twin.line.description import LineDescription, SignalDescription, StationDescription
from twin.line.errors import Reason
from twin.line.presentation import Presentation
from twin.line.signal import Kind, ValueType
from twin.line.text import Language, Text

SIGNALS_PER_STATION = 100
PLANT = "bench/here"


def path_of(number: int) -> str:
    """The path of a signal."""
    return f"{PLANT}/area/line/s{number // SIGNALS_PER_STATION}/v{number}"


def _signal(number: int) -> SignalDescription:
    path = path_of(number)
    meaning = Text("Wall time", "Hora")
    return SignalDescription(
        path, path.rpartition("/")[2], number, 1, Kind.STATE, ValueType.FLOAT, None, None, None, meaning
    )


def _station(number: int, signals: Sequence[SignalDescription]) -> StationDescription:
    name = f"s{number}"
    return StationDescription(
        f"{PLANT}/area/line/{name}", name, "Bench", "area", "line", Text(name, name), tuple(signals)
    )


class SyntheticPort:
    """`count` signals that all change `rate` times a second."""

    def __init__(self, count: int, rate: float) -> None:
        signals = [_signal(number) for number in range(count)]
        groups = [signals[start : start + SIGNALS_PER_STATION] for start in range(0, count, SIGNALS_PER_STATION)]
        stations = tuple(_station(number, group) for number, group in enumerate(groups))
        picture = Presentation(width=1.0, height=1.0, stations=())
        title = Text("Bench", "Banco")
        self.description = LineDescription("bench", "here", title, stations, (), picture, count)
        self.language: Language = "en"
        self.run = RunFacts("bench", "bench", 0, 0, "empty", "0", "0" * 64)
        self._rate = rate
        self._status = np.zeros(count, dtype=np.uint8)
        self._published = asyncio.Event()
        self.frame = self._make(1)

    def _make(self, sequence: int) -> Frame:
        now = time.time_ns() // 1000
        count = len(self._status)
        return Frame(sequence, now, now, np.full(count, now / 1e6), np.full(count, now), self._status, {})

    async def go_on(self) -> None:
        """Publish for ever."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + 1.0 / self._rate, loop.time())
            await asyncio.sleep(due - loop.time())
            self.frame = self._make(self.frame.sequence + 1)
            published, self._published = self._published, asyncio.Event()
            published.set()

    async def next_frame(self, after: int) -> Frame:
        """The newest frame once it is newer than `after`."""
        while self.frame.sequence <= after:
            await self._published.wait()
        return self.frame

    @property
    def clock(self) -> Clock:
        """Wall time."""
        return Clock(self.frame.time, self.frame.wall_time, 1.0, True, 0.0, 0, "wall")

    async def tell_connected(self, state: GatewayState) -> None:
        """Nobody asks who is connected."""

    def events(self, after: int = 0, limit: int = 1000, truth: bool = False) -> Sequence[PlantEvent]:
        """None."""
        return ()

    def alarms(self, every: bool = False) -> Sequence[Alarm]:
        """None."""
        return ()

    async def submit(self, command: Command, user: User) -> Outcome:
        """Refused: nothing can be commanded."""
        return Outcome(False, self.frame.time, self.frame.sequence, Reason.UNKNOWN_COMMAND, "this is a bench")

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"the bench has no {name}")
