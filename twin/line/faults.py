"""Failure modes as plant data, and the clockwork that makes a station's modes occur.

A mode runs on one of two clocks: `working` counts only while the station works (operation-dependent failures), and
`plant` counts always. Draws are keyed by (mode, occurrence): changing one mode moves no draw of another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from twin.line.activity import Activity
from twin.line.distributions import Distribution
from twin.line.streams import Stream
from twin.line.text import Text
from twin.line.time import HOUR, MINUTE

NEVER = 1 << 62
_ACTIVITIES = {"down": Activity.DOWN, "micro-stop": Activity.MICRO_STOP, "cleaning": Activity.CLEANING}


class FailureMode(BaseModel):
    """One way in which a station fails."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    code: str = ""
    """Alarm code, such as PRS-220; empty for a mode that raises no alarm."""
    en: str
    """Alarm text in English."""
    es: str
    """Alarm text in Spanish."""
    severity: int = Field(default=700, ge=1, le=1000)
    """100-300 information, 400-600 warning, 700-900 stop."""
    clock: Literal["working", "plant"] = "working"
    """Whether the time to the next occurrence counts only while the station works, or always."""
    activity: Literal["down", "micro-stop", "cleaning"] = "down"
    """What the station is said to be doing while a mode stops it."""
    stops: bool = True
    """Whether the station stands still while the mode is active."""
    uptime_h: Distribution | None = None
    """Time between the end of one occurrence and the next [h on its clock]; None: only when injected."""
    repair_min: Distribution
    """Time until it is over [min of plant time]."""
    conditions: Mapping[str, float] = Field(default_factory=dict)
    """What it adds to the station's conditions while active."""

    @property
    def text(self) -> Text:
        """Alarm text."""
        return Text(self.en, self.es)


@dataclass(slots=True)
class FaultState:
    """How far the modes of one station are."""

    worked: int = 0
    due: list[int] = field(default_factory=list)
    occurrence: list[int] = field(default_factory=list)
    until: list[int] = field(default_factory=list)
    """0: not active; NEVER: until somebody clears it; else the plant instant at which it ends."""
    began: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    down_time: list[int] = field(default_factory=list)


class Faults:
    """The failure modes of one station over its fault state."""

    def __init__(self, modes: Mapping[str, FailureMode], scale: float) -> None:
        self.names = tuple(modes)
        self.modes = tuple(modes.values())
        self.state = FaultState()
        self._scale = scale
        self._uptimes: tuple[Stream, ...] = ()
        self._repairs: tuple[Stream, ...] = ()
        self.next_working = NEVER
        """Working time at which the next mode of the working clock is due."""
        self.next_mode = -1
        """The mode that is due then."""
        self.any_active = False

    def open(self, seed: int, path: str, now: int) -> None:
        """Draw the first occurrence of every mode, from the run's seed and the station's path."""
        self._streams(seed, path)
        count = len(self.modes)
        self.state = FaultState(0, *([0] * count for _ in range(6)))
        self.any_active = False
        for index, mode in enumerate(self.modes):
            self._plan(index, 0 if mode.clock == "working" else now)
        self._refresh()

    def resume(self, seed: int, path: str, state: FaultState) -> None:
        """Go on from a saved state."""
        self._streams(seed, path)
        self.state = state
        self._refresh()
        self.any_active = any(state.until)

    def _streams(self, seed: int, path: str) -> None:
        self._uptimes = tuple(Stream(seed, f"{path}/{name}/uptime") for name in self.names)
        self._repairs = tuple(Stream(seed, f"{path}/{name}/repair") for name in self.names)

    def _plan(self, index: int, now: int) -> None:
        mode, state = self.modes[index], self.state
        if mode.uptime_h is None or self._scale == 0.0:
            state.due[index] = NEVER
            return
        hours = mode.uptime_h.quantile(self._uptimes[index].uniform(state.occurrence[index]))
        state.due[index] = now + max(1, round(hours / self._scale * HOUR))

    def _refresh(self) -> None:
        # A mode that is active already cannot begin: what is due meanwhile begins when it has ended.
        self.next_working, self.next_mode = NEVER, -1
        state = self.state
        for index, mode in enumerate(self.modes):
            if mode.clock == "working" and not state.until[index] and state.due[index] < self.next_working:
                self.next_working, self.next_mode = state.due[index], index

    def begin_next(self, now: int) -> int:
        """Begin the mode of the working clock that is due; its index."""
        index = self.next_mode
        self.begin(index, now)
        return index

    def next_change(self) -> int:
        """The next plant instant at which a mode of the plant clock begins or any active mode ends."""
        state = self.state
        change = NEVER
        for index, mode in enumerate(self.modes):
            instant = state.until[index] or (state.due[index] if mode.clock == "plant" else NEVER)
            change = min(change, instant)
        return change

    def begin(self, index: int, now: int, until: int | None = None) -> None:
        """Make mode `index`, which is not active, active: for its drawn repair time unless `until` says otherwise."""
        state = self.state
        if until is None:
            until = now + self.repair_time(index)
        state.until[index] = until
        self.any_active = True
        state.began[index] = now
        state.counts[index] += 1
        if state.due[index] != NEVER:
            # An injected fault does not use up the drawn one: that still comes at its time.
            clock = state.worked if self.modes[index].clock == "working" else now
            if state.due[index] <= clock:
                state.due[index] = NEVER
        self._refresh()

    def repair_time(self, index: int) -> int:
        """Drawn repair time of the present occurrence of mode `index` [microseconds]."""
        draw = self._repairs[index].uniform(self.state.occurrence[index])
        return max(1, round(self.modes[index].repair_min.quantile(draw) * MINUTE))

    def end(self, index: int, now: int) -> None:
        """Make mode `index` inactive and plan its next occurrence."""
        state = self.state
        state.until[index] = 0
        self.any_active = any(state.until)
        state.down_time[index] += now - state.began[index]
        if state.due[index] == NEVER:
            state.occurrence[index] += 1
            self._plan(index, state.worked if self.modes[index].clock == "working" else now)
        self._refresh()

    def stop_activity(self) -> Activity:
        """What the station is said to be doing under the mode that stops it."""
        return _ACTIVITIES[self.modes[self.stopping()].activity]

    def active(self, index: int) -> bool:
        """Whether mode `index` is active."""
        return self.state.until[index] != 0

    def stopping(self) -> int:
        """Index of an active mode that stops the station, or -1."""
        if not self.any_active:
            return -1
        for index, until in enumerate(self.state.until):
            if until and self.modes[index].stops:
                return index
        return -1

    def condition(self, name: str) -> float:
        """Sum of what the active modes add to the condition `name`."""
        if not self.any_active:
            return 0.0
        return sum(
            mode.conditions.get(name, 0.0) for mode, until in zip(self.modes, self.state.until, strict=True) if until
        )
