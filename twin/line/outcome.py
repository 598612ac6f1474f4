"""What a study compares: figures of a stretch of a run, each with its unit or with the reason why there is none."""

from dataclasses import dataclass

from twin.line.text import Text


@dataclass(frozen=True, slots=True)
class Outcome:
    """One figure; `value` is None where it is not defined, and `reason` then says why."""

    name: str
    title: Text
    unit: str
    value: float | None
    decimals: int = 2
    """Decimals that a reader wants to see."""
    reason: Text | None = None
