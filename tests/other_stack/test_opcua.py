"""node-opcua as a client of the bakery."""

import json
import subprocess
from typing import Any

import pytest

from tests.other_stack.support import require_node_modules
from tests.support.opcua import MIXER, OVEN, served

pytestmark = pytest.mark.other_stack


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """What node-opcua found."""
    folder = require_node_modules()
    with served() as server:
        order = ["node", "opcua_client.mjs", server.address, "bakery", f"{OVEN}/temperature_set", MIXER, "belt_slip"]
        done = subprocess.run(order, cwd=folder, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    # node-opcua writes remarks of its own to the same place.
    line = next(line for line in done.stdout.splitlines() if line.startswith("{"))
    found: dict[str, Any] = json.loads(line)
    return found


def test_the_line_is_browsed_level_by_level(report: dict[str, Any]) -> None:
    assert f"{OVEN}/temperature/EngineeringUnits" in report["paths"]
    assert f"{MIXER}/recipe" in report["variables"]


def test_no_variable_of_line_and_server_reads_as_null_or_as_another_type(report: dict[str, Any]) -> None:
    assert len(report["variables"]) > 80
    assert report["nulls"] == []
    assert report["mismatches"] == []


def test_subscribed_values_move(report: dict[str, Any]) -> None:
    assert report["moved"] >= 1


def test_a_set_point_is_written_in_its_range_and_refused_outside(report: dict[str, Any]) -> None:
    assert (report["inRange"], report["readBack"]) == ("Good", True)
    assert (report["aboveRange"], report["wrongType"]) == ("BadOutOfRange", "BadTypeMismatch")
    assert report["stillThere"]


def test_methods_work_and_refuse(report: dict[str, Any]) -> None:
    assert report["calls"] == {
        "pause": "Good",
        "paused": True,
        "resume": "Good",
        "resumed": True,
        "missing": "BadArgumentsMissing",
        "wrong": "BadInvalidArgument",
        "speed": "Good",
        "inject": "Good",
        "clear": "Good",
        "back": "Good",
    }


def test_the_server_presents_itself(report: dict[str, Any]) -> None:
    assert (report["product"], report["state"]) == ("Rajola", True)
