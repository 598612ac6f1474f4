"""The vocabulary in which a plant describes its own pictures, as plain data that any console can draw.

Coordinates are in a plane of the plant's own choosing, x to the right and y downwards; `Presentation.width` and
`height` are its extent. Symbols are made of primitives relative to the station's origin. Views name signals by path
tail (`station/signal`), so that a console needs to know no station of the trade.
"""

from typing import Literal

from pydantic import Field

from twin.line.text import Text
from twin.line.views import Data, View


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
    inside: str | None = None
    """A signal that tells how much material is here."""
    beats: str | None = None
    """A counter signal; the symbol beats when it rises."""
    state: str | None = None
    """The enumeration that says how the station fares; by default its signal named `state`."""


class Flow(Data):
    """A conveyor drawn between two stations; material moves along it while `counter` rises."""

    points: tuple[tuple[float, float], ...]
    counter: str | None = None


class Page(Data):
    """Views that belong together, such as all about quality."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    title: Text
    views: tuple[str, ...]


class StoryCommand(Data):
    """What a step of a story asks of the line: a command as gateways submit it; the target by its path's tail."""

    name: Literal["write", "inject_fault", "clear_fault"]
    target: str
    arguments: dict[str, float | str]


class StoryStep(Data):
    """A step: what to read, what to look at, what is done, and how long the plant then runs."""

    text: Text
    page: str | None = None
    station: str | None = None
    view: str | None = None
    """A view of the page that is brought before the reader's eyes."""
    thing: str | None = None
    """A thing whose passport is shown, as `kind:id`."""
    commands: tuple[StoryCommand, ...] = ()
    minutes: float = Field(default=0.0, ge=0.0, le=600.0)
    """Plant time before the next step [min]."""
    phase: Literal["before", "after"] | None = None
    """The side of the comparison on which this step's time counts."""


class Story(Data):
    """A comparison in a few minutes: the same disturbance twice, each time with other means against it."""

    name: str
    title: Text
    before: Text
    after: Text
    watch: tuple[str, ...]
    """Signals whose means and extremes are compared."""
    steps: tuple[StoryStep, ...]
    speed: float = Field(default=60.0, gt=0.0, le=1000.0)


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
    pages: tuple[Page, ...] = ()
    """The pages of a console besides those that every console has; without any, one page holds all views."""
    stories: tuple[Story, ...] = ()
    headline: tuple[str, ...] = Field(default=())
    """Signals that a wall screen shows first, most important first."""
    looks: tuple[StateLook, ...] = ()
    """How states are shown; a console guesses from the word where this says nothing."""
