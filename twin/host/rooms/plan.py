"""From the arguments of `rajola run --rooms N` to those of each room's own `rajola run`."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from twin.host.options import Address
from twin.line.errors import DefinitionError
from twin.line.time import MINUTE

MOST_ROOMS = 50
_OWN = frozenset(
    {
        "command", "run", "rooms", "same_seed", "instructor", "room",
        "state", "seed", "fresh", "start", "ready_file", "backfill",
    }
)  # fmt: skip
"""Arguments that are not handed on as they are."""


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """How one room is run."""

    number: int
    name: str
    seed: int
    folder: Path
    """Its state folder."""
    places: tuple[tuple[str, Address], ...]
    """Where each gateway is to be served, by the gateway's name."""
    options: tuple[str, ...]
    """All other options, the same for each room."""
    start: str | None = None
    """The plant instant at which it was asked to begin, if any."""

    @property
    def holds_run(self) -> bool:
        """Whether a run was begun here."""
        return (self.folder / "journal").exists()

    @property
    def ready(self) -> Path:
        """The file in which the room says that it is ready."""
        return self.folder / "ready.json"

    def arguments(self, places: dict[str, str], begin: str | None) -> list[str]:
        """The arguments of `rajola run`; it begins a new run at plant instant `begin`, or goes on when that is None.

        `places` are addresses HOST:PORT that the room had before, and keeps.
        """
        given = ["run", "--room", self.name, "--state", str(self.folder), "--ready-file", str(self.ready)]
        given += ["--seed", str(self.seed)]
        for name, place in self.places:
            given += [f"--{name}", places.get(name) or shown(place)]
        given += self.options
        start = begin or self.start
        return [*given, *(["--start", start] if start else []), *(["--fresh"] if begin else [])]


def shown(place: Address) -> str:
    """An address as it is written on a command line."""
    return f"[{place.host}]:{place.number}" if ":" in place.host else f"{place.host}:{place.number}"


def plans(arguments: argparse.Namespace, folder: Path, gateways: Sequence[str]) -> tuple[RoomPlan, ...]:
    """The rooms that were asked for; `folder` holds a state folder for each, `gateways` are the names of them all."""
    count: int = arguments.rooms
    first = 1 if arguments.seed is None else arguments.seed
    if not arguments.same_seed and first + count - 1 >= 1 << 63:
        raise DefinitionError(
            f"--seed {first}: the last of {count} rooms would have a seed above 2^63 - 1; choose less"
        )
    options = tuple(handed_on(arguments, gateways))
    return tuple(
        RoomPlan(
            number,
            f"room-{number:02d}",
            first if arguments.same_seed else first + number - 1,
            folder / f"room-{number:02d}",
            tuple((name, _place(name, getattr(arguments, name), number, count)) for name in gateways
                  if getattr(arguments, name) is not None),
            options,
            arguments.start,
        )
        for number in range(1, count + 1)
    )  # fmt: skip


def _place(name: str, first: Address, number: int, count: int) -> Address:
    """The address of a room: as many ports after the first one as there are rooms before it; any free one for 0."""
    if first.number == 0:
        return first
    if first.number + count - 1 > 65535:
        raise DefinitionError(f"--{name} {shown(first)}: {count} rooms need ports up to {first.number + count - 1}")
    return Address(first.host, first.number + number - 1)


def handed_on(arguments: argparse.Namespace, gateways: Sequence[str]) -> list[str]:
    """The options that every room is given as they are, gateways that are off among them."""
    found: list[str] = []
    for name, value in sorted(vars(arguments).items()):
        if name in _OWN or (name in gateways and value is not None):
            continue
        option = f"--{name.replace('_', '-')}"
        if name in gateways:
            found += [option, "off"]
        elif value is True:
            found.append(option)
        elif value is not None and value is not False:
            found += [option, str(value)]
    if arguments.backfill:
        found += ["--backfill", f"{arguments.backfill / MINUTE:.3f}m"]
    return found
