"""Runs that a state folder keeps, and reports on them, made beside the plant's process."""

from pathlib import Path

import pytest

from twin.host.choose import Choice, define
from twin.host.installed import families
from twin.host.kept_runs import PRESENT, KeptRuns
from twin.host.port import ReportRefused
from twin.host.state import StateFolder
from twin.line.time import HOUR
from twin.run.journal import begin_journal


async def test_a_live_run_is_reported_on_as_it_stands_and_its_predecessor_is_kept(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    try:
        opened = folder.begin(define(Choice(seed=2), None), families())
        opened.run.advance(opened.run.now + HOUR // 4)
        aside = tmp_path / "run.before-1"
        aside.mkdir()
        begin_journal(aside / "journal", define(Choice(seed=1), None), "")
        kept = KeptRuns(folder.path, lambda: opened.record.close(opened.run))
        assert [(run.id, run.lives, run.facts.seed) for run in kept.runs()] == [
            (PRESENT, True, 2), ("run.before-1", False, 1),
        ]  # fmt: skip
        report = await kept.report(PRESENT, truth=False)
        declared = [figure for figure in opened.run.line.key_figures() if not figure.station]
        live = [figure.value(opened.run.recorder.tally) for figure in declared]
        assert [card.value for card in report.cards] == live
        assert not [name for name, _ in report.facts if name.en == "scenario"]
        assert [part.name for part in report.parts] == ["states", "figures"]
        with pytest.raises(ReportRefused, match="no run"):
            await kept.report("run.before-7", truth=True)
    finally:
        folder.close()
