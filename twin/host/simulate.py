"""`rajola simulate`: runs days of a plant as fast as it goes, and sums them up."""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from twin.host.ask_record import add_export, replay_scanned, wanted_of
from twin.host.choose import define
from twin.host.installed import families
from twin.host.options import add_choice, choice_of, days
from twin.host.output import Output
from twin.line.errors import DefinitionError
from twin.line.text import LANGUAGES, Language, shown
from twin.line.time import DAY, HOUR, SECOND, iso
from twin.record.run import Run
from twin.record.signal_scan import SignalScan
from twin.run.journal import Entry, read_journal


class Simulate:
    """Simulates without a clock."""

    name = "simulate"
    help = "simulate days of a plant as fast as possible and print a summary"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        add_choice(parser)
        parser.add_argument("--days", type=days, default=1.0, help="plant days to simulate (default 1)")
        parser.add_argument("--journal", metavar="FILE", help="apply the commands of this journal")
        parser.add_argument("--out", metavar="DIR", help="write summary, journal, record and tables into this folder")
        add_export(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--lang", choices=LANGUAGES, default="en")

    def run(self, arguments: argparse.Namespace) -> int:
        """Simulate and print."""
        run = Run(define(choice_of(arguments), None), families())
        entries = _commands(Path(arguments.journal), run, arguments.days) if arguments.journal else ()
        out = Output(Path(arguments.out), run, entries, wanted_of(arguments)) if arguments.out else None
        show = sys.stderr.isatty() and not arguments.json
        result = simulate(run, arguments.days, entries, show=show, signals=out.signals if out else None)
        if out is not None:
            out.close(result)
        if arguments.json:
            print(json.dumps(result, ensure_ascii=False, allow_nan=False))
        else:
            print(readable(result, run, arguments.lang))
        return 0


def _commands(path: Path, run: Run, duration: float) -> Sequence[Entry]:
    """The commands of a journal, which must fall into the run."""
    journal = read_journal(path)
    start, end = run.definition.start, run.definition.start + round(duration * DAY)
    if journal.damage is not None:
        print(f"note: {journal.damage}", file=sys.stderr)
    outside = [entry for entry in journal.entries if not start <= entry.time < end]
    if outside:
        raise DefinitionError(
            f"--journal {path}: command {outside[0].number} is of {iso(outside[0].time)}, outside this simulation "
            f"({iso(start)} to {iso(end)}); choose other --start and --days (the journal's run began at "
            f"{iso(journal.definition.start)})"
        )
    return journal.entries


def simulate(
    run: Run, days: float, entries: Sequence[Entry] = (), *, show: bool = False, signals: SignalScan | None = None
) -> dict[str, Any]:
    """Open and advance a run by `days`, and sum it up; the clock measures engine, KPIs and hash."""
    start = run.definition.start
    until = start + round(days * DAY)
    began = time.perf_counter()
    run.open()
    with tqdm(total=round((until - start) / HOUR), unit="h", disable=not show, leave=False) as bar:
        while run.now < until:
            step = min(until, run.now + 6 * HOUR)
            replay_scanned(run, entries, step, signals)
            bar.update(round((run.now - start) / HOUR) - bar.n)
    digest = run.digest()
    figures = key_figures(run)
    spent = time.perf_counter() - began
    d = run.definition
    facts = {
        "plant": d.plant, "scenario": d.scenario, "seed": d.seed, "start": iso(start), "opening": d.opening,
        "days": days, "event_log_sha256": digest, "version": d.version,
    }  # fmt: skip
    timing = {"wall_seconds": round(spent, 4), "real_time_ratio": round((until - start) / SECOND / spent, 1)}
    return {"run": facts} | timing | dict(run.line.summary()) | {"kpis": figures}


def key_figures(run: Run) -> dict[str, Any]:
    """KPIs by name; those of a station under the station's path."""
    figures: dict[str, Any] = {}
    for figure in run.line.key_figures():
        value = figure.compute(run.recorder.tally)
        shown = None if value is None else round(value, 6)
        if figure.station:
            figures.setdefault("/".join(figure.station.split("/")[3:]), {})[figure.name] = shown
        else:
            figures[figure.name] = shown
    return figures


_WORDS = {
    "plant": "planta", "scenario": "escenario", "simulated": "simulado", "days from": "días desde",
    "speed": "velocidad", "times real time": "veces el tiempo real", "event log": "registro",
    "tiles": "piezas", "key figures": "indicadores",
}  # fmt: skip


def readable(result: Mapping[str, Any], run: Run, language: Language) -> str:
    """The summary as a person reads it."""

    def word(text: str) -> str:
        return _WORDS.get(text, text) if language == "es" else text

    facts = result["run"]
    lines = [
        f"{word('plant'):<12} {run.line.title.in_language(language)} ({facts['plant']})",
        f"{word('scenario'):<12} {facts['scenario']}, seed {facts['seed']}",
        f"{word('simulated'):<12} {facts['days']:g} {word('days from')} {facts['start']}",
        f"{word('speed'):<12} {shown(result['real_time_ratio'], 0, language)} {word('times real time')}",
        f"{word('event log'):<12} {facts['event_log_sha256']}",
        "",
        *run.line.summary_lines(result, language),
        "",
        f"{word('key figures')}:",
    ]
    for figure in run.line.key_figures():
        value = figure.compute(run.recorder.tally)
        number = (
            figure.undefined.in_language(language)
            if value is None
            else f"{shown(value, 2, language)} {figure.unit.in_language(language)}"
        )
        lines.append(f"  {figure.title.in_language(language):<46} {number}")
    return "\n".join(lines)


command = Simulate()
