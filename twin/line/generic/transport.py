"""Transports: tokens that ride for a while, first in first out."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from twin.line.activity import Activity
from twin.line.link import Link
from twin.line.records import Record
from twin.line.signal import quantity
from twin.line.station import Parameters, Process, Station, StationState
from twin.line.time import NEVER, microseconds
from twin.line.units import TILES

_PRODUCING = int(Activity.PRODUCING)
_LEFT = int(Record.LEFT)


@dataclass(slots=True)
class TransportState(StationState):
    """What a transport keeps besides its tokens, which are in the inlet's queue."""

    due: "array[int]" = field(default_factory=lambda: array("q"))
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

    def passed_many(self, tokens: NDArray[np.int64], times: NDArray[np.int64]) -> None:
        """Note that tokens have left at these instants: the same as `passed` for each of them."""

    def receive_many(self, tokens: NDArray[np.int64]) -> None:
        """Note what `receive` would besides when the first of these tokens leaves, when nothing has changed since."""

    @classmethod
    def can_glide(cls) -> bool:
        """Whether `passed_many` and `receive_many` are known to say the same as `passed` and `receive`."""
        pairs = (("passed_many", "passed"), ("receive_many", "receive"))
        known = all(issubclass(_definer(cls, many), _definer(cls, one)) for many, one in pairs)
        return known and _definer(cls, "run") is Transport

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
                del due[0]
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


def _definer(cls: type, name: str) -> type:
    """The class in which `cls` finds a method."""
    return next(base for base in cls.__mro__ if name in vars(base))


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
