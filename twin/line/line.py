"""A line: stations whose links are connected, under one place in the enterprise."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from twin.line.behind import Behind
from twin.line.description import (
    AxisDescription,
    LineDescription,
    LinkDescription,
    SignalDescription,
    StationDescription,
)
from twin.line.errors import DefinitionError
from twin.line.genealogy import Genealogy
from twin.line.key_figures import KeyFigureDeclaration
from twin.line.link import UNLIMITED, Link
from twin.line.outcome import Outcome
from twin.line.planned import Altered, Planned
from twin.line.presentation import Presentation
from twin.line.results import Results
from twin.line.signal import Kind, Signal
from twin.line.station import Station
from twin.line.table import Table
from twin.line.text import Language, Text
from twin.line.time import DAY
from twin.line.truth import Blame, TruthEntry
from twin.line.work_orders import WorkOrders
from twin.line.work_unit import WorkUnit

S = TypeVar("S", bound=Station)


class Line:
    """Stations and links of one plant; a trade's own line adds what its stations share."""

    def __init__(self, plant: str, site: str, title: Text, presentation: Presentation | None = None) -> None:
        self.plant = plant
        self.site = site
        self.title = title
        self.presentation = presentation or Presentation(width=1.0, height=1.0, stations=())
        self.stations: list[Station] = []
        self.links: list[Link] = []
        self.tables: dict[str, Table] = {}
        self.results: dict[str, Results] = {}
        """What charts can be drawn of besides signals, by name."""
        self.ideal_sensors = False
        """Whether measurements show the truth."""
        self.planned: tuple[Planned, ...] = ()
        """What the line does by itself, in order of time."""
        self.altered: tuple[Altered, ...] = ()
        """What the scenario has changed from the start."""

    def add(self, station: S) -> S:
        """Give a station its place in the line; its path is plant/site/area/line/name."""
        station.path = f"{self.plant}/{self.site}/{station.place.area}/{station.place.line}/{station.name}"
        if any(other.path == station.path for other in self.stations):
            raise DefinitionError(f"two stations stand at {station.path}: give one of them another name")
        self.stations.append(station)
        return station

    def connect(self, producer: Station, consumer: Station, capacity: int | None = None) -> Link:
        """Connect two stations by a link of `capacity` places (0: hand-over, None: no limit)."""
        link = _link(producer, consumer, capacity)
        producer.outlets.append(link)
        consumer.inlets.append(link)
        self.links.append(link)
        return link

    def insert(self, station: S, before: Station) -> S:
        """Give a station its place in the line, in the only link into another station; raises DefinitionError."""
        if len(before.inlets) != 1:
            raise DefinitionError(
                f"station {station.name} cannot be inserted before {before.name}, which has "
                f"{len(before.inlets)} inlets and not one: connect it by hand"
            )
        old, producer = before.inlet, before.inlet.producer
        self.add(station)
        self.stations.insert(self.stations.index(producer) + 1, self.stations.pop())
        new = _link(producer, station, None)
        producer.outlets[producer.outlets.index(old)] = new
        station.inlets.append(new)
        station.outlets.append(old)
        old.producer = station
        self.links.insert(self.links.index(old), new)
        return station

    # What a trade's line may add.

    def make_reaches(self) -> Sequence[Behind]:
        """The stretches that may run behind the line until somebody looks; called once, when the line is complete."""
        return ()

    def open(self, opening: str) -> None:
        """Prepare a new run: fill the stations as `opening` says, before any process starts."""

    def reopen(self, seed: int) -> None:
        """Prepare what is not state, such as random streams; called before a new run and before a resumed one."""

    def settle(self, until: int) -> None:
        """Compute what several stations together still owe for the time before `until`."""

    def next_chapter(self, after: int) -> int:
        """The first chapter instant later than `after`; a day's first instant in UTC unless the line has shifts."""
        return (after // DAY + 1) * DAY

    def shared_state(self) -> Any:
        """The plain state that stations share, None when there is none."""
        return None

    def restore_shared_state(self, state: Any) -> None:
        """Take back what `shared_state` gave."""

    def key_figures(self) -> Sequence[KeyFigureDeclaration]:
        """The KPIs of this line."""
        return ()

    @property
    def shift_hour(self) -> int:
        """Hour at which the day's first shift begins, by the clock of the plant's zone."""
        return 6

    def work_units(self) -> Sequence[WorkUnit]:
        """The stations that have the KPIs and the loss tree of ISO 22400-2."""
        return ()

    @property
    def zone(self) -> str:
        """IANA name of the plant's time zone."""
        return "UTC"

    def order_name(self, number: int) -> str:
        """Name of an order by the number that ORDER entries of the event log carry."""
        return str(number)

    def work_orders(self) -> WorkOrders | None:
        """How people have the line make something; None where it takes no work orders."""
        return None

    def metered(self) -> None:
        """React to a reading of all meters, at the fixed instants at which they are read."""

    def totals(self) -> Mapping[str, float]:
        """What adds up over a run, by name, for studies."""
        return {}

    def outcomes(self, made: Mapping[str, float], days: float) -> Sequence[Outcome]:
        """What a study compares: figures of a stretch of `days` in which `made` was added to the totals."""
        return ()

    def summary(self) -> Mapping[str, Any]:
        """Results of the run so far in the trade's own words, for `rajola simulate`."""
        return {}

    def summary_lines(self, summary: Mapping[str, Any], language: Language) -> Sequence[str]:
        """The trade's part of a summary as lines of text."""
        return ()

    def genealogy(self, folder: Path | None) -> Genealogy | None:
        """Passports of what this line makes; finished pieces go to `folder`, or nowhere. None: it has none to give."""
        return None

    def circumstances(self, until: int) -> Sequence[TruthEntry]:
        """What the ground truth holds besides faults and commands, up to `until`: lots out of the ordinary, drifts."""
        return ()

    def blame(self) -> Blame | None:
        """How it is found out why a piece is defective; None where the line cannot tell."""
        return None

    # What gateways are told.

    def station(self, path: str) -> Station:
        """The station at `path`; raises KeyError when there is none."""
        for station in self.stations:
            if station.path == path:
                return station
        raise KeyError(path)

    def describe(self) -> LineDescription:
        """The line as plain data."""
        index, stations = 0, []
        for station in self.stations:
            signals = []
            for signal in station.signals:
                described = _describe_signal(station, signal, index)
                signals.append(described)
                index += described.length
            stations.append(
                StationDescription(
                    station.path,
                    station.name,
                    type(station).__name__,
                    station.place.area,
                    station.place.line,
                    station.place.title,
                    tuple(signals),
                    station.fault_descriptions,
                    station.alarm_descriptions,
                )
            )
        links = tuple(
            LinkDescription(
                link.producer.path, link.consumer.path, None if link.capacity >= UNLIMITED else link.capacity
            )
            for link in self.links
        )
        tables = tuple(table.description for table in self.tables.values())
        orders = self.work_orders()
        materials = () if orders is None else tuple(orders.materials)
        results = tuple(each.kind for each in self.results.values())
        return LineDescription(
            self.plant, self.site, self.title, tuple(stations), links, self.presentation, index, tables, materials,
            results,
        )  # fmt: skip


def _link(producer: Station, consumer: Station, capacity: int | None) -> Link:
    link = Link(producer, consumer, capacity)
    if type(consumer).ready_for is Station.ready_for:
        link.same_until = UNLIMITED
    return link


def _describe_signal(station: Station, signal: Signal, index: int) -> SignalDescription:
    axis = None
    if signal.axis is not None:
        points = station.axis_points(signal.axis.name)
        axis = AxisDescription(signal.axis.name, signal.axis.unit, signal.axis.meaning, points, signal.axis.part)
    low, high = signal.limits(station)
    sensed = signal.kind in (Kind.MEASUREMENT, Kind.PROFILE)
    return SignalDescription(
        f"{station.path}/{signal.name}",
        signal.name,
        index,
        1 if axis is None else len(axis.points),
        signal.kind,
        signal.value_type,
        signal.unit,
        low,
        high,
        signal.meaning,
        signal.states,
        axis,
        station.sensing.sensors[signal.name].period if sensed else 0.0,
        signal.main,
        signal.engineering,
    )
