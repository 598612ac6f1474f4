"""The definition of a run: everything that determines it, frozen as text with a digest."""

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol

from twin.line.errors import StateError
from twin.line.text import Text

# Who only reads a definition shall not wait until all that makes a line is loaded.
if TYPE_CHECKING:
    from twin.line.line import Line

OPENINGS = ("running", "empty")


@dataclass(frozen=True, slots=True)
class Definition:
    """What a run is a function of, besides its journal. `content` is the family's own resolved plant, as plain data."""

    family: str
    plant: str
    scenario: str
    seed: int
    start: int
    opening: str
    version: str
    content: Mapping[str, Any]

    def text(self) -> str:
        """JSON text. The content keeps the order of its keys: products and failure modes are numbered by it."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(fields, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return sha256(self.text().encode()).hexdigest()


def read_definition(fields: Any, source: str) -> Definition:
    """A definition from the plain data found in `source`; raises StateError when they are not those of a definition."""
    names = list(Definition.__slots__)
    if not isinstance(fields, dict) or sorted(fields) != sorted(names):
        version = fields.get("version", "unknown") if isinstance(fields, dict) else "unknown"
        raise StateError(
            f"{source}: its definition (of version {version}) does not hold exactly {', '.join(names)}: "
            "use the version that wrote it"
        )
    return Definition(**fields)


class PlantFamily(Protocol):
    """What an entry point of the group `rajola.plants` names: plants of one trade."""

    name: str

    def plants(self) -> Mapping[str, Text]:
        """Shipped plants by name, with their titles; the first is the default."""
        ...

    def scenarios(self) -> Mapping[str, Text]:
        """Shipped scenarios by name, with their titles; the first is the default."""
        ...

    def resolve(self, plant: str, scenario: str, orders: str | None) -> Mapping[str, Any]:
        """Everything that plant, scenario and order book say, as plain data; names or files.

        Raises DefinitionError with a sentence for whatever cannot be used.
        """
        ...

    def plant_id(self, content: Mapping[str, Any]) -> str:
        """The plant's own id in resolved content."""
        ...

    def build(self, content: Mapping[str, Any]) -> "Line":
        """The line that resolved content describes."""
        ...

    def without(self, content: Mapping[str, Any], altered: Set[int]) -> Mapping[str, Any]:
        """Content without some of what its scenario changed from the start: the line's `altered`, counted from 1."""
        ...


def family_of(families: Sequence[PlantFamily], name: str) -> PlantFamily:
    """The family called `name`; raises StateError when it is not installed."""
    for family in families:
        if family.name == name:
            return family
    raise StateError(f"this run is of the plant family {name!r}, which is not installed: install the package it is in")
