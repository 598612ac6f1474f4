"""What a scenario does to a line: commands that the run gives itself, and what it changes for good."""

from collections.abc import Mapping
from dataclasses import dataclass

from twin.line.signal import Value


@dataclass(frozen=True, slots=True)
class Planned:
    """A command that is applied by itself some time after the start of the run."""

    after: int
    """Plant time since the start of the run [microseconds]."""
    name: str
    """`write`, `inject_fault` or `clear_fault`."""
    target: str
    """Path of a signal or a station."""
    arguments: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Altered:
    """A value of the plant that the scenario changes from the start: a planted cause that lasts."""

    key: str
    """Where it stands in the plant's tables, such as `powder.moisture`."""
    station: str
    """Path of the first station that it belongs to; empty when it is none's own."""
    was: str
    value: str
    size: float
    """How much larger the value is than before; 1 for what is no number."""
    removable: bool
    """Whether a run can be made without it: what says which instruments there are is no cause in a piece."""
