"""`rajola tags`: every signal of a plant."""

import csv
import io
import json

import pytest

from tests.support.runs import opened
from twin.host import cli

pytestmark = pytest.mark.usefixtures("bakeries_installed")
SIGNALS = opened("corner-bakery").line.describe().signals


def tags(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(["tags", *arguments]) == 0
    return capsys.readouterr().out


def test_json_has_every_signal_with_unit_range_and_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(tags(capsys, "--format", "json"))
    assert [row["path"] for row in rows] == [signal.path for signal in SIGNALS]
    (row,) = [row for row in rows if row["path"].endswith("temperature_set_point")]
    assert row == {
        "path": "corner-bakery/mill-street/baking/line-1/oven/temperature_set_point", "kind": "set-point",
        "type": "float", "unit": "°C", "low": 150.0, "high": 320.0, "writable": True,
        "meaning": "Temperature asked for",
    }  # fmt: skip
    assert [row["type"] for row in rows if row["path"].endswith("oven/temperatures")] == ["float[5]"]


def test_csv_has_the_same_rows(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(tags(capsys, "--format", "csv", "--lang", "es"))))
    assert [row["path"] for row in rows] == [signal.path for signal in SIGNALS]
    assert [row["meaning"] for row in rows] == [signal.meaning.es for signal in SIGNALS]


def test_a_table_for_people_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    lines = tags(capsys).splitlines()
    assert len(lines) == len(SIGNALS) + 2
    assert {line.count("|") for line in lines} == {9}
