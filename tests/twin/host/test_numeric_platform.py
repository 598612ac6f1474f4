"""What a run remembers of the numeric platform that it was begun on."""

from pathlib import Path

import pytest

from tests.support.runs import definition
from twin.host import numeric_platform
from twin.host.numeric_platform import difference, fingerprint
from twin.run.journal import begin_journal, read_journal


def test_a_fingerprint_is_one_line_and_the_same_every_time() -> None:
    assert fingerprint() == fingerprint()
    assert "\n" not in fingerprint()
    assert "numpy" in fingerprint()


def test_a_run_begun_here_differs_in_nothing() -> None:
    assert difference(fingerprint()) is None


def test_a_run_of_which_nobody_noted_the_platform_is_not_warned_about() -> None:
    assert difference("") is None


def test_a_run_begun_elsewhere_is_warned_about_by_naming_both() -> None:
    sentence = difference("riscv64 python 3.14")
    assert sentence is not None
    assert "riscv64 python 3.14" in sentence
    assert fingerprint() in sentence


def test_another_last_bit_of_an_elementary_function_is_another_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    here = fingerprint()
    exact = numeric_platform.ndtri
    monkeypatch.setattr(numeric_platform, "ndtri", lambda values: exact(values) * (1.0 + 2.3e-16))
    assert difference(here) is not None


def test_a_journal_keeps_the_platform_beside_the_definition(tmp_path: Path) -> None:
    begin_journal(tmp_path / "journal", definition(), "riscv64 python 3.14")
    journal = read_journal(tmp_path / "journal")
    assert journal.platform == "riscv64 python 3.14"
    assert journal.definition == definition()
