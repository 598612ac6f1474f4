"""The examples of CONTRIBUTING work as they stand: applied to a copy of the plants, run, and counted."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.pages import ROOT, blocks, write_files
from tests.support.terminal import Terminal

PAGE = "CONTRIBUTING.md"
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A terminal where plant_models is a copy with all examples applied."""
    folder = tmp_path_factory.mktemp("contributing")
    shutil.copytree(ROOT / "plant_models", folder / "plant_models", ignore=shutil.ignore_patterns("__pycache__"))
    write_files(PAGE, folder)
    return Terminal(folder, PYTHONPATH=f"{folder}:{ROOT}")


@pytest.fixture(scope="module")
def result(terminal: Terminal) -> dict[str, Any]:
    """A simulation of the default plant with all examples applied."""
    summary: dict[str, Any] = json.loads(terminal.type("rajola simulate --days 1 --json"))
    return summary


@pytest.mark.parametrize(
    "command",
    [line for block in blocks(PAGE) if block.language == "sh" and not block.installs for line in block.commands],
)
def test_every_command_runs(terminal: Terminal, command: str) -> None:
    assert terminal.type(command).strip()


@pytest.mark.parametrize("command", [line for block in blocks(PAGE) if block.installs for line in block.commands])
def test_every_make_target_exists(command: str) -> None:
    subprocess.run([*command.split(), "--dry-run"], cwd=ROOT, capture_output=True, check=True)


def test_the_new_scenario_is_listed_in_both_languages(terminal: Terminal) -> None:
    assert "Worn press" in terminal.type("rajola scenarios")
    assert "Prensa desgastada" in terminal.type("rajola scenarios --lang es")


def test_the_new_plant_is_listed_and_needs_no_warning(terminal: Terminal) -> None:
    assert "porcelain-450" in terminal.type("rajola plants")
    assert "nothing to warn of" in terminal.type("rajola check plant_models/data/plants/porcelain-450.toml")


def test_the_new_kpi_has_a_value_and_a_tag(terminal: Terminal, result: dict[str, Any]) -> None:
    assert 0.0 < result["kpis"]["second_quality_share"] < 100.0
    assert "/kpi/second_quality_share" in terminal.type("rajola tags")


def test_the_new_station_has_tags_and_a_meter_and_tiles_are_conserved(
    terminal: Terminal, result: dict[str, Any]
) -> None:
    tiles = result["tiles"]
    kept = sum(tiles[fate] for fate in ("green_scrap", "in_process", "fired_scrap", "first", "second"))
    assert tiles["opening"] + tiles["pressed"] == kept
    (gas,) = (used["gas_kwh"] for path, used in result["energy"]["stations"].items() if path.endswith("second-dryer"))
    assert gas == pytest.approx(90.0 * 2.4, rel=0.1)
    assert "line-1/second-dryer/air_temperature_set_point" in terminal.type("rajola tags")


def test_a_plant_file_can_say_how_the_new_station_is(terminal: Terminal, tmp_path: Path) -> None:
    plant = (terminal.folder / "plant_models/data/plants/porcelain-450.toml").read_text(encoding="utf-8")
    file = tmp_path / "own.toml"
    file.write_text(f"{plant}\n[second_dryer]\nair_temperature = 140.0\n", encoding="utf-8")
    tags = json.loads(terminal.type(f"rajola tags --plant {file} --format json"))
    assert any(tag["path"].endswith("second-dryer/air_temperature") for tag in tags)
