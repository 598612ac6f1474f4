"""One room: a `rajola run` in a process of its own, started again when it dies."""

import asyncio
import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from twin.host.rooms.plan import RoomPlan
from twin.host.rooms.wall import RoomFacts, RoomState
from twin.line.errors import StateError
from twin.line.time import iso
from twin.run.journal import read_journal

LAUNCHER: tuple[str, ...] = (sys.executable, "-m", "twin.host.cli")
"""What starts `rajola` again."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
"""Wall time before a room that died is started again: doubled each time that it dies young."""
YOUNG_S = 60.0
MOST_DEATHS = 5
"""So many young deaths in a row, and nobody tries any more."""
UNUSABLE = 2
"""Exit code that says that the input cannot be used: another try would end alike."""
GRACE_S = 25.0
"""Time for a process to stop by itself."""
LONGEST_OUTPUT = 1 << 20
"""Size beyond which a room's output is begun anew [bytes]."""


class Room:
    """Keeps one process alive; `gate` lets only some rooms start at a time."""

    def __init__(self, plan: RoomPlan, begin: str, fresh: bool, gate: asyncio.Semaphore) -> None:
        self.plan = plan
        self._first, self._gate = begin, gate
        self._begin = begin if fresh or not plan.holds_run else None
        self._state = RoomState.WAITING
        self._addresses: dict[str, str] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._starts, self._deaths, self._trouble = 0, 0, ""
        self._wanted = asyncio.Event()
        self.settled = asyncio.Event()
        """Set while the room is running, or nobody tries any more."""

    @property
    def facts(self) -> RoomFacts:
        """What there is to know."""
        process = None if self._process is None else self._process.pid
        plan = self.plan
        bound = {name: place.host for name, place in plan.places}
        return RoomFacts(
            plan.number, plan.name, plan.seed, self._state, dict(self._addresses), bound, process, self._starts,
            self._trouble,
        )  # fmt: skip

    @property
    def output(self) -> Path:
        """The file with what the process prints."""
        return self.plan.folder / "output.log"

    def again(self, *, fresh: bool = False) -> None:
        """Have the process ended and started again; `fresh`: with a new run by the same definition."""
        if fresh:
            self._begin = self._begin or self._begun()
        self._deaths = 0
        self.settled.clear()
        self._wanted.set()
        if self._process is not None:
            _terminate(self._process)
            asyncio.get_running_loop().call_later(GRACE_S, _kill, self._process)

    async def live(self) -> None:
        """Keep it going; cancel to stop it."""
        try:
            while True:
                began = time.monotonic()
                async with self._gate:
                    await self._start()
                    await self._become_ready()
                code = 0 if self._process is None else await self._process.wait()
                await self._rest(code, time.monotonic() - began < YOUNG_S)
        finally:
            await self._end()

    async def _start(self) -> None:
        self._wanted.clear()
        self._state = RoomState.STARTING
        self.plan.folder.mkdir(parents=True, exist_ok=True)
        self.plan.ready.unlink(missing_ok=True)
        mode = "ab" if self.output.exists() and self.output.stat().st_size < LONGEST_OUTPUT else "wb"
        with self.output.open(mode) as output:
            # A session of its own: Ctrl-C in the terminal is for the supervisor, which then stops the rooms one by one.
            self._process = await asyncio.create_subprocess_exec(
                *LAUNCHER, *self.plan.arguments(_places(self._addresses), self._begin),
                stdin=asyncio.subprocess.PIPE, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        self._starts += 1
        if self._wanted.is_set():
            _terminate(self._process)

    def _begun(self) -> str:
        """The plant instant at which the run began that is there."""
        try:
            return iso(read_journal(self.plan.folder / "journal").definition.start)
        except (StateError, OSError):
            return self._first

    async def _become_ready(self) -> None:
        """Wait until the room says that it is ready, or dies."""
        while self._process is not None and self._process.returncode is None:
            said = _said(self.plan.ready)
            # One that is to be started again is not what was asked for, though it may just have become ready.
            if said is not None and not self._wanted.is_set():
                self._addresses = {name: said[name] for name, _ in self.plan.places}
                self._state, self._begin, self._trouble = RoomState.RUNNING, None, ""
                self.settled.set()
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), 0.1)

    async def _rest(self, code: int, young: bool) -> None:
        """Take note of the death; wait before the next start, unless it was asked for."""
        self._process = None
        if self._wanted.is_set():
            return
        self._trouble = last_line(self.output)
        self._deaths = self._deaths + 1 if young else 1
        if self._deaths >= MOST_DEATHS or code == UNUSABLE:
            self._state = RoomState.FAILED
            self.settled.set()
            await self._wanted.wait()
            return
        self._state = RoomState.BROKEN
        self.settled.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wanted.wait(), min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (self._deaths - 1)))

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        _terminate(process)
        try:
            await asyncio.wait_for(process.wait(), GRACE_S)
        except TimeoutError:
            process.kill()
            await process.wait()


def _terminate(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()


def _kill(process: asyncio.subprocess.Process) -> None:
    """End a process that has not stopped by itself."""
    if process.returncode is None:
        process.kill()


def _said(ready: Path) -> dict[str, Any] | None:
    """What a ready file says; None while there is none."""
    try:
        said: dict[str, Any] = json.loads(ready.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return said


def _places(addresses: dict[str, str]) -> dict[str, str]:
    """HOST:PORT of each address, so that a room that is started again is found where it was."""
    return {name: urlsplit(address).netloc for name, address in addresses.items()}


def last_line(path: Path) -> str:
    """The last line of a file that says anything; empty without one."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
