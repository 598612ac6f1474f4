"""`rajola report RUN`: writes the report on a run that was kept in a folder."""

import argparse
from pathlib import Path

from api.report.page import page
from twin.host.recorded import recorded
from twin.line.errors import StateError
from twin.line.text import LANGUAGES
from twin.record.report import report


class ReportCommand:
    """Writes one HTML file."""

    name = "report"
    help = "write a report on a run as one HTML file that needs no internet"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("source", metavar="RUN", help="a state folder, or the output of a simulation (--out)")
        parser.add_argument("--out", metavar="FILE", help="file to write (default: report.html in the run's folder)")
        parser.add_argument("--lang", choices=LANGUAGES, default="en")

    def run(self, arguments: argparse.Namespace) -> int:
        """Write and say where."""
        folder = Path(arguments.source)
        kept = recorded(folder)
        path = Path(arguments.out) if arguments.out else folder / "report.html"
        try:
            path.write_text(page(report(kept.run, kept.record), arguments.lang), encoding="utf-8")
        except OSError as error:
            raise StateError(f"--out {path}: cannot be written ({error.strerror}); choose another file") from None
        print(path)
        return 0


command = ReportCommand()
"""What the entry point `report` of the group `rajola.commands` names."""
