"""`rajola compare` prints what B differs from A by, with intervals, and refuses what cannot be compared."""

import json

import pytest

from twin.host.cli import main
from twin.host.compare import compared
from twin.line.outcome import Outcome
from twin.line.text import Text
from twin.study.replication import Result

SHORT = ["--plant", "porcelain-600", "--days", "0.05", "--warm-up", "0", "--workers", "1"]


def results(a: list[float | None], b: list[float | None]) -> list[Result]:
    def result(value: float | None) -> Result:
        reason = None if value is not None else Text("no reason", "sin motivo")
        return Result({"figure": Outcome("figure", Text("Figure", "Cifra"), "%", value, 1, reason)}, "")

    return [result(value) for pair in zip(a, b, strict=True) for value in pair]


def test_results_that_take_turns_are_compared_in_pairs() -> None:
    figure = compared(results([1.0, 2.0, 3.0], [2.0, 3.1, 3.9]), "en")["figure"]
    assert (figure["a"], figure["b"], figure["pairs"]) == (2.0, 3.0, 3)
    assert figure["difference"] == pytest.approx(1.0)
    assert figure["excludes_zero"]


def test_a_figure_that_one_run_lacks_says_why() -> None:
    figure = compared(results([1.0, None], [2.0, 3.0]), "es")["figure"]
    assert "difference" not in figure
    assert figure["reason"] == "sin motivo"


def test_two_scenarios_are_compared_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "no-faults", "press-control", *SHORT, "--replications", "2"]) == 0
    printed = capsys.readouterr().out
    assert "A = no-faults, B = press-control" in printed
    for words in ("First quality [%]", "In the nominal caliber [%]", "[m2/day]", "[kWh/m2]", "[EUR/m2]"):
        assert words in printed


def test_the_table_is_also_in_spanish(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "no-faults", "press-control", *SHORT, "--replications", "1", "--lang", "es"]) == 0
    printed = capsys.readouterr().out
    assert "Primera calidad [%]" in printed
    assert "un solo par no da intervalo" in printed


def test_a_comparison_can_be_read_by_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "no-faults", "press-control", *SHORT, "--replications", "2", "--json", "--seed", "5"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["study"]["seeds"] == [5, 6]
    assert set(found["figures"]) >= {
        "first_quality_share", "caliber_share", "output", "energy_per_first_m2", "cost_per_first_m2",
    }  # fmt: skip


def test_a_scenario_is_not_compared_with_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "standard", "standard", *SHORT]) == 2
    assert "say the same about this plant: nothing to compare" in capsys.readouterr().err


def test_a_scenario_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "standard", "nowhere", *SHORT]) == 2
    assert "scenario 'nowhere' is neither a shipped scenario nor a file" in capsys.readouterr().err


@pytest.mark.parametrize("count", ["0", "x", "1001"])
def test_a_number_of_replications_that_makes_no_sense_is_refused(count: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["compare", "a", "b", "--replications", count])
