"""A machine: one or several equal servers that work on tokens one at a time."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush

import numpy as np
import simpy
from numpy.typing import NDArray
from pydantic import Field

from twin.line.activity import Activity
from twin.line.distributions import Constant, Distribution
from twin.line.link import Link
from twin.line.records import Record
from twin.line.signal import counter, quantity
from twin.line.station import Parameters, Process, Station, StationState
from twin.line.streams import Stream
from twin.line.time import NEVER, microseconds
from twin.line.units import TILES


class MachineParameters(Parameters):
    """How a machine works."""

    cycle_s: Distribution = Constant(value=1.0)
    """Working time per token [s]."""
    servers: int = Field(default=1, ge=1, le=1000)
    """Equal machines that share the inlet."""


@dataclass(slots=True)
class ServerState:
    """What one server holds."""

    token: int = -1
    set_up: int = 0
    """Setting up to do before the work on the token, when the present slice began [microseconds]."""
    remaining: int = 0
    """Work to do on the token when the present slice began [microseconds]; 0 when it waits for a place."""
    slice: int = 0
    """Setting up or work until it is done or a failure mode is due [microseconds]; 0 when the server stands still."""
    due: int = 0
    """When the slice ends."""


@dataclass(slots=True)
class MachineState(StationState):
    """What a machine keeps."""

    servers: list[ServerState] = field(default_factory=list)
    done: deque[int] = field(default_factory=deque)
    """Finished tokens that are still here, in the order in which they were finished."""
    holding: int = 0
    """Servers with a token, finished or not."""
    working: int = 0
    """Servers at work."""
    counted: int = 0
    """Instant up to which working time has been counted."""
    taken: int = 0
    finished: int = 0


class Machine(Station):
    """Works on one token at a time per server; keeps a finished token until the next place is free.

    The working clock counts while any server works. A failure mode that stops the machine stops all servers: none
    takes, works on or gives a token, and the work goes on after the repair where it stood.
    """

    parameters_type = MachineParameters
    state: MachineState
    parameters: MachineParameters

    def initial_state(self) -> MachineState:
        """A fresh state."""
        return MachineState(servers=[ServerState() for _ in range(self.parameters.servers)])

    def cycle_time(self, token: int, number: int) -> int:
        """Working time of the `number`-th token [microseconds]."""
        return microseconds(self.parameters.cycle_s.quantile(self._cycles.uniform(number)))

    def cycle_times(self, tokens: NDArray[np.int64]) -> NDArray[np.int64] | None:
        """Working times of tokens that come next, which need no setting up; None when each must be asked for itself."""
        return None

    def set_up_time(self, token: int) -> int:
        """Time to get ready for a token before the work on it begins [microseconds]; for subclasses."""
        return 0

    def note_finished(self, token: int) -> None:
        """Note that a finished token is handed over now; for subclasses."""

    def note_finished_many(self, tokens: NDArray[np.int64], times: NDArray[np.int64]) -> None:
        """Note that tokens were handed over at these instants: the same as `note_finished` for each of them."""

    def calm_until(self, now: int) -> int:
        """The earliest instant at which a failure mode on the working clock may be due, or setting up is done."""
        state, faults = self.state, self.faults
        ready = [server.due for server in state.servers if server.set_up and server.slice]
        if ready:
            return min(ready)
        if faults.stopping() >= 0 or state.done:
            return NEVER
        uncounted = now - state.counted if state.working else 0
        return now + max(0, faults.next_working - faults.state.worked - uncounted)

    def processes(self) -> Iterator[Process]:
        """One process per server."""
        self._cycles: Stream = self.stream("cycle")
        self._idle: list[tuple[int, simpy.Event]] = []
        self._offer_servers()
        for number, server in enumerate(self.state.servers):
            yield self._serve(number, server)

    def receive(self, link: Link) -> None:
        """Let the first of the idle servers look for the token."""
        if self._idle:
            heappop(self._idle)[1].succeed()

    def _serve(self, number: int, server: ServerState) -> Process:
        env, faults, link, outlet, done = self.env, self.faults, self.inlet, self.outlet, self.state.done
        while True:
            now = int(env.now)
            if now < server.due:
                yield env.timeout(server.due - now)
            elif server.slice:
                self._end_slice(server, now)
            elif faults.any_active and faults.stopping() >= 0:
                self._show()
                yield self.woken()
            elif server.remaining or server.set_up:
                self._begin_slice(server, now)
            elif server.token >= 0:
                if done[0] == server.token and outlet.has_room():
                    self._hand_over(server, now)
                else:
                    self._show()
                    yield self.woken()
            elif link.queue:
                self._take(server, now)
            else:
                self._show()
                heappush(self._idle, (number, idle := env.event()))
                yield idle

    def _take(self, server: ServerState, now: int) -> None:
        state = self.state
        state.holding += 1
        self._offer_servers()
        server.token = self.inlet.take()
        server.remaining = self.cycle_time(server.token, state.taken)
        server.set_up = self.set_up_time(server.token)
        state.taken += 1
        self.log.extend((now, Record.ENTERED, server.token, 1))
        self._note_if_done(server)

    def _begin_slice(self, server: ServerState, now: int) -> None:
        if server.set_up:
            server.slice = server.set_up
            self.become(Activity.SETTING_UP)
        else:
            self._count_work(now)
            left = self.faults.next_working - self.faults.state.worked
            if left <= 0:
                self.begin_due_fault()
                return
            server.slice = min(server.remaining, left)
            self.state.working += 1
            self.become(Activity.PRODUCING)
        server.due = now + server.slice

    def _end_slice(self, server: ServerState, now: int) -> None:
        done = server.slice - (server.due - now)
        if server.set_up:
            server.set_up -= done
        else:
            self._count_work(now)
            self.state.working -= 1
            server.remaining -= done
        server.slice, server.due = 0, now
        self._note_if_done(server)

    def _note_if_done(self, server: ServerState) -> None:
        if not (server.remaining or server.set_up):
            self.state.done.append(server.token)

    def _count_work(self, now: int) -> None:
        state = self.state
        if state.working:
            self.faults.state.worked += now - state.counted
        state.counted = now

    def _hand_over(self, server: ServerState, now: int) -> None:
        state = self.state
        self.log.extend((now, Record.LEFT, server.token, 1))
        self.note_finished(server.token)
        self.outlet.put(server.token)
        server.token = -1
        state.done.popleft()
        state.holding -= 1
        state.finished += 1
        if state.done:
            self.wake()
        self._offer_servers()

    def _offer_servers(self) -> None:
        if self.inlet.capacity == 0:
            stopped = self.faults.stopping() >= 0
            self.inlet.offer(0 if stopped else len(self.state.servers) - self.state.holding)

    def before_change(self) -> None:
        """Count the work done so far."""
        self._count_work(self.now)

    def changed(self) -> None:
        """Interrupt the work in hand, so that it is planned again under the failure modes of this instant."""
        for server in self.state.servers:
            if server.slice:
                self._end_slice(server, self.now)
        if self.faults.stopping() >= 0:
            self._show()
        self._offer_servers()
        self.restart()

    def _show(self) -> None:
        state, mode = self.state, self.faults.stopping()
        if mode >= 0:
            self.become(self.faults.stop_activity(), mode)
        elif state.holding > len(state.done):
            at_work = any(server.remaining and not server.set_up for server in state.servers)
            self.become(Activity.PRODUCING if at_work else Activity.SETTING_UP)
        elif state.holding:
            self.become(Activity.BLOCKED)
        else:
            self.become(Activity.STARVED)

    @counter(TILES, "Pieces finished", "Piezas terminadas", main=True)
    def finished(self) -> int:
        return self.state.finished

    @quantity(TILES, "Pieces waiting before the machine", "Piezas en espera ante la máquina", low=0.0, high=100000.0)
    def waiting(self) -> float:
        return float(len(self.inlet.queue))
