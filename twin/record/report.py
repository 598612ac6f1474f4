"""The report on a run: what every run has (figures read first, states over time), and what its line adds."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from twin.line.activity import ACTIVITY_TEXTS, Activity
from twin.line.report import Card, Figure, FigureAxis, Report, Rows, Stretches, Tone
from twin.line.text import Text
from twin.line.time import iso
from twin.record.export import states_of
from twin.record.run import Run
from twin.record.run_record import RunRecord

LOOKS: dict[Activity, Tone] = {
    Activity.PRODUCING: "good", Activity.STARVED: "fourth", Activity.BLOCKED: "fifth", Activity.SETTING_UP: "first",
    Activity.CLEANING: "third", Activity.DOWN: "bad", Activity.MICRO_STOP: "fair", Activity.CLOSED: "quiet",
    Activity.IDLE: "quiet",
}  # fmt: skip
MOST_STRETCHES = 1500
"""Stretches of one state that are drawn: shorter ones are left out where there are more."""


def report(run: Run, record: RunRecord) -> Report:
    """The report on a run that was kept."""
    line, entries, d = run.line, record.log.entries(), run.definition
    parts: list[Figure | Rows] = []
    if record.genealogy is not None:
        parts += record.genealogy.report(entries)
    parts += [_states(run, entries), _figures(run)]
    facts = (
        (Text("plant", "planta"), d.plant),
        (Text("scenario", "escenario"), d.scenario),
        (Text("from", "desde"), iso(d.start)),
        (Text("to", "hasta"), iso(run.now)),
        (Text("seed", "semilla"), str(d.seed)),
        (Text("version", "versión"), d.version),
    )
    cards = tuple(
        Card(figure.title, figure.compute(run.recorder.tally), figure.unit.symbol)
        for figure in line.key_figures()
        if figure.main and not figure.station
    )
    return Report(line.title, facts, cards, tuple(parts))


def _stretches(run: Run, entries: NDArray[np.void]) -> Iterator[tuple[Text, int, int, Activity]]:
    line = run.line
    for number, station in enumerate(line.stations):
        if station.inlets or station.outlets:
            title = station.place.title
            for begin, end, activity, _ in states_of(entries, number, run.now):
                yield title, begin, end, activity


def _states(run: Run, entries: NDArray[np.void]) -> Figure:
    """What stations were doing over the run, one row each."""
    found = list(_stretches(run, entries))
    traces = []
    for activity, tone in LOOKS.items():
        own = [each for each in found if each[3] == activity]
        own = sorted(own, key=lambda each: each[1] - each[2])[:MOST_STRETCHES]
        if own:
            rows, begins, ends = [each[0] for each in own], [each[1] for each in own], [each[2] for each in own]
            traces.append(Stretches(ACTIVITY_TEXTS[activity], rows, begins, ends, tone))
    return Figure(
        "states",
        Text("States of the stations", "Estados de las estaciones"),
        Text(
            "What each station was doing. A stop in one row and waiting in the rows beside it belong together.",
            "Qué hacía cada estación. Un paro en una fila y la espera en las de al lado van juntos.",
        ),
        FigureAxis(Text("time (UTC)", "hora (UTC)"), kind="instant"),
        FigureAxis(Text("", ""), kind="category"),
        tuple(traces),
        wide=True,
        height=90 + 42 * len({each[0] for each in found}),
    )


def _figures(run: Run) -> Rows:
    rows: list[tuple[str | Text, ...]] = []
    for figure in run.line.key_figures():
        value = figure.compute(run.recorder.tally)
        shown: str | Text = figure.undefined if value is None else f"{value:,.2f}"
        rows.append((figure.title, shown, figure.unit.symbol, figure.formula, figure.source))
    columns: Sequence[Text] = (
        Text("key figure", "indicador"), Text("value", "valor"), Text("unit", "unidad"), Text("formula", "fórmula"),
        Text("source", "fuente"),
    )  # fmt: skip
    return Rows("figures", Text("Key figures", "Indicadores"), Text("", ""), tuple(columns), tuple(rows))
