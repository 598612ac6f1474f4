"""Whatever is wrong with what a user brings: one sentence on standard error, code 2, no traceback, nothing lost."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.live import RAJOLA, rajola
from twin.host import cli

EXAMPLE = Path(__file__).parents[2] / "examples" / "ceramica-ejemplo"
Refused = Callable[..., str]


@pytest.fixture
def refused(capfd: pytest.CaptureFixture[str]) -> Refused:
    """What the command line says to arguments that it refuses."""

    def told(*arguments: str | Path) -> str:
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else -1
        output = capfd.readouterr()
        assert code == 2, output
        assert "Traceback" not in output.err
        assert "rajola" in output.err
        assert output.out == ""
        return output.err

    return told


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The example plant, to be spoilt."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "example"))


def edit(path: Path, old: str, new: str) -> Path:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return path


# Plant files.


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("boxes = 270", "boxs = 270", ["store.boxs is no key here; did you mean boxes?"]),
        ("[store]", "[stores]", ["stores is no key here; did you mean store?"]),
        (
            "strokes_per_minute = 12.5",
            "stroke_per_minut = 12.5",
            ["stroke_per_minut", "did you mean strokes_per_minute?"],
        ),
        ("cavities = 3", "cavities = 'three'", ["cavities", "'three'", "valid integer"]),
        ("cavities = 3", "cavities = 2.5", ["cavities", "2.5", "integer"]),
        ("length_mm = 450.0", "length_mm = -450.0", ["format.length_mm is -450.0", "greater than"]),
        ("length_mm = 450.0", "length_mm = nan", ["format.length_mm is nan", "finite"]),
        ("length_m = 150.0", "length_m = 'long'", ["kiln", "length_m", "'long'"]),
        ('site = "onda"', "", ["plant.site is missing; add it"]),
        ('body = "red-floor"', 'body = "marble"', ["body is 'marble'", "red-floor"]),
        ("[store]", "[store", ["is not valid TOML"]),
        ("texture = 50.0", "texture = -50.0", ["changeover_min.texture is -50.0", "greater than or equal to 0"]),
        ('"Mon 06:00"', '"Monday"', ["Monday", "is not a time of the week: write it like 'Sat 14:00'"]),
        ("texture = 50.0", "colour = 50.0", ["changeover_min.colour", "'texture', 'glaze', 'design' or 'product'"]),
        ("[[forming]]", "[forming]", ["is not valid TOML", "line 61"]),
        ("idle_kw = 45.0", "idle_kw = inf", ["idle_kw is inf", "finite"]),
        ("mean_m2 = 5000.0", "mean_m2 = inf", ["orders.mean_m2 is inf"]),
        ('curve = "curve.csv"', 'curve = "curves.csv"', ["curve 'curves.csv' is neither a file"]),
        ('curve = "curve.csv"', "", ["curve is missing"]),
    ],
)
def test_a_plant_file_with_a_fault_is_told_which(
    example: Path, refused: Refused, old: str, new: str, words: list[str]
) -> None:
    told = refused("simulate", "--plant", edit(example / "plant.toml", old, new))
    assert "plant.toml" in told
    for word in words:
        assert word in told


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x00" * 100, b"[[[", b"x" * (2 << 20), b""])
def test_a_plant_file_that_is_none_is_told_so(tmp_path: Path, refused: Refused, content: bytes) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    assert "own.toml" in refused("simulate", "--plant", path)


def test_unknown_names_are_told_with_those_that_are_shipped(refused: Refused, tmp_path: Path) -> None:
    assert "porcelain-600" in refused("simulate", "--plant", "porcelain-601")
    assert "no-faults" in refused("simulate", "--scenario", "no-fault")
    assert "standard" in refused("tags", "--scenario", tmp_path)
    assert "none.csv" in refused("simulate", "--orders", tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("fault_scale = 1.3", "fault_scal = 1.3", "fault_scal is no key here; did you mean fault_scale?"),
        ("fault_scale = 1.3", "fault_scale = -1", "fault_scale is -1"),
        ("temperature = 42.0", "temprature = 42.0", "powder.temprature is no key here; did you mean temperature?"),
        ("[changes.glazing]", "[changes.glazings]", "glazings"),
    ],
)
def test_a_scenario_file_with_a_fault_is_told_which(
    example: Path, refused: Refused, old: str, new: str, words: str
) -> None:
    scenario = edit(example / "scenario.toml", old, new)
    assert words in refused("simulate", "--plant", example / "plant.toml", "--scenario", scenario)


# Firing curves and order books.


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("28,630,635", "28,630", "row 4: has 2 columns"),
        ("28,630,635", "28,630,", "row 4, column below_degC: '' is not a number"),
        ("28,630,635", "28,six hundred,635", "row 4, column above_degC: 'six hundred' is not a number"),
        ("28,630,635", "18,630,635", "point 3: position_m is 18, not beyond 18"),
        ("28,630,635", "28,nan,635", "point 3: above_degC is nan; give it between"),
        ("28,630,635", "28,6300,635", "point 3: above_degC is 6300; give it between"),
        ("0,230,230", "1,230,230", "point 1: position_m is 1; the curve begins at the entry"),
        ("position_m", "position", "row 1: the header must be position_m,above_degC,below_degC"),
        ("28,630,635", "28,630," + "9" * 200_000, "curve.csv"),
    ],
)
def test_a_curve_with_a_fault_is_told_row_and_column(
    example: Path, refused: Refused, old: str, new: str, words: str
) -> None:
    edit(example / "curve.csv", old, new)
    told = refused("simulate", "--plant", example / "plant.toml")
    assert "curve.csv" in told
    assert words in told


def test_a_curve_of_too_few_points_is_refused(example: Path, refused: Refused) -> None:
    lines = (example / "curve.csv").read_text().splitlines()
    (example / "curve.csv").write_text("\n".join(lines[:4]))
    assert "needs at least 4 points, this one has 3" in refused("simulate", "--plant", example / "plant.toml")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("26-0101,cotto,3492.72,2026-01-09", "26-0101,coto,3492.72,2026-01-09", ["row 2", "product", "coto", "cotto"]),
        ("26-0101,cotto,3492.72,2026-01-09", "26-0101,cotto,much,2026-01-09", ["row 2", "quantity_m2", "much"]),
        ("26-0101,cotto,3492.72,2026-01-09", "26-0101,cotto,-5,2026-01-09", ["row 2", "quantity_m2", "-5"]),
        ("26-0101,cotto,3492.72,2026-01-09", "26-0101,cotto,nan,2026-01-09", ["row 2", "quantity_m2", "nan"]),
        ("26-0101,cotto,3492.72,2026-01-09", "26-0101,cotto,3492.72,soon", ["row 2", "due", "soon"]),
        ("26-0101,cotto,3492.72,2026-01-09", "26-0101,cotto,3492.72", ["row 2"]),
        ("26-0102", "26-0101", ["row 3", "26-0101"]),
        ("order,product", "number,product", ["row 1: 'number' is no column of an order book"]),
    ],
)
def test_an_order_book_with_a_fault_is_told_row_and_column(
    example: Path, refused: Refused, old: str, new: str, words: list[str]
) -> None:
    orders = edit(example / "orders.csv", old, new)
    told = refused("simulate", "--plant", example / "plant.toml", "--orders", orders)
    assert "orders.csv" in told
    for word in words:
        assert word in told


# Arguments.


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["simulate", "--days", "0"], "argument --days: 0 is not above 0"),
        (["simulate", "--days", "-1"], "argument --days: -1 is not above 0"),
        (["simulate", "--days", "nan"], "argument --days: nan is not above 0 and finite"),
        (["simulate", "--days", "inf"], "argument --days: inf is not above 0 and finite"),
        (["simulate", "--days", "1e9"], "argument --days: 1e9 is more than 36500 days"),
        (["simulate", "--days", "many"], "argument --days: 'many' is not a number"),
        (["simulate", "--seed", "1.5"], "argument --seed: '1.5' is not a whole number"),
        (["simulate", "--seed", "-1"], "argument --seed: -1 is outside"),
        (["simulate", "--opening", "half"], "argument --opening: invalid choice: 'half'"),
        (["simulate", "--start", "monday"], "--start 'monday' is no date and time: write it like"),
        (["simulate", "--start", "2026-02-30"], "--start '2026-02-30' is no date"),
        (["simulate", "--start", "1066-10-14"], "outside the years 1990 to 2200"),
        (["simulate", "--start", ""], "--start '' is no date"),
        (["simulate", "--colour", "red"], "unrecognized arguments: --colour red"),
        (["simulate", "--journal", "nowhere"], "nowhere: cannot be read"),
        (["replay", "nowhere"], "nowhere: cannot be read"),
        (["replay"], "the following arguments are required: STATE|JOURNAL"),
        (["tags", "--format", "xml"], "argument --format: invalid choice: 'xml'"),
        (["fly"], "invalid choice: 'fly'"),
        (["run", "--speed", "0"], "argument --speed: 0 is not above 0"),
        (["run", "--speed", "1e6"], "argument --speed: 1e6 is outside 0.01 to 10000; choose within"),
        (["run", "--speed", "nan"], "argument --speed: nan"),
        (["run", "--http", "8000"], "argument --http: '8000' is no address: write HOST:PORT"),
        (["run", "--http", "localhost:99999"], "argument --http: 'localhost:99999' is no address"),
        (["run", "--opcua", "localhost:²"], "argument --opcua: 'localhost:²' is no address"),
        (["run", "--stamps", "none"], "argument --stamps: invalid choice"),
        (["run", "--lang", "fr"], "argument --lang: invalid choice: 'fr'"),
        (["run", "--resume", "later"], "argument --resume: invalid choice"),
    ],
)
def test_an_argument_that_cannot_be_used_is_told(refused: Refused, arguments: list[str], words: str) -> None:
    assert words in refused(*arguments)


# Live runs; the gateways are off, because none of these gets as far.

OFF = ("--http", "off", "--opcua", "off")


def test_a_state_that_cannot_be_a_folder_is_refused(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    for state in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/state")):
        told = refused("run", "--state", state, *OFF)
        assert f"{state}: cannot be used as a state folder" in told
        assert "choose another --state" in told
    assert (tmp_path / "file").read_text() == "kept"


def test_a_run_that_cannot_be_defined_leaves_nothing_behind(refused: Refused, tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert "is neither a shipped plant nor a file" in refused("run", "--state", state, "--plant", "none", *OFF)
    assert "--start" in refused("run", "--state", state, "--start", "soon", *OFF)
    assert not (state / "journal").exists()


def test_a_ready_file_that_cannot_be_written_is_refused_before_the_run_begins(refused: Refused, tmp_path: Path) -> None:
    for ready in (tmp_path / "none" / "ready", tmp_path):
        told = refused("run", "--state", tmp_path / "state", "--ready-file", ready, *OFF)
        assert f"--ready-file {ready}: cannot be written" in told
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("content", [b"", b"\n", b"rubbish", b"\xff" * 1000, b'{"kind": "definition"}\n'])
def test_a_journal_that_is_none_is_refused_and_kept(refused: Refused, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "journal").write_bytes(content)
    for arguments in (
        ["run", "--state", tmp_path, *OFF],
        ["replay", tmp_path],
        ["simulate", "--journal", tmp_path / "journal"],
    ):
        told = refused(*arguments)
        assert "journal: its first line is not the definition of a run" in told
    assert (tmp_path / "journal").read_bytes() == content


def test_the_process_itself_ends_with_code_2_and_one_sentence() -> None:
    done = rajola("simulate", "--plant", "nowhere", launcher=RAJOLA)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("rajola: plant 'nowhere' is neither a shipped plant nor a file")
