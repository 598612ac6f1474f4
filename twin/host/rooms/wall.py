"""What the instructor's view may use of the rooms, in plain data; what happens in a room it asks of the room itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from twin.host.port import RunningGateway
from twin.line.text import Language


class RoomState(StrEnum):
    """What a room's process is doing."""

    WAITING = "waiting"
    """It has not been started yet: others come before it."""
    STARTING = "starting"
    RUNNING = "running"
    BROKEN = "broken"
    """It has died and will be started again in a moment."""
    FAILED = "failed"
    """It died again and again; somebody has to say that it is worth another try."""


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """One room as its supervisor knows it."""

    number: int
    """From 1."""
    name: str
    """`room-01`; also the name of its user."""
    seed: int
    state: RoomState
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Where it is served, by the names of the gateways; empty until it was ready once."""
    bound: Mapping[str, str] = field(default_factory=dict)
    """The hosts to which the gateways are bound, by their names."""
    process: int | None = None
    """Number of its process, while there is one."""
    starts: int = 0
    """How many times it has been started."""
    trouble: str = ""
    """The last words of a process that died."""


class Rooms(Protocol):
    """What a view of the rooms may use; all methods are called from the supervisor's event loop."""

    @property
    def language(self) -> Language:
        """Default language of texts."""
        ...

    @property
    def simulator(self) -> bool:
        """Whether the rooms show the controls of the simulator."""
        ...

    def facts(self) -> Sequence[RoomFacts]:
        """All rooms in order."""
        ...

    def reset(self, name: str) -> None:
        """Begin a room's run anew, by the same definition; its old run is set aside. KeyError: no such room."""
        ...

    def restart(self, name: str) -> None:
        """End a room's process and start it again where it stopped; KeyError: no such room."""
        ...

    async def new_passwords(self, names: Sequence[str]) -> Mapping[str, str]:
        """New passwords of the rooms' own users, by room; the old ones are good no more. KeyError: no such room."""
        ...


class RoomsGateway(Protocol):
    """What an entry point of the group `rajola.rooms` names: it shows the rooms to the instructor."""

    name: str
    default_port: int

    async def start(self, rooms: Rooms, host: str, number: int, options: Mapping[str, Any]) -> RunningGateway:
        """Serve on `host`:`number` (0: any free port); raises DefinitionError when the port is in use.

        `options`: `access` (whom to let in) and `language`.
        """
        ...
