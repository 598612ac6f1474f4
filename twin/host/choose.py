"""From names, files and dates on the command line to the definition of a run."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from twin.host.installed import engine_version, families
from twin.line.errors import DefinitionError
from twin.line.time import from_datetime
from twin.run.definition import OPENINGS, Definition, PlantFamily

FIXED_START = datetime(2026, 1, 5, 6, 0)
"""A Monday at 06:00, local time of the plant: where a simulation starts unless told."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user asked for; None where nothing was said."""

    plant: str | None = None
    scenario: str | None = None
    orders: str | None = None
    seed: int | None = None
    start: str | None = None
    opening: str | None = None


def family_for(plant: str | None) -> PlantFamily:
    """The family that ships `plant`; the first installed one for files and for no name at all."""
    installed = families()
    if not installed:
        raise DefinitionError("no plants are installed: install the package that brings them")
    return next((family for family in installed if plant in family.plants()), installed[0])


def define(choice: Choice, now: int | None) -> Definition:
    """The definition of a new run; it starts `now` unless told, or at the fixed Monday when `now` is None."""
    family = family_for(choice.plant)
    plant = choice.plant or next(iter(family.plants()))
    scenario = choice.scenario or next(iter(family.scenarios()))
    content = family.resolve(plant, scenario, choice.orders)
    opening = choice.opening or OPENINGS[0]
    seed = 1 if choice.seed is None else choice.seed
    zone = ZoneInfo(family.build(content).zone)
    start = instant(choice.start, zone) if choice.start else now
    if start is None:
        start = from_datetime(FIXED_START.replace(tzinfo=zone))
    return Definition(
        family.name, family.plant_id(content), scenario, seed, start, opening, engine_version(), content
    )


def instant(text: str, zone: ZoneInfo) -> int:
    """A plant instant from ISO text; without a zone it is the plant's local time."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise DefinitionError(
            f"--start {text!r} is no date and time: write it like 2026-01-05T06:00 or 2026-01-05T06:00+01:00"
        ) from None
    if not 1990 <= parsed.year <= 2200:
        raise DefinitionError(f"--start {text!r} is outside the years 1990 to 2200; choose within")
    return from_datetime(parsed if parsed.tzinfo else parsed.replace(tzinfo=zone))


def wall_now() -> int:
    """The wall clock [microseconds since 1970], on a whole second."""
    return int(datetime.now(UTC).timestamp()) * 1_000_000


def contradictions(choice: Choice, stored: Definition) -> list[str]:
    """Sentences for everything that was asked for and is different in a stored definition."""
    asked = {
        "--plant": (choice.plant, stored.plant),
        "--scenario": (choice.scenario, stored.scenario),
        "--seed": (choice.seed, stored.seed),
        "--opening": (choice.opening, stored.opening),
    }
    found = [
        f"{option} says {wanted!r}, the stored run says {kept!r}"
        for option, (wanted, kept) in asked.items()
        if wanted is not None and wanted != kept
    ]
    if choice.plant is not None and choice.plant != stored.plant:
        family = family_for(choice.plant)
        if choice.plant not in family.plants():
            content = family.resolve(choice.plant, choice.scenario or stored.scenario, choice.orders)
            found = [sentence for sentence in found if not sentence.startswith("--plant")]
            if content["plant"] != stored.content["plant"]:
                found.append(f"--plant {choice.plant} is not the plant that the stored run was begun with")
    if choice.orders is not None and stored.content.get("orders") is None:
        found.append(f"--orders {choice.orders} was given, the stored run has no order book")
    return found
