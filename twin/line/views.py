"""The kinds of charts that a plant can ask a console to draw, as plain data.

Signals are named by path tail (`station/signal`), columns by their table and name (see `twin.line.table`).
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from twin.line.text import Text


class Data(BaseModel):
    """Base of all presentation data: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BaseView(Data):
    """What every view has: a name, a title, and, for whoever reads such a chart for the first time, how to read it."""

    name: str
    title: Text
    note: Text | None = None
    wide: bool = False
    """Whether it takes the whole width of a page."""


class Reference(Data):
    """A line that does not change, over the axis of the profiles it is drawn with."""

    title: Text
    values: tuple[float, ...]
    """One for each point of the axis, in the profiles' unit."""


class CurveView(BaseView):
    """Profiles drawn over their axis, such as a firing curve: set point and measured lines."""

    kind: Literal["curve"] = "curve"
    lines: tuple[str, ...]
    references: tuple[Reference, ...] = ()
    """What cannot be measured, but is known by calculation, such as the temperature of the ware."""
    second_axis: str | None = None
    """A profile over the same axis whose values label a second axis above, such as minutes since the entrance."""
    inside: str | None = None
    """A profile of what is inside, in percent, drawn as a strip along the axis."""
    deviation: bool = False
    """Whether what is measured is drawn as its distance from what is asked for, in pairs of the order given."""


class TrendView(BaseView):
    """Signals drawn over time."""

    kind: Literal["trend"] = "trend"
    lines: tuple[str, ...]


class ShareView(BaseView):
    """Counters drawn as shares of their sum (a Pareto or a mix)."""

    kind: Literal["share"] = "share"
    parts: tuple[str, ...]


class ControlChartView(BaseView):
    """Subgroups of pieces that followed each other: means and ranges with limits of three sigma, and broken rules."""

    kind: Literal["control"] = "control"
    table: str
    column: str
    subgroup: int = Field(default=5, ge=2, le=10)
    lower: float | None = None
    upper: float | None = None
    """Limits of the specification, in the column's unit."""


class ParetoView(BaseView):
    """Pieces counted by the words of a column, most frequent first, within what the words belong to."""

    kind: Literal["pareto"] = "pareto"
    table: str
    column: str
    thing: str | None = None
    """The kind of thing that a row is, where it has a passport."""
    thing_id: tuple[str, ...] = ()
    """The columns of whole numbers that, joined by points, are its id."""


class GridView(BaseView):
    """Pieces counted in the cells of two columns of whole numbers, such as caliber by shade."""

    kind: Literal["grid"] = "grid"
    table: str
    across: str
    down: str
    weight: str | None = None
    """A column that is summed instead of counting pieces."""


class MapView(BaseView):
    """Means of a column over two others: place across, and the order of time downwards."""

    kind: Literal["map"] = "map"
    table: str
    across: str
    down: str
    column: str


class CompareView(BaseView):
    """A column's mean and spread side by side for each value of other columns, such as the cavities of a press."""

    kind: Literal["compare"] = "compare"
    table: str
    by: tuple[str, ...]
    column: str


class ScatterView(BaseView):
    """One signal over another, coloured by a third."""

    kind: Literal["scatter"] = "scatter"
    across: str
    up: str
    colour: str | None = None


class Stream(Data):
    """What flows from one thing to another: the sum of counters of one unit."""

    source: Text
    target: Text
    counters: tuple[str, ...]


class SankeyView(BaseView):
    """What flows from sources to uses, as bands as wide as they are large."""

    kind: Literal["sankey"] = "sankey"
    streams: tuple[Stream, ...]


class Loss(Data):
    """A key figure in percent, and what is lost by it."""

    figure: str
    loses: Text


class WaterfallView(BaseView):
    """From all to what is left: a station's key figures in percent, each with what it takes."""

    kind: Literal["waterfall"] = "waterfall"
    station: str
    whole: Text
    left: Text
    losses: tuple[Loss, ...]


class LossTreeView(BaseView):
    """From calendar time to good pieces: what each kind of loss of a work unit took, in time, area and money."""

    kind: Literal["losses"] = "losses"
    stations: tuple[str, ...]


class Named(Data):
    """A key figure of a station, or of the whole line without one."""

    figure: str
    station: str = ""


class PeriodsView(BaseView):
    """Key figures side by side for every shift, day or order of the last days, the newest first."""

    kind: Literal["periods"] = "periods"
    figures: tuple[Named, ...]
    orders_of: str | None = None
    """The station whose orders are meant."""


class TimelineView(BaseView):
    """Stations' states over time, one bar each, and how much of the time each state took."""

    kind: Literal["timeline"] = "timeline"
    stations: tuple[str, ...]


class GanttView(BaseView):
    """Jobs as bars over time with what is done of each and when it is due; rows of a table with labels."""

    kind: Literal["gantt"] = "gantt"
    table: str
    begin: str
    end: str
    due: str
    share: str
    """A column from 0 to 1: how much is done."""
    word: str | None = None
    """A column with words, written on the bar."""


class FiguresView(BaseView):
    """Key figures with value, unit, formula and source: of some stations, or the whole plant's own."""

    kind: Literal["figures"] = "figures"
    stations: tuple[str, ...] = ()


class Item(Data):
    """A kind of thing whose life can be looked up, and what such an id looks like."""

    kind: str
    title: Text
    example: str = ""


class PassportView(BaseView):
    """The life of one thing, asked for by its id."""

    kind: Literal["passport"] = "passport"
    items: tuple[Item, ...]


TableView = ControlChartView | ParetoView | GridView | MapView | CompareView | GanttView
"""Views that are drawn from the rows of a table."""
View = (
    CurveView | TrendView | ShareView | ScatterView | SankeyView | WaterfallView | LossTreeView | PeriodsView
    | TimelineView | FiguresView | PassportView | TableView
)  # fmt: skip
