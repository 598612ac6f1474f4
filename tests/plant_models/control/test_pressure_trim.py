"""The pressure follows the moisture that the gauge shows, so that density stays; and it stands in the event log."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from plant_models.control.pressure_trim import PressureTrim
from plant_models.physics.compaction import holding_pressure
from tests.support.tile_lines import START, LineRun, opened
from twin.line.errors import DefinitionError
from twin.line.faults import NEVER
from twin.line.records import Record
from twin.line.sensing import Ailment
from twin.line.time import HOUR, MINUTE

LOOP: Mapping[str, Any] = {"control": {"pressure_trim": {"every_s": 60.0, "filter_min": 0.0, "least_step": 0.0}}}
CALM: Mapping[str, Any] = {
    "powder": {"moisture_sd": 0.0, "lot_moisture_sd": 0.0, "body_index_sd": 0.0},
    "press": {"sensors": {"tile_moisture": {"noise": 0.0, "drift_sd": 0.0}}},
}


def trimmed(changes: Mapping[str, Any] = LOOP) -> tuple[LineRun, PressureTrim]:
    run = opened(scenario="no-faults", changes=changes)
    loop = run.line.loops[0]
    assert isinstance(loop, PressureTrim)
    return run, loop


def pressure(run: LineRun) -> float:
    return run.line.forming[0].press.set_points["specific_pressure_set_point"]


def test_the_pressure_is_what_keeps_the_density_at_the_measured_moisture() -> None:
    run, loop = trimmed(
        dict(CALM) | {"control": LOOP["control"]} | {"powder": dict(CALM["powder"]) | {"moisture": 6.0}}
    )
    run.engine.advance(START + 10 * MINUTE + 1)
    body = run.line.definition.body
    assert pressure(run) == pytest.approx(float(holding_pressure(1.95, 6.0, body.compaction)), abs=0.5)
    assert float(run.line.forming[0].press.bulk_density) == pytest.approx(1.95, abs=0.001)
    assert loop.state.interventions >= 1


def test_density_scatters_less_with_the_loop_than_without() -> None:
    def scatter(changes: Mapping[str, Any]) -> float:
        run = opened(scenario="no-faults", changes=changes)
        seen = []
        for minute in range(30, 24 * 60, 20):
            run.engine.advance(START + minute * MINUTE)
            seen.append(float(run.line.forming[0].press.bulk_density))
        return float(np.std(seen))

    assert scatter(LOOP) < 0.5 * scatter({})


def test_every_intervention_is_in_the_event_log_of_the_press() -> None:
    run, loop = trimmed()
    run.engine.advance(START + 3 * MINUTE + 1)
    log = run.line.forming[0].press.log.tolist()
    kinds = [log[place + 1] for place in range(0, len(log), 4)]
    assert kinds.count(Record.INTERVENTION) == loop.state.interventions == 3


def test_a_loop_by_hand_only_looks() -> None:
    run, loop = trimmed()
    loop.write("automatic_set_point", 0.0)
    run.engine.advance(START + HOUR)
    assert pressure(run) == 400.0
    assert loop.state.output != 0.0


@pytest.mark.parametrize("ailment", [Ailment.DROP_OUT, Ailment.SATURATION])
def test_a_loop_holds_while_its_measurement_is_not_good(ailment: Ailment) -> None:
    run, loop = trimmed()
    run.engine.advance(START + 5 * MINUTE + 1)
    press, held = run.line.forming[0].press, pressure(run)
    press.sensing.begin(press, "tile_moisture", ailment, NEVER, 1.0, run.engine.now)
    run.engine.advance(START + HOUR)
    assert pressure(run) == held
    assert loop.state.held
    press.sensing.end(press.log, "tile_moisture", ailment, run.engine.now)
    run.engine.advance(START + HOUR + 5 * MINUTE)
    assert pressure(run) != held


def test_a_gauge_that_is_off_misleads_the_loop() -> None:
    run, _ = trimmed(dict(CALM) | {"control": LOOP["control"]})
    press = run.line.forming[0].press
    press.sensing.begin(press, "tile_moisture", Ailment.BIAS, NEVER, 1.0, run.engine.now)
    press.sensing.on("tile_moisture")[0].size = 0.3
    run.engine.advance(START + 10 * MINUTE)
    assert float(press.bulk_density) == pytest.approx(1.95 - 0.3 * 0.02, abs=0.001)


def test_a_correction_by_hand_moves_the_pressure_at_every_moisture() -> None:
    run, loop = trimmed(dict(CALM) | {"control": LOOP["control"]})
    run.engine.advance(START + 5 * MINUTE)
    before = pressure(run)
    loop.write("pressure_offset_set_point", 12.0)
    run.engine.advance(START + 10 * MINUTE)
    assert pressure(run) == pytest.approx(before + 12.0, abs=0.2)


def test_a_loop_without_its_sensor_is_refused_with_the_way_out() -> None:
    with pytest.raises(DefinitionError, match="does not measure: install that sensor, or leave the loop out"):
        trimmed(dict(LOOP) | {"press": {"sensors": {"tile_moisture": {"installed": False}}}})


def test_a_loop_that_scans_between_samples_is_refused() -> None:
    with pytest.raises(DefinitionError, match="no multiple of the 5 s"):
        trimmed({"control": {"pressure_trim": {"every_s": 12.0}}})


def test_slices_and_readers_change_nothing_that_a_loop_does() -> None:
    whole, sliced = trimmed()[0], trimmed()[0]
    whole.engine.advance(START + 2 * HOUR)
    for second in range(0, 7200, 37):
        sliced.engine.advance(START + second * 1_000_000)
        sliced.engine.settle()
    sliced.engine.advance(START + 2 * HOUR)
    assert pressure(whole) == pressure(sliced)
    assert whole.line.loops[0].state == sliced.line.loops[0].state
