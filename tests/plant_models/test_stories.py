"""Stories name stations, signals and faults that the plant has, and leave the plant as they found it."""

import pytest

from tests.support.tile_lines import opened


@pytest.mark.parametrize("scenario", ["standard", "press-control"])
def test_every_command_of_a_story_is_one_that_the_plant_takes(scenario: str) -> None:
    line = opened(scenario=scenario, opening="empty").line
    described = line.describe()
    set_points = {signal.path: signal for signal in described.signals if signal.writable}
    faults = {station.path: {fault.name for fault in station.faults} for station in described.stations}
    assert [story.name for story in line.presentation.stories] == ["wet-powder", "kiln-gap", "passport"]
    for story in line.presentation.stories:
        assert {path.rsplit("/", 1)[0] for path in story.watch} <= set(faults)
        for command in (each for step in story.steps for each in step.commands):
            if command.name == "write":
                signal = set_points[command.target]
                assert signal.low is not None
                assert signal.high is not None
                assert signal.low <= float(command.arguments["value"]) <= signal.high
            else:
                assert command.arguments["fault"] in faults[command.target]


@pytest.mark.parametrize("plant", ["porcelain-600", "wall-316", "slab-600x1200"])
def test_every_step_of_a_story_looks_at_what_the_page_has(plant: str) -> None:
    line = opened(plant, opening="empty").line
    drawn = line.presentation
    views = {page.name: set(page.views) for page in drawn.pages} | {"line": set()}
    signals = {signal.path for signal in line.describe().signals}
    for story in drawn.stories:
        assert set(story.watch) <= signals
        assert [bool(step.text.en and step.text.es) for step in story.steps] == [True] * len(story.steps)
        for step in story.steps:
            assert step.page in views
            assert step.view is None or step.view in views[step.page]
            assert step.station is None or step.station in {station.path for station in line.stations}
            if step.thing is not None:
                kind, _, key = step.thing.partition(":")
                assert kind in {each.name for each in line.genealogy(None).kinds}
                assert key


def test_a_story_takes_three_minutes_and_writes_back_what_it_changed() -> None:
    line = opened(opening="empty").line
    for story in line.presentation.stories:
        assert sum(step.minutes for step in story.steps) / story.speed <= 3.0
        written = [each for step in story.steps for each in step.commands if each.name == "write"]
        last = {command.target: command.arguments["value"] for command in written}
        for target, value in last.items():
            station, name = target.rsplit("/", 1)
            assert line.station(station).set_points[name] == value
