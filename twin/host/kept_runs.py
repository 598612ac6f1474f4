"""The runs that a state folder keeps, and reports on them, made in a process of its own beside the plant's."""

import asyncio
import pickle
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from twin.host.port import KeptRun, ReportRefused, RunFacts
from twin.line.errors import StateError
from twin.line.report import Report
from twin.run.journal import read_journal

PRESENT = "present"
"""What the run that lives is called."""
LONGEST_S = 110.0
"""Wall time after which a report is given up [s]."""


class KeptRuns:
    """The run that lives in a folder, and those that were set aside there."""

    def __init__(self, folder: Path, keep: Callable[[], None]) -> None:
        self._folder, self._keep = folder.resolve(), keep
        self._busy = False

    def _places(self) -> dict[str, Path]:
        aside = sorted(path for path in self._folder.glob("run.before-*") if (path / "journal").is_file())
        return {PRESENT: self._folder} | {path.name: path for path in aside}

    def runs(self) -> tuple[KeptRun, ...]:
        """All of them, the one that lives first; one whose journal cannot be read is left out."""
        found = []
        for name, path in self._places().items():
            try:
                d = read_journal(path / "journal").definition
            except StateError:
                continue
            facts = RunFacts(d.plant, d.scenario, d.seed, d.start, d.opening, d.version, d.digest)
            found.append(KeptRun(name, name == PRESENT, facts))
        return tuple(found)

    async def report(self, name: str, *, truth: bool) -> Report:
        """The report on a run; one at a time, in a process of its own. Raises ReportRefused."""
        folder = self._places().get(name)
        if folder is None:
            raise ReportRefused(f"there is no run {name!r} here; ask for the list of runs")
        if self._busy:
            raise ReportRefused("a report is being made already; ask again when it is there")
        self._busy = True
        try:
            if name == PRESENT:
                self._keep()
            return await _made(folder, truth)
        finally:
            self._busy = False


async def _made(folder: Path, truth: bool) -> Report:
    with tempfile.TemporaryDirectory(prefix="rajola-report-") as place:
        path = Path(place) / "report"
        arguments = ("-m", "twin.host.make_report", str(folder), str(path), "truth" if truth else "")
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(LONGEST_S):
                _, said = await process.communicate()
        except TimeoutError:
            raise ReportRefused(f"the report was not ready after {LONGEST_S:g} s; ask again") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            raise ReportRefused(said.decode(errors="replace").strip().splitlines()[-1][:300] if said else "no report")
        content = await asyncio.to_thread(path.read_bytes)
    report: Report = pickle.loads(content)  # noqa: S301 (written by the process that was started above)
    return report
