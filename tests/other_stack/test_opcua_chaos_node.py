"""A subscription of node-opcua goes on after everything that an instructor does to connections."""

import json
import subprocess
from typing import Any

import pytest

from tests.other_stack.support import require_node_modules
from tests.support.live import live, replayed

pytestmark = pytest.mark.other_stack
HEAT = "hourly-bakery/mill-street/baking/line-1/oven/temperature"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What node-opcua lived through."""
    node, folder = require_node_modules(), tmp_path_factory.mktemp("chaos")
    with live(folder, "--plant", "hourly-bakery", "--speed", "60", opcua="127.0.0.1:0", apart=True) as line:
        order = ["node", "chaos.mjs", line.ready["opcua"], line.ready["http"], HEAT]
        done = subprocess.run(order, cwd=node, capture_output=True, text=True, timeout=500, check=False)
        assert done.returncode == 0, done.stderr + done.stdout
        told = [event["message"]["en"] for event in line.get("events?limit=1000")["items"]]
        commands = line.get("journal")["items"]
    found: dict[str, Any] = json.loads(next(each for each in done.stdout.splitlines() if each.startswith("{")))
    return {**found, "told": told, "commands": commands, "replayed": replayed(folder / "state")}


def test_values_come_again_after_late_answers_and_a_black_hole(report: dict[str, Any]) -> None:
    assert report["delay_answers"]["gap"] >= 600
    assert report["black_hole"]["gap"] >= 2500


@pytest.mark.parametrize("kind", ["drop_connections", "drop_sessions", "restart"])
def test_values_come_again_over_another_connection_or_session(report: dict[str, Any], kind: str) -> None:
    assert report[kind]["breaks"] or report[kind]["session"]


def test_the_plant_knows_nothing_of_it(report: dict[str, Any]) -> None:
    assert report["commands"] == []
    assert any("start_chaos black_hole duration_s 3 by" in message for message in report["told"])
