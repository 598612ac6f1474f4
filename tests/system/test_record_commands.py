"""What is asked of a run kept in a folder, on the command line: passports, where-used, exports, a report."""

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from twin.host.cli import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a short simulation."""
    out = tmp_path_factory.mktemp("out")
    assert main(["simulate", "--days", "0.25", "--out", str(out), "--truth", "--signals-every", "30", "--json"]) == 0
    return out


def test_a_passport_is_printed_as_text_and_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["passport", str(folder), "1.5", "--lang", "es"]) == 0
    assert "prensado" in capsys.readouterr().out
    assert main(["passport", str(folder), "1.5", "--json"]) == 0
    passport = json.loads(capsys.readouterr().out)
    assert passport["stages"][0]["name"] == "press"
    assert "density" not in json.dumps(passport)


def test_where_used_prints_the_tiles_of_a_lot(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["where-used", str(folder), "lot", "L00001", "--limit", "4"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 6


def test_an_unknown_tile_ends_with_a_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["passport", str(folder), "1.987654321"]) == 2
    assert "no tile of this run belongs to it" in capsys.readouterr().err


def test_an_export_has_the_same_rows_in_both_formats(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(folder), "--out", str(tmp_path), "--format", "parquet", "--signals-every", "30"]) == 0
    capsys.readouterr()
    for name in ("tiles", "events", "states", "energy", "signals"):
        table = pq.read_table(tmp_path / f"{name}.parquet")
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert rows[0] == table.column_names
        assert len(rows) - 1 == table.num_rows > 0, name
    assert not (tmp_path / "truth").exists()


def test_the_truth_is_in_a_folder_of_its_own(folder: Path) -> None:
    header = (folder / "tiles.csv").read_text(encoding="utf-8").partition("\n")[0]
    truth = (folder / "truth" / "tiles.csv").read_text(encoding="utf-8").partition("\n")[0]
    assert set(header.split(",")) & set(truth.split(",")) == {"tile"}
    assert {"density", "peak_temperature", "defects"} <= set(truth.split(","))
    assert (folder / "truth" / "log.csv").exists()


def test_stays_of_a_tile_follow_each_other(folder: Path) -> None:
    with (folder / "events.csv").open(encoding="utf-8", newline="") as file:
        stays = [row for row in csv.DictReader(file) if row["case"] == "100"]
    assert [row["activity"] for row in stays][:4] == ["pressing", "drying", "glazing", "printing"]
    assert all(row["start"] <= row["end"] for row in stays)
    assert [row["start"] for row in stays] == sorted(row["start"] for row in stays)


def test_a_folder_without_a_record_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["passport", str(tmp_path), "1.5"]) == 2
    assert "journal" in capsys.readouterr().err
