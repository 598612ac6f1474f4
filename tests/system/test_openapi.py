"""The HTTP interface keeps what its OpenAPI document promises, whatever is sent."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SCHEMATHESIS = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
SETTINGS = Path(__file__).parent.parent / "support" / "schemathesis.toml"
NEVER_ENDS = "/api/v1/stream"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with subprocess.Popen([sys.executable, "-m", "tests.support.http_bakery"], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        yield server.stdout.readline().decode().strip()
        server.terminate()


def probe(address: str, seed: int, examples: int) -> str:
    """What schemathesis has to say; nothing when it found no failure."""
    assert SCHEMATHESIS is not None
    done = subprocess.run(
        [
            SCHEMATHESIS, "--config-file", str(SETTINGS), "run", f"{address}/openapi.json", "--checks", "all",
            "--phases", "examples,coverage,fuzzing",
            "--max-examples", str(examples), "--seed", str(seed), "--exclude-path", NEVER_ENDS, "--no-color",
        ],
        capture_output=True, text=True, timeout=1500, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout[-6000:]


@pytest.mark.skipif(SCHEMATHESIS is None, reason="schemathesis is not installed: pip install -e '.[test]'")
@pytest.mark.timeout(900)
def test_whatever_is_sent_the_answer_is_one_that_the_document_promises(address: str) -> None:
    assert probe(address, seed=1, examples=3) == ""


@pytest.mark.slow
@pytest.mark.skipif(SCHEMATHESIS is None, reason="schemathesis is not installed: pip install -e '.[test]'")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_many_more_requests_are_answered_as_promised(address: str, seed: int, in_full_length: bool) -> None:
    assert probe(address, seed, examples=200 if in_full_length else 10) == ""
