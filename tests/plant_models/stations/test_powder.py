"""Powder supply: lots that mix in the silos, what failures add, and silos that run empty."""

import numpy as np
import pytest

from tests.support.tile_tracking import TrackedRun, tracked
from twin.line.activity import Activity
from twin.line.records import Record
from twin.line.time import HOUR, MINUTE


@pytest.fixture
def run() -> TrackedRun:
    return tracked(scenario="no-faults").to(0.02)


def test_the_first_lot_has_nothing_to_mix_with(run: TrackedRun) -> None:
    state = run.line.powder.state
    assert state.mixed_moisture[0] == state.lot_moisture[0]
    assert state.mixed_index[0] == state.lot_index[0]


def test_silos_that_do_not_mix_give_every_lot_as_it_is() -> None:
    unmixed = tracked(changes={"powder": {"mixing_h": 0.0}}, scenario="no-faults").to(0.02)
    powder = unmixed.line.powder
    times = np.array([powder.now, powder.now + 30 * HOUR])
    _, lots, index = powder.at(times)
    assert lots[1] > lots[0]
    assert index.tolist() == [powder.state.lot_index[lot] for lot in lots]


def test_what_is_asked_for_later_does_not_change_what_was_known(run: TrackedRun) -> None:
    powder = run.line.powder
    now = np.array([powder.now])
    before = [values.tolist() for values in powder.at(now)]
    powder.at(now + 300 * HOUR)
    assert [values.tolist() for values in powder.at(now)] == before


def test_failures_add_moisture_and_body_index_for_as_long_as_they_last(run: TrackedRun) -> None:
    powder = run.line.powder
    moisture, _, index = powder.at(np.array([powder.now]))
    run.inject(powder, "wet_lot", 10.0)
    run.inject(powder, "wrong_body", 10.0)
    wetter, _, other = powder.at(np.array([powder.now]))
    assert wetter - moisture == pytest.approx(0.6)
    assert other - index == pytest.approx(10.0)
    run.to(0.04)
    assert powder.faults.condition("moisture") == powder.faults.condition("body_index") == 0.0


def test_the_flow_is_what_the_presses_take(run: TrackedRun) -> None:
    powder, press = run.line.powder, run.line.forming[0].press
    assert press.state.activity == Activity.PRODUCING
    taken = powder.state.used_mg
    flow = powder.flow
    run.to(0.02 + 10.0 / 1440.0)
    assert press.state.activity == Activity.PRODUCING
    assert (powder.state.used_mg - taken) / 1e9 * 6.0 == pytest.approx(flow, rel=0.03)


def test_a_blocked_outlet_starves_the_press_and_stops_the_flow(run: TrackedRun) -> None:
    powder, press = run.line.powder, run.line.forming[0].press
    run.inject(powder, "silo_blocked", 20.0)
    run.to(0.025)
    assert powder.flow == 0.0
    assert press.state.activity == Activity.STARVED
    assert press.held_by.startswith(powder.path)
    run.to(0.04)
    assert press.state.activity == Activity.PRODUCING
    assert powder.flow > 0.0


def test_silos_that_run_low_raise_the_alarm_before_they_starve_the_press() -> None:
    run = tracked(changes={"powder": {"opening_share": 0.16}}, scenario="no-faults").to(0.15)
    (raised,) = run.entries(run.line.powder, Record.ALARM_RAISED)["time"]
    assert (raised - run.engine.start) / MINUTE < 60.0
    assert run.line.powder.state.segregated


def test_granules_and_fines_belong_to_the_lot(run: TrackedRun) -> None:
    powder = run.line.powder
    p, seen = powder.parameters, {powder.granule_size}
    assert powder.granule_size == powder.granule_size
    while powder.lot == "L00000" or len(seen) < 3:
        run.to((run.engine.now - run.engine.start) / (24 * HOUR) + 0.25)
        seen.add(powder.granule_size)
    assert max(seen) - min(seen) < 8.0 * p.granule_size_sd
    assert 0.0 <= powder.fines < p.fines + 5.0 * p.fines_sd
