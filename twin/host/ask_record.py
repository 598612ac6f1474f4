"""`rajola passport`, `rajola where-used` and `rajola export`: questions to a run that was kept in a folder."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from twin.host.installed import families
from twin.host.output import Wanted, export, scan_of
from twin.host.recorded import Recorded, recorded
from twin.host.root_causes import cause_table, causes_of, explained, truth_of
from twin.line.errors import StateError
from twin.line.export_table import ExportTable
from twin.line.genealogy import Genealogy, Passport, Stage
from twin.line.text import LANGUAGES, Language, Text
from twin.line.time import iso
from twin.record.causes import suspects
from twin.record.export import FORMATS
from twin.record.run import Run
from twin.record.signal_scan import SignalScan
from twin.record.truth import truth_table

MADE_FROM = Text("made from", "hecha de")
WENT_INTO = Text("went into", "fue a")
CAUSES = Text("root causes", "causas raíz")
PIECES = Text("pieces", "piezas")


def _genealogy(kept: Recorded) -> Genealogy:
    if kept.record.genealogy is None:
        raise StateError(f"{kept.record.folder}: this plant keeps no genealogy, so nothing in it has a passport")
    return kept.record.genealogy


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="RUN", help="a state folder, or the output of a simulation (--out)")


def _add_answer(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--truth", action="store_true", help="show what only the instructor may know")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--lang", choices=LANGUAGES, default="en")


class PassportCommand:
    """Prints the passport of one thing."""

    name = "passport"
    help = "print where a tile, or anything that made tiles or was made of them, comes from and went"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        _add_run(parser)
        parser.add_argument("thing", metavar="ID", help="its id, such as 1.123456 for a tile of press 1")
        parser.add_argument("--kind", default="tile", help="tile (default), lot, order, box, pallet ...")
        _add_answer(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """Look it up and print."""
        kept = recorded(Path(arguments.source))
        passport = _genealogy(kept).passport(arguments.kind, arguments.thing, truth=arguments.truth)
        if arguments.truth:
            passport = explained(kept, passport)
        if arguments.json:
            print(json.dumps(asdict(passport), ensure_ascii=False))
        else:
            print("\n".join(readable(passport, arguments.lang)))
        return 0


def readable(passport: Passport, language: Language) -> Iterator[str]:
    """A passport as a person reads it."""
    yield passport.title.in_language(language)
    for stage in passport.stages:
        yield from _stage(stage, language)
    for title, related in ((MADE_FROM, passport.made_from), (WENT_INTO, passport.went_into)):
        if related:
            yield f"{title.in_language(language)}:"
            yield from (f"  {each.title.in_language(language):<70} {each.pieces:>8}" for each in related)
    if passport.causes:
        yield f"{CAUSES.in_language(language)}:"
        yield from (f"  {each.title.in_language(language):<70} {each.share:>7.1%}" for each in passport.causes)


def _stage(stage: Stage, language: Language) -> Iterator[str]:
    times = " - ".join(iso(time) for time in (stage.begin, stage.end) if time is not None)
    yield f"{stage.title.in_language(language)}  {times}"
    for fact in stage.facts:
        value = iso(int(fact.value)) if fact.unit == "instant" else fact.value
        shown = f"{value:.5g}" if isinstance(value, float) else str(value)
        unit = "" if fact.unit == "instant" else fact.unit
        yield f"  {fact.title.in_language(language):<44} {shown} {unit}".rstrip()


class WhereUsedCommand:
    """Prints the pieces that one thing touched."""

    name = "where-used"
    help = "print every tile that a lot, stroke window, glaze batch, kiln interval, box or pallet touched"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        _add_run(parser)
        parser.add_argument("kind", metavar="KIND", help="lot, order, stroke-window, glaze-batch, kiln-interval ...")
        parser.add_argument("thing", metavar="ID", help="its id, such as L00012")
        parser.add_argument("--limit", type=int, default=1000, help="most ids to print (default 1000)")
        _add_answer(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """Look them up and print."""
        genealogy = _genealogy(recorded(Path(arguments.source)))
        used = genealogy.where_used(arguments.kind, arguments.thing, limit=arguments.limit, truth=arguments.truth)
        if arguments.json:
            print(json.dumps(asdict(used), ensure_ascii=False))
        else:
            counts = ", ".join(f"{name}: {count}" for name, count in used.counts.items() if count)
            print(f"{used.title.in_language(arguments.lang)}: {used.pieces} {PIECES.in_language(arguments.lang)}")
            print(counts)
            print("\n".join(used.ids))
        return 0


def add_export(parser: argparse.ArgumentParser) -> None:
    """What an export is to hold."""
    parser.add_argument("--format", choices=FORMATS, default="csv", help="of the tables (default csv)")
    parser.add_argument("--truth", action="store_true", help="also the true values and causes, into a folder `truth`")
    parser.add_argument(
        "--signals-every", metavar="MIN", type=float, default=10.0,
        help="plant minutes between two rows of signals (default 10; 0: no signals)",
    )  # fmt: skip


def wanted_of(arguments: argparse.Namespace) -> Wanted:
    """What an export is to hold, from parsed arguments."""
    return Wanted(arguments.format, arguments.truth, max(0.0, arguments.signals_every))


class ExportCommand:
    """Writes the tables of a run."""

    name = "export"
    help = "write tiles, events, states, signals and truth of a run as Parquet or CSV"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        _add_run(parser)
        parser.add_argument("--out", metavar="DIR", required=True, help="folder for the tables")
        add_export(parser)
        parser.add_argument(
            "--causes", action="store_true",
            help="with --truth, also the root causes of all defective pieces: takes a run for each cause",
        )  # fmt: skip

    def run(self, arguments: argparse.Namespace) -> int:
        """Write and say how much."""
        kept, wanted, folder = recorded(Path(arguments.source)), wanted_of(arguments), Path(arguments.out)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            rows = export(folder, kept.run, kept.record, _signals(kept, wanted), wanted, _truth(kept, arguments))
        except OSError as error:
            raise StateError(f"--out {folder}: cannot be written ({error.strerror}); choose another folder") from None
        for name, count in rows.items():
            print(f"{count:>10}  {name}")
        return 0


def _truth(kept: Recorded, arguments: argparse.Namespace) -> list[ExportTable]:
    """The ground truth, and why each defective piece is, if somebody wants to know it."""
    if not arguments.truth:
        return []
    log = truth_of(kept)
    tables = [truth_table(log)]
    if arguments.causes:
        tables.append(cause_table(causes_of(kept, kept.time, suspects(log, drawn=True))))
    return tables


def _signals(kept: Recorded, wanted: Wanted) -> SignalScan | None:
    """The signals of the run, read by replaying it: a run is a function of its journal."""
    run = Run(kept.run.definition, families())
    signals = scan_of(run, wanted)
    if signals is not None:
        run.open()
        replay_scanned(run, kept.journal.entries, kept.time, signals)
    return signals


def replay_scanned(run: Run, entries: Any, until: int, signals: SignalScan | None) -> None:
    """Advance a run to `until`, applying the entries of its journal, and read its signals on the way."""
    while signals is not None and (scan := signals.next_after(run.now)) <= until:
        run.replay(entries, scan)
        signals.take()
    run.replay(entries, until)


passport = PassportCommand()
where_used = WhereUsedCommand()
export_command = ExportCommand()
