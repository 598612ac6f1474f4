"""The shapes of what the instructor's view is asked and answers."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.requests import NAME, ClockCommand, LineCommand, Request

MOST = 100
Names = Annotated[list[NAME], Field(min_length=1, max_length=MOST)]


class Chosen(Request):
    """Which rooms are meant; all of them when nothing is said."""

    rooms: Names | None = None


class Commanded(Chosen):
    """The same command for some rooms."""

    command: LineCommand


class Timed(Chosen):
    """The same change of the clock for some rooms."""

    change: ClockCommand


class Texts(Request):
    """What to draw as QR codes."""

    texts: Annotated[list[Annotated[str, Field(min_length=1, max_length=500)]], Field(min_length=1, max_length=MOST)]


class Code(BaseModel):
    """A QR code: the dark modules as an SVG path, in a square of `size` modules."""

    size: int
    path: str


class Codes(BaseModel):
    """A code for each text."""

    codes: list[Code]


class Done(BaseModel):
    """What became of something in one room."""

    room: str
    accepted: bool
    sentence: str = ""
    """Why not."""
    code: str = ""
    """The same as a stable word for programs."""
    time: str | None = None
    """The room's plant instant."""


class AllDone(BaseModel):
    """What became of something, room by room; one that refuses keeps no other from doing it."""

    results: list[Done]


class RoomOut(BaseModel):
    """One room, with what it said last."""

    name: str
    number: int
    seed: int
    state: str
    addresses: dict[str, str]
    starts: int
    trouble: str
    """A sentence when the room does not run or does not answer."""
    clock: dict[str, Any] | None = None
    figures: list[dict[str, Any]] = []
    """KPIs of the whole line."""
    alarms: dict[str, Any] | None = None
    """How many are open, how many of them are grave, and the gravest one."""
    listeners: int | None = None


class RoomsOut(BaseModel):
    """All rooms."""

    simulator: bool
    items: list[RoomOut]


class Compared(BaseModel):
    """KPIs of the rooms side by side."""

    rooms: list[str]
    figures: list[dict[str, Any]]
    missing: list[Done]


class Card(BaseModel):
    """What somebody needs to know to work in a room."""

    room: str
    number: int
    user: str
    password: str
    """Shown this once: nothing but its hash is kept."""
    http: str
    link: str
    """Where a browser is let in once, without the password; for some hours, and until there is a newer card."""
    opcua: str | None


class Cards(BaseModel):
    """A card for each room; `host` is the machine's name in the addresses, where it can be reached from others."""

    host: str | None
    cards: list[Card]
