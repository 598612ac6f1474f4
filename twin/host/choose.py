"""From names, files and dates on the command line to the definition of a run."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from twin.host.installed import engine_version, families
from twin.line.errors import DefinitionError
from twin.line.time import from_datetime, iso
from twin.run.definition import OPENINGS, Definition, PlantFamily, family_of

FIXED_START = "2026-01-05T06:00"
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
    start = now if choice.start is None else instant(choice.start, zone, "--start")
    if start is None:
        start = instant(FIXED_START, zone, "--start")
    name = scenario_name(family, scenario)
    return Definition(family.name, family.plant_id(content), name, seed, start, opening, engine_version(), content)


def scenario_name(family: PlantFamily, scenario: str) -> str:
    """What a scenario is called: a shipped name, or a file's name without its folder, which is no part of a run."""
    return scenario if scenario in family.scenarios() else Path(scenario).stem


def instant(text: str, zone: ZoneInfo, option: str) -> int:
    """A plant instant from the ISO text of `option`; without a zone it is the plant's local time."""
    try:
        parsed = datetime.fromisoformat(text)
        time = from_datetime(parsed if parsed.tzinfo else parsed.replace(tzinfo=zone))
    except (ValueError, OverflowError):
        raise DefinitionError(
            f"{option} {text!r} is no date and time: write it like 2026-01-05T06:00 or 2026-01-05T06:00+01:00"
        ) from None
    if not 1990 <= parsed.year <= 2200:
        raise DefinitionError(f"{option} {text!r} is outside the years 1990 to 2200; choose within")
    return time


def wall_now() -> int:
    """The wall clock [microseconds since 1970], on a whole second."""
    return int(datetime.now(UTC).timestamp()) * 1_000_000


def contradictions(choice: Choice, stored: Definition, families: Sequence[PlantFamily]) -> list[str]:
    """Sentences for everything that was asked for and is different in a stored definition."""
    family = family_of(families, stored.family)
    asked: dict[str, tuple[object, object]] = {
        "--seed": (choice.seed, stored.seed),
        "--opening": (choice.opening, stored.opening),
    }
    if choice.start is not None:
        zone = ZoneInfo(family.build(stored.content).zone)
        asked["--start"] = (iso(instant(choice.start, zone, "--start")), iso(stored.start))
    if choice.scenario is not None:
        asked["--scenario"] = (scenario_name(family, choice.scenario), stored.scenario)
    if choice.plant is not None:
        asked["--plant"] = (_plant_asked(choice.plant, families), stored.plant)
    found = [
        f"{option} says {wanted!r}, the stored run says {kept!r}"
        for option, (wanted, kept) in asked.items()
        if wanted is not None and wanted != kept
    ]
    return found or _other_content(choice, stored, family)


def _plant_asked(plant: str, families: Sequence[PlantFamily]) -> str:
    """The id of the plant that a name or a file stands for."""
    family = next((family for family in families if plant in family.plants()), families[0])
    return family.plant_id(family.resolve(plant, next(iter(family.scenarios())), None))


def _other_content(choice: Choice, stored: Definition, family: PlantFamily) -> list[str]:
    """A sentence when files of the same names hold something else than when the run was begun."""
    plant, scenario = choice.plant or stored.plant, choice.scenario or stored.scenario
    shipped = [*family.plants(), *family.scenarios()]
    if (choice.plant is None and plant not in shipped) or (choice.scenario is None and scenario not in shipped):
        # Of a file that was not named again nobody knows where it is.
        lost = "was given, but not the plant and scenario files that the stored run was begun with"
        return [] if choice.orders is None else [f"--orders {choice.orders} {lost}"]
    given = [value for value in (choice.plant, choice.scenario, choice.orders) if value is not None]
    if not given:
        return []
    content = json.loads(json.dumps(family.resolve(plant, scenario, choice.orders)))
    other = [key for key, value in content.items() if value is not None and value != stored.content.get(key)]
    return [f"{', '.join(given)}: {', '.join(other)} is not what the stored run was begun with"] if other else []
