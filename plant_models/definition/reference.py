"""Tables of all keys of a plant file, read off the models that read it; `docs/plant-file.md` shows them.

`python -m plant_models.definition.reference docs/plant-file.md` writes them between the marks `<!-- keys: NAME -->` and
`<!-- end -->` of a page.
"""

import ast
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from itertools import pairwise
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from plant_models.air import AirParameters
from plant_models.control.glaze_density import GlazeDensityParameters
from plant_models.control.pressure_trim import PressureTrimParameters
from plant_models.control.size_feedback import SizeFeedbackParameters
from plant_models.definition.body import Body, Strength
from plant_models.definition.load import DATA, Scenario, read_tables
from plant_models.definition.plant import FiringLine, Forming, Identity
from plant_models.definition.product import Format, Product
from plant_models.definition.quality import Defects, Shade
from plant_models.definition.tariffs import Tariffs
from plant_models.definition.timeline import Happening
from plant_models.draught import DraughtParameters
from plant_models.laboratory.stations import Laboratories
from plant_models.operators.station import OperatorsParameters
from plant_models.orders import OrderStream
from plant_models.physics.compaction import Compaction, DryingShrinkage, GreenStrength, Springback
from plant_models.physics.drying import Cracking, Drying
from plant_models.physics.firing import PorousBody, Vitrification, VitrifiedBody
from plant_models.physics.planarity import Ageing, FiringCurvature, GlazeFit
from plant_models.physics.slab import Slab
from plant_models.stations.dryer import DryerParameters
from plant_models.stations.glazing import GlazingParameters
from plant_models.stations.kiln_parts import KilnParameters, Loss
from plant_models.stations.palletiser import PalletiserParameters
from plant_models.stations.powder import PowderParameters
from plant_models.stations.press_parts import PressParameters
from plant_models.stations.printer import PrinterParameters
from plant_models.stations.sorter import SorterParameters
from plant_models.stations.store_parts import StoreParameters
from twin.line.errors import DefinitionError
from twin.line.faults import FailureMode, Reaction
from twin.line.sensing import SensorFault, SensorSettings
from twin.line.station import Parameters

TABLES: Mapping[str, type] = {
    "plant": Identity,
    "format": Format,
    "products": Product,
    "orders": OrderStream,
    "timeline": Happening,
    "powder": PowderParameters,
    "press": PressParameters,
    "dryer": DryerParameters,
    "dryer.drying": Drying,
    "dryer.cracking": Cracking,
    "glazing": GlazingParameters,
    "printer": PrinterParameters,
    "store": StoreParameters,
    "kiln": KilnParameters,
    "kiln.air": AirParameters,
    "kiln.draught": DraughtParameters,
    "kiln.losses": Loss,
    "sorter": SorterParameters,
    "palletiser": PalletiserParameters,
    "quality.shade": Shade,
    "quality.defects": Defects,
    "energy": Tariffs,
    "laboratory": Laboratories,
    "control.pressure_trim": PressureTrimParameters,
    "control.glaze_density": GlazeDensityParameters,
    "control.size_feedback": SizeFeedbackParameters,
    "operators": OperatorsParameters,
    "sensor": SensorSettings,
    "sensor.fault": SensorFault,
    "station": Parameters,
    "fault": FailureMode,
    "reaction": Reaction,
    "forming": Forming,
    "firing": FiringLine,
    "body": Body,
    "body.compaction": Compaction,
    "body.springback": Springback,
    "body.drying_shrinkage": DryingShrinkage,
    "body.green_strength": GreenStrength,
    "body.vitrified": VitrifiedBody,
    "body.vitrified.vitrification": Vitrification,
    "body.porous": PorousBody,
    "body.curvature": FiringCurvature,
    "body.glaze_fit": GlazeFit,
    "body.ageing": Ageing,
    "body.strength": Strength,
    "body.slab": Slab,
    "scenario": Scenario,
}
"""The models by the table of the plant file that they read."""
BODIES = {"body.porous": "porous-wall"}
"""Shipped body whose values stand in a table; porcelain where this says nothing."""
MARK = re.compile(r"<!-- keys: (?P<name>[a-z._]+) -->\n.*?<!-- end -->", re.DOTALL)
BOUNDS = (("ge", "from {}"), ("gt", "above {}"), ("le", "to {}"), ("lt", "below {}"))
KINDS: Mapping[Any, str] = {float: "number", int: "whole number", str: "text", bool: "true or false"}


def filled(page: str) -> str:
    """A page with fresh tables between its marks; raises DefinitionError for a mark that names no table."""

    def table(found: re.Match[str]) -> str:
        name = found["name"]
        if name not in TABLES:
            raise DefinitionError(f"<!-- keys: {name} --> names no table; there are {', '.join(TABLES)}")
        return f"<!-- keys: {name} -->\n{key_table(name)}<!-- end -->"

    return MARK.sub(table, page)


def key_table(name: str) -> str:
    """The keys of one table in Markdown: key, kind, range, shipped value, meaning."""
    model, shipped = TABLES[name], _shipped(name)
    preset = _defaults(model)
    rows = [
        _row(key, kind, bounds, shipped.get(key, preset.get(key)), meaning)
        for key, kind, bounds, meaning in _keys(model)
    ]
    head = "| key | kind | range | shipped | meaning |\n|---|---|---|---|---|\n"
    return head + "".join(rows)


def keys_of(name: str) -> list[str]:
    """The keys of one table."""
    return [key for key, *_ in _keys(TABLES[name])]


def _keys(model: type) -> Iterator[tuple[str, str, str, str]]:
    said = {key: text for base in reversed(_own(model)) for key, text in meanings(base).items()}
    if is_dataclass(model):
        for each in fields(model):
            kind = model.__annotations__[each.name]
            yield each.name, _kind(kind), "", said.get(each.name, "")
    elif issubclass(model, BaseModel):
        for key, field in model.model_fields.items():
            inherited = key in Parameters.model_fields and model is not Parameters
            if not inherited:
                yield key, _kind(field.annotation), _bounds(field.metadata), said.get(key, "")


def _own(model: type) -> list[type]:
    """The model and what it inherits keys from, but for what every station has."""
    bases = [base for base in model.__mro__ if issubclass(base, BaseModel) and base is not BaseModel]
    return bases or [model]


def _defaults(model: type) -> dict[str, Any]:
    """Values of keys that may be left out, where they are plain."""
    if not issubclass(model, BaseModel):
        return {}
    return {
        key: field.default for key, field in model.model_fields.items() if isinstance(field.default, int | float | str)
    }


def meanings(model: type) -> dict[str, str]:
    """The docstrings below the attributes of a class."""
    body = ast.parse(inspect.getsource(model)).body[0]
    lines = body.body if isinstance(body, ast.ClassDef) else []
    result = {}
    for line, following in pairwise(lines):
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            match following:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    result[line.target.id] = " ".join(text.split())
    return result


def _kind(annotation: Any) -> str:
    if annotation in KINDS:
        return KINDS[annotation]
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f"`{part}`" for part in parts)
    if isinstance(annotation, UnionType) or origin is UnionType:
        return _kind(next(part for part in parts if part is not type(None)))
    if origin is tuple:
        return "list" if Ellipsis in parts else f"list of {len(parts)}"
    return "table"


def _bounds(metadata: list[Any]) -> str:
    words = [
        wording.format(f"{getattr(each, name):g}")
        for each in metadata
        for name, wording in BOUNDS
        if getattr(each, name, None) is not None
    ]
    return " ".join(words)


def _shipped(name: str) -> Mapping[str, Any]:
    """Values that every plant starts from, or those of a shipped body."""
    if name.startswith("body"):
        tables = read_tables(DATA / "bodies" / f"{BODIES.get(name, 'porcelain')}.toml")
        path = name.split(".")[1:]
    else:
        tables = read_tables(DATA / "common.toml")
        path = name.split(".")
    for part in path:
        tables = tables.get(part, {})
    return tables


def _row(key: str, kind: str, bounds: str, value: Any, meaning: str) -> str:
    plain = isinstance(value, int | float | str) and value != ""
    shown = str(value).lower() if isinstance(value, bool) else str(value) if plain else ""
    if isinstance(value, list) and all(isinstance(each, float) for each in value):
        shown = str(value)
    return f"| `{key}` | {kind} | {bounds} | {shown} | {meaning} |\n"


def main(paths: list[str]) -> None:
    """Write fresh tables into pages."""
    for path in map(Path, paths):
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
