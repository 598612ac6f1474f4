"""The air of a kiln's zones: balanced, controlled, and with its heat accounted for to the last joule."""

import math
from typing import Any

import numpy as np
import pytest

from plant_models.air import BRICK_STEPS, SURROUNDINGS, AirParameters, KilnAir
from plant_models.definition.load import load_plant
from twin.line.errors import DefinitionError
from twin.line.validation import validated

SET_POINTS = np.array([np.linspace(400.0, 1200.0, 10), np.linspace(410.0, 1195.0, 10)])
HEATING = np.array([80.0, 150.0, 200.0, 200.0, 120.0, 30.0, -300.0, -200.0, -100.0, -50.0])
NOMINAL = np.ones(10)


def parameters(**changes: float) -> AirParameters:
    """Those of the shipped kiln with ten zones."""
    shipped = load_plant("porcelain-600").firing[0].kiln.air.model_dump()
    return validated(AirParameters, shipped | {"zones": 10} | changes, "test")


def air(kept: int = 200, **changes: float) -> KilnAir:
    return KilnAir(parameters(**changes), SET_POINTS, HEATING, 7.1, kept)


def disturbed(steps: int) -> tuple[KilnAir, np.ndarray[Any, Any]]:
    """Air, and loads that leave nothing as it was."""
    chance = np.random.RandomState(5)
    kiln = air()
    kiln.set_points += 7.0
    kiln.burner_share[1, 3:5] = 0.5
    return kiln, np.clip(1.0 + np.cumsum(chance.normal(0.0, 0.05, (steps, 10)), axis=0), 0.0, 1.0)


def test_at_nominal_load_nothing_moves() -> None:
    kiln = air()
    kiln.advance(np.ones((500, 10)))
    np.testing.assert_allclose(kiln.state.temperature, SET_POINTS, atol=1e-9)
    np.testing.assert_allclose(kiln.stored_kj, 0.0, atol=1e-6)


def test_at_nominal_load_it_burns_losses_and_what_the_tiles_take() -> None:
    kiln = air()
    kiln.advance(np.ones((360, 10)))
    assert kiln.burner_kw() == pytest.approx(1900.0 + 380.0 * 7.1)
    assert kiln.burnt_kj[:, kiln.burning].sum() == pytest.approx(3600.0 * (1900.0 + 380.0 * 7.1))
    assert kiln.given_kj[:, kiln.burning].sum() == pytest.approx(3600.0 * 380.0 * 7.1)


@pytest.mark.parametrize(("load", "tonnes", "kwh_per_tonne"), [(1.0, 7.1, 648.0), (0.5, 3.55, 915.0)])
def test_V19_gas_per_tonne_rises_when_the_load_falls(load: float, tonnes: float, kwh_per_tonne: float) -> None:  # noqa: N802
    """Type L and own: 648 kWh/t at full load, about 920 at half of it."""
    kiln = air()
    kiln.advance(np.full((8640, 10), load))
    before = kiln.burnt_kj[:, kiln.burning].sum()
    kiln.advance(np.full((360, 10), load))
    burnt = (kiln.burnt_kj[:, kiln.burning].sum() - before) / 3600.0
    assert burnt / tonnes == pytest.approx(kwh_per_tonne, rel=0.02)


def test_an_empty_kiln_burns_a_third_or_more_of_what_a_full_one_does() -> None:
    kiln = air()
    kiln.advance(np.zeros((8640, 10)))
    assert 0.35 <= kiln.burner_kw() / (1900.0 + 380.0 * 7.1) <= 0.45
    np.testing.assert_allclose(kiln.state.temperature[:, kiln.burning], SET_POINTS[:, kiln.burning], atol=0.1)


def followed(kiln: KilnAir, loads: np.ndarray[Any, Any]) -> dict[str, np.ndarray[Any, Any]]:
    """The energies of each zone, integrated step by step and apart from `KilnAir`'s own sums."""
    p = kiln.p
    seconds, memory = p.step_s, 60.0 * p.air_memory_min
    totals = {name: np.zeros((2, 10)) for name in ("burnt", "given", "lost", "stored")}
    brick = kiln.nominal.copy()
    into_brick = np.zeros((2, 10))
    for number, load in enumerate(loads, start=1):
        before = kiln.state.temperature.copy()
        kiln.advance(load[None, :])
        burnt = kiln.state.output * kiln.burner_share * kiln.power
        given = kiln.tiles_kw * load
        limit = brick + (burnt - kiln.losses - given) / kiln.transfer
        after = limit + (before - limit) * math.exp(-seconds / memory)
        np.testing.assert_allclose(kiln.state.temperature, after, rtol=1e-12)
        exchanged = kiln.transfer * (
            (limit - brick) * seconds + (before - limit) * memory * -math.expm1(-seconds / memory)
        )
        leaked = kiln.leak * (brick - kiln.nominal) * seconds
        totals["burnt"] += burnt * seconds
        totals["given"] += given * seconds
        totals["lost"] += kiln.losses * seconds + leaked
        totals["stored"] += kiln.transfer * memory * (after - before) + exchanged - leaked
        into_brick += exchanged - leaked
        if number % BRICK_STEPS == 0:
            brick = brick + into_brick / kiln.brick_capacity
            into_brick[:] = 0.0
            np.testing.assert_allclose(kiln.state.brick, brick, rtol=1e-12)
    return totals


@pytest.mark.parametrize("steps", [1, BRICK_STEPS, 5 * BRICK_STEPS + 7])
def test_the_heat_of_every_zone_is_closed_and_what_the_closed_form_says(steps: int) -> None:
    kiln, loads = disturbed(steps)
    totals = followed(kiln, loads)
    for name, told in (
        ("burnt", kiln.burnt_kj),
        ("given", kiln.given_kj),
        ("lost", kiln.lost_kj),
        ("stored", kiln.stored_kj),
    ):
        np.testing.assert_allclose(told, totals[name], rtol=1e-9, atol=1e-6, err_msg=name)
    closed = kiln.given_kj + kiln.lost_kj + kiln.stored_kj
    np.testing.assert_allclose(kiln.burnt_kj, closed, rtol=1e-9)


def test_the_brickwork_gives_as_it_grows_warmer_what_its_temperature_says() -> None:
    kiln = air()
    nominal_kw = np.abs(kiln.losses + kiln.tiles_kw)
    np.testing.assert_allclose(kiln.leak * (kiln.nominal - SURROUNDINGS), nominal_kw)


def test_steps_are_the_same_however_they_are_asked_for() -> None:
    at_once, loads = disturbed(300)
    in_parts, _ = disturbed(300)
    at_once.advance(loads)
    for first, last in ((0, 1), (1, 30), (30, 31), (31, 200), (200, 300)):
        in_parts.advance(loads[first:last])
    for name in ("temperature", "integral", "output", "fuel", "load", "total", "brick", "brick_total", "history"):
        assert (getattr(at_once.state, name) == getattr(in_parts.state, name)).all(), name
    assert (at_once.lost_kj == in_parts.lost_kj).all()
    assert (at_once.stored_kj == in_parts.stored_kj).all()


def test_the_history_remembers_the_last_steps() -> None:
    kiln, loads = disturbed(250)
    seen = []
    for load in loads:
        kiln.advance(load[None, :])
        seen.append(kiln.state.temperature.copy())
    for step in range(60, 251):
        assert (kiln.state.history[step % 200] == seen[step - 1]).all()


def test_a_higher_set_point_is_reached_and_held() -> None:
    kiln = air()
    kiln.set_points += 10.0
    kiln.advance(np.ones((720, 10)))
    np.testing.assert_allclose(kiln.state.temperature[:, kiln.burning] - SET_POINTS[:, kiln.burning], 10.0, atol=0.2)
    assert kiln.burner_kw() / (1900.0 + 380.0 * 7.1) == pytest.approx(1.011, abs=0.01)


def test_without_burners_the_kiln_cools_within_hours() -> None:
    kiln = air()
    kiln.burner_share[:] = 0.0
    kiln.advance(np.zeros((720, 10)))
    fallen = SET_POINTS[0, kiln.burning] - kiln.state.temperature[0, kiln.burning]
    assert (fallen > 30.0).all()
    assert kiln.burner_kw() == 0.0
    kiln.burner_share[:] = 1.0
    kiln.advance(np.ones((2160, 10)))
    np.testing.assert_allclose(kiln.state.temperature[:, kiln.burning], SET_POINTS[:, kiln.burning], atol=0.5)


def test_no_burner_gives_more_than_its_power_or_less_than_none() -> None:
    kiln, loads = disturbed(400)
    kiln.set_points += 80.0
    for load in loads:
        kiln.advance(load[None, :])
        assert kiln.state.output.min() >= 0.0
        assert kiln.state.output.max() <= 1.0


def test_a_kiln_without_burners_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"let that be at least one of 10 zones"):
        parameters(firing_from=0.5, firing_to=0.55)
    with pytest.raises(DefinitionError, match=r"burner_reserve is 1\.0"):
        parameters(burner_reserve=1.0)
