"""Reads plants and scenarios, shipped or from a file, and resolves them into one frozen definition."""

import tomllib
from collections.abc import Mapping
from copy import deepcopy
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import Field

from plant_models.definition.curve import check_curve, read_curve
from plant_models.definition.plant import Plant
from plant_models.definition.product import Definition
from plant_models.definition.timeline import Happening
from twin.line.errors import DefinitionError
from twin.line.validation import validated

DATA = Path(str(files("plant_models"))) / "data"
FORMING_TABLES = ("press", "dryer", "glazing", "printer")
FIRING_TABLES = ("kiln", "sorter", "palletiser")
MAX_FILE_BYTES = 1 << 20

Tables = dict[str, Any]


class Scenario(Definition):
    """What a scenario lays over a plant."""

    title_en: str
    """Title in English."""
    title_es: str
    """Title in Spanish."""
    fault_scale: float = Field(default=1.0, ge=0, le=100)
    """Multiplies how often everything breaks."""
    ideal_sensors: bool = False
    """Whether measurements show the truth, without noise and resolution."""
    changes: Mapping[str, Any] = Field(default_factory=dict)
    """Tables of the plant file with the keys to change."""
    timeline: tuple[Happening, ...] = ()
    """What happens at a time: failures that begin, sensors that fail, and set points that are written."""


def shipped(folder: str) -> dict[str, Path]:
    """Shipped plants or scenarios by name."""
    return {path.stem: path for path in sorted((DATA / folder).glob("*.toml"))}


def locate(name: str, folder: str) -> Path:
    """The file of a shipped name, or the path itself; raises DefinitionError when there is neither."""
    known = shipped(folder)
    if name in known:
        return known[name]
    path = Path(name)
    if path.is_file():
        return path
    kind = folder.removesuffix("s")
    raise DefinitionError(f"{kind} {name!r} is neither a shipped {kind} nor a file; shipped are: {', '.join(known)}")


def read_tables(path: Path) -> Tables:
    """The tables of a TOML file; raises DefinitionError naming line and column of what cannot be read."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise DefinitionError(f"{path}: has more than {MAX_FILE_BYTES} bytes; a definition is far smaller")
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{path}: is not valid TOML: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError(f"{path}: cannot be read ({error})") from None


def merged(base: Tables, change: Mapping[str, Any]) -> Tables:
    """`base` with the keys of `change` laid over it, table by table; a distribution is replaced whole."""
    result = dict(base)
    for key, value in change.items():
        old = result.get(key)
        if isinstance(value, Mapping) and isinstance(old, Mapping) and "distribution" not in value:
            result[key] = merged(dict(old), value)
        else:
            result[key] = deepcopy(value)
    return result


def load_plant(name: str, scenario: Scenario | None = None) -> Plant:
    """The plant of a shipped name or a file, with a scenario's changes, everything resolved."""
    path = locate(name, "plants")
    tables = read_tables(path)
    if scenario is not None:
        tables = merged(tables, scenario.changes)
    return resolve(tables, path, scenario.fault_scale if scenario is not None else 1.0)


def resolve(tables: Tables, path: Path, fault_scale: float) -> Plant:
    """A plant file's tables with common values, body and curve filled in."""
    source = str(path)
    tables = dict(tables)
    body = _body(tables.pop("body", None), source)
    body = merged(body, tables.pop("body_changes", {}))
    curve = _curve(tables.pop("curve", None), path)
    tables = merged(read_tables(DATA / "common.toml"), tables)
    products = tables.get("products", {})
    forming = _lines(tables, "forming", FORMING_TABLES, "line-", source)
    firing = _lines(tables, "firing", FIRING_TABLES, "kiln-", source)
    for line in firing:
        own = line.pop("curve", None)
        line["curve"] = curve if own is None else _curve(own, path)
    tables |= {"body": body, "forming": forming, "firing": firing, "products": products}
    for table in (
        tables["powder"],
        tables["store"],
        *_stations(forming, FORMING_TABLES),
        *_stations(firing, FIRING_TABLES),
    ):
        if isinstance(table, dict) and fault_scale != 1.0:
            table["fault_scale"] = fault_scale * table.get("fault_scale", 1.0)
    return validated(Plant, tables, source)


def _stations(lines: list[Tables], names: tuple[str, ...]) -> list[Any]:
    return [line[name] for line in lines for name in names if name in line]


def _lines(tables: Tables, key: str, names: tuple[str, ...], prefix: str, source: str) -> list[Tables]:
    """The lines of a kind: the common tables with each line's own keys laid over them."""
    common = {name: tables.pop(name) for name in names if name in tables}
    own = tables.pop(key, None)
    if own is None:
        own = [{}]
    if not isinstance(own, list) or not all(isinstance(line, dict) for line in own):
        raise DefinitionError(f"{source}: {key} must be a list of tables; write each line as [[{key}]]")
    return [merged(deepcopy(common), {"name": f"{prefix}{number}"} | line) for number, line in enumerate(own, start=1)]


def _body(body: Any, source: str) -> Tables:
    bodies = shipped("bodies")
    if isinstance(body, dict):
        return body
    if body not in bodies:
        said = "missing" if body is None else repr(body)
        raise DefinitionError(
            f"{source}: body is {said}; name a shipped body ({', '.join(bodies)}) or write a whole table [body]"
        )
    return read_tables(bodies[body])


def _curve(curve: Any, plant: Path) -> tuple[tuple[float, float, float], ...]:
    if isinstance(curve, list):
        return check_curve(tuple(tuple(point) for point in curve), f"{plant}: curve")
    if not isinstance(curve, str):
        raise DefinitionError(f"{plant}: curve is missing; name a CSV file beside the plant file, or a shipped curve")
    for candidate in (plant.parent / curve, DATA / "curves" / curve):
        if candidate.is_file():
            return read_curve(candidate)
    names = ", ".join(sorted(path.name for path in (DATA / "curves").glob("*.csv")))
    raise DefinitionError(f"{plant}: curve {curve!r} is neither a file beside the plant file nor shipped ({names})")


def load_scenario(name: str) -> Scenario:
    """The scenario of a shipped name or a file."""
    path = locate(name, "scenarios")
    return validated(Scenario, read_tables(path), str(path))
