"""`rajola check`: which file is what, the report in both languages, and sentences for what cannot be used."""

import argparse
from pathlib import Path

import pytest

from plant_models.check import check_files, command, kind_of
from tests.support.tile_lines import EXAMPLE
from twin.line.errors import DefinitionError

FILES = {name: str(EXAMPLE / name) for name in ("plant.toml", "orders.csv", "curve.csv", "scenario.toml")}


def test_a_file_is_known_by_its_name_and_its_head(tmp_path: Path) -> None:
    kinds = {name: kind_of(Path(path)) for name, path in FILES.items()}
    assert kinds == {"plant.toml": "plant", "orders.csv": "orders", "curve.csv": "curve", "scenario.toml": "scenario"}
    empty = tmp_path / "empty.csv"
    empty.touch()
    assert kind_of(empty) == "orders"


def test_without_files_the_default_plant_is_reported() -> None:
    report = check_files([])
    text = "\n".join(report.lines)
    assert report.lines[0] == "Glazed porcelain 600 x 600 mm (porcelain-600)"
    assert "14.6 tiles/min = 7,557 m2/day full" in text
    assert "dies of 644.1 x 644.1 mm would give the nominal, the plant has 644.1 x 644.1" in text
    assert "0.26 % (group BIa: at most 0.5 %)" in text
    assert report.lines[-1].endswith("nothing to warn of")


def test_the_report_speaks_spanish() -> None:
    text = "\n".join(check_files([], "wall-316", "es").lines)
    assert text.startswith("Azulejo 316 x 316 mm (wall-316)")
    assert "7.448 m2/día lleno" in text
    assert "grupo BIII: más de 10,0 %" in text
    assert "sin avisos" in text


def test_all_four_files_are_checked_together() -> None:
    report = check_files(list(FILES.values()))
    text = "\n".join(report.lines)
    assert report.warnings == ()
    assert "Hot summer week" in text
    assert "18 points" in text
    assert "46 orders" in text
    assert "line-2" in text
    assert "3.0 to 6.0 %" in text


def test_a_curve_is_judged_on_a_plant(tmp_path: Path) -> None:
    cold = tmp_path / "cold.csv"
    cold.write_text("position_m,above_degC,below_degC\n0,250,250\n42,1060,1060\n64,1170,1170\n110,60,60\n")
    report = check_files([str(cold)])
    assert any("water absorption" in sentence for sentence in report.warnings)
    assert any("fired length" in sentence for sentence in report.warnings)
    assert all(sentence in "\n".join(report.lines) for sentence in report.warnings)


def test_a_book_for_another_plant_is_refused_with_row_and_column() -> None:
    with pytest.raises(DefinitionError, match=r"row 2, column product: '\w+' is no product of plant wall-316"):
        check_files([FILES["orders.csv"]], "wall-316")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("plant.toml", "[plant]\nid = 3", "body is missing"),
        ("plant.toml", "[plant", "is not valid TOML"),
        ("scenario.toml", "title_en = 'a'\ntitle_es = 'b'\nfault_scal = 2", "did you mean fault_scale?"),
        ("curve.csv", "position_m,above_degC,below_degC\n0,x,1", "row 2, column above_degC: 'x' is not a number"),
        ("notes.txt", "hello", "plants and scenarios end in .toml"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(tmp_path: Path, name: str, content: str, words: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(DefinitionError) as refused:
        check_files([str(path)])
    assert str(path) in str(refused.value)
    assert words in str(refused.value)


def test_files_that_exclude_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="check one curve at a time"):
        check_files([FILES["curve.csv"], FILES["curve.csv"]])
    with pytest.raises(DefinitionError, match="there is no such file"):
        check_files([str(tmp_path / "nothing.toml")])


def test_the_subcommand_prints_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    command.configure(parser)
    assert command.run(parser.parse_args(["--plant", "slab-600x1200", "--lang", "es"])) == 0
    assert capsys.readouterr().out.splitlines()[0] == "Porcelánico 600 x 1200 mm (slab-600x1200)"
    assert (command.name, bool(command.help)) == ("check", True)
