"""A work unit in the sense of ISO 22400: a station with what it makes, and the times and quantities of its KPIs.

Every activity is booked to exactly one time, so that the times of a window add up to its length:

| activity | booked as |
|---|---|
| no shift, idle | outside the planned busy time |
| cleaning | preventive work, outside the planned busy time |
| changeover | set-up (AUST) |
| producing | production (APT) |
| breakdown, micro-stop | delay of the unit's own (ADET) |
| starved, blocked | waiting: planned, but a delay that others cause, and so not in the unit's busy time (AUBT) |
"""

from collections.abc import Callable
from dataclasses import dataclass

from twin.line.activity import Activity
from twin.line.key_figures import Counted
from twin.line.text import Text
from twin.line.time import MINUTE

Pieces = Callable[[Counted], int]


@dataclass(frozen=True, slots=True)
class WorkUnit:
    """A station that works on pieces, for the KPIs of ISO 22400-2."""

    index: int
    """Position of the station in the line."""
    path: str
    title: Text
    produced: Pieces
    """PQ: pieces that it finished."""
    good: Pieces
    """GQ: those of them that are good."""
    ideal_per_minute: float
    """1/PRI: pieces in a minute of undisturbed production [1/min]."""
    reworked: Pieces = lambda tally: 0
    """RQ: pieces that it worked on again."""
    energy: Callable[[Counted], int] | None = None
    """Energy that it drew [J]; None when nobody meters it."""
    piece_m2: float = 0.0
    """Area of a piece [m2]; 0 where area says nothing."""
    piece_eur: float = 0.0
    """What a good piece is worth [EUR]; 0 where nobody says."""


@dataclass(frozen=True, slots=True)
class Elements:
    """Times [microseconds] and quantities [pieces] of a work unit in a window, by their names in ISO 22400-2."""

    calendar: int
    closed: int
    idle: int
    cleaning: int
    apt: int
    aust: int
    down: int
    micro: int
    starved: int
    blocked: int
    breakdowns: int
    pq: int
    gq: int
    rq: int
    ideal: float
    """PRI x PQ: time that the pieces take at best [microseconds]."""
    ideal_good: float
    """PRI x GQ."""

    @property
    def pbt(self) -> int:
        """Planned busy time."""
        return self.calendar - self.closed - self.idle - self.cleaning

    @property
    def adet(self) -> int:
        """Delay that the unit causes itself."""
        return self.down + self.micro

    @property
    def aupt(self) -> int:
        """Processing time: production and set-up."""
        return self.apt + self.aust

    @property
    def aubt(self) -> int:
        """Busy time: all planned time but waiting for others."""
        return self.aupt + self.adet

    @property
    def sq(self) -> int:
        """Scrap: pieces that are not good."""
        return self.pq - self.gq


def elements(unit: WorkUnit, tally: Counted) -> Elements:
    """The times and quantities of a unit."""

    def time(activity: Activity) -> int:
        return tally.time_in(unit.index, activity)

    made, good = unit.produced(tally), unit.good(tally)
    return Elements(
        tally.elapsed, time(Activity.CLOSED), time(Activity.IDLE), time(Activity.CLEANING), time(Activity.PRODUCING),
        time(Activity.SETTING_UP), time(Activity.DOWN), time(Activity.MICRO_STOP), time(Activity.STARVED),
        time(Activity.BLOCKED), tally.begun(unit.index, Activity.DOWN), made, good, unit.reworked(tally),
        made / unit.ideal_per_minute * MINUTE, good / unit.ideal_per_minute * MINUTE,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loss:
    """A step of the loss tree: time that is lost, and what could have been made in it."""

    name: str
    title: Text
    time: float
    """[microseconds]"""
    pieces: float
    m2: float | None
    eur: float | None


_STEPS = (
    ("no_shift", "no shift or no order", "sin turno o sin orden"),
    ("cleaning", "cleaning and planned maintenance", "limpieza y mantenimiento previsto"),
    ("set_up", "changeover", "cambio de formato o de modelo"),
    ("breakdown", "breakdown", "avería"),
    ("micro_stop", "micro-stops", "microparos"),
    ("starved", "waiting for material", "sin material"),
    ("blocked", "waiting for room", "bloqueada"),
    ("speed", "slower than its cadence", "por debajo de su cadencia"),
    ("quality", "pieces that are not good", "piezas no buenas"),
    ("good", "good pieces", "piezas buenas"),
)


def loss_tree(unit: WorkUnit, tally: Counted) -> tuple[Loss, ...]:
    """From calendar time to good pieces: what each kind of loss took; the steps add up to the window.

    A negative speed loss says that the unit was faster than its declared cadence.
    """
    e = elements(unit, tally)
    times: tuple[float, ...] = (
        e.closed + e.idle, e.cleaning, e.aust, e.down, e.micro, e.starved, e.blocked, e.apt - e.ideal,
        e.ideal - e.ideal_good, e.ideal_good,
    )  # fmt: skip
    return tuple(_loss(unit, name, Text(en, es), time) for (name, en, es), time in zip(_STEPS, times, strict=True))


def _loss(unit: WorkUnit, name: str, title: Text, time: float) -> Loss:
    pieces = time / MINUTE * unit.ideal_per_minute
    m2 = pieces * unit.piece_m2 if unit.piece_m2 else None
    return Loss(name, title, time, pieces, m2, pieces * unit.piece_eur if unit.piece_eur else None)
