"""What following the moisture with the pressure brings, through `rajola compare`."""

# ruff: noqa: N802 - the tests carry the names of the anchors

import json
from pathlib import Path
from typing import Any

import pytest

from twin.host.cli import main

V11_PLANT = Path(__file__).parents[2] / "examples" / "moisture-control" / "plant.toml"


def compare(
    capsys: pytest.CaptureFixture[str], plant: str, days: float, replications: int, warm_up: float = 1.0
) -> dict[str, Any]:
    """Figures of analogue against press-control."""
    length = ["--days", str(days), "--warm-up", str(warm_up), "--replications", str(replications), "--workers", "1"]
    assert main(["compare", "analogue", "press-control", "--plant", plant, *length, "--json"]) == 0
    figures: dict[str, Any] = json.loads(capsys.readouterr().out)["figures"]
    return figures


def test_V11_following_the_moisture_with_the_pressure_lifts_the_share_in_caliber_from_0_78_to_0_95(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Published 95 % and +20 % (S3), inputs chosen to match: one pair of runs; replications are in the long form."""
    figure = compare(capsys, str(V11_PLANT), 1.5, 1, 0.75)["caliber_share"]
    assert figure["a"] == pytest.approx(78.0, abs=4.0)
    assert figure["b"] == pytest.approx(95.0, abs=4.0)


@pytest.mark.slow
def test_V11_holds_over_replications(capsys: pytest.CaptureFixture[str], in_full_length: bool) -> None:
    """Published 95 % and +20 % (S3), inputs chosen to match: means of all pairs, and a gain that is beyond doubt."""
    days, replications = (30.0, 10) if in_full_length else (4.0, 3)
    figure = compare(capsys, str(V11_PLANT), days, replications)["caliber_share"]
    assert figure["a"] == pytest.approx(78.0, abs=4.0)
    assert figure["b"] == pytest.approx(95.0, abs=4.0)
    assert figure["low"] > 0.0


@pytest.mark.slow
def test_the_reference_line_gains_calibers_beyond_doubt(
    capsys: pytest.CaptureFixture[str], in_full_length: bool
) -> None:
    days, replications = (30.0, 10) if in_full_length else (6.0, 3)
    figure = compare(capsys, "porcelain-600", days, replications)["caliber_share"]
    assert figure["excludes_zero"]
    assert figure["low"] > 0.0
