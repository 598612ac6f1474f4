"""What a scenario plans: commands that the run gives itself, each at its instant."""

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
