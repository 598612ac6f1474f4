"""The ground truth of a run in plain data: what was planted, what broke, what drifted, and who changed what.

It is for the instructor, for tests and for exports alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from twin.line.genealogy import Cause
from twin.line.text import Text

if TYPE_CHECKING:
    from twin.line.line import Line


class TruthKind(StrEnum):
    """What kind of thing an entry of the ground-truth log is."""

    FAULT = "fault"
    """A failure mode of a station."""
    SENSOR_FAULT = "sensor-fault"
    """An ailment of a sensor."""
    SET_POINT = "set-point"
    """A set point written by a person or the scenario."""
    INTERVENTION = "intervention"
    """A set point written by a control loop or an operator of the plant."""
    CHANGE = "change"
    """A value of the plant that the scenario changed from the start."""
    LOT = "lot"
    """A delivery out of the ordinary."""
    DRIFT = "drift"
    """Something that changed slowly."""


@dataclass(frozen=True, slots=True)
class TruthEntry:
    """One entry of the ground-truth log."""

    cause: str
    """Key by which defective pieces name it."""
    kind: TruthKind
    station: str
    """Path of the station."""
    name: str
    """Failure mode, signal, or lot."""
    title: Text
    begin: int
    end: int | None
    """Plant instants [microseconds since 1970 UTC]; None: it goes on."""
    size: float = 1.0
    planted: bool = False
    """Whether a person or the scenario did it; else it came by itself."""
    details: str = ""
    """What it did, such as conditions or the value that was written."""


class Verdicts(Protocol):
    """Collects what became of every piece of a run that has not begun."""

    def columns(self) -> Mapping[str, Any]:
        """What became of them so far: arrays with one entry for each piece, by name."""
        ...


class Blame(Protocol):
    """How a line's pieces are judged: what a line gives that can tell why a piece is defective."""

    def verdicts(self, line: "Line") -> Verdicts:
        """Begin to collect the pieces of a run."""
        ...

    def attribute(
        self,
        line: "Line",
        base: Any,
        without: Mapping[str, Any],
        titles: Mapping[str, Text],
        pieces: Sequence[int] | None,
    ) -> Mapping[int, tuple[Cause, ...]]:
        """Causes of defective pieces, with shares that sum to 1."""
        ...
