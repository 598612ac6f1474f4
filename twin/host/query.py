"""`rajola query`: asks a run's history in SQL, while the run lives or after it has stopped."""

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import Any

from twin.host.historian import FILE
from twin.host.options import positive
from twin.host.query_server import ask_host
from twin.host.questions import LONGEST_S, MOST_ROWS, Answer, Question
from twin.host.run_live import default_state
from twin.host.sql import ask, open_stopped

_WIDEST = 96


class Query:
    """Asks one question."""

    name = "query"
    help = "ask the history of a run in SQL (reading only); docs/history.md lists the tables"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("sql", metavar="SQL", help="one SELECT; - reads it from standard input")
        parser.add_argument("--state", metavar="DIR", help="the run's folder (default: that of the default plant)")
        parser.add_argument("--rows", type=int, default=1000, help=f"most rows (default 1000, at most {MOST_ROWS})")
        parser.add_argument(
            "--seconds", type=positive, default=10.0, help=f"most seconds (default 10, at most {LONGEST_S:g})"
        )
        parser.add_argument("--format", choices=("table", "csv", "json"), default="table")

    def run(self, arguments: argparse.Namespace) -> int:
        """Ask and print."""
        sql = sys.stdin.read() if arguments.sql == "-" else arguments.sql
        question = Question(sql, arguments.rows, arguments.seconds)
        folder = Path(arguments.state) if arguments.state else default_state()
        answer = ask_host(folder, question) or _ask_file(folder, question)
        _SHOWN[arguments.format](answer)
        if answer.more:
            print(f"note: only the first {arguments.rows} rows; give more --rows", file=sys.stderr)
        return 0


def _ask_file(folder: Path, question: Question) -> Answer:
    with open_stopped(folder / FILE) as connection:
        return ask(connection.cursor, question)


def _print_table(answer: Answer) -> None:
    rows = [[_short(value) for value in row] for row in answer.rows]
    widths = [max(map(len, column)) for column in zip(answer.columns, *rows, strict=True)]
    for row in (answer.columns, ["-" * width for width in widths], *rows):
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


def _short(value: Any) -> str:
    text = "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."


def _print_csv(answer: Answer) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)


def _print_json(answer: Answer) -> None:
    print(json.dumps([dict(zip(answer.columns, row, strict=True)) for row in answer.rows], ensure_ascii=False))


_SHOWN = {"table": _print_table, "csv": _print_csv, "json": _print_json}

command = Query()
