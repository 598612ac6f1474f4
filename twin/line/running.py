"""What runs of a station: its processes, which start again from the state whenever that is asked for."""

from collections.abc import Generator, Iterator
from typing import Any

import simpy

Process = Generator[simpy.Event, Any, None]

CLOCK = -1
"""The number of the process that is the clock of the failure modes."""


class Running:
    """Base of what has processes in an environment; a subclass says which."""

    def __init__(self) -> None:
        self.env: simpy.Environment = simpy.Environment()
        self._waiting: list[simpy.Event] = []
        self._running: dict[int, simpy.Process] = {}

    def processes(self) -> Iterator[Process]:
        """All processes but the clock."""
        yield from ()

    def clock(self) -> Process:
        """The process that begins and ends failure modes."""
        yield simpy.Event(self.env)

    @property
    def now(self) -> int:
        """The present plant instant."""
        return int(self.env.now)

    def until(self, time: int) -> simpy.Event:
        """An event at plant instant `time`, which is not in the past."""
        return self.env.timeout(time - self.env.now)

    def woken(self) -> simpy.Event:
        """An event that happens at the next `wake`."""
        event = simpy.Event(self.env)
        self._waiting.append(event)
        return event

    def wake(self) -> None:
        """Let every process of this station that waits in `woken` look again, at this instant."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            for event in waiting:
                event.succeed()

    def attach(self, env: simpy.Environment) -> None:
        """Live in a new environment and start all processes from the state; earlier processes are forgotten."""
        self.env = env
        self._running.clear()
        self.restart()

    def restart(self) -> None:
        """Start all processes again from the state, except the one that is just now asking for it."""
        self._waiting.clear()
        for number, process in enumerate(self.processes()):
            self._start(number, process)
        self.restart_clock()

    def unpark(self) -> None:
        """Start the processes again that `park` has left behind."""
        for number, process in enumerate(self.processes()):
            self._start(number, process)

    @property
    def parked(self) -> bool:
        """Whether only the clock of the failure modes runs."""
        return self._running.keys() == {CLOCK}

    def park(self) -> None:
        """Leave all processes behind but the clock of the failure modes, until the next `restart`."""
        self._waiting.clear()
        for number in [number for number in self._running if number != CLOCK]:
            _leave_behind(self._running.pop(number))

    def _start(self, number: int, process: Process) -> None:
        running = self._running.get(number)
        if running is not None and running is self.env.active_process:
            process.close()
            return
        if running is not None:
            _leave_behind(running)
        self._running[number] = self.env.process(process)

    def restart_clock(self) -> None:
        """Let the clock look again when it is due."""
        self._start(CLOCK, self.clock())


def _leave_behind(process: simpy.Process) -> None:
    if process.is_alive and process.target.callbacks is not None:
        # Nobody but the process itself waits for its events, so this leaves it behind for good.
        process.target.callbacks.clear()
