"""What a scenario lets happen: at its instant, whoever advances the run and wherever it is resumed."""

from copy import deepcopy
from pathlib import Path

import pytest

from plant_models.definition.timeline import Happening
from twin.host.choose import Choice, define
from twin.host.installed import families
from twin.line.errors import DefinitionError
from twin.line.records import Record
from twin.line.time import DAY, HOUR, MINUTE
from twin.record.run import Run
from twin.run.chapters import Chapter

HEAD = 'title_en = "Wet silo"\ntitle_es = "Silo húmedo"\nfault_scale = 0.0\n'
SMALL = """
[changes]
press = { strokes_per_minute = 2.0 }
kiln = { length_m = 30.0 }
store = { boxes = 20, box_m2 = 20.0, opening_share = 0.1 }
"""
TIMELINE = """
[[timeline]]
at_h = 24.0
station = "powder"
fault = "wet_lot"
size = 1.5
duration_h = 0.5

[[timeline]]
at_h = 24.2
station = "line-1/press"
set_point = "specific_pressure_set_point"
value = 380.0
duration_h = 0.1
back_to = 400.0
"""


def scenario(folder: Path, timeline: str = TIMELINE) -> Run:
    path = folder / "wet.toml"
    path.write_text(HEAD + timeline + SMALL, encoding="utf-8")
    return Run(define(Choice(scenario=str(path)), None), families())


def test_a_failure_of_the_timeline_begins_and_ends_at_its_instants(tmp_path: Path) -> None:
    run = scenario(tmp_path, TIMELINE.replace("24.", "1."))
    run.open()
    powder = run.line.stations[0]
    run.advance(run.definition.start + HOUR)
    assert powder.faults.condition("moisture") == 0.0
    run.advance(run.definition.start + HOUR + 1)
    usual = powder.faults.modes[powder.faults.names.index("wet_lot")].conditions["moisture"]
    assert powder.faults.condition("moisture") == pytest.approx(1.5 * usual)
    run.advance(run.definition.start + HOUR + 31 * MINUTE)
    assert powder.faults.condition("moisture") == 0.0


def test_a_set_point_of_the_timeline_is_written_and_written_back(tmp_path: Path) -> None:
    run = scenario(tmp_path, TIMELINE.replace("24.", "1."))
    run.open()
    press, seen = run.line.stations[1], []
    for minutes in (71, 73, 79):
        run.advance(run.definition.start + minutes * MINUTE)
        seen.append(press.set_points["specific_pressure_set_point"])
    assert seen == [400.0, 380.0, 400.0]


def test_the_timeline_does_not_depend_on_slices_or_on_being_resumed_at_its_instant(tmp_path: Path) -> None:
    chapters: list[Chapter] = []
    at_once, sliced, resumed = (scenario(tmp_path) for _ in range(3))
    end = at_once.definition.start + DAY + HOUR
    at_once.open()
    at_once.on_chapter = lambda chapter: chapters.append(deepcopy(chapter))
    at_once.advance(end)
    sliced.open()
    for minutes in range(13, 25 * 60, 131):
        sliced.advance(sliced.definition.start + minutes * MINUTE)
    sliced.advance(end)
    resumed.resume(chapters[0])
    assert chapters[0].time == resumed.definition.start + DAY
    resumed.advance(end)
    assert {run.digest() for run in (at_once, sliced, resumed)} == {at_once.digest()}
    assert at_once.line.stations[0].faults.state.counts == resumed.line.stations[0].faults.state.counts


def test_planned_commands_stand_in_the_event_log_without_a_number(tmp_path: Path) -> None:
    run = scenario(tmp_path, TIMELINE.replace("24.", "0."))
    told: list[tuple[int, int]] = []
    run.recorder.listeners.append(
        lambda entries: told.extend(
            (int(entry["time"]), int(entry["a"])) for entry in entries[entries["kind"] == Record.COMMAND]
        )
    )
    run.open()
    run.advance(run.definition.start + HOUR)
    run.digest()
    minutes = [(time - run.definition.start) / MINUTE for time, _ in told]
    assert minutes == pytest.approx([0.0, 12.0, 18.0])
    assert {number for _, number in told} == {0}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('"wet_lot"', '"wet_lott"'), "timeline entry 1: .* has no fault 'wet_lott'; it has: "),
        (('"powder"', '"silo"'), "timeline entry 1: there is no station 'silo'; stations are: powder, press"),
        (("380.0", "999.0"), "timeline entry 2: .* 999 kgf/cm² is outside 150 to 550"),
        (("size = 1.5", "size = 9.0"), "timeline entry 1: size is 9; .* 0.1 to 3"),
        (("back_to = 400.0", ""), None),
        (("value = 380.0", ""), "a set point that is written needs a value"),
        (('fault = "wet_lot"', ""), "write one of them"),
        (("duration_h = 0.1", ""), "back_to belongs to"),
    ],
)
def test_a_timeline_that_cannot_be_is_refused(tmp_path: Path, change: tuple[str, str], sentence: str | None) -> None:
    timeline = TIMELINE.replace(*change)
    if sentence is None:
        assert len(scenario(tmp_path, timeline).line.planned) == 2
        return
    with pytest.raises(DefinitionError, match=sentence):
        scenario(tmp_path, timeline)


def test_a_happening_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="write one of them"):
        Happening(at_h=1.0, station="press")


STUCK = """
[[timeline]]
at_h = 1.0
station = "press"
signal = "tile_moisture"
fault = "stuck"
duration_h = 0.5
"""


def test_a_sensor_of_the_timeline_fails_at_its_instant_and_is_well_again(tmp_path: Path) -> None:
    run = scenario(tmp_path, STUCK)
    run.open()
    press = next(station for station in run.line.stations if station.name == "press")
    seen = []
    for minutes in (59, 61, 91):
        run.advance(run.definition.start + minutes * MINUTE)
        seen.append(bool(press.sensing.on("tile_moisture")))
    assert seen == [False, True, False]


def test_a_signal_without_what_ails_its_sensor_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="needs a key fault"):
        scenario(tmp_path, STUCK.replace('fault = "stuck"', 'set_point = "x"'))
    with pytest.raises(DefinitionError, match="tile_moistur"):
        scenario(tmp_path, STUCK.replace("tile_moisture", "tile_moistur"))
    with pytest.raises(DefinitionError, match="stuck"):
        scenario(tmp_path, STUCK.replace("stuck", "sticky"))
