"""Writes docs/kpis.md from the declarations of the KPIs, so that formula, inputs and time model are said once.

`make docs` runs it; a test of tests/docs holds the page against it.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from plant_models.family import CeramicPlants
from twin.host.choose import Choice, define
from twin.line.iso_22400 import SOURCE
from twin.line.key_figures import KeyFigureDeclaration
from twin.record.run import Run

PAGE = Path(__file__).resolve().parent / "kpis.md"
PLANT = "porcelain-600"

HEAD = """\
# KPIs

*This page is written by `make docs` from the declarations of the shipped line (`plant_models/key_figures.py`,
`twin/line/iso_22400.py`).*

Every KPI is declared once and computed by one fold over the event log (`twin/record/tally.py`): live, for a shift, a
day, an order or any window, in OPC UA, HTTP, the page, reports and exports. `GET /api/v1/kpis` gives those of the run
so far, `GET /api/v1/kpis/shift` and its siblings those of windows, `GET /api/v1/losses` the loss tree.

## Times

Every activity of a station is booked to exactly one time:

| activity | booked as |
|---|---|
| no shift, idle | outside the planned busy time (PBT) |
| cleaning | preventive work, outside the planned busy time |
| changeover | set-up (AUST) |
| producing | production (APT) |
| breakdown, micro-stop | delay of the unit's own (ADET) |
| starved, blocked | planned, but a delay that others cause: not in the unit's busy time (AUBT = APT + AUST + ADET) |

A state that lasts over the edge of a window is cut there. A piece belongs to the window in which it was finished.
Times and counts of windows add up; ratios do not, and are never averaged. Where a figure is not defined (nothing
made, no time planned) it has no value and says why; it is never 0 or NaN instead. MTBF and MTTR divide by the
breakdowns that began in the window, not by one more. Effectiveness above 100 % says that the declared cadence is too
low; it is shown as it is.

The **loss tree** leads from calendar time over no shift, cleaning, changeover, breakdown, micro-stops, waiting for
material and for room, lost speed and pieces that are not good to the good pieces, in time, pieces, area and money.
Its steps add up to the window exactly. Money is what the lost area would have sold for as first quality; upstream of
a bottleneck that is the most it could be.

Stock is averaged over the calendar time of the window, with what was inside at its beginning: `inventory_turns` is how
often what is inside between press and kilns' end is made anew in a day (the standard leaves period and unit open), and
`kiln_autonomy` how long the kilns would have lived on what stood in full boxes on average. The signal `autonomy` of the
store is that of the moment.

Of the standard's names, then: availability, effectiveness, quality ratio, OEE index, NEE index, throughput rate,
allocation efficiency, utilization efficiency, technical efficiency, setup ratio, scrap ratio, rework ratio, first pass
yield, mean time between failures, mean time to repair and energy per piece (the standard's comprehensive energy
consumption) are KPIs of every work unit below; fall-off ratio, scrap ratio and inventory turns are of the line. A
press or a kiln makes a tile once and reworks none, so that the rework ratio is 0 there. Not among them: KPIs that need
people's hours.

`tests/verification/test_reconciliation.py` compares all ways to a KPI, in its long form over seven days of each of the
three plants with their failures: live, the fold over the exported log, the history's fold, SQL over the history, HTTP,
OPC UA and the report give counts exactly and ratios to 1e-9, and OEE and availability agree with the package `oee`.
"""


def page() -> str:
    """The whole page."""
    run = Run(define(Choice(plant=PLANT), None), (CeramicPlants(),))
    return "\n".join(_lines(run.line.key_figures())) + "\n"


def _lines(declared: Sequence[KeyFigureDeclaration]) -> Iterator[str]:
    yield HEAD
    unit = next(figure.station for figure in declared if figure.name == "oee")
    yield "## Of every work unit (press, kiln, sorting line)\n"
    yield from _table([figure for figure in declared if figure.station == unit and figure.source == SOURCE])
    yield "\n## Of the line and its kilns\n"
    rest = [figure for figure in declared if not figure.station or figure.source != SOURCE]
    yield from _table(rest)


def _table(figures: list[KeyFigureDeclaration]) -> Iterator[str]:
    yield "| name | English | Spanish | formula | unit | inputs | time model | source |"
    yield "|---|---|---|---|---|---|---|---|"
    for figure in figures:
        cells = (
            f"`{figure.name}`",
            figure.title.en.rpartition(": ")[2],
            figure.title.es.rpartition(": ")[2],
            figure.formula,
            figure.unit.symbol,
            "; ".join(figure.inputs),
            figure.time_model,
            figure.source,
        )
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
