"""`rajola compare A B`: what scenario B would bring a plant over scenario A, with the interval of what is known."""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from tqdm import tqdm

from twin.host.choose import Choice, define
from twin.host.installed import families
from twin.host.options import days, seed
from twin.line.errors import DefinitionError
from twin.line.outcome import Outcome
from twin.line.text import LANGUAGES, Language, shown
from twin.run.definition import Definition
from twin.study.paired import CONFIDENCE, Difference, paired_difference
from twin.study.replication import Result, Task, replicate_all

MOST_REPLICATIONS = 1000


class Compare:
    """Runs two scenarios with the same seeds and compares what came of them."""

    name = "compare"
    help = "compare two scenarios of a plant over several seeds, with confidence intervals"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("scenario_a", metavar="A", help="a shipped scenario or a scenario file")
        parser.add_argument("scenario_b", metavar="B", help="the scenario that A is compared with")
        parser.add_argument("--plant", help="a shipped plant or a plant file (see `rajola plants`)")
        parser.add_argument("--orders", metavar="FILE", help="an order book: order,product,quantity_m2,due")
        parser.add_argument("--start", metavar="TIME", help="plant instant to start at, such as 2026-01-05T06:00")
        parser.add_argument("--seed", type=seed, default=1, help="first seed; the others follow it (default 1)")
        parser.add_argument("--days", type=days, default=30.0, help="plant days to measure (default 30)")
        parser.add_argument(
            "--warm-up", type=_warm_up, default=3.0, help="plant days before, which do not count (default 3)"
        )
        parser.add_argument("--replications", type=_replications, default=10, help="pairs of runs (default 10)")
        parser.add_argument("--workers", type=_replications, help="processes (default: one per processor)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--lang", choices=LANGUAGES, default="en")

    def run(self, arguments: argparse.Namespace) -> int:
        """Compare and print."""
        a, b = (_definitions(arguments, name) for name in (arguments.scenario_a, arguments.scenario_b))
        if a[0].content == b[0].content:
            raise DefinitionError(
                f"{arguments.scenario_a} and {arguments.scenario_b} say the same about this plant: nothing to compare"
            )
        tasks = [Task(each, arguments.warm_up, arguments.days) for pair in zip(a, b, strict=True) for each in pair]
        results = _run(tasks, arguments.workers or os.cpu_count() or 1, show=sys.stderr.isatty() and not arguments.json)
        report = compared(results, arguments.lang)
        facts = {
            "plant": a[0].plant, "a": a[0].scenario, "b": b[0].scenario, "seeds": [each.seed for each in a],
            "warm_up_days": arguments.warm_up, "days": arguments.days, "confidence": CONFIDENCE,
            "version": a[0].version,
        }  # fmt: skip
        if arguments.json:
            print(json.dumps({"study": facts, "figures": report}, ensure_ascii=False, allow_nan=False))
        else:
            print(_readable(facts, report, arguments.lang))
        return 0


def _definitions(arguments: argparse.Namespace, scenario: str) -> list[Definition]:
    return [
        define(Choice(arguments.plant, scenario, arguments.orders, number, arguments.start), None)
        for number in range(arguments.seed, arguments.seed + arguments.replications)
    ]


def _run(tasks: Sequence[Task], workers: int, *, show: bool) -> list[Result]:
    found: dict[int, Result] = {}
    with tqdm(total=len(tasks), unit="run", disable=not show, leave=False) as bar:
        for number, result in replicate_all(tasks, families, workers):
            found[number] = result
            bar.update()
    return [found[number] for number in range(len(tasks))]


def compared(results: Sequence[Result], language: Language) -> dict[str, dict[str, Any]]:
    """Figures by name, from results in which A and B take turns."""
    figures: dict[str, dict[str, Any]] = {}
    for name, outcome in results[0].outcomes.items():
        facts: dict[str, Any] = {"title": outcome.title.in_language(language), "unit": outcome.unit}
        pairs = [(a.outcomes[name], b.outcomes[name]) for a, b in zip(results[::2], results[1::2], strict=True)]
        known = [(a.value, b.value) for a, b in pairs if a.value is not None and b.value is not None]
        if len(known) < len(pairs):
            reason = next(each.reason for pair in pairs for each in pair if each.value is None)
            figures[name] = facts | {"reason": None if reason is None else reason.in_language(language)}
            continue
        found = paired_difference([a for a, _ in known], [b for _, b in known])
        figures[name] = facts | _figures(found, outcome)
    return figures


def _figures(found: Difference, outcome: Outcome) -> dict[str, Any]:
    return {
        "a": found.mean_a, "b": found.mean_b, "difference": found.mean, "low": found.low, "high": found.high,
        "pairs": found.pairs, "excludes_zero": found.excludes_zero, "decimals": outcome.decimals,
    }  # fmt: skip


_WORDS = {
    "plant": "planta", "days": "días", "after": "tras", "of warm-up": "de arranque", "seeds": "semillas",
    "difference": "diferencia", "interval": "intervalo", "not defined": "no definido",
    "one pair gives no interval": "un solo par no da intervalo",
    "* the interval excludes 0": "* el intervalo excluye el 0",
}  # fmt: skip


def _readable(facts: Mapping[str, Any], figures: Mapping[str, Mapping[str, Any]], language: Language) -> str:
    """The comparison as a person reads it."""

    def word(text: str) -> str:
        return _WORDS.get(text, text) if language == "es" else text

    seeds = facts["seeds"]
    interval = f"{word('interval')} {100.0 * facts['confidence']:g} %"
    span = f"{facts['days']:g} {word('days')} {word('after')} {facts['warm_up_days']:g} {word('of warm-up')}"
    lines = [
        f"{word('plant')} {facts['plant']}, {span}, {word('seeds')} {seeds[0]}-{seeds[-1]}",
        f"A = {facts['a']}, B = {facts['b']}",
        "",
        f"{'':<43} {'A':>11} {'B':>11} {word('difference'):>11}   {interval}",
    ]
    for figure in figures.values():
        name = f"{figure['title']} [{figure['unit']}]"
        if "a" not in figure:
            lines.append(f"{name:<43} {figure['reason'] or word('not defined')}")
            continue
        places = figure["decimals"]
        numbers = " ".join(f"{shown(figure[key], places, language):>11}" for key in ("a", "b", "difference"))
        ends = word("one pair gives no interval")
        if figure["low"] is not None:
            ends = f"[{shown(figure['low'], places, language)}, {shown(figure['high'], places, language)}]"
        lines.append(f"{name:<43} {numbers}   {ends}{' *' if figure['excludes_zero'] else ''}")
    return "\n".join([*lines, "", word("* the interval excludes 0")])


def _warm_up(text: str) -> float:
    """A number of plant days, which may be none."""
    return 0.0 if text.strip() in {"0", "0.0"} else days(text)


def _replications(text: str) -> int:
    """A whole number from 1 on."""
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
    if not 1 <= value <= MOST_REPLICATIONS:
        raise argparse.ArgumentTypeError(f"{text} is outside 1 to {MOST_REPLICATIONS}")
    return value


command = Compare()
