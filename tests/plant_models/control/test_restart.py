"""Loops, operators and ailing sensors go on from a chapter as if nothing had been, in whatever slices."""

from pathlib import Path
from typing import Any

import pytest

from twin.host.choose import Choice, define
from twin.host.installed import families
from twin.line.time import HOUR, MINUTE, SECOND
from twin.record.run import Run
from twin.run.chapters import newest_chapter, write_chapter
from twin.run.journal import Entry

DEFINITION = define(Choice("porcelain-600", "automatic", start="2026-01-06T05:30"), None)
START, END = DEFINITION.start, DEFINITION.start + 75 * MINUTE
FORMING, POWDER = "porcelain-600/castello/forming/line-1", "porcelain-600/castello/supply/powder/powder"


def entry(number: int, minute: float, name: str, target: str, **arguments: Any) -> Entry:
    return Entry(number, START + round(minute * MINUTE), name, target, arguments, "u", 0)


COMMANDS = (
    entry(1, 3.0, "inject_fault", f"{FORMING}/press/tile_moisture", fault="bias", size=2.0),
    entry(2, 9.5, "inject_fault", f"{FORMING}/glazing/glaze_density", fault="stuck", duration_s=2400.0),
    entry(3, 12.0, "inject_fault", f"{POWDER}/moisture", fault="dirty-window", size=-1.5),
    entry(4, 41.0, "clear_fault", f"{FORMING}/press/tile_moisture", fault="bias"),
)


def finished(run: Run) -> tuple[str, list[Any]]:
    run.replay(COMMANDS, END)
    return run.digest(), [(loop.state, loop.set_points) for loop in run.line.loops]  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, list[Any]]:
    folder = tmp_path_factory.mktemp("chapters")
    run = Run(DEFINITION, families())
    run.on_chapter = lambda chapter: _keep(folder, chapter)
    run.open()
    digest, states = finished(run)
    assert any(state.interventions for state, _ in states)
    return folder, digest, states


def _keep(folder: Path, chapter: Any) -> None:
    write_chapter(folder, chapter, DEFINITION.digest, DEFINITION.version)


def test_a_run_with_loops_goes_on_from_a_chapter(whole: tuple[Path, str, list[Any]]) -> None:
    folder, digest, states = whole
    run = Run(DEFINITION, families())
    chapter, damages = newest_chapter(folder, run.line, DEFINITION.digest, DEFINITION.version, END, len(COMMANDS))
    assert chapter is not None
    assert not damages
    assert chapter.time == START + 30 * MINUTE
    run.resume(chapter)
    assert run.line.station(f"{FORMING}/press").sensing.on("tile_moisture")
    assert finished(run) == (digest, states)


def test_a_run_with_loops_is_the_same_in_any_slices(whole: tuple[Path, str, list[Any]]) -> None:
    _, digest, states = whole
    run = Run(DEFINITION, families())
    run.open()
    for second in range(0, 75 * 60, 97):
        run.replay(COMMANDS, START + second * SECOND)
        run.settle()
    assert finished(run) == (digest, states)


def test_what_listens_in_plant_time_changes_nothing(whole: tuple[Path, str, list[Any]]) -> None:
    _, digest, states = whole
    run, heard = Run(DEFINITION, families()), []
    run.open()
    run.engine.listen(7 * MINUTE, heard.append)
    assert finished(run) == (digest, states)
    assert heard == list(range((START // (7 * MINUTE) + 1) * 7 * MINUTE, END + 1, 7 * MINUTE))


def test_a_gauge_that_is_off_moves_the_strokes_after_it_and_nothing_upstream() -> None:
    runs = []
    for commands in ((), COMMANDS[:1]):
        run = Run(DEFINITION, families())
        run.open()
        run.replay(commands, START + HOUR // 2)
        runs.append(run)
    calm, misled = (run.line for run in runs)
    names = {signal.name for signal in calm.station(POWDER).signals}
    assert all(
        getattr(calm.station(POWDER), name) == getattr(misled.station(POWDER), name)
        for name in names - {"level", "used", "delivered"}
    )
    pressures = [line.station(f"{FORMING}/press").set_points["specific_pressure_set_point"] for line in (calm, misled)]
    assert pressures[1] < pressures[0] - 20.0
