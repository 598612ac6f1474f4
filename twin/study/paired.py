"""What B differs from A by, from pairs of runs that met the same chances.

Both runs of a pair draw the same random numbers, so most of what scatters between seeds cancels in their difference;
the interval is Student's for the mean of these differences [1]_.

.. [1] A. M. Law, "Simulation Modeling and Analysis", 5th ed., 2015: paired-t confidence interval under common random
   numbers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from scipy.special import stdtrit

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Difference:
    """Means of both sides, and the mean of B minus A with its interval; None where one pair is too few for one."""

    mean_a: float
    mean_b: float
    mean: float
    half_width: float | None
    pairs: int

    @property
    def low(self) -> float | None:
        """Lower end of the interval."""
        return None if self.half_width is None else self.mean - self.half_width

    @property
    def high(self) -> float | None:
        """Upper end of the interval."""
        return None if self.half_width is None else self.mean + self.half_width

    @property
    def excludes_zero(self) -> bool:
        """Whether 0 lies outside the interval."""
        return self.half_width is not None and abs(self.mean) > self.half_width


def paired_difference(a: Sequence[float], b: Sequence[float], confidence: float = CONFIDENCE) -> Difference:
    """The difference of two series of figures whose n-th entries are a pair.

    >>> found = paired_difference([1.0, 2.0, 3.0], [2.0, 3.1, 3.9])
    >>> round(found.mean, 3), round(found.half_width or 0.0, 3)
    (1.0, 0.248)
    """
    differences = [later - earlier for earlier, later in zip(a, b, strict=True)]
    count = len(differences)
    half_width = None
    if count > 1:
        half_width = float(stdtrit(count - 1, 0.5 + confidence / 2.0)) * stdev(differences) / math.sqrt(count)
    return Difference(fmean(a), fmean(b), fmean(differences), half_width, count)
