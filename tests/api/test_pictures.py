"""A presentation, resolved against the line."""

from dataclasses import replace

import pytest

from api.index import Index
from api.pictures import Pictures
from tests.support.fake_port import FakePort
from tests.support.village_bakery import VillageBakery, path_of
from tests.support.village_views import PAGES, VIEWS
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
    assert [view["name"] for view in plain["views"]] == [view.name for view in VIEWS]
    assert [page["views"] for page in plain["pages"]] == [list(page.views) for page in PAGES]
    by_kind = {view["kind"]: view for view in plain["views"]}
    assert by_kind["scatter"]["across"] == f"{path_of('mixer')}/water"
    assert by_kind["sankey"]["streams"][0]["counters"] == [f"{path_of('inspection')}/first"]
    assert by_kind["waterfall"]["station"] == path_of("divider")
    assert by_kind["timeline"]["stations"] == [path_of(name) for name in ("mixer", "divider", "oven")]
    command = plain["stories"][0]["steps"][1]["commands"][0]
    assert command == {
        "name": "inject_fault",
        "target": path_of("divider"),
        "arguments": {"fault": "jam", "duration_s": 600.0},
    }


def test_a_plant_without_pages_gets_one_with_all_its_views(port: FakePort) -> None:
    plain = pictures_of(port).as_plain()
    assert [page["name"] for page in plain["pages"]] == ["charts"]
    assert plain["pages"][0]["views"] == [view["name"] for view in plain["views"]]


def test_what_the_line_does_not_have_is_left_out_and_logged(port: FakePort, caplog: pytest.LogCaptureFixture) -> None:
    known = StationPicture(station="oven", at=(0, 0), size=(1, 1), figures=("temperature", "oven/nothing"))
    unknown = StationPicture(station="kneader", at=(0, 0), size=(1, 1))
    presentation = Presentation(width=1, height=1, stations=(known, unknown), looks=(StateLook(state="x", look="off"),))
    port.description = replace(port.description, presentation=presentation)
    plain = pictures_of(port).as_plain()
    assert [station["figures"] for station in plain["stations"]] == [[f"{plain['stations'][0]['station']}/temperature"]]
    assert "kneader" in caplog.text
    assert "oven/nothing" in caplog.text
