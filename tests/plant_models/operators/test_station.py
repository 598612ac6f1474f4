"""A person sees an alarm, walks, and acts; whoever acknowledges it calls a person at once."""

from typing import Any

import pytest

from plant_models.operators.station import Operators
from tests.support.tile_lines import START, LineRun, opened
from twin.line.faults import NEVER
from twin.line.sensing import Ailment
from twin.line.time import HOUR, MINUTE

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
