"""Draws a figure of a report with plotly: traces, axes, bands and scales as plain data for plotly's script."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import plotly.graph_objects as go
from plotly.io import to_json

from twin.line.report import Band, Bars, Curve, Figure, FigureAxis, Points, Stretches, Trace
from twin.line.text import Language, Text
from twin.line.time import to_datetime

TONES: Mapping[str, str] = {
    "first": "#2d6da8", "second": "#945520", "third": "#2f2d2a", "fourth": "#3c7d6c", "fifth": "#7d4f8f",
    "sixth": "#a39a2e", "seventh": "#c97f8d", "quiet": "#98948c", "good": "#c4ccc0", "fair": "#d99a2b",
    "bad": "#b3261e",
}  # fmt: skip
"""The colours of the console by day, and two more for long sequences."""
INK, SOFT, GRID, SURFACE, AXIS, SHADE = "#22211e", "#5a5751", "#e4e1da", "#fbfaf8", "#98948c", "#eeece6"
FONT = {"family": "system-ui, Segoe UI, Roboto, sans-serif", "size": 13, "color": INK}
SCALE = "Viridis"
SEPARATORS = {"en": ".,", "es": ",."}


def drawn(figure: Figure, language: Language) -> dict[str, Any]:
    """Data and layout of a figure, as plotly's script takes them."""
    picture = go.Figure()
    for trace in figure.traces:
        for each in _traces(trace, figure, language):
            picture.add_trace(each)
    picture.update_layout(_layout(figure, language))
    for band in figure.bands:
        _add_band(picture, figure, band, language)
    for trace in figure.traces:
        if isinstance(trace, Curve) and trace.label is not None:
            _add_label(picture, figure, trace, trace.label.in_language(language))
    if figure.top is not None:
        # A trace has to stand on the second axis for plotly to draw it.
        picture.add_trace(go.Scatter(x=[figure.top.at[0]], y=[None], xaxis="x2", showlegend=False, hoverinfo="skip"))
    plain: dict[str, Any] = json.loads(str(to_json(picture, validate=True)))
    return {"data": plain["data"], "layout": plain["layout"]}


def _word(text: str | Text, language: Language) -> str:
    return text if isinstance(text, str) else text.in_language(language)


def _traces(trace: Trace, figure: Figure, language: Language) -> list[Any]:
    name = trace.name.in_language(language)
    if isinstance(trace, Curve):
        return [_curve(trace, name, [_word(each, language) for each in figure.across.categories])]
    if isinstance(trace, Points):
        return [_points(trace, name, language)]
    if isinstance(trace, Bars):
        categories = [_word(category, language) for category in trace.categories]
        place = _beside(trace, figure) if trace.shown else None
        return [
            go.Bar(
                x=categories, y=np.asarray(trace.up), name=name, marker={"color": TONES[trace.tone]},
                text=[each.in_language(language) for each in trace.shown] or None, textposition=place, textangle=0,
                cliponaxis=False, outsidetextfont={"size": 11.5, "color": SOFT}, insidetextfont={"color": "#ffffff"},
                hovertemplate="%{x}: %{y:.2f}<extra>" + name + "</extra>",
            )
        ]  # fmt: skip
    return [_stretches(trace, name, figure.across.zone, language)]


def _beside(trace: Bars, figure: Figure) -> str:
    """Where words of bars go: above them, or inside where other bars stand on them."""
    later = figure.traces[figure.traces.index(trace) + 1 :]
    above = {str(category) for other in later if isinstance(other, Bars) for category in other.categories}
    return "inside" if above & {str(category) for category in trace.categories} else "outside"


def _curve(trace: Curve, name: str, categories: Sequence[str]) -> Any:
    across: Any = np.asarray(trace.across)
    if categories:
        across = [categories[int(place)] for place in across]
    thin = trace.tone == "quiet"
    ring = {"symbol": "circle-open", "size": 7, "color": TONES[trace.tone], "line": {"width": 1.5}}
    return go.Scatter(
        x=across, y=np.asarray(trace.up), name=name, mode="markers" if trace.marked else "lines", marker=ring,
        line={
            "color": TONES[trace.tone], "dash": "dash" if trace.dashed else "solid",
            "width": 1.3 if thin or trace.dashed else 2.6,
        },
        yaxis="y2" if trace.second_axis else "y", showlegend=trace.label is None,
        hovertemplate="%{y:.1f}<extra>" + name + "</extra>",
    )  # fmt: skip


def _points(trace: Points, name: str, language: Language) -> Any:
    marker: dict[str, Any] = {"size": 5, "opacity": 0.6, "color": TONES[trace.tone]}
    if trace.colour is not None and trace.colour_title is not None:
        low, high = (np.percentile(trace.colour, [2, 98]).tolist()) if len(trace.colour) else (0.0, 1.0)
        bar = {
            "title": {"text": trace.colour_title.in_language(language), "side": "right"},
            "thickness": 12,
            "len": 0.9,
        }
        marker |= {"color": trace.colour, "colorscale": SCALE, "cmin": low, "cmax": high, "colorbar": bar}
    return go.Scattergl(
        x=np.asarray(trace.across), y=np.asarray(trace.up), name=name, mode="markers", marker=marker, showlegend=False,
        hovertemplate="%{x:.4~g}, %{y:.4~g}<extra></extra>",
    )  # fmt: skip


def _stretches(trace: Stretches, name: str, zone: str, language: Language) -> Any:
    """One bar for each stretch, from its begin."""
    lengths = (np.array(trace.end) - np.array(trace.begin)) / 1000.0
    return go.Bar(
        base=[_local(begin, zone) for begin in trace.begin], x=lengths, orientation="h", name=name,
        y=[_word(row, language) for row in trace.rows], marker={"color": TONES[trace.tone], "line": {"width": 0}},
        customdata=lengths / 60000.0, hovertemplate="%{base}: %{customdata:.1f} min<extra>" + name + "</extra>",
    )  # fmt: skip


def _local(time: int, zone: str) -> str:
    """An instant as people at the plant read it; plotly knows no time zones."""
    return f"{to_datetime(time).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"


def _layout(figure: Figure, language: Language) -> dict[str, Any]:
    gantt = any(isinstance(trace, Stretches) for trace in figure.traces)
    layout: dict[str, Any] = {
        "font": FONT, "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": SURFACE, "separators": SEPARATORS[language],
        "barmode": "overlay" if gantt else "stack", "bargap": 0.25, "hovermode": "closest", "height": figure.height,
        "margin": {"l": 66, "r": 22, "t": 56 if figure.top else 34, "b": 58},
        "legend": {
            "orientation": "h", "traceorder": "normal", "x": 0, "y": 1.14 if figure.top else 1.02, "yanchor": "bottom",
        },
        "xaxis": _axis(figure.across, language), "yaxis": _axis(figure.up, language),
    }  # fmt: skip
    if gantt:
        layout["yaxis"] |= {"autorange": "reversed", "showgrid": False, "automargin": True}
        layout["xaxis"] |= {"type": "date"}
    if figure.second is not None:
        layout["yaxis2"] = _axis(figure.second, language) | {
            "overlaying": "y",
            "side": "right",
            "showgrid": False,
            "tickmode": "linear",
            "dtick": 20,
        }
        layout["margin"]["r"] = 66
    if figure.top is not None:
        layout["xaxis2"] = {
            "overlaying": "x", "side": "top", "matches": "x", "tickvals": list(figure.top.at), "showgrid": False,
            "ticktext": [f"{word} {figure.top.title.in_language(language)}" for word in figure.top.words],
            "tickfont": {"color": SOFT, "size": 12},
        }  # fmt: skip
    return layout


def _axis(axis: FigureAxis, language: Language) -> dict[str, Any]:
    title = axis.title.in_language(language)
    text = f"{title} [{axis.unit}]" if axis.unit else title
    plain: dict[str, Any] = {
        "title": {"text": text, "font": {"color": SOFT}, "standoff": 10}, "gridcolor": GRID, "zeroline": False,
        "linecolor": AXIS, "ticks": "outside", "tickcolor": AXIS, "automargin": True,
    }  # fmt: skip
    match axis.kind:
        case "logarithm":
            plain |= {"type": "log"} | _log_ticks(axis)
        case "category":
            plain |= {"type": "category", "showgrid": False}
            if axis.categories:
                names = [_word(each, language) for each in axis.categories]
                plain |= {"categoryorder": "array", "categoryarray": names}
        case "instant":
            plain |= {"type": "date", "tickformat": "%d.%m.\n%H:%M"}
            if axis.low is not None and axis.high is not None:
                plain["range"] = [_local(int(end), axis.zone) for end in (axis.low, axis.high)]
        case _:
            if axis.low is not None and axis.high is not None:
                plain["range"] = [axis.low, axis.high]
    return plain


def _log_ticks(axis: FigureAxis) -> dict[str, Any]:
    """Round numbers as ticks: a narrow logarithmic axis has no powers of ten."""
    if axis.low is None or axis.high is None or axis.low <= 0.0:
        return {}
    span = axis.high - axis.low
    step = 10.0 ** np.floor(np.log10(span / 4.0))
    step *= min((1, 2, 5, 10), key=lambda factor: abs(span / (factor * step) - 6))
    ticks = np.arange(np.ceil(axis.low / step) * step, axis.high + step / 2.0, step)
    return {
        "range": [float(np.log10(axis.low)), float(np.log10(axis.high))],
        "tickvals": ticks.tolist(), "ticktext": [f"{tick:g}" for tick in ticks.tolist()],
    }  # fmt: skip


def _add_band(picture: Any, figure: Figure, band: Band, language: Language) -> None:
    """A part of an axis: shaded where it is wide, a line where it is not, with its name at its beginning or its top."""
    name, place = band.title.in_language(language), figure.bands.index(band)
    label: dict[str, Any] = {"text": name, "showarrow": False, "font": {"size": 11.5, "color": SOFT}}
    shade = {"fillcolor": SHADE if place % 2 == 0 else SURFACE, "line_width": 0, "layer": "below"}
    if band.upright:
        picture.add_vrect(x0=band.low, x1=band.high, **shade)
        picture.add_annotation(x=(band.low + band.high) / 2.0, y=0.99, yref="paper", yanchor="top", **label)
    elif band.low == band.high:
        picture.add_hline(y=band.low, line={"color": SOFT, "width": 1, "dash": "dot"})
        picture.add_annotation(x=0.005, xref="paper", xanchor="left", y=band.low, yanchor="bottom", **label)
    else:
        picture.add_hrect(y0=band.low, y1=band.high, **shade)
        low, high = figure.up.low, figure.up.high
        if low is None or high is None or low < (band.low + band.high) / 2.0 < high:
            middle = (band.low + band.high) / 2.0
            picture.add_annotation(x=0.005, xref="paper", xanchor="left", y=middle, yanchor="middle", **label)


def _add_label(picture: Any, figure: Figure, trace: Curve, label: str) -> None:
    """Write a label at a curve's end."""
    across: Sequence[float] = np.asarray(trace.across).tolist()
    up: Sequence[float] = np.asarray(trace.up).tolist()
    end = float(np.log10(across[-1])) if figure.across.kind == "logarithm" else across[-1]
    picture.add_annotation(
        x=end, y=up[-1], text=label, showarrow=False, xanchor="right", yanchor="bottom",
        font={"size": 11.5, "color": SOFT},
    )  # fmt: skip
