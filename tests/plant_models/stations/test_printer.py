"""The printer: drops that follow temperature and voltage, and nozzles that hot tiles wear out."""

import pytest

from tests.support.tile_tracking import SMALL_PLANT, TrackedRun, tracked
from twin.line.records import Record
from twin.line.time import MINUTE
from twin.run.engine import METER_PERIOD


@pytest.fixture
def run() -> TrackedRun:
    return tracked(changes=SMALL_PLANT, scenario="no-faults").to(0.02)


def test_drops_follow_the_temperature_and_the_voltage_of_the_heads(run: TrackedRun) -> None:
    printer = run.line.forming[0].printer
    assert printer.drop_factor == 1.0
    run.write(printer, "head_temperature_set_point", 46.0)
    assert printer.drop_factor == pytest.approx(1.012)
    run.write(printer, "head_temperature_set_point", 45.0)
    run.inject(printer, "heads_voltage", 60.0)
    assert printer.drop_factor == pytest.approx(1.0 - 6.0 * 0.008)
    assert printer.head_voltage == pytest.approx(19.0)


def test_nozzles_wear_as_long_as_tiles_are_printed(run: TrackedRun) -> None:
    printer = run.line.forming[0].printer
    before, hours = printer.nozzle_hours, 3.0
    run.to(0.02 + hours / 24.0)
    worn = printer.nozzle_hours - before
    assert 0.7 * hours < worn < 1.6 * hours
    run.inject(run.line.forming[0].press, "encoder", 600.0)
    run.to(0.3)
    stood = printer.nozzle_hours
    run.to(0.35)
    assert printer.nozzle_hours == stood


def test_hot_tiles_wear_nozzles_up_to_five_times_as_fast(run: TrackedRun) -> None:
    printer, glazing = run.line.forming[0].printer, run.line.forming[0].glazing
    run.to(0.1)
    usual = printer.nozzle_hours
    run.inject(glazing, "cooling_fans", 600.0)
    run.to(0.2)
    hot = printer.nozzle_hours - usual
    assert 2.0 < hot / 2.4 < 5.5


def test_a_failure_of_nozzles_begins_when_meters_are_read() -> None:
    often = {"faults": {"nozzle_row": {"uptime_h": {"distribution": "exponential", "mean": 1.0}}}}
    run = tracked(changes={**SMALL_PLANT, "printer": often}).to(0.3)
    printer = run.line.forming[0].printer
    row = printer.faults.names.index("nozzle_row")
    began = run.entries(printer, Record.FAULT_BEGAN)
    times = began["time"][began["a"] == row]
    assert len(times) > 2
    assert (times % METER_PERIOD == 0).all()


def test_a_line_is_on_every_tile_from_the_failure_to_the_purge(run: TrackedRun) -> None:
    printer = run.line.forming[0].printer
    begin = run.engine.now
    run.inject(printer, "nozzle_row", 20.0)
    tiles = run.to(0.05).tiles_by_number
    lines = tiles["defects"].astype(int) >> 8 & 1
    out = (tiles["printed_at"] >= begin) & (tiles["printed_at"] < begin + 20 * MINUTE)
    assert out.sum() > 50
    assert lines[out].all()
    assert not lines[(tiles["printed_at"] > 0.0) & ~out].any()


def test_ink_runs_low_before_the_alarm(run: TrackedRun) -> None:
    printer = run.line.forming[0].printer
    full = printer.ink_level
    run.inject(printer, "ink_low", 90.0)
    run.to(0.02 + 31.0 / 1440.0)
    assert printer.ink_level == pytest.approx(full - 30.0)
    assert printer.state.stopped_at < 0
    run.to(0.02 + 61.0 / 1440.0)
    assert printer.ink_level == pytest.approx(full - 60.0)
    assert printer.state.stopped_at >= 0
