"""Failure modes as plant data, and the clockwork that makes a station's modes occur.

A mode runs on one of two clocks: `working` counts only while the station works (operation-dependent failures), and
`plant` counts always. Draws are keyed by (mode, occurrence): changing one mode moves no draw of another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from twin.line.activity import Activity
from twin.line.distributions import Distribution
from twin.line.streams import Stream
from twin.line.text import Text
from twin.line.time import HOUR, MINUTE, NEVER

ONSET_STEPS = 12
"""Equal steps in which the conditions of a mode grow before its alarm."""
_ACTIVITIES = {"down": Activity.DOWN, "micro-stop": Activity.MICRO_STOP, "cleaning": Activity.CLEANING}


class Reaction(BaseModel):
    """What people do when the alarm of a failure mode has come: somebody sees it, walks there, and acts."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    noticed_share: float = Field(default=0.3, ge=0.0, le=0.9)
    """Share of a drawn repair time until somebody is on the way; to acknowledge the alarm saves what is left of it."""
    moves: Mapping[str, float] = Field(default_factory=dict)
    """By how much somebody who has come moves set points of the station, by their names, until the failure is over."""


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
    onset_min: float = Field(default=0.0, ge=0.0, le=259200.0)
    """Time over which its conditions grow, before the alarm comes and the station stops [min of plant time]."""
    conditions: Mapping[str, float] = Field(default_factory=dict)
    """What it adds to the station's conditions while active, at size 1."""
    sizes: tuple[float, float] = (0.1, 3.0)
    """Smallest and largest size with which it can be injected; the size multiplies the conditions."""
    cause_en: str = ""
    """What makes it occur, in English."""
    cause_es: str = ""
    """What makes it occur, in Spanish."""
    signature: tuple[str, ...] = ()
    """Signals that move before the alarm or with it: by name, those of another station as `station/name`."""
    defects: tuple[str, ...] = ()
    """Defects of which it makes more, by the codes of the trade."""
    response_en: str = ""
    """What the operator does, in English."""
    response_es: str = ""
    """What the operator does, in Spanish."""
    reaction: Reaction = Reaction()
    """What the operator's coming changes."""

    @field_validator("sizes")
    @classmethod
    def _around_one(cls, sizes: tuple[float, float]) -> tuple[float, float]:
        if not 0.0 < sizes[0] <= 1.0 <= sizes[1]:
            raise ValueError(f"sizes {list(sizes)} do not hold 1: write the smallest and the largest size around 1")
        return sizes

    @property
    def text(self) -> Text:
        """Alarm text."""
        return Text(self.en, self.es)

    @property
    def cause(self) -> Text:
        """What makes it occur."""
        return Text(self.cause_en, self.cause_es)

    @property
    def response(self) -> Text:
        """What the operator does."""
        return Text(self.response_en, self.response_es)

    @property
    def onset(self) -> int:
        """Time from the first sign to the alarm [microseconds]."""
        return round(self.onset_min * MINUTE)

    def growth_after(self, step: int) -> int:
        """Time from the first sign to the `step`-th of ONSET_STEPS steps of growth [microseconds]."""
        return self.onset - self.onset * (ONSET_STEPS - step) // ONSET_STEPS


@dataclass(slots=True)
class FaultState:
    """How far the modes of one station are."""

    worked: int = 0
    due: list[int] = field(default_factory=list)
    occurrence: list[int] = field(default_factory=list)
    until: list[int] = field(default_factory=list)
    """0: not active; NEVER: until somebody clears it; else the plant instant at which it ends."""
    began: list[int] = field(default_factory=list)
    """When the alarm of the present occurrence came; before that, when its onset began."""
    counts: list[int] = field(default_factory=list)
    down_time: list[int] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    """Size of the present occurrence."""
    levels: list[float] = field(default_factory=list)
    """What the conditions are multiplied with now: the size, or the part of it that the onset has reached."""
    steps: list[int] = field(default_factory=list)
    """Steps of growth that the onset has made; ONSET_STEPS when it is over and the alarm has come."""
    signs_at: list[int] = field(default_factory=list)
    """When the onset began."""


class Faults:
    """The failure modes of one station over its fault state."""

    def __init__(self, modes: Mapping[str, FailureMode], scale: float) -> None:
        self.names = tuple(modes)
        self.modes = tuple(modes.values())
        self.state = FaultState()
        self._scale = scale
        self._uptimes: tuple[Stream, ...] = ()
        self._repairs: tuple[Stream, ...] = ()
        self.next_change = NEVER
        """The next plant instant at which a mode of the plant clock begins or any active mode grows or ends."""
        self.next_working = NEVER
        """Working time at which the next mode of the working clock is due."""
        self.next_mode = -1
        """The mode that is due then."""
        self.any_active = False
        self._known: dict[str, float] = {}
        """Conditions that have been asked for since anything changed."""

    def open(self, seed: int, path: str, now: int) -> None:
        """Draw the first occurrence of every mode, from the run's seed and the station's path."""
        self._streams(seed, path)
        count = len(self.modes)
        self.state = FaultState(
            due=[0] * count,
            occurrence=[0] * count,
            until=[0] * count,
            began=[0] * count,
            counts=[0] * count,
            down_time=[0] * count,
            sizes=[1.0] * count,
            levels=[0.0] * count,
            steps=[ONSET_STEPS] * count,
            signs_at=[0] * count,
        )
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
        self._known.clear()
        # A mode that is active already cannot begin: what is due meanwhile begins when it has ended.
        self.next_working, self.next_mode = NEVER, -1
        state, change = self.state, NEVER
        for index, mode in enumerate(self.modes):
            if state.until[index]:
                change = min(change, state.until[index], self.grows_at(index))
            elif mode.clock == "plant":
                change = min(change, state.due[index])
            elif state.due[index] < self.next_working:
                self.next_working, self.next_mode = state.due[index], index
        self.next_change = change

    def begin_next(self, now: int) -> int:
        """Begin the mode of the working clock that is due; its index."""
        index = self.next_mode
        self.begin(index, now)
        return index

    def grows_at(self, index: int) -> int:
        """When the onset of mode `index` makes its next step; NEVER when it has none before it."""
        state = self.state
        if not state.until[index] or state.steps[index] == ONSET_STEPS:
            return NEVER
        return state.signs_at[index] + self.modes[index].growth_after(state.steps[index] + 1)

    def only_grows(self, now: int) -> bool:
        """Whether all that is due at `now` is that onsets make a step before the one that brings the alarm."""
        state = self.state
        for index, mode in enumerate(self.modes):
            until = state.until[index]
            if until:
                if until <= now or (state.steps[index] == ONSET_STEPS - 1 and self.grows_at(index) <= now):
                    return False
            elif mode.clock == "plant" and state.due[index] <= now:
                return False
        return True

    def grow(self, index: int) -> bool:
        """Let the onset of mode `index` make its next step; whether the alarm comes with it."""
        state = self.state
        state.steps[index] += 1
        state.levels[index] = state.sizes[index] * (state.steps[index] / ONSET_STEPS)
        self._refresh()
        if state.steps[index] < ONSET_STEPS:
            return False
        state.began[index] = self.modes[index].onset + state.signs_at[index]
        return True

    def last_until(self, index: int, until: int) -> None:
        """Let the present occurrence of mode `index` end at `until`."""
        self.state.until[index] = until
        self._refresh()

    def resize(self, index: int, size: float) -> None:
        """Give the present occurrence of mode `index` another size."""
        state = self.state
        state.sizes[index] = size
        state.levels[index] = size * (state.steps[index] / ONSET_STEPS)
        self._refresh()

    def begin(self, index: int, now: int, until: int | None = None, size: float = 1.0) -> bool:
        """Make mode `index`, which is not active, active; whether its alarm comes at once, without an onset.

        It lasts its onset and its drawn repair time unless `until` says otherwise.
        """
        state, mode = self.state, self.modes[index]
        if until is None:
            until = now + mode.onset + self.repair_time(index)
        state.until[index] = until
        state.signs_at[index], state.sizes[index] = now, size
        state.steps[index], state.levels[index] = (0, 0.0) if mode.onset else (ONSET_STEPS, size)
        self.any_active = True
        state.began[index] = now
        state.counts[index] += 1
        if state.due[index] != NEVER:
            # An injected fault does not use up the drawn one: that still comes at its time.
            clock = state.worked if self.modes[index].clock == "working" else now
            if state.due[index] <= clock:
                state.due[index] = NEVER
        self._refresh()
        return mode.onset == 0

    def called(self, index: int, now: int) -> int | None:
        """When the present occurrence of mode `index` ends if somebody is called at `now`; None: as it would anyway.

        One that would last until it is cleared is over after its drawn repair time; one that lasts so long by itself
        is over earlier by the time until somebody would have noticed. What was given a duration keeps it.
        """
        until, repair = self.state.until[index], self.repair_time(index)
        if until == NEVER:
            return now + repair
        if self.state.steps[index] < ONSET_STEPS or until != self.state.began[index] + repair:
            return None
        saved = self.state.began[index] + round(self.modes[index].reaction.noticed_share * repair) - now
        return until - saved if saved > 0 else None

    def repair_time(self, index: int) -> int:
        """Drawn repair time of the present occurrence of mode `index` [microseconds]."""
        draw = self._repairs[index].uniform(self.state.occurrence[index])
        return max(1, round(self.modes[index].repair_min.quantile(draw) * MINUTE))

    def end(self, index: int, now: int) -> None:
        """Make mode `index` inactive and plan its next occurrence."""
        state = self.state
        state.until[index] = 0
        self.any_active = any(state.until)
        if state.steps[index] == ONSET_STEPS:
            state.down_time[index] += now - state.began[index]
        state.steps[index], state.levels[index] = ONSET_STEPS, 0.0
        if state.due[index] == NEVER:
            state.occurrence[index] += 1
            self._plan(index, state.worked if self.modes[index].clock == "working" else now)
        self._refresh()

    def stop_activity(self) -> Activity:
        """What the station is said to be doing under the mode that stops it."""
        return _ACTIVITIES[self.modes[self.stopping()].activity]

    def active(self, index: int) -> bool:
        """Whether mode `index` is active, be it only in its onset."""
        return self.state.until[index] != 0

    def stopping(self) -> int:
        """Index of an active mode that stops the station, or -1."""
        if not self.any_active:
            return -1
        for index, until in enumerate(self.state.until):
            if until and self.modes[index].stops and self.state.steps[index] == ONSET_STEPS:
                return index
        return -1

    def condition(self, name: str) -> float:
        """Sum of what the active modes add to the condition `name`."""
        if not self.any_active:
            return 0.0
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = sum(
                mode.conditions.get(name, 0.0) * level
                for mode, level in zip(self.modes, self.state.levels, strict=True)
                if level
            )
        return known
