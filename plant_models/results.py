"""Counts what the sorter decided, and sums the run up in the trade's words."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from plant_models.fired import Judged
from plant_models.meters import GRADED
from plant_models.stations.sorter import Measured, Sorter
from plant_models.tiles import FIRED_SCRAP, FIRST, SECOND
from twin.line.records import Record
from twin.line.text import Language, shown

if TYPE_CHECKING:
    from plant_models.line import TileLine

LOST = 15
"""Bit of the tiles that the kiln has lost, which nobody measures."""


def count(judged: Judged, sorter: Sorter) -> None:
    """Add a run of sorted tiles to the sorter's counts, and log the tiles of each grade row by row."""
    state, log = sorter.state, sorter.log
    for row in _rows_measured(judged):
        sorter.measured(row)
    changes = np.concatenate(([0], np.cumsum(np.diff(judged.times) != 0)))
    cells = np.bincount(changes * 8 + judged.grade)
    filled = np.nonzero(cells)[0]
    starts = np.searchsorted(changes, filled // 8)
    entries = np.empty((len(filled), 4), dtype=np.int64)
    entries[:, 0] = judged.times[starts]
    entries[:, 1] = Record.METER
    entries[:, 2] = GRADED + filled % 8
    entries[:, 3] = cells[filled]
    log.frombytes(entries.tobytes())
    for grade, tiles in enumerate(np.bincount(judged.grade, minlength=5).tolist()):
        state.graded[grade] += tiles
    state.in_caliber += int(((judged.caliber == 0) & (judged.defects >> LOST == 0)).sum())
    first = judged.grade == FIRST
    for totals, values in ((state.by_caliber, judged.caliber[first]), (state.by_shade, judged.shade[first])):
        for value, tiles in zip(*(side.tolist() for side in np.unique(values, return_counts=True)), strict=True):
            totals[value] = totals.get(value, 0) + tiles
    for bit in range(len(state.by_defect)):
        state.by_defect[bit] += int(((judged.defects >> bit) & 1).sum())


def _rows_measured(judged: Judged) -> Iterator[Measured]:
    """What the gauges have shown of each row, in the order of sorting."""
    starts = np.concatenate(([0], np.nonzero(np.diff(judged.columns["row"]))[0] + 1))
    counts = np.diff(np.append(starts, len(judged.ids)))
    names = ("measured_curvature", "measured_shade")
    means = [np.add.reduceat(judged.columns[name], starts) / counts for name in names]
    yield from map(Measured, judged.times[starts].tolist(), *(values.tolist() for values in means))


def tile_counts(line: "TileLine") -> dict[str, Any]:
    """Tiles by fate: opening + pressed = green_scrap + in_process + fired_scrap + first + second."""
    pressed = sum(part.press.tiles_pressed for part in line.forming)
    green_scrap = sum(part.glazing.scrapped for part in line.forming)
    graded = [sum(part.sorter.state.graded[grade] for part in line.firing) for grade in range(5)]
    first, second, fired_scrap = graded[FIRST], graded[SECOND], graded[FIRED_SCRAP]
    return {
        "opening": line.opening_tiles,
        "pressed": pressed,
        "green_scrap": green_scrap,
        "in_process": line.tiles_inside(),
        "fired_scrap": fired_scrap,
        "first": first,
        "second": second,
        "by_caliber": _mix(line, "by_caliber"),
        "by_shade": _mix(line, "by_shade"),
    }


def _mix(line: "TileLine", name: str) -> dict[str, int]:
    total: dict[int, int] = {}
    for part in line.firing:
        for value, tiles in getattr(part.sorter.state, name).items():
            total[value] = total.get(value, 0) + tiles
    return {f"{value:+d}" if value else "0": total[value] for value in sorted(total)}


_NAMES = (
    ("opening", "opening stock", "existencias iniciales"),
    ("pressed", "pressed", "prensadas"),
    ("green_scrap", "green scrap", "tiesto crudo"),
    ("first", "first quality", "primera"),
    ("second", "second quality", "segunda"),
    ("fired_scrap", "fired scrap", "tiesto cocido"),
    ("in_process", "in process", "en proceso"),
)


def summary_lines(summary: Mapping[str, Any], language: Language) -> list[str]:
    """Tiles by fate, calibers, shades and energy as text."""
    spanish = language == "es"
    tiles, heat = summary["tiles"], summary["energy"]
    lines = ["piezas:" if spanish else "tiles:"]
    lines += [f"  {es if spanish else en:<22} {shown(tiles[key], 0, language):>12}" for key, en, es in _NAMES]
    for key, en, es in (("by_caliber", "calibers", "calibres"), ("by_shade", "shades", "tonos")):
        mix = ", ".join(f"{name}: {shown(count, 0, language)}" for name, count in tiles[key].items())
        lines.append(f"  {es if spanish else en:<22} {mix}")
    lines.append("energía:" if spanish else "energy:")
    for key, en, es in (("gas_kwh", "gas (LHV)", "gas (PCI)"), ("electricity_kwh", "electricity", "electricidad")):
        lines.append(f"  {es if spanish else en:<22} {shown(heat[key], 0, language):>12} kWh")
    co2 = heat["co2_kg"] + heat["co2_process_kg"]
    lines.append(f"  {'CO2':<22} {shown(co2, 0, language):>12} kg")
    lines.append(f"  {'coste' if spanish else 'cost':<22} {shown(heat['cost_eur'], 0, language):>12} EUR")
    per = heat["per_m2"]["first"]["cost_eur"]
    if per is not None:
        name = "coste por m2 de primera" if spanish else "cost per m2 of first"
        lines.append(f"  {name:<22} {shown(per, 3, language):>12} EUR/m2")
    gaps = sum(each["cost_eur"] for each in heat["kiln_gaps"])
    lines.append(f"  {'huecos del horno' if spanish else 'kiln gaps':<22} {shown(gaps, 0, language):>12} EUR")
    return lines
