"""Stations for any line: source, machine, parallel machines, conveyor and sink."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Literal

import simpy
from pydantic import Field

from twin.line.activity import Activity
from twin.line.distributions import Constant, Distribution
from twin.line.errors import DefinitionError
from twin.line.faults import NEVER
from twin.line.link import UNLIMITED, Link
from twin.line.records import Record
from twin.line.signal import counter, quantity
from twin.line.station import Parameters, Process, Station, StationState
from twin.line.streams import Stream
from twin.line.time import microseconds
from twin.line.units import TILES

_PRODUCING = int(Activity.PRODUCING)
_LEFT = int(Record.LEFT)


class SourceParameters(Parameters):
    """How material arrives."""

    interval_s: Distribution = Constant(value=1.0)
    """Time between two arrivals [s]; 0 for a source that always has more, before a link with a limit."""
    when_full: Literal["wait", "lose"] = "wait"
    """Whether an arrival that finds no room waits at the door (and delays the next) or is lost."""


@dataclass(slots=True)
class SourceState(StationState):
    """Progress of a source."""

    number: int = 0
    due: int = -1
    lost: int = 0


class Source(Station):
    """Brings numbered tokens, the first after one interval; while a failure mode stops it, arrivals wait."""

    parameters_type = SourceParameters
    counts_work = False
    state: SourceState
    parameters: SourceParameters

    def initial_state(self) -> SourceState:
        """A fresh state."""
        return SourceState()

    def open(self) -> None:
        """Refuse to bring endless material at one instant."""
        at_once = microseconds(self.parameters.interval_s.mean) == 0
        if at_once and (self.parameters.when_full == "lose" or self.outlet.capacity >= UNLIMITED):
            raise DefinitionError(
                f"source {self.name}: interval_s has the mean 0, which needs a link with a limit and "
                f"when_full = 'wait': give a longer interval or the link a capacity"
            )

    def processes(self) -> Iterator[Process]:
        """One process; it begins with the first interval."""
        self._intervals = self.stream("interval")
        if self.state.due < 0:
            self._plan(self.now)
        yield self.run()

    def _plan(self, now: int) -> None:
        state = self.state
        interval = self.parameters.interval_s.quantile(self._intervals.uniform(state.number))
        state.due = now + microseconds(interval)

    def run(self) -> Process:
        """Wait an interval, hand a token over, begin again."""
        env, state, outlet, faults = self.env, self.state, self.outlet, self.faults
        lose = self.parameters.when_full == "lose"
        while True:
            now = int(env.now)
            if faults.any_active and (mode := faults.stopping()) >= 0:
                self.become(faults.stop_activity(), mode)
                yield self.woken()
            elif now < state.due:
                self.become(Activity.PRODUCING)
                yield env.timeout(state.due - now)
            elif outlet.has_room():
                self.log.extend((now, Record.MADE, state.number, 1))
                outlet.put(state.number)
                state.number += 1
                self._plan(now)
            elif lose:
                self.log.extend((now, Record.LOST, state.number, 1))
                state.lost += 1
                state.number += 1
                self._plan(now)
            else:
                self.become(Activity.BLOCKED)
                yield self.woken()

    def changed(self) -> None:
        """Stand still or go on as the failure modes say."""
        self.restart()

    @counter(TILES, "Pieces brought", "Piezas aportadas")
    def brought(self) -> int:
        return self.state.number - self.state.lost

    @counter(TILES, "Pieces turned away", "Piezas rechazadas por falta de sitio")
    def turned_away(self) -> int:
        return self.state.lost


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

    def set_up_time(self, token: int) -> int:
        """Time to get ready for a token before the work on it begins [microseconds]; for subclasses."""
        return 0

    def note_finished(self, token: int) -> None:
        """Note that a finished token is handed over now; for subclasses."""

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


@dataclass(slots=True)
class TransportState(StationState):
    """What a transport keeps besides its tokens, which are in the inlet's queue."""

    due: deque[int] = field(default_factory=deque)
    """When each token inside may leave, oldest first."""
    clear_at: int = 0
    """When the outgoing end is clear of the token that left last."""
    last_left: int = -(1 << 62)
    stopped_at: int = -1
    left: int = 0


class Transport(Station):
    """Delays tokens by its transit time, first in first out; tokens that cannot leave pile up behind the first.

    While a failure mode stops it, everything on it stands still. A subclass says how long, how many and how closely.
    """

    counts_work = False
    state: TransportState

    def initial_state(self) -> TransportState:
        """A fresh state."""
        return TransportState()

    def transit(self) -> int:
        """Transit time of a token that enters now [microseconds]."""
        raise NotImplementedError

    def capacity_now(self) -> int:
        """Tokens that find room."""
        raise NotImplementedError

    def headway(self) -> int:
        """Least time between two tokens that leave [microseconds], the same all the time."""
        return 0

    def passed(self, token: int, now: int) -> None:
        """Note that a token leaves now."""

    def receive(self, link: Link) -> None:
        """Stamp the token that has just been put."""
        due = self.state.due
        due.append(int(self.env.now) + self._transit)
        if len(due) == 1:
            self.wake()

    def processes(self) -> Iterator[Process]:
        """The process of the outgoing end; the incoming end is `receive`."""
        self.inlet.capacity = self.capacity_now()
        self._transit = self.transit()
        yield self.run()

    def run(self) -> Process:
        """Let the head token go when its time has come and there is room for it."""
        # Every token of a line passes here several times: the calls that most of them need are written out.
        env, state, link, outlet = self.env, self.state, self.inlet, self.outlet
        queue, due, log, passed = link.queue, state.due, self.log.extend, self.passed
        consumer, headway = outlet.consumer, self.headway()
        while True:
            now = int(env.now)
            if state.stopped_at >= 0:
                yield self.woken()
            elif not queue:
                self.become(Activity.STARVED)
                yield self.woken()
            elif (leaves := max(due[0], state.clear_at)) > now:
                if state.activity != _PRODUCING:
                    self.become(Activity.PRODUCING)
                yield env.timeout(leaves - now)
            elif not outlet.has_room():
                self.become(Activity.BLOCKED)
                yield self.woken()
            elif queue[0] >= outlet.same_until and (ready := consumer.ready_for(outlet, queue[0])) > now:
                self.become(Activity.BLOCKED)
                outlet.awaited = True
                yield self.woken() if ready == NEVER else env.timeout(ready - now)
            else:
                token = queue[0]
                due.popleft()
                state.last_left = now
                state.clear_at = now + headway
                state.left += 1
                log((now, _LEFT, token, 1))
                passed(token, now)
                outlet.queue.append(token)
                consumer.receive(outlet)
                queue.popleft()
                if link.awaited:
                    link.wake_producer()

    def changed(self) -> None:
        """Stand still or move on as the failure modes say."""
        state, mode = self.state, self.faults.stopping()
        if mode >= 0:
            self.become(self.faults.stop_activity(), mode)
            if state.stopped_at < 0:
                state.stopped_at = self.now
                self.inlet.taking = False
        else:
            self._transit, self.inlet.capacity = self.transit(), self.capacity_now()
        if mode < 0 and state.stopped_at >= 0:
            pause = self.now - state.stopped_at
            for place, due in enumerate(state.due):
                state.due[place] = due + pause
            state.clear_at += pause
            state.stopped_at = -1
            self.inlet.open()
            self.restart()


class ConveyorParameters(Parameters):
    """How a conveyor moves."""

    transit_s: float = Field(default=10.0, gt=0.0)
    """Time from one end to the other [s]."""
    capacity: int = Field(default=1000000, ge=1)
    """Tokens that find room on it."""
    headway_s: float = Field(default=0.0, ge=0.0)
    """Least time between two tokens that leave [s]."""


class Conveyor(Transport):
    """A transport with a fixed transit time and capacity."""

    parameters_type = ConveyorParameters
    parameters: ConveyorParameters

    def transit(self) -> int:
        """Transit time [microseconds]."""
        return microseconds(self.parameters.transit_s)

    def capacity_now(self) -> int:
        """Tokens that find room."""
        return self.parameters.capacity

    def headway(self) -> int:
        """Least time between two tokens that leave [microseconds]."""
        return microseconds(self.parameters.headway_s)

    @quantity(TILES, "Pieces on the conveyor", "Piezas en el transportador", low=0.0, high=lambda s: s.capacity_now())
    def inside(self) -> float:
        return float(len(self.inlet.queue))


@dataclass(slots=True)
class SinkState(StationState):
    """What a sink keeps."""

    received: int = 0


class Sink(Station):
    """Takes every token out of the line and counts it, unless a failure mode stops it."""

    counts_work = False
    state: SinkState

    def initial_state(self) -> SinkState:
        """A fresh state."""
        return SinkState()

    def processes(self) -> Iterator[Process]:
        """Nothing of its own: a sink is always free for a hand-over."""
        for link in self.inlets:
            link.offer(1)
        yield from ()

    def receive(self, link: Link) -> None:
        """Count the token and let it go."""
        self.log.extend((int(self.env.now), Record.ENTERED, link.take(), 1))
        self.state.received += 1

    def changed(self) -> None:
        """Take nothing while a failure mode says so."""
        mode = self.faults.stopping()
        self.become(self.faults.stop_activity() if mode >= 0 else Activity.IDLE, mode)
        for link in self.inlets:
            if mode >= 0:
                link.taking = False
            else:
                link.open()

    @counter(TILES, "Pieces received", "Piezas recibidas", main=True)
    def received(self) -> int:
        return self.state.received
