"""A person sees an alarm, walks, and acts; whoever acknowledges it calls a person at once."""

from typing import Any

import pytest

from plant_models.operators.station import Operators
from tests.support.tile_lines import START, LineRun, opened
from twin.line.errors import DefinitionError
from twin.line.sensing import Ailment
from twin.line.time import HOUR, MINUTE, NEVER

FAST = {"distribution": "constant", "value": 1.0}
SLOW = {"distribution": "constant", "value": 600.0}


def dirty(changes: dict[str, Any]) -> tuple[LineRun, Operators]:
    """A line whose moisture gauge has had a dirty window for a while, with its alarm."""
    run = opened(scenario="no-faults", changes=changes)
    powder = run.line.powder
    powder.sensing.begin(powder, "moisture", Ailment.DIRTY_WINDOW, NEVER, 1.0, START)
    run.engine.advance(START + 2 * HOUR + 1)
    assert powder.alarms[1]
    operators = next(station for station in run.line.stations if isinstance(station, Operators))
    return run, operators


def test_a_weak_signal_raises_its_alarm_and_somebody_cleans_the_window() -> None:
    run, operators = dirty({"operators": {"notice_min": FAST, "walk_min": FAST, "work_min": FAST}})
    powder = run.line.powder
    run.engine.advance(START + 2 * HOUR + 3 * MINUTE - 1)
    assert powder.sensing.on("moisture")
    run.engine.advance(START + 2 * HOUR + 3 * MINUTE + 1)
    assert not powder.sensing.on("moisture")
    run.engine.advance(START + 2 * HOUR + 10 * MINUTE + 1)
    assert not powder.alarms[1]
    assert operators.visits == 1


def test_acknowledging_the_alarm_makes_somebody_come_at_once() -> None:
    run, _ = dirty({"operators": {"notice_min": SLOW, "walk_min": FAST, "work_min": FAST}})
    powder = run.line.powder
    run.engine.advance(START + 4 * HOUR)
    assert powder.sensing.on("moisture")
    powder.acknowledged("gauge")
    run.engine.advance(START + 4 * HOUR + 2 * MINUTE + 1)
    assert not powder.sensing.on("moisture")


def test_acknowledging_another_alarm_calls_nobody() -> None:
    run, operators = dirty({"operators": {"notice_min": SLOW}})
    run.line.powder.acknowledged("low_level")
    run.line.forming[0].press.acknowledged("gauge")
    assert all(task.noticed > run.engine.now + HOUR for task in operators.state.tasks.values())


def test_people_who_clean_no_windows_leave_them_dirty() -> None:
    run, operators = dirty({"operators": {"clean_windows": False, "notice_min": FAST}})
    run.engine.advance(START + 6 * HOUR)
    assert run.line.powder.sensing.on("moisture")
    assert operators.visits == 0


def test_people_set_the_density_of_the_glaze_right_when_they_are_told_to() -> None:
    fast = {"notice_min": FAST, "walk_min": FAST, "work_min": FAST, "top_up_glaze": True}
    run = opened(scenario="no-faults", changes={"operators": fast})
    glazing = run.line.forming[0].glazing
    glazing.write("density_trim_set_point", 0.09)
    run.engine.advance(START + HOUR)
    assert float(glazing.glaze_density) == pytest.approx(glazing.parameters.glaze_density, abs=0.004)
    assert not any(glazing.alarms)


def test_tasks_go_on_after_a_chapter() -> None:
    run, operators = dirty({"operators": {"notice_min": SLOW, "walk_min": FAST, "work_min": FAST}})
    operators.attach(operators.env)
    run.engine.advance(START + 12 * HOUR + 2 * MINUTE + 1)
    assert not run.line.powder.sensing.on("moisture")


QUICK = {"notice_min": FAST, "walk_min": FAST, "work_min": FAST}


def slipping(operators: dict[str, Any]) -> LineRun:
    """A line whose dryer's fan belt slips, with its alarm, for an hour from the first hour on."""
    changes = {"operators": operators, "dryer": {"faults": {"fan_belt": {"onset_min": 0.0}}}}
    run = opened(scenario="no-faults", changes=changes)
    run.engine.advance(START + HOUR)
    dryer = run.line.forming[0].dryer
    dryer.inject(dryer.faults.names.index("fan_belt"), START + 2 * HOUR)
    return run


def test_people_move_a_set_point_while_a_failure_lasts_and_then_put_it_back() -> None:
    run = slipping(QUICK)
    dryer = run.line.forming[0].dryer
    usual = dryer.set_points["hot_temperature_set_point"]
    seen = []
    for minutes in (61, 74, 119, 131):
        run.engine.advance(START + minutes * MINUTE)
        seen.append(dryer.set_points["hot_temperature_set_point"] - usual)
    assert seen == [0.0, 10.0, 10.0, 0.0]


def test_people_who_leave_set_points_alone_do_not_move_them() -> None:
    run = slipping(QUICK | {"move_set_points": False})
    dryer = run.line.forming[0].dryer
    run.engine.advance(START + 2 * HOUR)
    assert dryer.set_points["hot_temperature_set_point"] == dryer.parameters.hot_temperature


def test_acknowledging_a_failure_saves_what_is_left_of_the_time_until_somebody_notices() -> None:
    ends = []
    for minutes in (None, 0.0, 100.0):
        repair = {"distribution": "constant", "value": 60.0}
        fault = {"repair_min": repair, "reaction": {"noticed_share": 0.5}}
        run = opened(scenario="no-faults", changes={"press": {"faults": {"encoder": fault}}})
        press = run.line.forming[0].press
        run.engine.advance(START + HOUR)
        index = press.faults.names.index("encoder")
        press.begin_fault(index)
        if minutes is not None:
            run.engine.advance(START + HOUR + round(min(minutes, 40.0) * MINUTE))
            press.acknowledged("encoder")
        ends.append((press.faults.state.until[index] - START) / MINUTE)
    assert ends == [120.0, 90.0, 120.0]


def test_a_failure_that_was_given_a_duration_keeps_it_when_it_is_acknowledged() -> None:
    run = opened(scenario="no-faults")
    press = run.line.forming[0].press
    run.engine.advance(START + HOUR)
    index = press.faults.names.index("encoder")
    press.inject(index, START + 3 * HOUR)
    press.acknowledged("encoder")
    assert press.faults.state.until[index] == START + 3 * HOUR


def test_a_reaction_to_a_set_point_that_the_station_has_not_got_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"moves 'heat_set_point'.*hot_temperature_set_point"):
        opened(changes={"dryer": {"faults": {"burner": {"reaction": {"moves": {"heat_set_point": 1.0}}}}}})
