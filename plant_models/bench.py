"""`rajola bench line`: how fast the line is simulated, and how much faster than with one process per tile."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from plant_models.definition.plant import Plant
from plant_models.family import CeramicPlants
from plant_models.plain.line import PlainLine
from twin.host import bench_historian
from twin.host.choose import Choice, define
from twin.host.installed import benches
from twin.host.options import days, positive, seed
from twin.host.usage import peak_memory_mb, processor_seconds
from twin.line.time import DAY, HOUR, SECOND
from twin.record.run import Run
from twin.run.definition import Definition

PLANTS = ("porcelain-600", "wall-316")
ENGINE_RUNS = 5
PLANT_HOURS = 12.0
"""Most hours of a plant's history that are recorded for the historian's figures."""
FAMILIES = (CeramicPlants(),)


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured of one plant."""

    engine_s: float
    """Best processor time of the engine for one plant day [s]."""
    plain_s: float
    """Processor time of the plain model for as long, scaled to one plant day [s]."""
    tiles: int
    """Tiles that were sorted in that day."""
    digest: str

    @property
    def factor(self) -> float:
        """Plant time over processor time of the engine [-]."""
        return DAY / SECOND / self.engine_s

    @property
    def ratio(self) -> float:
        """How much faster the engine is than the plain model [-]."""
        return self.plain_s / self.engine_s


def engine_day(definition: Definition) -> tuple[float, int, str]:
    """(processor time [s], tiles sorted, event log's hash) of one plant day with attributes, KPIs and hash."""
    run = Run(definition, FAMILIES)
    began = processor_seconds()
    run.open()
    run.advance(definition.start + DAY)
    digest = run.digest()
    for figure in run.line.key_figures():
        figure.compute(run.recorder.tally)
    spent = processor_seconds() - began
    tiles = run.line.summary()["tiles"]
    return spent, tiles["first"] + tiles["second"] + tiles["fired_scrap"], digest


def plain_slices(definition: Definition, hours: float, slices: int) -> Iterator[float]:
    """Processor time of each slice of a run of the plain model [s]; its opening is not counted."""
    plant = Plant.model_validate(definition.content["plant"])
    plain = PlainLine(plant, definition.seed, definition.start, definition.opening)
    for number in range(1, slices + 1):
        began = processor_seconds()
        plain.run(definition.start + round(hours * HOUR * number / slices))
        yield processor_seconds() - began


def measure(plant: str, seed_number: int, hours: float) -> Speed:
    """Run the engine's days and the slices of the plain model in turns."""
    definition = define(Choice(plant=plant, seed=seed_number), None)
    engine, plain = [], []
    for spent in plain_slices(definition, hours, ENGINE_RUNS):
        plain.append(spent)
        engine.append(engine_day(definition))
    best = min(spent for spent, _, _ in engine)
    return Speed(best, sum(plain) * 24.0 / hours, *engine[0][1:])


def long_run(plant: str, seed_number: int, length: float) -> Iterator[str]:
    """Say how a long run compares with one day and with its own first third."""
    definition = define(Choice(plant=plant, seed=seed_number), None)
    day = min(engine_day(definition)[0] for _ in range(3))
    run = Run(definition, FAMILIES)
    began = processor_seconds()
    run.open()
    run.advance(definition.start + round(length * DAY / 3.0))
    third = peak_memory_mb()
    run.advance(definition.start + round(length * DAY))
    run.digest()
    spent, whole = processor_seconds() - began, peak_memory_mb()
    yield f"  {length:g} days             {spent:8.2f} s, {spent / day:.1f} times one day ({day:.3f} s)"
    if third is not None and whole is not None:
        yield f"  peak memory         {third:8.0f} MB after {length / 3.0:g} days, {whole:.0f} MB after {length:g} days"


def report(speed: Speed, hours: float) -> Iterator[str]:
    """The figures of one plant."""
    scaled = "" if hours == 24.0 else f" (scaled from {hours:g} h)"
    yield f"  engine, best of {ENGINE_RUNS}   {speed.engine_s:8.3f} s for one day, {speed.factor:,.0f} times real time"
    yield f"  one process a tile  {speed.plain_s:8.3f} s for one day{scaled}, its opening not counted"
    yield f"  ratio               {speed.ratio:8.1f}"
    yield f"  tiles sorted        {speed.tiles:8d}, event log {speed.digest[:16]}"


class Bench:
    """The subcommand."""

    name = "bench"
    help = "measure how fast the line is simulated, against a plain model with one process per tile"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parts = [part.name for part in benches()]
        parser.add_argument("what", choices=("line", "historian", *parts), help="what to measure")
        parser.add_argument("--signals", type=int, default=1000, help="historian: signals at 1 Hz (default 1000)")
        parser.add_argument("--hours", type=positive, default=24.0, help="historian: hours of samples (default 24)")
        parser.add_argument("--plant", action="append", help=f"plant to measure (default {' and '.join(PLANTS)})")
        parser.add_argument("--seed", type=seed, default=1)
        parser.add_argument(
            "--plain-hours", type=positive, default=24.0, help="plant hours of the plain model (default 24)"
        )
        parser.add_argument("--long", type=days, metavar="DAYS", help="also run so many days, for time and memory")
        for part in benches():
            part.configure(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """Measure, and print as it goes."""
        for part in benches():
            if arguments.what == part.name:
                return part.run(arguments)
        if arguments.what == "historian":
            for line in bench_historian.report(arguments.signals, arguments.hours):
                say(line)
            for plant in arguments.plant or PLANTS[:1]:
                run = Run(define(Choice(plant=plant, seed=arguments.seed), None), FAMILIES)
                run.open()
                say(*bench_historian.report_of(plant, run, min(PLANT_HOURS, arguments.hours)))
            return 0
        say("Processor time of this process; engine and plain model take turns, same plant, seed and opening.")
        for plant in arguments.plant or PLANTS:
            say(plant)
            # Before the plain model, which holds all its tiles and would hide the engine's peak.
            if arguments.long is not None:
                say(*long_run(plant, arguments.seed, arguments.long))
            say(*report(measure(plant, arguments.seed, arguments.plain_hours), arguments.plain_hours))
        return 0


def say(*lines: str) -> None:
    """Print lines now."""
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


command = Bench()
"""What the entry point `bench` of the group `rajola.commands` names."""
