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


def test_a_story_takes_three_minutes_and_writes_back_what_it_changed() -> None:
    line = opened(opening="empty").line
    for story in line.presentation.stories:
        assert sum(step.minutes for step in story.steps) / story.speed <= 3.0
        written = [each for step in story.steps for each in step.commands if each.name == "write"]
        last = {command.target: command.arguments["value"] for command in written}
        for target, value in last.items():
            station, name = target.rsplit("/", 1)
            assert line.station(station).set_points[name] == value
