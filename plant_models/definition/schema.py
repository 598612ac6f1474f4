"""The JSON schemas of plant and scenario files, for editors that complete and check what is being written.

They say which keys there are, of which kind and in which range. A file may leave out whatever the shipped common values
say, so that hardly a key is required; `rajola check` is stricter, because it sees the plant as a whole.
"""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from plant_models.definition.load import FIRING_TABLES, FORMING_TABLES, Scenario, shipped
from plant_models.definition.plant import FiringLine, Forming, Identity, Plant
from plant_models.definition.product import Definition
from plant_models.definition.reference import meanings

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

_WHOLE = (Identity.__name__,)
"""Tables that must be written whole, because no common values stand behind them."""
_OF_LINES = dict.fromkeys(FORMING_TABLES, Forming) | dict.fromkeys(FIRING_TABLES, FiringLine)


def plant_schema() -> Schema:
    """JSON schema of a plant file."""
    schema = _partial(Plant)
    keys, tables = schema["properties"], schema["$defs"]
    for name, line in _OF_LINES.items():
        keys[name] = tables[line.__name__]["properties"][name]
    for name in ("forming", "firing"):
        keys[name] = {
            "type": "array",
            "maxItems": 8,
            "items": keys[name]["items"],
            "description": keys[name]["description"],
        }
    keys["body"] = {
        "description": "Name of a shipped body, or a table with a whole one.",
        "anyOf": [{"enum": sorted(shipped("bodies"))}, {"$ref": "#/$defs/Body"}],
    }
    keys["body_changes"] = {"description": "What differs from that body.", "$ref": "#/$defs/Body"}
    curve = {"type": "array", "items": {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3}}
    keys["curve"] = tables[FiringLine.__name__]["properties"]["curve"] = {
        "description": "CSV file beside the plant file, a shipped curve, or points (position, above, below).",
        "anyOf": [{"type": "string"}, curve],
    }
    return schema | {"required": ["plant", "format", "products", "body", "curve"]}


def scenario_schema() -> Schema:
    """JSON schema of a scenario file; its `changes` may hold whatever a plant file may."""
    plant = plant_schema()
    schema = _partial(Scenario)
    schema["properties"]["changes"] = {
        "type": "object",
        "description": schema["properties"]["changes"]["description"],
        "additionalProperties": False,
        "properties": plant["properties"],
    }
    schema["$defs"] = plant["$defs"] | schema.get("$defs", {})
    return schema | {"required": ["title_en", "title_es"]}


def _partial(model: type[Definition]) -> Schema:
    """The schema of a model of which parts may be left out, with the meaning of every key."""
    schema = model.model_json_schema()
    described = {each.__name__: meanings(each) for each in _models(model)}
    for name, table in [(model.__name__, schema), *schema.get("$defs", {}).items()]:
        for key, field in table.get("properties", {}).items():
            field.pop("title", None)
            if key in described.get(name, {}):
                field["description"] = described[name][key]
        if name not in _WHOLE and "distribution" not in table.get("properties", {}):
            table.pop("required", None)
    return {"$schema": DIALECT} | schema


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and all models that it is made of."""
    known: list[type[BaseModel]] = [model]
    for each in known:
        for field in each.model_fields.values():
            known.extend(inner for inner in _inside(field.annotation) if inner not in known)
    return iter(known)


def _inside(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _inside(part)
