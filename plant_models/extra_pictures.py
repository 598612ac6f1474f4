"""Fits the pictures of a line to what a plant has: without sensors that are not there, with its control loops."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from twin.line.presentation import Presentation, Shape, StationPicture
from twin.line.views import CurveView, ScatterView, ShareView, TrendView, View

if TYPE_CHECKING:
    from plant_models.line import TileLine
    from twin.line.station import Station

DESK = (120.0, 60.0)
GAP = 60.0
ABOVE, BELOW = 46.0, 84.0
"""Room for the words above a desk, and for the figures below it."""
MOST_FIGURES = 3


def fitted(line: "TileLine", drawn: Presentation) -> Presentation:
    """The presentation with a desk for each control loop, and without what this plant lacks."""
    missing = {
        f"{station.path}/{name}"
        for station in line.stations
        for name in station.sensing.sensors
        if not station.sensing.installed(name)
    }
    pictures = tuple(_without(picture, missing) for picture in drawn.stations)
    desks, height = _desks(line.loops, drawn)
    views = tuple(view for view in (_view_without(view, missing) for view in drawn.views) if view is not None)
    gone = {view.name for view in drawn.views} - {view.name for view in views}
    pages = tuple(
        page.model_copy(update={"views": tuple(name for name in page.views if name not in gone)})
        for page in drawn.pages
    )
    headline = tuple(name for name in drawn.headline if name not in missing)
    return drawn.model_copy(
        update={
            "stations": (*pictures, *desks), "height": height, "views": views, "pages": pages, "headline": headline,
        }
    )  # fmt: skip


def _without(picture: StationPicture, missing: set[str]) -> StationPicture:
    def there(name: str) -> bool:
        return f"{picture.station}/{name}" not in missing

    return picture.model_copy(
        update={
            "figures": tuple(name for name in picture.figures if there(name)),
            "fills": tuple(fill for fill in picture.fills if there(fill.signal)),
            "cells": tuple(strip for strip in picture.cells if there(strip.signal)),
        }
    )


def _view_without(view: View, missing: set[str]) -> View | None:
    """The view without lines that are missing, None when nothing is left of it."""
    match view:
        case CurveView() | TrendView():
            lines = tuple(name for name in view.lines if name not in missing)
            return view.model_copy(update={"lines": lines}) if lines else None
        case ShareView():
            parts = tuple(name for name in view.parts if name not in missing)
            return view.model_copy(update={"parts": parts}) if parts else None
        case ScatterView():
            return None if {view.across, view.up, view.colour} & missing else view
        case _:
            return view


def _desks(stations: Sequence["Station"], drawn: Presentation) -> tuple[tuple[StationPicture, ...], float]:
    """A desk for each station, in rows below everything else, and the height with them."""
    pictures: list[StationPicture] = []
    across = max(1, int((drawn.width - GAP) // (DESK[0] + GAP)))
    pitch = ABOVE + DESK[1] + BELOW
    desk = (
        Shape(form="rectangle", points=((0.0, 0.0), DESK), role="body"),
        Shape(form="rectangle", points=((6.0, 6.0), (18.0, 18.0)), role="state"),
    )
    for number, station in enumerate(stations):
        row, column = divmod(number, across)
        shown = [signal.name for signal in station.signals if signal.main and signal.name != "activity"]
        pictures.append(
            StationPicture(
                station=station.path,
                at=(GAP / 2.0 + column * (DESK[0] + GAP), drawn.height + row * pitch + ABOVE),
                size=DESK,
                shapes=desk,
                figures=tuple(shown[:MOST_FIGURES]),
            )
        )
    rows = -(-len(stations) // across)
    return tuple(pictures), drawn.height + rows * pitch
