"""Two live sessions of one plant under one seed: in one a cause is planted, in the other none."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from plant_models import plants
from tests.support.runs import START
from twin.host.access import Role, User
from twin.host.installed import engine_version
from twin.host.port import Command
from twin.host.session import Session
from twin.line.time import SECOND
from twin.record.run import Run
from twin.run.definition import Definition
from twin.run.journal import Entry

INSTRUCTOR = User("maestra-secreta", Role.INSTRUCTOR)
SPEED = 900.0


@dataclass
class HandClock:
    """A clock that goes when it is told to, in place of the module `time`."""

    now: float = 1000.0

    def monotonic(self) -> float:
        return self.now

    def perf_counter(self) -> float:
        return self.now

    def time_ns(self) -> int:
        return START * 1000


@dataclass
class Exercise:
    """A session whose wall time goes only when it is told to."""

    session: Session
    clock: HandClock
    run: Run
    journal: list[Entry]

    async def go_on(self, hours: float) -> None:
        """Let plant time pass."""
        until = self.session.frame.time + round(hours * 3600 * SECOND)
        while self.session.frame.time < until:
            self.clock.now += 1.0
            await self._tick()

    async def command(self, name: str, target: str, **arguments: float | str) -> None:
        """Hand a command in as the instructor; raises AssertionError when it is refused."""
        waiting = asyncio.ensure_future(self.session.submit(Command(name, target, arguments), INSTRUCTOR))
        await asyncio.sleep(0)
        await self._tick()
        outcome = await waiting
        if not outcome.accepted:
            raise AssertionError(outcome.message)

    @contextlib.asynccontextmanager
    async def answering(self) -> AsyncIterator[None]:
        """Take commands while plant time stands still."""

        async def tick() -> None:
            while True:
                await self._tick()
                await asyncio.sleep(0.01)

        ticking = asyncio.create_task(tick())
        try:
            yield
        finally:
            ticking.cancel()

    async def _tick(self) -> None:
        await self.session._advance(self.clock.now)
        self.session._publish()


def exercise(clock: HandClock, seed: int = 3) -> Exercise:
    """A session of the porcelain plant; `clock` stands for the module `time` in the session."""
    content = plants.resolve("porcelain-600", "no-faults", None)
    definition = Definition(
        plants.name, "porcelain-600", "no-faults", seed, START, "running", engine_version(), content
    )
    run = Run(definition, (plants,))
    run.open()
    journal: list[Entry] = []
    session = Session(run, speed=SPEED, stamps="plant", language="en", allow=lambda time: None, append=journal.append)
    return Exercise(session, clock, run, journal)
