"""The report on a run: what every run has (figures read first, states over time), and what its line adds."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from twin.line.activity import ACTIVITY_TEXTS, Activity
from twin.line.report import Card, Cell, Figure, FigureAxis, Report, Rows, Stretches, Tone
from twin.line.text import Text
from twin.line.time import MINUTE, to_datetime
from twin.line.units import ONE, Unit
from twin.record.export import states_of
from twin.record.run import Run
from twin.record.run_record import RunRecord

LOOKS: dict[Activity, Tone] = {
    Activity.PRODUCING: "good", Activity.STARVED: "fourth", Activity.BLOCKED: "fifth", Activity.SETTING_UP: "first",
    Activity.CLEANING: "third", Activity.DOWN: "bad", Activity.MICRO_STOP: "fair", Activity.CLOSED: "quiet",
    Activity.IDLE: "quiet",
}  # fmt: skip
COLUMNS = 1200
"""Columns of the picture of states: in each, a station shows the state that took most of it."""


def report(run: Run, record: RunRecord, *, truth: bool = True) -> Report:
    """The report on a run that was kept; without `truth`, nothing in it tells what only its instructor may know."""
    line, entries, d = run.line, record.log.entries(), run.definition
    parts: list[Figure | Rows] = []
    if truth and record.genealogy is not None:
        parts += record.genealogy.report(entries)
    parts += [_states(run, entries), _figures(run)]
    facts = (
        (Text("plant", "planta"), d.plant),
        *(((Text("scenario", "escenario"), d.scenario),) if truth else ()),
        (Text("from", "desde"), _local(d.start, line.zone)),
        (Text("to", "hasta"), _local(run.now, line.zone)),
        (Text("seed", "semilla"), str(d.seed)),
        (Text("version", "versión"), d.version),
    )
    cards = tuple(
        Card(figure.title, figure.compute(run.recorder.tally), _unit(figure.unit))
        for figure in line.key_figures()
        if not figure.station
    )
    return Report(line.title, facts, cards, tuple(parts))


def _unit(unit: Unit) -> Text:
    """What stands behind a number; nothing behind one without a unit."""
    return Text("", "") if unit is ONE else Text(unit.in_language("en"), unit.in_language("es"))


def _local(time: int, zone: str) -> str:
    """An instant as people at the plant read it."""
    return f"{to_datetime(time).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def _stretches(run: Run, entries: NDArray[np.void]) -> Iterator[tuple[Text, int, int, Activity]]:
    line, begin = run.line, run.definition.start
    edges = np.linspace(begin, run.now, COLUMNS + 1).astype(np.int64)
    for number, station in enumerate(line.stations):
        if station.inlets or station.outlets:
            for first, last, activity in _columns(states_of(entries, number, run.now), edges):
                yield station.place.title, first, last, activity


def _columns(
    found: list[tuple[int, int, Activity, int]], edges: NDArray[np.int64]
) -> Iterator[tuple[int, int, Activity]]:
    """The state that took most of each column, neighbours of one state together."""
    spent = np.zeros((len(Activity), len(edges) - 1))
    for begin, end, activity, _ in found:
        first = max(0, int(np.searchsorted(edges, begin, side="right")) - 1)
        last = min(len(edges) - 2, int(np.searchsorted(edges, end, side="left")) - 1)
        places = np.arange(first, last + 1)
        spent[activity, places] += np.minimum(edges[places + 1], end) - np.maximum(edges[places], begin)
    states = spent.argmax(axis=0)
    changes = np.concatenate(([0], np.nonzero(np.diff(states))[0] + 1, [len(states)]))
    for begin, end in pairwise(changes.tolist()):
        if spent[:, begin].any():
            yield int(edges[begin]), int(edges[end]), Activity(int(states[begin]))


def _states(run: Run, entries: NDArray[np.void]) -> Figure:
    """What stations were doing over the run, one row each."""
    found = list(_stretches(run, entries))
    minutes = (run.now - run.definition.start) / COLUMNS / MINUTE
    traces = []
    for activity, tone in LOOKS.items():
        own = [each for each in found if each[3] == activity]
        if own:
            rows, begins, ends = [each[0] for each in own], [each[1] for each in own], [each[2] for each in own]
            traces.append(Stretches(ACTIVITY_TEXTS[activity], rows, begins, ends, tone))
    return Figure(
        "states",
        Text("States of the stations", "Estados de las estaciones"),
        Text(
            "What each station was doing: a stop in one row and waiting in the rows beside it belong together. "
            f"Drawn is what took most of every {minutes:.0f} min, so shorter stops may not show.",
            "Qué hacía cada estación: un paro en una fila y la espera en las de al lado van juntos. "
            f"Se dibuja lo que ocupó la mayor parte de cada {minutes:.0f} min; paros más cortos pueden no verse.",
        ),
        FigureAxis(
            Text("time", "hora"),
            kind="instant",
            low=float(run.definition.start),
            high=float(run.now),
            zone=run.line.zone,
        ),
        FigureAxis(Text("", ""), kind="category"),
        tuple(traces),
        wide=True,
        height=90 + 42 * len({each[0] for each in found}),
    )


def _figures(run: Run) -> Rows:
    rows: list[tuple[Cell, ...]] = []
    for figure in run.line.key_figures():
        value = figure.compute(run.recorder.tally)
        shown: Cell = figure.undefined if value is None else (value, 2)
        rows.append((figure.title, shown, _unit(figure.unit), figure.formula, figure.source))
    columns: Sequence[Text] = (
        Text("key figure", "indicador"), Text("value", "valor"), Text("unit", "unidad"), Text("formula", "fórmula"),
        Text("source", "fuente"),
    )  # fmt: skip
    return Rows("figures", Text("Key figures", "Indicadores"), Text("", ""), tuple(columns), tuple(rows))
