"""What a run keeps for questions asked later: its finished pieces, its event log, and its state when it stopped."""

from pathlib import Path

from twin.record.log_store import LogStore
from twin.record.run import Run
from twin.run import chapters

FOLDER = "record"
"""Where a state folder, or the output of a simulation, keeps it."""


class RunRecord:
    """The record of one run; what it holds is written at the latest at every chapter."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.folder = folder
        self.genealogy = run.line.genealogy(folder / "pieces")
        self.log = LogStore(folder / "log")

    def begin(self, run: Run, time: int) -> None:
        """Take what a run makes from `time` on, and forget what was made after it before."""
        if self.genealogy is not None:
            self.genealogy.resumed(time)
        self.log.forget_from(time)
        run.recorder.listeners.append(self.log.absorb)

    def keep(self) -> None:
        """Write what there is; called before a chapter is written."""
        if self.genealogy is not None:
            self.genealogy.keep()
        self.log.flush()

    def close(self, run: Run) -> None:
        """Write everything, with the state in which the run stopped: pieces inside are in it."""
        run.engine.settle()
        self.keep()
        end = self.folder / "end"
        end.mkdir(parents=True, exist_ok=True)
        for old in sorted(end.glob("*.chapter")):
            old.unlink()
        chapters.write_chapter(end, run.chapter(), run.definition.digest, run.definition.version)
