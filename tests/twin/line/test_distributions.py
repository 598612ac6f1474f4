"""Every distribution has the mean and spread that it names, keeps to its support, and refuses nonsense."""

import math
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from scipy import stats

from twin.line.distributions import (
    Constant,
    Distribution,
    Exponential,
    Gamma,
    Lognormal,
    Observed,
    Triangular,
    Uniform,
    Weibull,
)
from twin.line.streams import Stream

UNIFORMS = Stream(1, "distributions").uniforms(np.arange(100_000)).tolist()
_WEIBULL_SCALE = 5.0 / math.gamma(1.0 + 1.0 / 1.7)
_LOG_VARIANCE = math.log1p(0.8**2)

CASES: list[tuple[Any, float, Any]] = [
    (Exponential(mean=3.0), 3.0, stats.expon(scale=3.0)),
    (Uniform(low=2.0, high=6.0), 4.0 / math.sqrt(12.0), stats.uniform(2.0, 4.0)),
    (
        Lognormal(mean=4.0, cv=0.8),
        3.2,
        stats.lognorm(math.sqrt(_LOG_VARIANCE), scale=4.0 * math.exp(-_LOG_VARIANCE / 2)),
    ),
    (
        Weibull(mean=5.0, shape=1.7),
        _WEIBULL_SCALE * math.sqrt(math.gamma(1 + 2 / 1.7) - math.gamma(1 + 1 / 1.7) ** 2),
        stats.weibull_min(1.7, scale=_WEIBULL_SCALE),
    ),
    (Gamma(mean=6.0, shape=3.0), 6.0 / math.sqrt(3.0), stats.gamma(3.0, scale=2.0)),
    (Triangular(low=1.0, mode=2.0, high=6.0), math.sqrt((1 + 4 + 36 - 2 - 6 - 12) / 18.0), stats.triang(0.2, 1.0, 5.0)),
    (Observed(values=(1.0, 5.0, 3.0)), 4.0 / math.sqrt(12.0), stats.uniform(1.0, 4.0)),
]
IDS = [type(case[0]).__name__ for case in CASES]


@pytest.mark.parametrize(("distribution", "deviation", "reference"), CASES, ids=IDS)
def test_draws_have_the_mean_the_spread_and_the_shape_that_the_distribution_names(
    distribution: Any, deviation: float, reference: Any
) -> None:
    draws = np.array([distribution.quantile(probability) for probability in UNIFORMS])

    assert draws.mean() == pytest.approx(distribution.mean, rel=0.01)
    assert draws.std() == pytest.approx(deviation, rel=0.01)
    assert stats.kstest(draws, reference.cdf).pvalue > 0.001
    assert draws.min() >= max(0.0, reference.support()[0])
    assert draws.max() <= reference.support()[1]


@pytest.mark.parametrize(("distribution", "deviation", "reference"), CASES, ids=IDS)
def test_quantiles_are_those_of_the_reference(distribution: Any, deviation: float, reference: Any) -> None:
    for probability in (1e-12, 0.001, 0.2, 0.5, 0.9, 0.999999):
        assert distribution.quantile(probability) == pytest.approx(reference.ppf(probability), rel=1e-9)


def test_a_constant_is_always_the_same() -> None:
    constant = Constant(value=2.5)

    assert {constant.quantile(probability) for probability in UNIFORMS[:100]} == {constant.mean} == {2.5}


def test_observed_values_run_straight_between_neighbours_and_need_no_order() -> None:
    observed = Observed(values=(10.0, 1.0, 2.0))

    assert [observed.quantile(probability) for probability in (0.0, 0.25, 0.5, 0.75, 1.0)] == [1.0, 1.5, 2.0, 6.0, 10.0]
    assert observed.mean == pytest.approx(3.75)
    assert observed.values == (10.0, 1.0, 2.0)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"distribution": "constant", "value": -1.0}, "greater than or equal to 0"),
        ({"distribution": "constant", "value": math.nan}, "finite number"),
        ({"distribution": "exponential", "mean": 0.0}, "greater than 0"),
        ({"distribution": "exponential", "mean": math.inf}, "finite number"),
        ({"distribution": "exponential", "mean": 1.0, "sd": 1.0}, "not permitted"),
        ({"distribution": "uniform", "low": 3.0, "high": 2.0}, r"high \(2.0\) is below low \(3.0\): exchange them"),
        ({"distribution": "lognormal", "mean": 1.0, "cv": 0.0}, "greater than 0"),
        ({"distribution": "weibull", "mean": 1.0, "shape": 0.01}, "greater than or equal to 0.1"),
        ({"distribution": "gamma", "mean": 1.0, "shape": 0.0}, "greater than or equal to 0.01"),
        (
            {"distribution": "triangular", "low": 1.0, "mode": 5.0, "high": 4.0},
            "low, mode, high must rise: 1.0, 5.0, 4.0",
        ),
        ({"distribution": "triangular", "low": 1.0, "mode": 1.0, "high": 1.0}, "must rise"),
        ({"distribution": "observed", "values": [1.0]}, "at least 2 items"),
        ({"distribution": "observed", "values": [1.0, -1.0]}, "greater than or equal to 0"),
        ({"distribution": "normal", "mean": 1.0}, "does not match any of the expected tags"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(data: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        TypeAdapter(Distribution).validate_python(data)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_distribution_is_plain_data_that_comes_back_equal(case: Any) -> None:
    distribution: BaseModel = case[0]
    case[0].quantile(0.5)

    assert TypeAdapter(Distribution).validate_json(distribution.model_dump_json()) == distribution
