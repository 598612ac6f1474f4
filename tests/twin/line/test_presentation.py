"""Presentations are plain data that refuse what they do not know."""

from typing import Any

import pytest
from pydantic import ValidationError

from twin.line.presentation import Presentation

PICTURES: dict[str, Any] = {
    "width": 10.0,
    "height": 4.0,
    "stations": [
        {
            "station": "oven",
            "at": [1.0, 2.0],
            "size": [2.0, 1.0],
            "shapes": [{"form": "rectangle", "points": [[0.0, 0.0], [2.0, 1.0]], "role": "heat"}],
            "fills": [{"signal": "oven/inside", "low": [0.0, 0.0], "high": [1.0, 1.0]}],
            "cells": [{"signal": "oven/curve", "low": [0.0, 0.0], "high": [1.0, 1.0], "scale": "heat"}],
            "figures": ["oven/heat"],
        }
    ],
    "flows": [{"points": [[0.0, 0.0], [1.0, 0.0]], "counter": "oven/finished"}],
    "looks": [{"state": "producing", "look": "running"}],
    "headline": ["oven/heat"],
}


def test_a_presentation_comes_back_equal_from_plain_data() -> None:
    pictures = Presentation.model_validate(PICTURES)

    assert Presentation.model_validate_json(pictures.model_dump_json()) == pictures
    assert pictures.stations[0].shapes[0].points == ((0.0, 0.0), (2.0, 1.0))


@pytest.mark.parametrize(
    "where",
    [
        (),
        ("stations", 0),
        ("stations", 0, "shapes", 0),
        ("stations", 0, "fills", 0),
        ("stations", 0, "cells", 0),
        ("flows", 0),
        ("looks", 0),
    ],
)
def test_an_unknown_key_is_refused_at_its_place(where: tuple[str | int, ...]) -> None:
    def with_key(data: Any, path: tuple[str | int, ...]) -> Any:
        if not path:
            return {**data, "colour": "red"}
        if isinstance(data, list):
            return [with_key(item, path[1:]) if index == path[0] else item for index, item in enumerate(data)]
        return {**data, path[0]: with_key(data[path[0]], path[1:])}

    with pytest.raises(ValidationError) as refused:
        Presentation.model_validate(with_key(PICTURES, where))
    assert [(error["loc"], error["type"]) for error in refused.value.errors()] == [
        ((*where, "colour"), "extra_forbidden")
    ]


def test_a_presentation_cannot_be_changed() -> None:
    pictures = Presentation.model_validate(PICTURES)
    with pytest.raises(ValidationError, match="frozen"):
        pictures.width = 3.0  # type: ignore[misc]


@pytest.mark.parametrize(
    "change",
    [{"looks": [{"state": "producing", "look": "happy"}]}, {"width": "wide"}, {"stations": [{"station": "oven"}]}],
)
def test_what_a_console_could_not_draw_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Presentation.model_validate({**PICTURES, **change})
