"""A presentation, resolved against the line."""

from dataclasses import replace

import pytest

from api.index import Index
from api.pictures import Pictures
from tests.support.fake_port import FakePort
from tests.support.village_bakery import VillageBakery, path_of
from twin.line.presentation import Presentation, StateLook, StationPicture


def pictures_of(port: FakePort) -> Pictures:
    return Pictures(Index(port, simulator=True))


def test_states_get_the_look_of_their_word_or_the_plants_own() -> None:
    station = pictures_of(VillageBakery()).as_plain()["stations"][0]
    assert station["state"] == f"{path_of('silo')}/state"
    assert station["looks"] == ["off", "running", "starved", "blocked", "set-up", "planned", "down", "held"]


def test_every_name_of_a_presentation_is_resolved() -> None:
    port = VillageBakery()
    plain = pictures_of(port).as_plain()
    assert len(plain["stations"]) == len(port.description.presentation.stations)
    assert plain["flows"][0]["counter"] == f"{path_of('silo')}/count"
    assert plain["views"][0]["second_axis"] == f"{path_of('oven')}/minutes"
    assert [view["kind"] for view in plain["views"]] == ["curve", "trend", "share"]


def test_what_the_line_does_not_have_is_left_out_and_logged(port: FakePort, caplog: pytest.LogCaptureFixture) -> None:
    known = StationPicture(station="oven", at=(0, 0), size=(1, 1), figures=("temperature", "oven/nothing"))
    unknown = StationPicture(station="kneader", at=(0, 0), size=(1, 1))
    presentation = Presentation(width=1, height=1, stations=(known, unknown), looks=(StateLook(state="x", look="off"),))
    port.description = replace(port.description, presentation=presentation)
    plain = pictures_of(port).as_plain()
    assert [station["figures"] for station in plain["stations"]] == [[f"{plain['stations'][0]['station']}/temperature"]]
    assert "kneader" in caplog.text
    assert "oven/nothing" in caplog.text
