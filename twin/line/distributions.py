"""Distributions as plant data: each names itself, refuses nonsense, and is drawn through its inverse function."""

import math
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, model_validator
from scipy.special import gammaincinv, ndtri


class _Distribution(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Constant(_Distribution):
    """Always `value`."""

    distribution: Literal["constant"] = "constant"
    value: Annotated[float, Field(ge=0)]

    @property
    def mean(self) -> float:
        """Expected value."""
        return self.value

    def quantile(self, probability: float) -> float:
        """The value itself."""
        return self.value


class Exponential(_Distribution):
    """Memoryless, with `mean`."""

    distribution: Literal["exponential"] = "exponential"
    mean: PositiveFloat

    def quantile(self, probability: float) -> float:
        """Inverse of the distribution function at `probability` in (0, 1)."""
        return -self.mean * math.log1p(-probability)


class Uniform(_Distribution):
    """Even between `low` and `high`."""

    distribution: Literal["uniform"] = "uniform"
    low: Annotated[float, Field(ge=0)]
    high: PositiveFloat

    @model_validator(mode="after")
    def _ordered(self) -> "Uniform":
        if self.high < self.low:
            raise ValueError(f"high ({self.high}) is below low ({self.low}): exchange them")
        return self

    @property
    def mean(self) -> float:
        """Expected value."""
        return 0.5 * (self.low + self.high)

    def quantile(self, probability: float) -> float:
        """Inverse of the distribution function at `probability` in (0, 1)."""
        return self.low + (self.high - self.low) * probability


class Lognormal(_Distribution):
    """Skewed and positive, with `mean` and coefficient of variation `cv` of the value itself (not of its logarithm)."""

    distribution: Literal["lognormal"] = "lognormal"
    mean: PositiveFloat
    cv: PositiveFloat

    def quantile(self, probability: float) -> float:
        """Inverse of the distribution function at `probability` in (0, 1)."""
        variance = math.log1p(self.cv**2)
        return self.mean * math.exp(math.sqrt(variance) * float(ndtri(probability)) - 0.5 * variance)


class Weibull(_Distribution):
    """Wear-out (`shape` above 1) or early failure (below 1), with `mean`."""

    distribution: Literal["weibull"] = "weibull"
    mean: PositiveFloat
    shape: Annotated[float, Field(ge=0.1, le=1000)]

    def quantile(self, probability: float) -> float:
        """Inverse of the distribution function at `probability` in (0, 1)."""
        scale = self.mean / math.gamma(1.0 + 1.0 / self.shape)
        return scale * math.pow(-math.log1p(-probability), 1.0 / self.shape)


class Gamma(_Distribution):
    """Sum of `shape` exponential stages (also broken numbers), with `mean`; Erlang for whole shapes."""

    distribution: Literal["gamma"] = "gamma"
    mean: PositiveFloat
    shape: Annotated[float, Field(ge=0.01, le=100000)]

    def quantile(self, probability: float) -> float:
        """Inverse of the distribution function at `probability` in (0, 1)."""
        return float(gammaincinv(self.shape, probability)) * self.mean / self.shape


class Triangular(_Distribution):
    """Between `low` and `high` with the peak at `mode`."""

    distribution: Literal["triangular"] = "triangular"
    low: Annotated[float, Field(ge=0)]
    mode: Annotated[float, Field(ge=0)]
    high: PositiveFloat

    @model_validator(mode="after")
    def _ordered(self) -> "Triangular":
        if not self.low <= self.mode <= self.high or self.low == self.high:
            raise ValueError(f"low, mode, high must rise: {self.low}, {self.mode}, {self.high}")
        return self

    @property
    def mean(self) -> float:
        """Expected value."""
        return (self.low + self.mode + self.high) / 3.0

    def quantile(self, probability: float) -> float:
        """Inverse of the distribution function at `probability` in (0, 1)."""
        width = self.high - self.low
        if probability * width < self.mode - self.low:
            return self.low + math.sqrt(probability * width * (self.mode - self.low))
        return self.high - math.sqrt((1.0 - probability) * width * (self.high - self.mode))


class Observed(_Distribution):
    """Values seen in a plant, each as likely as the next; between neighbours the value runs straight."""

    distribution: Literal["observed"] = "observed"
    values: Annotated[tuple[Annotated[float, Field(ge=0)], ...], Field(min_length=2)]

    @cached_property
    def _ordered(self) -> tuple[float, ...]:
        return tuple(sorted(self.values))

    @property
    def mean(self) -> float:
        """Expected value."""
        return sum(0.5 * (low + high) for low, high in pairwise(self._ordered)) / (len(self.values) - 1)

    def quantile(self, probability: float) -> float:
        """Inverse of the distribution function at `probability` in (0, 1)."""
        place = probability * (len(self.values) - 1)
        before = min(int(place), len(self.values) - 2)
        low, high = self._ordered[before], self._ordered[before + 1]
        return low + (high - low) * (place - before)


Distribution = Annotated[
    Constant | Exponential | Uniform | Lognormal | Weibull | Gamma | Triangular | Observed,
    Field(discriminator="distribution"),
]
"""Any of the distributions above, chosen by the key `distribution`."""
