"""The plant's presentation as the page reads it: every signal named by its whole path, every state with a look."""

import logging
from collections.abc import Iterable
from typing import Any

from api.answers import wording
from api.index import Index
from twin.line.description import StationDescription
from twin.line.presentation import Fill, Look, Presentation, StationPicture
from twin.line.signal import ValueType
from twin.line.text import Text
from twin.line.views import CurveView, View

logger = logging.getLogger(__name__)

# What common words for states mean to the eye; a presentation's own `looks` come first.
USUAL_LOOKS: dict[str, Look] = {
    "running": "running",
    "producing": "running",
    "working": "running",
    "execute": "running",
    "executing": "running",
    "starved": "starved",
    "waiting for material": "starved",
    "blocked": "blocked",
    "suspended": "blocked",
    "set-up": "set-up",
    "setting up": "set-up",
    "changeover": "set-up",
    "resetting": "set-up",
    "starting": "set-up",
    "held": "held",
    "micro-stop": "held",
    "paused": "held",
    "down": "down",
    "failed": "down",
    "fault": "down",
    "breakdown": "down",
    "aborted": "down",
    "cleaning": "planned",
    "maintenance": "planned",
}
STATE_NAMES = ("activity", "state")


class Pictures:
    """Resolves the names in a presentation against the line."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._presentation: Presentation = index.line.presentation
        self._looks = {**USUAL_LOOKS, **{look.state.casefold(): look.look for look in self._presentation.looks}}

    def as_plain(self) -> dict[str, Any]:
        """The whole presentation; what it names and the line does not have is left out, with a line in the log."""
        drawn = self._presentation
        stations = [self._station(picture) for picture in drawn.stations]
        return {
            "width": drawn.width,
            "height": drawn.height,
            "stations": [station for station in stations if station is not None],
            "flows": [{"points": flow.points, "counter": self._path(flow.counter)} for flow in drawn.flows],
            "views": [self._view(view) for view in drawn.views],
            "headline": self._paths(drawn.headline),
        }

    def _station(self, picture: StationPicture) -> dict[str, Any] | None:
        station = self._described(picture.station)
        if station is None:
            logger.warning("The presentation draws %r, which is no station of this line.", picture.station)
            return None
        state = self._state(picture, station)
        return {
            "station": station.path,
            "at": picture.at,
            "size": picture.size,
            "shapes": [shape.model_dump() for shape in picture.shapes],
            "fills": [fill for fill in (self._fill(fill, station) for fill in picture.fills) if fill["signal"]],
            "cells": [
                {"signal": path, "low": cells.low, "high": cells.high, "scale": cells.scale}
                for cells in picture.cells
                if (path := self._path(cells.signal, station)) is not None
            ],
            "figures": self._paths(picture.figures, station),
            "beats": self._path(picture.beats, station),
            "state": state,
            "looks": self._station_looks(state),
        }

    def _fill(self, fill: Fill, station: StationDescription) -> dict[str, Any]:
        return {
            "signal": self._path(fill.signal, station),
            "low": fill.low,
            "high": fill.high,
            "maximum": self._path(fill.maximum, station),
        }

    def _state(self, picture: StationPicture, station: StationDescription) -> str | None:
        if picture.state is not None:
            return self._path(picture.state, station)
        by_name = {signal.name: signal for signal in station.signals if signal.value_type is ValueType.ENUMERATION}
        return next((by_name[name].path for name in STATE_NAMES if name in by_name), None)

    def _station_looks(self, state: str | None) -> list[str]:
        """The look of each position of the station's state."""
        if state is None:
            return []
        return [self._looks.get(text.en.casefold(), "off") for text in self._index.signals[state].states]

    def _view(self, view: View) -> dict[str, Any]:
        content: dict[str, Any] = {"kind": view.kind, "name": view.name, "title": _both(view.title)}
        content["lines"] = self._paths(view.parts if view.kind == "share" else view.lines)
        if isinstance(view, CurveView):
            content["second_axis"] = self._path(view.second_axis)
        return content

    def _described(self, name: str) -> StationDescription | None:
        stations = self._index.line.stations
        exact = (station for station in stations if name in {station.path, station.name})
        tail = (station for station in stations if station.path.endswith("/" + name))
        return next(exact, None) or next(tail, None)

    def _paths(self, names: Iterable[str], station: StationDescription | None = None) -> list[str]:
        return [path for path in (self._path(name, station) for name in names) if path is not None]

    def _path(self, name: str | None, station: StationDescription | None = None) -> str | None:
        """The whole path of a signal named by itself on `station`, by a tail, or in full."""
        if name is None:
            return None
        signals = self._index.signals
        for path in (f"{station.path}/{name}" if station else name, name):
            if path in signals:
                return path
        found = next((path for path in signals if path.endswith("/" + name)), None)
        if found is None:
            logger.warning("The presentation names %r, which is no signal of this line.", name)
        return found


def _both(text: Text) -> dict[str, str]:
    return wording(text).model_dump()
