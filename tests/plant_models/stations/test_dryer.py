"""The dryer: what its air does to tiles, what its fans draw, and what a long pause of the press leaves behind."""

import pytest

from tests.support.tile_tracking import SMALL_PLANT, TrackedRun, tracked
from twin.line.records import Record
from twin.line.time import HOUR, MINUTE


@pytest.fixture
def run() -> TrackedRun:
    return tracked(changes=SMALL_PLANT, scenario="no-faults").to(0.02)


def test_tiles_of_the_reference_dryer_leave_nearly_dry_and_warm(run: TrackedRun) -> None:
    dryer = run.line.forming[0].dryer
    assert dryer.residual_moisture == pytest.approx(0.33, abs=0.06)
    assert dryer.tile_exit_temperature == pytest.approx(113.5, abs=3.0)


def test_a_fan_that_slips_dries_slower_draws_less_and_leaves_wetter_air(run: TrackedRun) -> None:
    dryer = run.line.forming[0].dryer
    before = dryer.residual_moisture, dryer.power_now(), dryer.exhaust_humidity
    dryer.faults.begin(dryer.faults.names.index("fan_belt"), run.engine.now)
    for _ in range(12):
        dryer.grow_fault(dryer.faults.names.index("fan_belt"))
    assert dryer.residual_moisture > before[0] + 0.1
    assert dryer.power_now() == pytest.approx(0.75 * before[1])
    assert dryer.exhaust_humidity > before[2]


def test_the_meter_counts_what_the_fans_drew_before_a_failure_and_after_it() -> None:
    changes = {**SMALL_PLANT, "dryer": {"faults": {"fan_belt": {"onset_min": 0.0}}}}
    run = tracked(changes=changes, scenario="no-faults").to(0.5 / 24.0)
    dryer = run.line.forming[0].dryer
    run.inject(dryer, "fan_belt", 30.0)
    run.to(2.0 / 24.0)
    hours = 0.5 + 0.75 * 0.5 + 1.0
    assert dryer.electricity == pytest.approx(dryer.parameters.fans_kw * hours, rel=1e-6)


def test_wet_tiles_raise_the_alarm(run: TrackedRun) -> None:
    dryer = run.line.forming[0].dryer
    dryer.set_points["hot_temperature_set_point"] = 120.0
    run.to(0.03)
    assert dryer.residual_moisture > dryer.parameters.residual_limit
    assert len(run.entries(dryer, Record.ALARM_RAISED)) == 1


def test_the_heat_after_a_pause_grows_with_it_and_fades(run: TrackedRun) -> None:
    p = run.line.forming[0].dryer.parameters
    assert p.restart_heat(0.0, 0.0) == 0.0
    half, full = (p.restart_heat(0.0, share * p.restart.full_pause_min * MINUTE) for share in (0.5, 1.0))
    assert (half, full) == (pytest.approx(0.5 * p.restart.heat), pytest.approx(p.restart.heat))
    assert p.restart_heat(0.0, 50.0 * HOUR) == full
    faded = p.restart_heat(p.restart.memory_min * MINUTE, 50.0 * HOUR)
    assert faded == pytest.approx(full / 2.718281828)


def test_short_pauses_of_the_press_leave_no_heat(run: TrackedRun) -> None:
    press = run.line.forming[0].press
    run.inject(press, "encoder", 20.0)
    run.to(0.06)
    assert [epoch for _, epoch in run.line.forming[0].diary.restarts.epochs] == [(0.0, 0.0)]


def test_a_jam_announces_itself_in_the_torque(run: TrackedRun) -> None:
    dryer = run.line.forming[0].dryer
    usual = dryer.torque
    run.inject(dryer, "chain_jam", 60.0)
    run.to(0.02 + 15.1 / 1440.0)
    assert dryer.torque > usual + 10.0
    assert dryer.state.stopped_at < 0
    run.to(0.02 + 31.0 / 1440.0)
    assert dryer.state.stopped_at >= 0
