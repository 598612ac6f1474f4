"""The JSON schemas of plant and scenario files accept what is shipped, and refuse what `rajola check` refuses."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from plant_models.definition.load import shipped
from plant_models.definition.schema import plant_schema, scenario_schema
from twin.host import cli

EXAMPLE = Path(__file__).parents[3] / "examples" / "ceramica-ejemplo"
PLANT = Draft202012Validator(plant_schema())
SCENARIO = Draft202012Validator(scenario_schema())


def tables(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [*shipped("plants").values(), EXAMPLE / "plant.toml"], ids=lambda path: path.name)
def test_shipped_and_example_plants_fit_the_schema(path: Path) -> None:
    assert [error.message for error in PLANT.iter_errors(tables(path))] == []


@pytest.mark.parametrize(
    "path", [*shipped("scenarios").values(), EXAMPLE / "scenario.toml"], ids=lambda path: path.name
)
def test_shipped_and_example_scenarios_fit_the_schema(path: Path) -> None:
    assert [error.message for error in SCENARIO.iter_errors(tables(path))] == []


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("press", {"cavitys": 2}),
        ("press", {"cavities": 2000}),
        ("format", {"length_mm": "wide"}),
        ("plant", {"id": "Not An Id"}),
    ],
)
def test_an_unknown_key_a_wrong_range_and_a_wrong_kind_are_found(table: str, change: dict[str, Any]) -> None:
    plant = tables(EXAMPLE / "plant.toml")
    plant[table] = plant[table] | change
    assert list(PLANT.iter_errors(plant))


def test_a_plant_without_a_name_is_found() -> None:
    plant = tables(EXAMPLE / "plant.toml")
    del plant["plant"]["id"]
    assert any("'id'" in error.message for error in PLANT.iter_errors(plant))


def test_every_key_of_the_press_says_what_it_means() -> None:
    keys = plant_schema()["$defs"]["PressParameters"]["properties"]
    own = {name: key for name, key in keys.items() if name not in ("faults", "fault_scale", "sensors")}
    assert own
    assert all(key.get("description") for key in own.values())


def test_the_command_prints_a_schema_that_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--schema", "scenario"]) == 0
    Draft202012Validator.check_schema(json.loads(capsys.readouterr().out))
