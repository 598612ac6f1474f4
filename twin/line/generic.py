"""Stations for any line: source, machine, parallel machines, conveyor and sink."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import Field

from twin.line.activity import Activity
from twin.line.faults import NEVER
from twin.line.distributions import Constant, Distribution
from twin.line.link import Link
from twin.line.records import Record
from twin.line.signal import counter, quantity
from twin.line.station import Parameters, Process, Station, StationState
from twin.line.streams import Stream
from twin.line.time import microseconds
from twin.line.units import TILES


class SourceParameters(Parameters):
    """How material arrives."""

    interval_s: Distribution = Constant(value=1.0)
    """Time between two arrivals [s]."""
    when_full: str = Field(default="wait", pattern="^(wait|lose)$")
    """Whether an arrival that finds no room waits at the door (and delays the next) or is lost."""


@dataclass(slots=True)
class SourceState(StationState):
    """Progress of a source."""

    number: int = 0
    due: int = -1
    lost: int = 0


class Source(Station):
    """Brings numbered tokens, the first after one interval."""

    parameters_type = SourceParameters
    state: SourceState
    parameters: SourceParameters

    def initial_state(self) -> SourceState:
        """A fresh state."""
        return SourceState()

    def run(self) -> Process:
        """Wait an interval, hand a token over, begin again."""
        state, interval = self.state, self.parameters.interval_s
        draws, lose = self.stream("interval"), self.parameters.when_full == "lose"
        if state.due < 0:
            state.due = self.now + microseconds(interval.quantile(draws.uniform(0)))
        while True:
            if self.now < state.due:
                self.become(Activity.PRODUCING)
                yield self.until(state.due)
            if self.outlet.has_room():
                self.record(Record.MADE, state.number, 1)
                self.outlet.put(state.number)
            elif lose:
                state.lost += 1
                self.record(Record.LOST, state.number, 1)
            else:
                self.become(Activity.BLOCKED)
                yield self.woken()
                continue
            state.number += 1
            state.due = self.now + microseconds(interval.quantile(draws.uniform(state.number)))

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
    remaining: int = 0
    """Work still to do on the token [microseconds]; 0 when it is finished and waits for a place."""
    slice: int = 0
    due: int = 0
    repairing: bool = False


@dataclass(slots=True)
class MachineState(StationState):
    """What a machine keeps."""

    servers: list[ServerState] = field(default_factory=list)
    taken: int = 0
    finished: int = 0


class Machine(Station):
    """Works on one token at a time per server; keeps a finished token until the next place is free.

    Failure modes of the working clock interrupt the work, which goes on after the repair where it stood.
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
        """Time to get ready for a token before work on it begins [microseconds]."""
        return 0

    def finished_token(self, token: int) -> None:
        """Note that a token leaves now."""

    def processes(self) -> Iterator[Process]:
        """One process per server."""
        self._cycles: Stream = self.stream("cycle")
        for server in self.state.servers:
            yield self._serve(server)

    def _serve(self, server: ServerState) -> Process:
        while True:
            if self.now < server.due:
                yield self.until(server.due)
            elif server.repairing:
                yield from self._finish_repair(server)
            elif server.token < 0:
                if not self._take(server):
                    yield self.woken()
            elif server.slice > 0:
                self._count_work(server)
            elif server.remaining > 0:
                self._plan_slice(server)
            elif self.outlet.has_room():
                self._hand_over(server)
            else:
                self._show()
                yield self.woken()

    def _take(self, server: ServerState) -> bool:
        link = self.inlet
        if not link.queue:
            idle = sum(other.token < 0 for other in self.state.servers)
            if link.ready != idle and link.capacity == 0:
                link.ready = idle
                link.producer.wake()
            self._show()
            return False
        if link.capacity == 0:
            link.ready -= 1
        server.token = link.take()
        server.remaining = self.cycle_time(server.token, self.state.taken)
        set_up = self.set_up_time(server.token)
        if set_up > 0:
            server.due = self.now + set_up
            self.become(Activity.SETTING_UP)
        self.record(Record.ENTERED, server.token, 1)
        self.state.taken += 1
        return True

    def _plan_slice(self, server: ServerState) -> None:
        if self.faults.stopping() >= 0:
            server.repairing = True
            return
        left = max(0, self.faults.next_working - self.faults.state.worked)
        server.slice = min(server.remaining, left)
        server.due = self.now + server.slice
        if server.slice == 0:
            self._break(server)
        else:
            self.become(Activity.PRODUCING)

    def _count_work(self, server: ServerState) -> None:
        self.faults.state.worked += server.slice
        server.remaining -= server.slice
        server.slice = 0

    def _break(self, server: ServerState) -> None:
        mode = self.faults.begin_next(self.now)
        self.record(Record.FAULT_BEGAN, mode, self.faults.state.counts[mode])
        server.due = self.faults.state.until[mode]
        server.repairing = True
        self.become(self.faults.stop_activity(), mode)

    def _finish_repair(self, server: ServerState) -> Process:
        mode = self.faults.stopping()
        while mode >= 0 and self.faults.state.until[mode] > self.now:
            self.become(self.faults.stop_activity(), mode)
            yield self.woken()
            mode = self.faults.stopping()
        self.end_passed_faults()
        server.repairing = self.faults.stopping() >= 0

    def _hand_over(self, server: ServerState) -> None:
        self.record(Record.LEFT, server.token, 1)
        self.finished_token(server.token)
        self.outlet.put(server.token)
        server.token = -1
        self.state.finished += 1

    def changed(self) -> None:
        """Interrupt the work in hand, so that it is planned again under the failure modes of this instant."""
        for server in self.state.servers:
            if server.slice > 0:
                done = self.now - (server.due - server.slice)
                self.faults.state.worked += done
                server.remaining -= done
                server.slice, server.due = 0, self.now
        self.restart()

    def _show(self) -> None:
        if any(server.remaining > 0 for server in self.state.servers):
            self.become(Activity.PRODUCING)
        elif any(server.token >= 0 for server in self.state.servers):
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
    last_left: int = -(1 << 62)
    stopped_at: int = -1
    left: int = 0


class Transport(Station):
    """Delays tokens by its transit time, first in first out; tokens that cannot leave pile up behind the first.

    While a failure mode stops it, everything on it stands still. A subclass says how long, how many and how closely.
    """

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
        """Least time between two tokens that leave [microseconds]."""
        return 0


    def passed(self, token: int) -> None:
        """Note that a token leaves now."""

    def receive(self, link: Link) -> None:
        """Stamp the token that has just been put."""
        self.state.due.append(self.now + self.transit())
        if len(self.state.due) == 1:
            self.wake()

    def processes(self) -> Iterator[Process]:
        """The process of the outgoing end; the incoming end is `receive`."""
        self.inlet.capacity = self.capacity_now()
        yield self.run()

    def run(self) -> Process:
        """Let the head token go when its time has come and there is room for it."""
        env, state, queue, outlet = self.env, self.state, self.inlet.queue, self.outlet
        headway = self.headway()
        while True:
            if state.stopped_at >= 0:
                yield self.woken()
            elif not queue:
                self.become(Activity.STARVED)
                yield self.woken()
            else:
                token = queue[0]
                leaves = max(state.due[0], state.last_left + headway)
                now = int(env.now)
                if leaves > now:
                    self.become(Activity.PRODUCING)
                    yield env.timeout(leaves - now)
                elif outlet.has_room():
                    ready = outlet.consumer.ready_for(outlet, token)
                    if ready <= now:
                        self._let_go(token, now)
                    elif ready == NEVER:
                        self.become(Activity.BLOCKED)
                        yield self.woken()
                    else:
                        self.become(Activity.BLOCKED)
                        yield env.timeout(ready - now)
                else:
                    self.become(Activity.BLOCKED)
                    yield self.woken()

    def _let_go(self, token: int, now: int) -> None:
        state = self.state
        state.due.popleft()
        state.last_left = now
        state.left += 1
        self.log.extend((now, Record.LEFT, token, 1))
        self.passed(token)
        self.outlet.put(token)
        self.inlet.take()

    def changed(self) -> None:
        """Stand still or move on as the failure modes say."""
        state, mode = self.state, self.faults.stopping()
        if mode >= 0 and state.stopped_at < 0:
            state.stopped_at = self.now
            self.inlet.taking = False
            self.become(self.faults.stop_activity(), mode)
        elif mode < 0 and state.stopped_at >= 0:
            pause = self.now - state.stopped_at
            for index, due in enumerate(state.due):
                state.due[index] = due + pause
            state.stopped_at = -1
            self.inlet.taking = True
            self.inlet.producer.wake()
            self.wake()

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
    """Takes every token out of the line and counts it."""

    state: SinkState

    def initial_state(self) -> SinkState:
        """A fresh state."""
        return SinkState()

    def receive(self, link: Link) -> None:
        """Count the token and let it go."""
        self.record(Record.ENTERED, link.take(), 1)
        self.state.received += 1

    @counter(TILES, "Pieces received", "Piezas recibidas", main=True)
    def received(self) -> int:
        return self.state.received
