"""Where material comes from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from twin.line.activity import Activity
from twin.line.distributions import Constant, Distribution
from twin.line.errors import DefinitionError
from twin.line.link import UNLIMITED
from twin.line.records import Record
from twin.line.signal import counter
from twin.line.station import Parameters, Process, Station, StationState
from twin.line.time import microseconds
from twin.line.units import TILES


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
