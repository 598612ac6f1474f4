"""From the rows of a plant's tables to charts: counts, means, limits and broken rules, ready to be drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.answers import instant, wording
from twin.line.table import Column, TableDescription, TableRows
from twin.line.views import CompareView, ControlChartView, GanttView, GridView, MapView, ParetoView

Numbers = NDArray[np.float64]

# Factors for ranges of 2 to 10 pieces: standard deviation from mean range (d2), and its own deviation (d3).
D2 = {2: 1.128, 3: 1.693, 4: 2.059, 5: 2.326, 6: 2.534, 7: 2.704, 8: 2.847, 9: 2.970, 10: 3.078}
D3 = {2: 0.853, 3: 0.888, 4: 0.880, 5: 0.864, 6: 0.848, 7: 0.833, 8: 0.820, 9: 0.808, 10: 0.797}
SUBGROUPS = 120
BINS = 24
LARGEST_GRID = 60
NEWEST = 12
"""Things that a chart names of each kind."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The newest rows of a table with what its columns mean."""

    description: TableDescription
    rows: TableRows

    def column(self, name: str) -> Column:
        """What a column means."""
        return self.description.columns[self.description.place(name)]

    def numbers(self, name: str) -> Numbers:
        """A column's numbers."""
        numbers: Numbers = self.rows.numbers[self.description.place(name)]
        return numbers

    @property
    def count(self) -> int:
        """Number of rows."""
        return int(self.rows.numbers.shape[1])


def control_chart(sample: Sample, view: ControlChartView) -> dict[str, Any]:
    """Means and ranges of subgroups, centre lines, limits of three sigma, and which rules each point breaks."""
    size = view.subgroup
    whole = sample.count // size * size
    values = sample.numbers(view.column)[sample.count - whole :].reshape(-1, size)
    times = _times(sample)[sample.count - whole :].reshape(-1, size)[:, -1]
    values, times = values[-SUBGROUPS:], times[-SUBGROUPS:]
    means, ranges = values.mean(axis=1), np.ptp(values, axis=1)
    if not len(means):
        return {**_quantity(sample, view.column), "points": []}
    centre, mean_range = float(means.mean()), float(ranges.mean())
    sigma = mean_range / D2[size]
    spread = 3.0 * sigma / np.sqrt(size)
    broken = _rules(means, centre, spread / 3.0)
    upper_range = mean_range * (1.0 + 3.0 * D3[size] / D2[size])
    return {
        **_quantity(sample, view.column),
        "centre": centre, "low": centre - spread, "high": centre + spread,
        "lower": view.lower, "upper": view.upper,
        "range_centre": mean_range, "range_high": upper_range,
        "capability": _capability(view, centre, float(values.std())),
        "points": [
            {"time": _instant(time), "mean": mean, "range": extent, "rules": rules}
            for time, mean, extent, rules in zip(
                times.tolist(), means.tolist(), ranges.tolist(), broken, strict=True
            )
        ],
    }  # fmt: skip


def _capability(view: ControlChartView, mean: float, deviation: float) -> float | None:
    """Ppk against the specification; None without one."""
    sides = [side for side in (view.lower, view.upper) if side is not None]
    if not sides or deviation <= 0.0:
        return None
    distances = [mean - view.lower] if view.lower is not None else []
    distances += [view.upper - mean] if view.upper is not None else []
    return min(distances) / (3.0 * deviation)


def _rules(means: Numbers, centre: float, sigma: float) -> list[list[str]]:
    """Of each point, the rules it breaks: beyond three sigma, nine on one side, six in one direction, two of three."""
    if sigma <= 0.0:
        return [[] for _ in means]
    deviation = (means - centre) / sigma
    side, direction = np.sign(deviation), np.sign(np.diff(deviation, prepend=deviation[:1]))
    broken: list[list[str]] = []
    for place in range(len(means)):
        rules = []
        if abs(deviation[place]) > 3.0:
            rules.append("beyond")
        if place >= 8 and abs(side[place - 8 : place + 1].sum()) == 9:
            rules.append("shift")
        if place >= 6 and abs(direction[place - 5 : place + 1].sum()) == 6:
            rules.append("trend")
        recent = deviation[max(0, place - 2) : place + 1]
        if max((recent > 2.0).sum(), (recent < -2.0).sum()) >= 2 and abs(deviation[place]) > 2.0:
            rules.append("two-of-three")
        broken.append(rules)
    return broken


def pareto(sample: Sample, view: ParetoView) -> dict[str, Any]:
    """Pieces by word, most frequent first, parted by group; and of how many pieces."""
    column, values = sample.column(view.column), sample.numbers(view.column).astype(np.int64)
    items: list[tuple[int, dict[str, Any]]] = []
    for place, word in enumerate(column.words):
        rows = np.flatnonzero((values >> place & 1) if column.flags else values == place)
        if len(rows):
            group = wording(column.groups[place]).model_dump() if column.groups else None
            things = _things(sample, view, rows[-NEWEST:])
            item = {"word": wording(word).model_dump(), "group": group, "count": len(rows), "things": things}
            items.append((len(rows), item))
    items.sort(key=lambda item: -item[0])
    return {"pieces": sample.count, "thing": view.thing, "items": [item for _, item in items]}


def _things(sample: Sample, view: ParetoView, rows: NDArray[np.intp]) -> list[str]:
    """Ids of the things in some rows, newest first; none where the view names no columns for them."""
    if not view.thing_id:
        return []
    parts = [sample.numbers(name)[rows].astype(np.int64).tolist() for name in view.thing_id]
    return [".".join(map(str, numbers)) for numbers in zip(*parts, strict=True)][::-1]


def grid(sample: Sample, view: GridView) -> dict[str, Any]:
    """Counts or sums in the cells of two columns of whole numbers."""
    across, down = (np.rint(sample.numbers(name)).astype(np.int64) for name in (view.across, view.down))
    weights = sample.numbers(view.weight) if view.weight else np.ones(sample.count)
    columns, rows = _span(across), _span(down)
    cells = np.zeros((len(rows), len(columns)))
    if sample.count:
        place_x = np.clip(across - columns[0], 0, len(columns) - 1)
        place_y = np.clip(down - rows[0], 0, len(rows) - 1)
        np.add.at(cells, (place_y, place_x), weights)
    return {
        "across": wording(sample.column(view.across).title).model_dump(),
        "down": wording(sample.column(view.down).title).model_dump(),
        "unit": _unit(sample.column(view.weight)) if view.weight else None,
        "columns": columns,
        "rows": rows,
        "cells": cells.tolist(),
        "pieces": sample.count,
    }


def _span(values: NDArray[np.int64]) -> list[int]:
    """All whole numbers from the least to the greatest; of too many, the middle ones."""
    if not len(values):
        return []
    low, high = (int(np.quantile(values, share, method="nearest")) for share in (0.001, 0.999))
    return list(range(low, min(high, low + LARGEST_GRID - 1) + 1))


def heat_map(sample: Sample, view: MapView) -> dict[str, Any]:
    """Means of a column by place across and in bins of the column downwards, and by place over all."""
    across, down = sample.numbers(view.across).astype(np.int64), sample.numbers(view.down)
    values = sample.numbers(view.column)
    content: dict[str, Any] = {
        **_quantity(sample, view.column),
        "across": wording(sample.column(view.across).title).model_dump(),
        "down": wording(sample.column(view.down).title).model_dump(),
        "pieces": sample.count,
    }
    columns = np.unique(across)[:LARGEST_GRID]
    if not sample.count:
        return {**content, "columns": [], "rows": [], "cells": [], "means": []}
    edges = np.linspace(down.min(), down.max() + 1.0, BINS + 1)
    bins = np.clip(np.searchsorted(edges, down, side="right") - 1, 0, BINS - 1)
    places = np.clip(np.searchsorted(columns, across), 0, len(columns) - 1)
    sums, counts = np.zeros((BINS, len(columns))), np.zeros((BINS, len(columns)))
    np.add.at(sums, (bins, places), values)
    np.add.at(counts, (bins, places), 1.0)
    with np.errstate(invalid="ignore"):
        means, overall = sums / counts, sums.sum(axis=0) / counts.sum(axis=0)
    return {
        **content,
        "columns": columns.tolist(),
        "rows": [round(float(edge)) for edge in edges[:-1]],
        "cells": means.tolist(),
        "means": overall.tolist(),
        "middle": float(values.mean()),
    }


def compare(sample: Sample, view: CompareView) -> dict[str, Any]:
    """Mean, middle eighty percent and number of pieces for each value of the columns compared by."""
    keys = np.array([sample.numbers(name) for name in view.by])
    values = sample.numbers(view.column)
    groups = []
    for key in np.unique(keys, axis=1).T[:LARGEST_GRID]:
        chosen = values[(keys == key[:, None]).all(axis=0)]
        low, high = np.quantile(chosen, (0.1, 0.9))
        deviation = float(chosen.std())
        groups.append(
            {
                "key": [int(part) for part in key],
                "mean": float(chosen.mean()),
                "low": float(low),
                "high": float(high),
                "error": deviation / float(np.sqrt(len(chosen))),
                "count": len(chosen),
            }
        )
    titles = [wording(sample.column(name).title).model_dump() for name in view.by]
    return {**_quantity(sample, view.column), "by": titles, "groups": groups, "pieces": sample.count}


def gantt(sample: Sample, view: GanttView) -> dict[str, Any]:
    """Jobs that have a beginning, with instants, share done and what they are for; and those ahead."""
    words = sample.column(view.word).words if view.word else ()
    jobs = []
    for place in range(sample.count):
        begin, end, due = (float(sample.numbers(name)[place]) for name in (view.begin, view.end, view.due))
        word = words[int(sample.numbers(view.word)[place])] if view.word and words else None
        jobs.append(
            {
                "label": sample.rows.labels[place] if sample.rows.labels else str(place),
                "begin": _instant(begin) if begin else None,
                "end": _instant(end) if end else None,
                "due": _instant(due) if due else None,
                "share": float(sample.numbers(view.share)[place]),
                "word": None if word is None else wording(word).model_dump(),
            }
        )
    return {"jobs": jobs}


def _times(sample: Sample) -> Numbers:
    """The column of instants, or the order of the rows without one."""
    for column in sample.description.columns:
        if column.name == "time":
            return sample.numbers("time")
    return np.arange(sample.count, dtype=np.float64)


def _instant(time: float) -> str:
    return instant(round(time))


def _quantity(sample: Sample, name: str) -> dict[str, Any]:
    column = sample.column(name)
    return {"quantity": wording(column.title).model_dump(), "unit": _unit(column), "pieces": sample.count}


def _unit(column: Column) -> str | None:
    return None if column.unit is None else column.unit.symbol


DRAWN: dict[type, Callable[[Sample, Any], dict[str, Any]]] = {
    ControlChartView: control_chart,
    ParetoView: pareto,
    GridView: grid,
    MapView: heat_map,
    CompareView: compare,
    GanttView: gantt,
}
"""What computes each kind of view that is drawn from a table."""
