"""The dashboards for other programs name what the plant really has, as far as that can be told without the programs."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.metrics import PlantCollector
from plant_models.family import CeramicPlants

FOLDER = Path(__file__).parents[2] / "examples" / "dashboards"
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "grafana-line.json").read_text(encoding="utf-8"))
EXPRESSIONS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


@pytest.fixture(scope="module")
def paths() -> list[str]:
    family = CeramicPlants()
    line = family.build(family.resolve("porcelain-600", "standard", None))
    return [signal.path for signal in line.describe().signals]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_signal_of_the_dashboard_is_one_of_the_plant(paths: list[str], expression: str) -> None:
    for name, station in re.findall(r'signal="(\w+)"(?:,station=~"([^"]*)")?', expression):
        wanted = re.compile(f"({station or '.*'})/{name}")
        assert any(wanted.fullmatch(path) for path in paths), name


def test_every_metric_of_the_dashboard_is_one_that_the_server_tells() -> None:
    told = Path(PlantCollector.__module__.replace(".", "/") + ".py")
    source = (FOLDER.parents[1] / told).read_text(encoding="utf-8")
    for name in {name for expression in EXPRESSIONS for name in re.findall(r"rajola_\w+", expression)}:
        assert f'"{name}"' in source, name


def test_panels_do_not_lie_on_each_other() -> None:
    places = [
        (panel["gridPos"]["x"] + column, panel["gridPos"]["y"] + row)
        for panel in DASHBOARD["panels"]
        for column in range(panel["gridPos"]["w"])
        for row in range(panel["gridPos"]["h"])
    ]
    assert len(places) == len(set(places))


def test_the_compose_file_mounts_files_that_are_there_and_opens_nothing_to_the_network() -> None:
    services = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert set(services) == {"prometheus", "grafana", "node-red"}
    for service in services.values():
        assert "ports" not in service
        for volume in service["volumes"]:
            assert (FOLDER / volume.split(":")[0]).is_file(), volume


def test_prometheus_reads_the_path_that_the_server_serves() -> None:
    settings = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))
    (job,) = settings["scrape_configs"]
    assert (job["metrics_path"], job["static_configs"][0]["targets"]) == ("/metrics", ["127.0.0.1:8000"])


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed (Debian: prometheus)")
def test_promtool_accepts_the_settings_of_prometheus() -> None:
    done = subprocess.run(
        ["promtool", "check", "config", str(FOLDER / "prometheus.yml")], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout


def compose_is_there() -> bool:
    docker = shutil.which("docker")
    return (
        docker is not None
        and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0
    )


@pytest.mark.skipif(not compose_is_there(), reason="docker compose is not installed")
def test_docker_accepts_the_compose_file() -> None:
    command = ["docker", "compose", "-f", str(FOLDER / "compose.yaml"), "config", "--quiet"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_flow_of_node_red_is_wired_to_nodes_that_are_there_and_asks_for_a_signal_of_the_plant(
    paths: list[str],
) -> None:
    nodes = json.loads((FOLDER / "node-red-flow.json").read_text(encoding="utf-8"))
    known = {node["id"] for node in nodes}
    assert {wire for node in nodes for output in node.get("wires", []) for wire in output} <= known
    (ask,) = [node for node in nodes if node["type"] == "http request"]
    assert ask["url"].partition("path=")[2] in paths
