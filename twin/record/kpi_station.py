"""The virtual station whose signals are the line's KPIs, so that every gateway has them for nothing."""

from typing import Any, Protocol

from twin.line.key_figures import Counted, KeyFigureDeclaration
from twin.line.line import Line
from twin.line.signal import Kind, Signal, ValueType
from twin.line.station import Place, Station
from twin.line.text import Text

NOT_DEFINED = float("nan")
"""What a KPI signal holds when the figure is not defined; gateways are told by its status."""


class Tallied(Protocol):
    """Whoever holds the tally of the moment."""

    @property
    def tally(self) -> Counted:
        """What the event log adds up to."""
        ...


class KeyFigures(Station):
    """Base of the KPI station."""

    source: Tallied


def add_key_figures(line: Line, source: Tallied) -> Station | None:
    """Give the line a station `kpi` with a signal for each of its KPIs; None when it declares none."""
    declared = line.key_figures()
    if not declared:
        return None
    names = {figure_signal_name(figure): _signal(figure) for figure in declared}
    station_type: Any = type("KeyFigures", (KeyFigures,), dict(names))
    station: Station = station_type("kpi", None, Place("performance", "kpi", Text("Key figures", "Indicadores")))
    station.source = source  # type: ignore[attr-defined]
    return line.add(station)


def figure_signal_name(figure: KeyFigureDeclaration) -> str:
    """Name of a figure's signal: `press_availability` for the availability of a station named press."""
    station = "_".join(figure.station.split("/")[3:]).replace("-", "_")
    return f"{station}_{figure.name}" if station else figure.name


def _signal(figure: KeyFigureDeclaration) -> Signal:
    signal = Signal(
        Kind.STATE,
        ValueType.FLOAT,
        figure.unit,
        figure.title,
        low=figure.low,
        high=figure.high,
        main=figure.main,
    )

    def truth(station: KeyFigures) -> float:
        value = figure.compute(station.source.tally)
        return NOT_DEFINED if value is None else value

    return signal(truth)
