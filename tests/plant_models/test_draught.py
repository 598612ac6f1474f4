"""Pressure and oxygen of a kiln: held by the damper, moved by fire, fans and leaks."""

import pytest

from plant_models.definition.load import load_plant
from plant_models.draught import Disturbance, Draught


def draught() -> Draught:
    return Draught(load_plant("porcelain-600").firing[0].kiln.draught, 5.0, 10.0, 400)


def test_at_nominal_fire_nothing_moves() -> None:
    kiln = draught()
    kiln.advance([1.0] * 100)
    assert kiln.state.pressure == pytest.approx(5.0, abs=1e-9)
    assert kiln.state.oxygen == pytest.approx(8.0, abs=1e-9)
    assert kiln.state.damper == pytest.approx(kiln.p.damper)


def test_less_fire_lowers_the_pressure_until_the_damper_has_closed_some_way() -> None:
    kiln = draught()
    kiln.advance([0.6] * 5)
    assert kiln.state.pressure < 4.0
    kiln.advance([0.6] * 300)
    assert kiln.state.pressure == pytest.approx(5.0, abs=0.05)
    assert kiln.state.damper == pytest.approx(0.6 * kiln.p.damper, rel=0.02)


def test_a_new_set_point_is_held() -> None:
    kiln = draught()
    kiln.set_point = 2.0
    kiln.advance([1.0] * 300)
    assert kiln.state.pressure == pytest.approx(2.0, abs=0.05)


def test_what_a_fault_adds_stays_and_lets_cold_air_in() -> None:
    kiln = draught()
    kiln.faults = Disturbance(pressure=-4.0, swing=2.0)
    kiln.advance([1.0] * 200)
    past = kiln.state.history[100:200]
    assert past[:, 0].mean() == pytest.approx(1.0, abs=0.2)
    assert past[:, 0].max() - past[:, 0].min() == pytest.approx(4.0, abs=0.4)
    assert past[:, 1].mean() > 8.2
    kiln.faults = Disturbance()
    kiln.advance([1.0] * 200)
    assert kiln.state.pressure == pytest.approx(5.0, abs=0.05)


def test_without_the_flue_fan_the_pressure_rises_and_without_air_the_fire_reduces() -> None:
    kiln = draught()
    kiln.faults = Disturbance(flue_fan=-1.0)
    kiln.advance([1.0] * 30)
    assert kiln.state.pressure > 20.0
    kiln = draught()
    kiln.faults = Disturbance(combustion_air=-0.35)
    kiln.advance([1.0] * 60)
    assert kiln.state.oxygen < 3.0


def test_without_fire_the_oxygen_is_that_of_air() -> None:
    kiln = draught()
    kiln.advance([0.0] * 200)
    assert kiln.state.oxygen == pytest.approx(21.0, abs=0.1)


def test_steps_are_the_same_however_they_are_asked_for() -> None:
    fires = [1.0 - 0.001 * step for step in range(300)]
    once, parts = draught(), draught()
    once.advance(fires)
    for first, last in ((0, 1), (1, 50), (50, 300)):
        parts.advance(fires[first:last])
    assert (once.state.history == parts.state.history).all()
