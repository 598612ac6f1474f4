"""`rajola check`: can files of a plant be used, and what would a planner say to them?"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from plant_models.balance import balance
from plant_models.balance_report import BalanceReport
from plant_models.definition import curve as firing_curve
from plant_models.definition import orders as order_book
from plant_models.definition.curve import Point, read_curve
from plant_models.definition.load import load_plant, load_scenario, read_tables
from plant_models.definition.orders import read_orders
from plant_models.definition.plant import Plant
from plant_models.definition.schema import plant_schema, scenario_schema
from plant_models.line import TileLine
from twin.line.errors import DefinitionError
from twin.line.text import LANGUAGES, Language, Text

Kind = Literal["plant", "scenario", "orders", "curve"]
DEFAULT_PLANT = "porcelain-600"
HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found."""

    lines: tuple[str, ...]
    """The report, to be printed; the warnings are in it."""
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Files:
    """The files of one check, by kind."""

    plants: list[str] = field(default_factory=list)
    scenarios: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    curves: list[str] = field(default_factory=list)

    def of(self, kind: Kind) -> list[str]:
        """The list of a kind."""
        return {"plant": self.plants, "scenario": self.scenarios, "orders": self.orders, "curve": self.curves}[kind]


def check_files(paths: Sequence[str], plant: str = DEFAULT_PLANT, language: Language = "en") -> CheckReport:
    """Check files of any of the four kinds together; raises DefinitionError naming what cannot be used.

    Curves, scenarios and order books are judged on the plant files among `paths`, or else on `plant`.
    """
    files = _Files()
    for path in paths:
        files.of(kind_of(Path(path))).append(path)
    for kind in ("scenario", "curve"):
        if len(files.of(kind)) > 1:
            raise DefinitionError(
                f"{', '.join(files.of(kind))}: check one {kind} at a time, the plant can have only one"
            )
    lines: list[str] = []
    warnings: list[str] = []
    books: list[str | None] = [*files.orders] or [None]
    for name in files.plants or [plant]:
        for book in books:
            report, found = _check_plant(name, files, book, language)
            lines += report
            warnings += found
    return CheckReport(tuple(lines), tuple(warnings))


def kind_of(path: Path) -> Kind:
    """What a file is, by its name's end and its first line or tables; raises DefinitionError when it is none."""
    if not path.is_file():
        raise DefinitionError(f"{path}: there is no such file")
    if path.suffix == ".toml":
        tables = read_tables(path)
        if "plant" in tables or "format" in tables:
            return "plant"
        return "scenario"
    if path.suffix == ".csv":
        header = _header(path)
        if len(header & set(firing_curve.HEADER)) > len(header & set(order_book.HEADER)):
            return "curve"
        return "orders"
    raise DefinitionError(
        f"{path}: ends in {path.suffix!r}; plants and scenarios end in .toml, orders and curves in .csv"
    )


def _header(path: Path) -> set[str]:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).decode("utf-8-sig", errors="replace")
    first = head.splitlines()[:1]
    return {cell.strip() for row in csv.reader(first) for cell in row}


def with_curve(plant: Plant, points: tuple[Point, ...]) -> Plant:
    """The plant with all kilns on another firing curve."""
    firing = tuple(part.model_copy(update={"curve": points}) for part in plant.firing)
    return plant.model_copy(update={"firing": firing})


def _check_plant(name: str, files: _Files, book: str | None, language: Language) -> tuple[list[str], list[str]]:
    scenario = load_scenario(files.scenarios[0]) if files.scenarios else None
    plant = load_plant(name, scenario)
    points = read_curve(Path(files.curves[0])) if files.curves else None
    if points is not None:
        plant = with_curve(plant, points)
    orders = None if book is None else read_orders(Path(book), plant)
    line = TileLine(plant, orders)
    report = BalanceReport(line, balance(line, orders), language)
    title = Text(plant.plant.title_en, plant.plant.title_es).in_language(language)
    lines = [f"{title} ({name})"]
    if scenario is not None:
        words = Text(scenario.title_en, scenario.title_es).in_language(language)
        lines.append(report.row("scenario", f"{files.scenarios[0]}: {words}"))
    if points is not None:
        lines.append(report.curve(files.curves[0], len(points)))
    if book is not None and orders is not None:
        lines.append(report.orders(book, orders))
    warnings = list(report.warnings())
    return [*lines, *report.rows(), *_said(report, warnings)], warnings


def _said(report: BalanceReport, warnings: Sequence[str]) -> Iterator[str]:
    for sentence in warnings or [report.no_warnings]:
        yield report.row("warning", sentence)


class Check:
    """The subcommand."""

    name = "check"
    help = "check plant files, order books, firing curves and scenarios, and print a planner's balance"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("files", nargs="*", metavar="FILE", help="a plant, scenario, order book or firing curve")
        parser.add_argument(
            "--plant", default=DEFAULT_PLANT, help=f"plant for files that need one (default {DEFAULT_PLANT})"
        )
        parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language of the report")
        parser.add_argument(
            "--schema", choices=("plant", "scenario"), help="print the JSON schema of such files and check nothing"
        )

    def run(self, arguments: argparse.Namespace) -> int:
        """Print the report; warnings are no errors."""
        if arguments.schema is not None:
            schema = plant_schema() if arguments.schema == "plant" else scenario_schema()
            sys.stdout.write(json.dumps(schema, indent=1) + "\n")
            return 0
        report = check_files(arguments.files, arguments.plant, arguments.lang)
        sys.stdout.write("\n".join(report.lines) + "\n")
        return 0


command = Check()
"""What the entry point `check` of the group `rajola.commands` names."""
