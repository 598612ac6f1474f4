"""`rajola tags`: every signal of a plant, as a table."""

import argparse
import csv
import json
import sys
from typing import Any

from twin.host.choose import define
from twin.host.installed import families
from twin.host.options import add_choice, choice_of
from twin.line.description import SignalDescription
from twin.line.text import LANGUAGES, Language
from twin.record.run import Run

COLUMNS: tuple[str, ...] = ("path", "kind", "type", "unit", "low", "high", "writable", "meaning")


class Tags:
    """Prints the tag list."""

    name = "tags"
    help = "print every tag of a plant with unit, range and meaning"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        add_choice(parser)
        parser.add_argument("--format", choices=("md", "csv", "json"), default="md")
        parser.add_argument("--lang", choices=LANGUAGES, default="en")

    def run(self, arguments: argparse.Namespace) -> int:
        """Print the list."""
        line = Run(define(choice_of(arguments), None), families()).line
        rows = [_row(signal, arguments.lang) for signal in line.describe().signals]
        match arguments.format:
            case "json":
                print(json.dumps(rows, ensure_ascii=False, indent=1))
            case "csv":
                writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
            case _:
                print(f"| {' | '.join(COLUMNS)} |")
                print(f"|{' --- |' * len(COLUMNS)}")
                for row in rows:
                    cells = ("" if row[name] is None else str(row[name]).replace("|", "\\|") for name in COLUMNS)
                    print(f"| {' | '.join(cells)} |")
        return 0


def _row(signal: SignalDescription, language: Language) -> dict[str, Any]:
    kind = signal.value_type.value if signal.axis is None else f"{signal.value_type.value}[{signal.length}]"
    return {
        "path": signal.path,
        "kind": signal.kind.value,
        "type": kind,
        "unit": signal.unit.symbol if signal.unit else None,
        "low": signal.low,
        "high": signal.high,
        "writable": signal.writable,
        "meaning": signal.meaning.in_language(language),
    }


command = Tags()
