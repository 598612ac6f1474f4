"""Inputs that were found by fuzzing, and others at random, leave the server as it was."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fuzz_opcua import CORPUS, KINDS, STAGES, Target, seeds

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    made = Target()
    yield made
    made.close()


@pytest.mark.parametrize("name", seeds())
def test_known_bombs_and_sound_requests_are_answered(target: Target, name: str) -> None:
    target.give(seeds()[name])


def test_what_was_found_before_is_answered(target: Target) -> None:
    found = sorted(CORPUS.glob("*"))
    assert len(found) > 50
    for path in found:
        target.give(path.read_bytes())


_HEADS = st.tuples(st.integers(0, len(STAGES) - 1), st.integers(0, len(KINDS) - 1)).map(bytes)
_RESTS = st.one_of(
    st.binary(max_size=300),
    st.lists(st.sampled_from([b"\xff\xff\xff\xff", b"\x01\x00\x00\x00", b"\x00", b"\x7f", b"\x98", b"\x16"])).map(
        b"".join
    ),
)


@settings(max_examples=100)
@given(_HEADS, _RESTS)
def test_anything_else_is_answered_too(target: Target, head: bytes, rest: bytes) -> None:
    target.give(head + rest)


@pytest.mark.slow
@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed: no coverage-guided fuzzing")
def test_nothing_new_is_found(tmp_path: Path, in_full_length: bool) -> None:
    seconds = 600 if in_full_length else 5
    order = [sys.executable, "-m", "tests.support.look_for_inputs", str(tmp_path / "found"), "--seconds", str(seconds)]
    done = subprocess.run(order, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
