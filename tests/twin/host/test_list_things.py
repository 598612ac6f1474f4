"""`rajola plants` and `rajola scenarios`: what is shipped, the default first."""

import pytest

from twin.host import cli

pytestmark = pytest.mark.usefixtures("bakeries_installed")


def test_plants_are_listed_with_their_titles(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["plants"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(maxsplit=1) for line in lines] == [
        ["corner-bakery", "Corner bakery"],
        ["hourly-bakery", "Hourly bakery"],
    ]


def test_scenarios_are_listed_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scenarios", "--lang", "es"]) == 0
    assert "standard             Tal como es" in capsys.readouterr().out
