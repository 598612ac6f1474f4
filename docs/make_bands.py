"""Writes docs/bands.md: what 30 days with ten seeds of every shipped plant give, beside the bands of the process sheet.

`python docs/make_bands.py` runs the months that docs/bands.json does not hold yet (about a minute each) in two
processes, and writes both. It keeps every month as soon as it is over, so that one that has been interrupted goes on.
`python docs/make_bands.py --afresh` forgets the old ones first; `--afresh slab-600x1200` those of one plant. The slow
test tests/verification/test_bands.py holds the same figures against the same bands.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import reduce
from operator import add
from pathlib import Path
from statistics import fmean, stdev

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from plant_models.definition.load import load_plant  # noqa: E402
from tests.support.months import PLANTS, Month, Occurrences, bands, month, poisson, repair_interval  # noqa: E402
from tests.support.tile_lines import opened  # noqa: E402

KEPT, PAGE = ROOT / "docs" / "bands.json", ROOT / "docs" / "bands.md"
SEEDS, DAYS = range(1, 11), 30.0
HEAD = """\
# Thirty days with ten seeds

*Written by `python docs/make_bands.py`; the runs behind it are in bands.json.*

Every shipped plant with its default faults against the bands of the process sheet (sections 7.3, 8.2 and 8.3). The
mean over the seeds has to lie in the band. A single month may lie outside it: a kiln without a pile-up in a month is
available for more than 99 % of it. All bands are estimates or recalled from the literature: that a figure lies in one
says that the plants are plausible, and nothing about a particular plant.
"""


def ran(case: tuple[str, int]) -> Month:
    """The month of a plant with a seed."""
    plant, seed = case
    return month(opened(plant, seed=seed).to(DAYS), plant, seed)


def read(path: Path) -> list[Month]:
    """The months that are kept."""
    if not path.is_file():
        return []
    return [
        Month(**entry | {"modes": {name: Occurrences(**each) for name, each in entry["modes"].items()}})
        for entry in json.loads(path.read_text(encoding="utf-8"))
    ]


def figures(plant: str, months: Sequence[Month]) -> Iterator[str]:
    """The table of a plant's figures."""
    yield "| figure | band | mean | lowest | highest | scatter between months | |"
    yield "|---|---|---|---|---|---|---|"
    for name, (low, high) in bands(plant).items():
        values = [each.figures[name] for each in months]
        many, unit = (100.0, "%") if high < 1.0 else (1.0, "kWh/t")
        mean, least, most = (many * value for value in (fmean(values), min(values), max(values)))
        spread = many * stdev(values) if len(values) > 1 else 0.0
        verdict = "in" if low <= fmean(values) <= high else "**outside**"
        yield (
            f"| {name} [{unit}] | {many * low:.1f} - {many * high:.1f} | {mean:.2f} | {least:.2f} | {most:.2f} "
            f"| {spread:.2f} | {verdict} |"
        )


def failures(plants: Mapping[str, Sequence[Month]]) -> Iterator[str]:
    """The table of all failure modes, over all months of all plants."""
    yield "| mode | occurrences | declared MTBF [h] | observed, 95 % | declared MTTR [min] | observed, 95 % |"
    yield "|---|---|---|---|---|---|"
    modes = {
        f"{station.name}/{name}": mode
        for station in opened().line.stations
        for name, mode in zip(station.faults.names, station.faults.modes, strict=True)
    }
    for name in next(iter(plants.values()))[0].modes:
        seen = reduce(add, (each.modes[name] for months in plants.values() for each in months))
        mode = modes[name]
        if mode.uptime_h is None:
            continue
        low, high = poisson(seen.count, 0.05)
        mtbf = f"{seen.clock_h / high:.1f} - {seen.clock_h / low:.1f}" if low else f"over {seen.clock_h / high:.0f}"
        mttr = "-"
        if seen.ended >= 2:
            shortest, longest = repair_interval(mode, seen, 0.05)
            mttr = f"{shortest:.1f} - {longest:.1f}"
        yield (
            f"| {name} | {seen.count:.0f} | {mode.uptime_h.mean:.1f} | {mtbf} | {mode.repair_min.mean:.1f} | {mttr} |"
        )


def page(months: Sequence[Month]) -> str:
    """The page."""
    by_plant = {plant: [each for each in months if each.plant == plant] for plant in PLANTS}
    lines = [HEAD]
    least = min(len(its) for its in by_plant.values())
    if least < len(SEEDS):
        lines.append(
            f"Of the {len(SEEDS)} seeds, {least} have been run for every plant with the present values; "
            "`python docs/make_bands.py` runs the others."
        )
    for plant, its in by_plant.items():
        title = load_plant(plant).plant.title_en
        lines += [f"\n## {title} ({plant}), {len(its)} months\n", *figures(plant, its)]
    lines += ["\n## Failures of all months\n", *failures(by_plant)]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run what is missing, and write the page."""
    named = sys.argv[sys.argv.index("--afresh") + 1 :] or PLANTS if "--afresh" in sys.argv else ()
    months = [each for each in read(KEPT) if each.plant not in named]
    known = {(each.plant, each.seed) for each in months}
    missing = [(plant, seed) for seed in SEEDS for plant in PLANTS if (plant, seed) not in known]
    with ProcessPoolExecutor(max_workers=2) as pool:
        for each in pool.map(ran, missing):
            months = sorted([*months, each], key=lambda one: (PLANTS.index(one.plant), one.seed))
            KEPT.write_text(json.dumps([asdict(one) for one in months], indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(months), encoding="utf-8")


if __name__ == "__main__":
    main()
