"""The command line: one sentence and code 2 for what cannot be used, and nothing loaded that is not asked for."""

import subprocess
import sys

import pytest

from twin.host import cli
from twin.line.errors import DefinitionError


def test_help_names_every_subcommand(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert all(name in told for name in ("run", "simulate", "replay", "tags", "plants", "scenarios", "check"))


@pytest.mark.parametrize("arguments", [[], ["fly"], ["simulate", "--wings"], ["replay"]])
def test_wrong_usage_ends_with_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "usage: rajola" in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("rajola 0.")


class Command:
    """A subcommand that ends as it is told."""

    name = "try"
    help = "try"

    def __init__(self, error: BaseException | None, code: int = 0) -> None:
        self.error, self.code = error, code

    def configure(self, parser: object) -> None:
        """Nothing."""

    def run(self, arguments: object) -> int:
        if self.error is not None:
            raise self.error
        return self.code


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (None, 0, ""),
        (None, 1, ""),
        (DefinitionError("there is no oven: buy one"), 2, "rajola: there is no oven: buy one\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_a_subcommand_ends_with_its_code(
    error: BaseException | None,
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(cli, "commands", lambda name=None: [Command(error, code)])
    assert cli.main(["try"]) == code
    assert capsys.readouterr().err == told


def test_a_fault_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "commands", lambda name=None: [Command(ZeroDivisionError("oh"))])
    with pytest.raises(ZeroDivisionError):
        cli.main(["try"])


def test_a_reader_who_leaves_early_does_no_harm() -> None:
    command = [sys.executable, "-m", "tests.support.bakery_cli", "tags", "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(60) == 0
        assert process.stderr.read() == b""


def test_a_simulation_loads_no_gateway() -> None:
    script = (
        "import sys\nfrom twin.host import cli\n"
        "code = cli.main(['simulate', '--days', '0.001', '--json'])\n"
        "gateways = {'opcua_server', 'api', 'asyncua', 'fastapi', 'uvicorn', 'plotly', 'starlette'}\n"
        "print(code, sorted(gateways & {name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=100)
    assert done.stderr == "0 []\n"
