"""The vocabulary in which a plant describes its own pictures, as plain data that any console can draw.

Coordinates are in a plane of the plant's own choosing, x to the right and y downwards; `Presentation.width` and
`height` are its extent. Symbols are made of primitives relative to the station's origin. Views name signals by path
tail (`station/signal`), so that a console needs to know no station of the trade.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from twin.line.text import Text


class Data(BaseModel):
    """Base of all presentation data: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Shape(Data):
    """A drawing primitive in the symbol's own coordinates; `role` says what colours it."""

    form: Literal["rectangle", "circle", "line", "polygon"]
    points: tuple[tuple[float, float], ...]
    """rectangle: two corners; circle: centre and a point on the rim; line, polygon: the corners."""
    role: Literal["body", "detail", "state", "heat"] = "body"


class Fill(Data):
    """A bar inside the symbol that shows how full something is: `signal` on its declared range, or on `maximum`."""

    signal: str
    low: tuple[float, float]
    high: tuple[float, float]
    maximum: str | None = None


class Cells(Data):
    """A strip of cells coloured or filled by a profile signal, such as kiln zones (heat) or rows inside (presence)."""

    signal: str
    low: tuple[float, float]
    high: tuple[float, float]
    scale: Literal["heat", "presence"]


class StationPicture(Data):
    """Where a station stands and how it is drawn."""

    station: str
    at: tuple[float, float]
    size: tuple[float, float]
    shapes: tuple[Shape, ...] = ()
    fills: tuple[Fill, ...] = ()
    cells: tuple[Cells, ...] = ()
    figures: tuple[str, ...] = ()
    """Signals whose values are written beside the symbol, most important first."""
    beats: str | None = None
    """A counter signal; the symbol beats when it rises."""
    state: str | None = None
    """The enumeration that says how the station fares; by default its signal named `state`."""


class Flow(Data):
    """A conveyor drawn between two stations; material moves along it while `counter` rises."""

    points: tuple[tuple[float, float], ...]
    counter: str | None = None


class CurveView(Data):
    """Profiles drawn over their axis, such as a firing curve: set point and measured lines."""

    kind: Literal["curve"] = "curve"
    name: str
    title: Text
    lines: tuple[str, ...]
    second_axis: str | None = None
    """A profile over the same axis whose values label a second axis above, such as minutes since the entrance."""


class TrendView(Data):
    """Signals drawn over time."""

    kind: Literal["trend"] = "trend"
    name: str
    title: Text
    lines: tuple[str, ...]


class ShareView(Data):
    """Counters drawn as shares of their sum (a Pareto or a mix)."""

    kind: Literal["share"] = "share"
    name: str
    title: Text
    parts: tuple[str, ...]


View = CurveView | TrendView | ShareView


Look = Literal["running", "starved", "blocked", "set-up", "held", "down", "planned", "off"]


class StateLook(Data):
    """How a console shows a state, wherever an enumeration has it; `state` is the state's English wording."""

    state: str
    look: Look


class Presentation(Data):
    """All pictures of a plant."""

    width: float
    height: float
    stations: tuple[StationPicture, ...]
    flows: tuple[Flow, ...] = ()
    views: tuple[View, ...] = ()
    headline: tuple[str, ...] = Field(default=())
    """Signals that a wall screen shows first, most important first."""
    looks: tuple[StateLook, ...] = ()
    """How states are shown; a console guesses from the word where this says nothing."""
