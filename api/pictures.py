"""The plant's presentation as the page reads it: every signal named by its whole path, every state with a look."""

import logging
from collections.abc import Iterable
from typing import Any

from api.answers import wording
from api.index import Index
from twin.line.description import SignalDescription, StationDescription
from twin.line.presentation import Fill, Look, Page, Presentation, StationPicture, Story
from twin.line.signal import ValueType
from twin.line.text import Text
from twin.line.views import (
    CurveView,
    FiguresView,
    LossTreeView,
    PassportView,
    PeriodsView,
    SankeyView,
    ScatterView,
    ShareView,
    TimelineView,
    TrendView,
    View,
    WaterfallView,
)

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
        self._looks: dict[str, Look] = {
            **USUAL_LOOKS,
            **{look.state.casefold(): look.look for look in self._presentation.looks},
        }

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
            "pages": [
                {"name": page.name, "title": _both(page.title), "views": self._known(page)} for page in self._pages
            ],
            "stories": [self._story(story) for story in drawn.stories],
            "headline": self._paths(drawn.headline),
        }

    @property
    def _pages(self) -> tuple[Page, ...]:
        """The plant's pages; all views on one where it names none."""
        drawn = self._presentation
        if drawn.pages or not drawn.views:
            return drawn.pages
        names = tuple(view.name for view in drawn.views)
        return (Page(name="charts", title=Text("Charts", "Gráficos"), views=names),)

    def _known(self, page: Page) -> list[str]:
        known = {view.name for view in self._presentation.views}
        for name in page.views:
            if name not in known:
                logger.warning("The page %r names %r, which is no view of this plant.", page.name, name)
        return [name for name in page.views if name in known]

    def _story(self, story: Story) -> dict[str, Any]:
        content = story.model_dump(exclude={"title", "before", "after", "steps"})
        steps = [
            {
                **step.model_dump(exclude={"text", "commands"}),
                "text": _both(step.text),
                "commands": [
                    {**command.model_dump(), "target": self._target(command.target)} for command in step.commands
                ],
            }
            for step in story.steps
        ]
        texts = {"title": _both(story.title), "before": _both(story.before), "after": _both(story.after)}
        return {**content, **texts, "watch": self._paths(story.watch), "steps": steps}

    def _target(self, name: str) -> str:
        """The whole path of a station or a signal."""
        station = self._described(name)
        return station.path if station is not None else self._path(name) or name

    @property
    def states(self) -> dict[str, tuple[SignalDescription, list[Look]]]:
        """The state signal of each drawn station that has one, with the look of each of its positions."""
        found = {}
        for picture in self._presentation.stations:
            station = self._described(picture.station)
            path = None if station is None else self._state(picture, station)
            if station is not None and path is not None:
                found[station.path] = (self._index.signals[path], self._station_looks(path))
        return found

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
            "inside": self._path(picture.inside, station),
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

    def _station_looks(self, state: str | None) -> list[Look]:
        """The look of each position of the station's state."""
        if state is None:
            return []
        return [self._looks.get(text.en.casefold(), "off") for text in self._index.signals[state].states]

    def _view(self, view: View) -> dict[str, Any]:
        """A view with whole paths and texts in both languages, and what its table's columns are called."""
        content: dict[str, Any] = view.model_dump(exclude={"title", "note", "streams", "items"})
        content["title"] = _both(view.title)
        content["note"] = None if view.note is None else _both(view.note)
        match view:
            case CurveView():
                content["lines"] = self._paths(view.lines)
                content["references"] = [
                    {"title": _both(each.title), "values": each.values} for each in view.references
                ]
                content["second_axis"], content["inside"] = self._path(view.second_axis), self._path(view.inside)
            case TrendView():
                content["lines"] = self._paths(view.lines)
            case ShareView():
                content["lines"] = self._paths(view.parts)
            case ScatterView():
                content |= {name: self._path(getattr(view, name)) for name in ("across", "up", "colour")}
            case SankeyView():
                content["streams"] = [
                    {
                        "source": _both(stream.source),
                        "target": _both(stream.target),
                        "counters": self._paths(stream.counters),
                    }
                    for stream in view.streams
                ]
            case WaterfallView():
                content["station"] = self._target(view.station)
                content |= {"whole": _both(view.whole), "left": _both(view.left)}
                content["losses"] = [{"figure": each.figure, "loses": _both(each.loses)} for each in view.losses]
            case TimelineView() | FiguresView() | LossTreeView():
                content["stations"] = [self._target(station) for station in view.stations]
            case PeriodsView():
                content["figures"] = [
                    {"figure": each.figure, "station": self._target(each.station) if each.station else ""}
                    for each in view.figures
                ]
                content["orders_of"] = None if view.orders_of is None else self._target(view.orders_of)
            case PassportView():
                content["items"] = [{**item.model_dump(), "title": _both(item.title)} for item in view.items]
            case _:
                pass
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
