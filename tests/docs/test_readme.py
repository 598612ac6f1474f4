"""Every command of the README runs, and the Spanish README has the same ones."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.pages import ROOT, Block, blocks, write_files
from tests.support.terminal import Terminal
from twin.host.cli import parser

pytestmark = pytest.mark.timeout(600)


def test_both_readmes_have_the_same_blocks() -> None:
    assert blocks("README.md") == blocks("README.es.md")


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Terminal, list[tuple[str, str]]]:
    """All commands of the README with what they printed, typed one after the other into one terminal."""
    folder = tmp_path_factory.mktemp("readme")
    write_files("README.md", folder)
    with Terminal(folder) as terminal:
        commands = [line for block in blocks("README.md") if _runs(block) for line in block.commands]
        printed = [(command, terminal.type(command)) for command in commands]
    return terminal, printed


def _runs(block: Block) -> bool:
    return block.language == "sh" and not block.installs


def test_every_command_of_the_readme_runs(typed: tuple[Terminal, list[tuple[str, str]]]) -> None:
    _, printed = typed
    assert len(printed) > 12
    assert all(output.strip() for _, output in printed)


def test_a_killed_line_goes_on_when_the_same_command_is_typed_again(
    typed: tuple[Terminal, list[tuple[str, str]]],
) -> None:
    terminal, printed = typed
    starts = [output for command, output in printed if command == "rajola run --speed 60 --state tour --open-loopback"]
    assert terminal.killed == 1
    assert ["new run" in starts[0], "resumed" in starts[1]] == [True, True]


def test_the_replay_finds_the_command_that_the_tour_gave(typed: tuple[Terminal, list[tuple[str, str]]]) -> None:
    _, printed = typed
    replayed = next(output for command, output in printed if command.startswith("rajola replay"))
    assert re.search(r"^commands +1$", replayed, re.MULTILINE)
    assert re.search(r"\b[0-9a-f]{64}\b", replayed)


def test_the_example_plant_has_nothing_that_a_planner_would_warn_of(
    typed: tuple[Terminal, list[tuple[str, str]]],
) -> None:
    _, printed = typed
    report = next(output for command, output in printed if command.startswith("rajola check"))
    assert re.findall(r"^ +warning +(.*)$", report, re.MULTILINE) == ["nothing to warn of"]


def test_the_tiles_of_a_day_are_where_the_readme_says(typed: tuple[Terminal, list[tuple[str, str]]]) -> None:
    terminal, _ = typed
    header = (terminal.folder / "day" / "tiles.csv").read_text(encoding="utf-8").partition("\n")[0]
    assert header.startswith("tile,order,product")


def masked(text: str) -> list[str]:
    """Lines without their numbers, secrets and spacing."""
    text = re.sub(r"link=\S+", "link=", text)
    return [re.sub(r"\s+", " ", re.sub(r"[0-9][0-9:.,T+-]*", "#", line)).strip() for line in text.splitlines()]


def test_the_ready_text_is_what_the_command_prints(tmp_path: Path) -> None:
    shown = next(block.text for block in blocks("README.md") if "ready; stop with" in block.text)
    with Terminal(tmp_path) as terminal:
        printed = masked(terminal.type("rajola run"))
    missing = [line for line in masked(shown) if line not in printed]
    assert not missing, printed


@pytest.mark.parametrize("command", [c for block in blocks("README.md") if block.installs for c in block.commands])
def test_ways_to_install_and_start_use_what_is_there(command: str) -> None:
    words = shlex.split(command.replace("\\", "/"))
    if words[0] == "make":
        assert shutil.which("make"), "there is no make"
        subprocess.run(["make", "--dry-run", *words[1:]], cwd=ROOT, capture_output=True, check=True)
        words = ["rajola", words[1], *shlex.split(next((w[4:] for w in words if w.startswith("RUN=")), ""))]
    if "-c" in words:
        assert (ROOT / words[words.index("-c") + 1]).is_file()
    starts = [place for place, word in enumerate(words) if Path(word).name == "rajola"]
    for place in starts[-1:]:
        assert parser().parse_args(words[place + 1 :]).command == "run"
