"""The reports that were asked for over HTTP: made one at a time, the newest kept as files until the server stops."""

import asyncio
import secrets
import tempfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from api.problems import ProblemError
from twin.host.port import Port, ReportRefused
from twin.line.report import Report
from twin.line.text import Language

KEPT = 8
"""Reports that are kept; the oldest goes when one more is made."""
State = Literal["making", "ready", "failed"]


@dataclass(slots=True)
class Made:
    """A report that was asked for."""

    id: str
    run: str
    language: Language
    truth: bool
    """Whether it tells what the instructor alone may know."""
    asked: int
    """Plant instant [microseconds since 1970 UTC]."""
    state: State = "making"
    detail: str = ""
    """Why it failed."""


class Reports:
    """Makes reports and keeps them."""

    def __init__(self, port: Port) -> None:
        self._port = port
        self._made: OrderedDict[str, Made] = OrderedDict()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._working: asyncio.Task[None] | None = None

    def listed(self, *, truth: bool) -> list[Made]:
        """Those that somebody may know of, oldest first."""
        return [made for made in self._made.values() if truth or not made.truth]

    def found(self, name: str, *, truth: bool) -> Made:
        """One of them; raises ProblemError."""
        made = self._made.get(name)
        if made is None or (made.truth and not truth):
            raise ProblemError(404, "unknown-target", f"There is no report {name!r}: /api/v1/reports lists those kept.")
        return made

    def path(self, made: Made) -> Path:
        """Its file; raises ProblemError while there is none."""
        if made.state == "failed":
            raise ProblemError(409, "not-now", f"This report could not be made: {made.detail}. Ask for another one.")
        if made.state == "making":
            raise ProblemError(409, "not-now", "This report is still being made: ask again in some seconds.")
        return self._place(made)

    def _place(self, made: Made) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="rajola-reports-", ignore_cleanup_errors=True)
        return Path(self._folder.name) / f"{made.id}.html"

    def begin(self, run: str, language: Language, *, truth: bool) -> Made:
        """Begin to make one; raises ProblemError while another one is being made."""
        if self._working is not None and not self._working.done():
            raise ProblemError(409, "not-now", "A report is being made already: ask again when it is there.")
        made = Made(secrets.token_hex(8), run, language, truth, self._port.frame.time)
        self._made[made.id] = made
        while len(self._made) > KEPT:
            _, oldest = self._made.popitem(last=False)
            self._place(oldest).unlink(missing_ok=True)
        self._working = asyncio.create_task(self._make(made), name="report")
        return made

    async def _make(self, made: Made) -> None:
        try:
            report = await self._port.report(made.run, truth=made.truth)
            await asyncio.to_thread(_write, report, self._place(made), made.language)
        except ReportRefused as refused:
            made.state, made.detail = "failed", str(refused)
        except OSError as error:
            made.state, made.detail = "failed", f"it cannot be written ({error.strerror})"
        else:
            made.state = "ready"

    async def settled(self) -> None:
        """Return when none is being made."""
        if self._working is not None:
            await asyncio.wait({self._working})

    async def close(self) -> None:
        """Stop making, and let go of all files."""
        if self._working is not None:
            self._working.cancel()
            await self.settled()
        if self._folder is not None:
            self._folder.cleanup()


def _write(report: Report, path: Path, language: Language) -> None:
    # Drawing loads a large library: only who asks for a report pays for it.
    from api.report.page import page  # noqa: PLC0415

    path.write_text(page(report, language), encoding="utf-8")
