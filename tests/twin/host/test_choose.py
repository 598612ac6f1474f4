"""From what a user says to the definition of a run, and what contradicts a stored one."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.support.bakery import bakeries
from tests.support.runs import FAMILIES
from twin.host.choose import Choice, contradictions, define, family_for, instant
from twin.host.state import StateFolder
from twin.line.errors import DefinitionError
from twin.line.time import iso
from twin.run.definition import Definition
from twin.run.journal import read_journal

pytestmark = pytest.mark.usefixtures("bakeries_installed")
MADRID = ZoneInfo("Europe/Madrid")


def test_nothing_said_gives_the_defaults_from_a_fixed_monday() -> None:
    made = define(Choice(), None)
    assert (made.family, made.plant, made.scenario, made.seed) == ("bakeries", "corner-bakery", "standard", 1)
    assert made.opening == "running"
    assert iso(made.start) == "2026-01-05T05:00:00+00:00"


def test_a_live_run_starts_now_unless_told() -> None:
    assert define(Choice(), 12345).start == 12345
    assert iso(define(Choice(start="2026-06-01T06:00"), 12345).start) == "2026-06-01T04:00:00+00:00"


def test_everything_said_is_in_the_definition() -> None:
    said = Choice("hourly-bakery", "ideal-sensors", None, 7, "2026-01-05T06:00Z", "empty")
    made = define(said, None)
    assert (made.plant, made.scenario, made.seed, made.opening) == ("hourly-bakery", "ideal-sensors", 7, "empty")
    assert iso(made.start) == "2026-01-05T06:00:00+00:00"
    assert made.content["ideal_sensors"] is True


def test_seed_zero_is_a_seed() -> None:
    assert define(Choice(seed=0), None).seed == 0


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "2026-01-05T25:00", "5", "2026-01-05T06:00+99:00"])
def test_what_is_no_instant_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(DefinitionError, match=r"--start .* is no date and time: write it like 2026-01-05T06:00"):
        instant(text, MADRID, "--start")


@pytest.mark.parametrize("text", ["1989-12-31", "2201-01-01", "9999-12-31T23:59-23:00"])
def test_years_far_away_are_refused(text: str) -> None:
    with pytest.raises(DefinitionError, match="--until"):
        instant(text, MADRID, "--until")


def test_a_plant_is_of_the_family_that_ships_it() -> None:
    assert family_for("corner-bakery") is bakeries
    assert family_for("some-file.toml") is bakeries
    assert family_for(None) is bakeries


def test_without_any_plants_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin.host.installed._loaded", lambda group: [])
    with pytest.raises(DefinitionError, match="install the package"):
        family_for(None)


def plant_file(folder: Path, name: str = "own.toml", **fields: object) -> str:
    plain = {"id": "own", "title_en": "Own", "title_es": "Propia"} | fields
    path = folder / name
    path.write_text("\n".join(f"{key} = {value!r}" for key, value in plain.items()))
    return str(path)


def stored(folder: Path, choice: Choice) -> Definition:
    """The definition of a run as its journal tells it."""
    state = StateFolder(folder / "state")
    state.begin(define(choice, None), FAMILIES)
    state.close()
    return read_journal(folder / "state" / "journal").definition


def found(choice: Choice, kept: Definition) -> str:
    return "; ".join(contradictions(choice, kept, FAMILIES))


def test_saying_the_same_again_contradicts_nothing(tmp_path: Path) -> None:
    said = Choice("hourly-bakery", "ideal-sensors", None, 7, "2026-01-05T06:00", "empty")
    kept = stored(tmp_path, said)
    assert found(said, kept) == ""
    assert found(Choice(), kept) == ""
    for name in ("plant", "scenario", "seed", "start", "opening"):
        assert found(replace(Choice(), **{name: getattr(said, name)}), kept) == ""


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        (Choice(seed=2), "--seed says 2, the stored run says 1"),
        (Choice(opening="empty"), "--opening says 'empty', the stored run says 'running'"),
        (Choice(scenario="ideal-sensors"), "--scenario says 'ideal-sensors', the stored run says 'standard'"),
        (Choice(plant="hourly-bakery"), "--plant says 'hourly-bakery', the stored run says 'corner-bakery'"),
        (Choice(start="2026-01-05T07:00"), "--start says '2026-01-05T06:00:00+00:00', the stored run says '2026"),
    ],
)
def test_what_is_different_is_told_with_both_values(tmp_path: Path, choice: Choice, sentence: str) -> None:
    assert sentence in found(choice, stored(tmp_path, Choice()))


def test_several_contradictions_are_told_together(tmp_path: Path) -> None:
    told = found(Choice(seed=2, opening="empty"), stored(tmp_path, Choice()))
    assert "--seed" in told
    assert "--opening" in told


def test_a_plant_file_that_was_edited_is_noticed_and_one_that_was_moved_is_not(tmp_path: Path) -> None:
    kept = stored(tmp_path, Choice(plant_file(tmp_path)))
    assert found(Choice(plant_file(tmp_path, "elsewhere.toml")), kept) == ""
    assert "bakery is not what the stored run was begun with" in found(
        Choice(plant_file(tmp_path, baking_min=30.0)), kept
    )
    assert "--plant says 'other', the stored run says 'own'" in found(Choice(plant_file(tmp_path, id="other")), kept)


def test_another_order_book_is_noticed(tmp_path: Path) -> None:
    book, other = tmp_path / "book.csv", tmp_path / "other.csv"
    book.write_text("1")
    other.write_text("2")
    kept = stored(tmp_path, Choice(orders=str(book)))
    assert found(Choice(orders=str(book)), kept) == ""
    assert found(Choice("corner-bakery"), kept) == ""
    assert "orders is not what the stored run" in found(Choice(orders=str(other)), kept)


def test_orders_of_a_plant_file_that_is_not_named_again_cannot_be_compared(tmp_path: Path) -> None:
    book = tmp_path / "book.csv"
    book.write_text("1")
    own = plant_file(tmp_path)
    kept = stored(tmp_path, Choice(own, orders=str(book)))
    assert "but not the plant and scenario files" in found(Choice(orders=str(book)), kept)
    assert found(Choice(own, orders=str(book)), kept) == ""


def test_the_folder_of_a_scenario_file_is_no_part_of_a_run(tmp_path: Path) -> None:
    digests = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "own.toml").write_text("")
        digests.append(define(Choice(scenario=str(tmp_path / folder / "own.toml")), None).digest)
    assert digests[0] == digests[1]
