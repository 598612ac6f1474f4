"""What a client of another stack finds of OPC UA, check by check; the page about it is made of the outcome.

`RAJOLA_WRITE_CONFORMANCE=1 pytest tests/other_stack/test_conformance.py` writes docs/opcua-conformance.md.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.other_stack.support import require_node_modules
from tests.support.opcua_plant import plant
from tests.support.tile_plant import tile_plant

pytestmark = pytest.mark.other_stack
PAGE = Path(__file__).parents[2] / "docs" / "opcua-conformance.md"
AREAS = {
    "data_access": "Data access, subscriptions and views",
    "conditions": "Alarms, conditions and events",
    "history": "Historical access and aggregates",
    "server": "Methods and server information",
    "jobs": "Job control (OPC 10031-4, OPC 40001-3)",
    "model": "Information model, machines and results (OPC 40001-1, OPC 40001-101)",
}
GAPS = (
    ("A and C Dialog, Branches", "no dialogs; conditions have no branches: `BranchId` is always null"),
    ("A and C Suppression, Out of Service, Silence", "not offered; shelving and disabling are"),
    ("A and C First in Group, Metrics", "not offered"),
    ("HA Update, Insert, Delete, Annotations", "history is written by the plant alone"),
    ("HA Modified Values", "`BadHistoryOperationUnsupported`: nothing recorded is ever changed"),
    ("HA ServerTimestamp", "server times are not recorded: `BadTimestampNotSupported` where only they are asked for"),
    ("Aggregate Subscription Filter", "`BadMonitoredItemFilterUnsupported`; aggregates are read from history"),
    ("Monitor Events: Cast, InView, RelatedTo, bit operators", "`BadFilterOperatorUnsupported`"),
    ("Subscription Durable", "`SetSubscriptionDurable` is not executable"),
    ("Session Cancel", "`BadServiceUnsupported`"),
    ("Attribute Write Index", "no variable that clients may write is an array: `BadIndexRangeNoData`"),
    ("Attribute Write StatusCode & Timestamp", "`BadWriteNotSupported`: the plant stamps its own values"),
    ("Node Management, Query, Reverse Connect", "not offered"),
)


def outcomes() -> list[dict[str, str]]:
    """What node-opcua found, in the order of its checks."""
    with plant() as bakery:
        found = checked(bakery.address)
    with tile_plant() as line:
        return found + checked(line.address, "jobs") + checked(line.address, "model")


def checked(address: str, *areas: str) -> list[dict[str, str]]:
    """What node-opcua found of one server."""
    done = subprocess.run(
        ["node", "conformance.mjs", address, *areas],
        cwd=require_node_modules(), capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def found() -> list[dict[str, str]]:
    return outcomes()


def page(found: list[dict[str, str]]) -> str:
    """The page as Markdown."""
    lines = [
        "# OPC UA, unit by unit",
        "",
        "Written by `tests/other_stack/test_conformance.py`, which lets node-opcua, a stack of other authors in",
        "another language, act as client of a living plant. Conformance units are named as in OPC 10000-7. This is a",
        "report of tests, no certificate; the project claims conformity with no companion specification.",
    ]
    for area, title in AREAS.items():
        lines += ["", f"## {title}", "", "| conformance unit | result | test |", "|---|---|---|"]
        lines += [
            f"| {each['unit']} | {'gap' if each['fault'] else 'pass'} | {each['name']} |"
            for each in found
            if each["area"] == area
        ]
    lines += ["", "## Gaps", "", "| conformance unit | what happens instead |", "|---|---|"]
    lines += [f"| {unit} | {instead} |" for unit, instead in GAPS]
    return "\n".join(lines) + "\n"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("area", AREAS)
def test_every_check_of_the_other_stack_passes(found: list[dict[str, str]], area: str) -> None:
    mine = [each for each in found if each["area"] == area]
    assert len(mine) >= 5
    assert {each["name"]: each["fault"] for each in mine if each["fault"]} == {}


def test_the_page_about_conformance_says_what_was_found(found: list[dict[str, str]]) -> None:
    written: Any = page(found)
    if os.environ.get("RAJOLA_WRITE_CONFORMANCE") == "1":
        PAGE.write_text(written, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == written
