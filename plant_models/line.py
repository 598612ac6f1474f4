"""The tile line: forming lines feed a common store, the store feeds kilns, each kiln has its own sorting line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from plant_models.attribution import TileBlame
from plant_models.control.build import add_loops, add_operators
from plant_models.definition.plant import FiringLine, Forming, Plant
from plant_models.energy_summary import energy
from plant_models.extra_pictures import fitted
from plant_models.fired import FiredModel, FiredTiles, Judged
from plant_models.found import line_results
from plant_models.genealogy import TileGenealogy
from plant_models.green import GreenModel, GreenTiles
from plant_models.key_figures import tile_key_figures, work_units
from plant_models.laboratory.build import add_laboratories
from plant_models.opening import fill_running
from plant_models.orders import BookState, Order, OrderBook
from plant_models.outcomes import outcomes, totals
from plant_models.presentation import present
from plant_models.results import count, summary_lines, tile_counts
from plant_models.row_reach import RowPath, RowReach
from plant_models.rows import Rows
from plant_models.stations.dryer import Dryer
from plant_models.stations.glazing import GlazingLine
from plant_models.stations.kiln import Kiln
from plant_models.stations.palletiser import Palletiser
from plant_models.stations.powder import PowderSupply
from plant_models.stations.press import Press
from plant_models.stations.printer import Printer
from plant_models.stations.sorter import Sorter
from plant_models.stations.store import Store
from plant_models.strokes import Strokes
from plant_models.tables import inspected, order_table, sorted_tiles
from plant_models.tile_columns import SCHEMA
from plant_models.tiles import ClosedBlock, TileTable
from plant_models.truth import unusual_lots
from plant_models.work_orders import Accounts, TileOrders
from twin.line.behind import Behind
from twin.line.calendar import WorkCalendar, next_local_time
from twin.line.key_figures import KeyFigureDeclaration
from twin.line.line import Line
from twin.line.outcome import Outcome
from twin.line.reach import Reach, transports_between
from twin.line.records import Record
from twin.line.station import Place
from twin.line.text import Language, Text
from twin.line.time import SECOND
from twin.line.truth import TruthEntry
from twin.line.work_unit import WorkUnit
from twin.record.genealogy_store import PieceStore


@dataclass(slots=True)
class SharedState:
    """What the stations of a tile line share."""

    table: TileTable
    strokes: list[Strokes]
    rows: list[Rows]
    book: BookState
    opening: int
    """Tiles in the line when the run began."""
    accounts: Accounts


def _numbered(en: str, es: str, number: int, count: int) -> Text:
    """A station's title; numbered from 1 where a plant has several of it."""
    return Text(en, es) if count == 1 else Text(f"{en} {number + 1}", f"{es} {number + 1}")


class FormingLine:
    """Press, dryer, glazing line and printer of one line."""

    def __init__(self, line: "TileLine", number: int, parts: Forming) -> None:
        plant, area = line.definition, "forming"

        def place(en: str, es: str) -> Place:
            return Place(area, parts.name, _numbered(en, es, number, len(plant.forming)))

        self.diary = Strokes(number, parts.press.cavities)
        self.press = line.add(Press("press", parts.press, place("Press", "Prensa")))
        self.dryer = line.add(Dryer("dryer", parts.dryer, place("Dryer", "Secadero")))
        self.glazing = line.add(GlazingLine("glazing", parts.glazing, place("Glazing line", "Línea de esmaltado")))
        self.printer = line.add(Printer("printer", parts.printer, place("Inkjet printer", "Impresora inkjet")))
        products = tuple(plant.products.values())
        calendar = WorkCalendar(parts.press.hours, plant.zone)
        model = GreenModel(plant.body, plant.format, products, parts.press, parts.dryer, parts.glazing, parts.printer)
        self.green = GreenTiles(model, self.diary, line.table, line.powder, self.press.path)
        self.press.bind(line.powder, self.diary, line.book, calendar, plant.body, plant.format.area_m2)
        self.dryer.bind(self.diary, line.powder, parts.press, plant.format.thickness_mm)
        stroke_s = 60.0 / parts.press.strokes_per_minute
        self.glazing.bind(self.diary, products, self.green.glaze, stroke_s, plant.format.area_m2, self._warmth_now)
        self.printer.bind(self.diary, products, self._print, stroke_s)
        line.connect(line.powder, self.press)
        line.connect(self.press, self.dryer, self.dryer.capacity_now())
        line.connect(self.dryer, self.glazing)
        line.connect(self.glazing, self.printer)
        line.connect(self.printer, line.store)
        self._store = line.store

    def take_diary(self, diary: Strokes, table: TileTable) -> None:
        """Go on with a saved diary and table."""
        self.diary = self.press.diary = self.dryer.diary = self.glazing.diary = self.printer.diary = diary
        self.green.diary, self.green.table = diary, table

    def product_of(self, stroke: int) -> int:
        """Product of a stroke that has been pressed."""
        return self.diary.product_from(stroke)[0]

    @property
    def tiles_on_the_way(self) -> int:
        """Tiles between press and store, whatever stations stand there; behind the rejecter without what it took."""
        self.glazing.reject()
        link, total, rejected = self.press.outlet, 0, False
        while link.consumer is not self._store:
            total += len(link.queue) * self.diary.cavities
            if rejected:
                total -= sum(len(self.diary.scrap.get(stroke, ())) for stroke in link.queue)
            rejected = rejected or link.consumer is self.glazing
            link = link.consumer.outlet
        return total

    def _warmth_now(self) -> float:
        """Temperature of a tile that comes to the printer now, by the conditions of this instant [degC]."""
        glazing = self.glazing
        cooling = 1.0 + glazing.faults.condition("cooling")
        belt_s = glazing.transit() / SECOND
        return float(self.green.warmth(self.dryer.tile_exit_temperature, belt_s, cooling, self.press.bulk_density))

    def count(self) -> None:
        """Know what the rejecter has taken out, and what has been printed."""
        self.glazing.reject()
        self.printer.count()

    def _print(self, until: int) -> None:
        self.green.press()
        self.green.glaze()
        self.green.print(self.printer)


class FiringPart:
    """Kiln, sorter and palletiser of one firing line."""

    def __init__(self, line: "TileLine", number: int, parts: FiringLine) -> None:
        plant, area = line.definition, "firing"

        def place(en: str, es: str) -> Place:
            return Place(area, parts.name, _numbered(en, es, number, len(plant.firing)))

        self.rows = Rows(number)
        self.kiln = line.add(Kiln("kiln", parts.kiln, place("Roller kiln", "Horno de rodillos")))
        self.sorter = line.add(Sorter("sorter", parts.sorter, place("Sorting line", "Clasificación")))
        self.palletiser = line.add(Palletiser("palletiser", parts.palletiser, place("Palletiser", "Paletizado")))
        press = plant.forming[0].press
        tile_kg = press.moist_mass / (1.0 + plant.body.reference_moisture / 100.0)
        self.kiln.bind(self.rows, plant.body, parts.curve, tile_kg, plant.format.thickness_mm)
        products = tuple(plant.products.values())
        presses = tuple(forming.press for forming in plant.forming)
        model = FiredModel(plant.body, plant.format, products, presses, parts.sorter, plant.quality)
        self.fired = FiredTiles(model, self.rows, self.kiln, line.table, line.powder)
        self.fired.pack = self.palletiser.pack
        self._line = line
        self.sorter.bind(self.rows, products, self._judge)
        line.connect(line.store, self.kiln)
        line.connect(self.kiln, self.sorter)
        line.connect(self.sorter, self.palletiser)

    def take_diary(self, rows: Rows, table: TileTable) -> None:
        """Go on with a saved diary and table."""
        self.rows = self.kiln.rows = self.sorter.rows = self.fired.rows = rows
        self.fired.table = table

    @property
    def tiles_behind_kiln(self) -> int:
        """Tiles that have left the kiln and are not sorted yet."""
        return self.kiln.state.tiles_left - self.sorter.state.tiles

    def _judge(self, until: int) -> None:
        self.kiln.settle(until)
        for judged in self.fired.judge():
            self._line.book_results(self, judged)


class TileLine(Line):
    """A whole plant."""

    def __init__(self, definition: Plant, orders: Sequence[Order] | None = None) -> None:
        identity = definition.plant
        super().__init__(identity.id, identity.site, Text(identity.title_en, identity.title_es))
        self.definition = definition
        self.orders = orders
        self.table = TileTable()
        self.opening_tiles = 0
        self.opening_boxed = 0
        """Tiles that were in full boxes when the run began."""
        self.opening_gone = 0
        """Opening tiles that the rejecters had taken out before the start."""
        self.block_listeners: list[Callable[[ClosedBlock], None]] = []
        self.book = OrderBook(definition.products, definition.orders, orders)
        self.sorted_tiles = sorted_tiles(definition)
        self.tables = {"sorted": self.sorted_tiles, "orders": order_table(self)}
        area = definition.format.area_m2
        self.powder = self.add(
            PowderSupply(
                "powder", definition.powder, Place("supply", "powder", Text("Powder supply", "Polvo atomizado"))
            )
        )
        self.store = Store(
            "store", definition.store, Place("storage", "boxes", Text("Buffer store", "Parque de boxes"))
        )
        self.forming = [FormingLine(self, number, parts) for number, parts in enumerate(definition.forming)]
        self.add(self.store)
        self.firing = [FiringPart(self, number, parts) for number, parts in enumerate(definition.firing)]
        self.powder.bind(
            self._press_what_is_owed,
            lambda: sum(line.green.most_powder_owed for line in self.forming),
            sum(line.press.most_powder_mg for line in self.forming),
            lambda: sum(line.press.powder_t_per_h for line in self.forming),
        )
        rate = sum(
            part.kiln.places * part.kiln.parameters.lanes * 60.0 / part.kiln.parameters.cycle_min
            for part in self.firing
        )
        self.store.bind(
            self.table,
            [line.diary for line in self.forming],
            [part.rows for part in self.firing],
            [part.kiln.parameters.lanes for part in self.firing],
            tuple(definition.products.values()),
            area,
            rate,
            self._count_what_is_owed,
        )
        self._work_orders = TileOrders(self)
        self.results = line_results(self)
        add_laboratories(self)
        self.loops = add_loops(self)
        add_operators(self)
        self.presentation = fitted(self, present(self))

    def make_reaches(self) -> Sequence[Behind]:
        """From the boxes to the pallets, and from the powder to the boxes: who comes later asks who comes before."""
        chains = [transports_between(line.press.outlet, self.store) for line in self.forming]
        if not all(chains):
            return ()
        presses = [line.press for line in self.forming]
        carried = [station for chain in chains for station in chain]
        strokes = Reach(presses, chains, self.store, [self.powder, *presses, *carried, self.store])
        paths = [RowPath(part.kiln, part.sorter, part.palletiser) for part in self.firing]
        whole = all(path.is_whole(self.store) for path in paths)
        return (RowReach(paths, self.store), strokes) if whole else (strokes,)

    def reopen(self, seed: int) -> None:
        """Know the run's seed."""
        self.book.open(seed, f"{self.plant}/{self.site}")
        for line in self.forming:
            line.green.open(seed)
        for part in self.firing:
            part.fired.open(seed, part.kiln.path, part.sorter.path)
        for loop in self.loops:
            loop.ready(self.ideal_sensors)

    def open(self, opening: str) -> None:
        """Begin a run with the line `running` (everything full and hot) or `empty` (hot, but no tile inside)."""
        if opening == "running":
            fill_running(self)
        laid_out = sum(line.diary.opening * line.diary.cavities for line in self.forming)
        self.opening_tiles = laid_out - self.opening_gone
        self.opening_boxed = self._boxed_at_first()

    def _boxed_at_first(self) -> int:
        """Of the tiles that were in boxes when the run began, those that filled whole ones."""
        store, state = self.store, self.store.state
        stored = store.tiles_inside - state.loaded + state.delivered
        return stored - stored % store.box_tiles

    def _press_what_is_owed(self) -> None:
        for line in self.forming:
            line.green.press()

    def _count_what_is_owed(self) -> None:
        for line in self.forming:
            line.count()

    def tiles_inside(self) -> int:
        """Tiles between press and sorter, counted where they are."""
        forming = sum(line.tiles_on_the_way for line in self.forming)
        firing = sum(part.kiln.inside_tiles + part.tiles_behind_kiln for part in self.firing)
        return forming + self.store.tiles_inside + firing

    def settle(self, until: int) -> None:
        """Let the tiles that the rejecters took out leave."""
        for line in self.forming:
            self._work_orders.note_scrap(line.glazing.state.leaving)
            for block in line.glazing.let_scrap_leave(self.table):
                self._close(line.press, block)
        self._work_orders.close_gone()

    def metered(self) -> None:
        """Book the energy of work orders."""
        self._work_orders.metered()

    def work_orders(self) -> TileOrders:
        """Orders that people hand in."""
        return self._work_orders

    def book_results(self, part: FiringPart, judged: Judged) -> None:
        """Count what the sorter decided, pack it, and log it at the instants of sorting."""
        count(judged, part.sorter)
        part.sorter.state.means.note(judged)
        self.sorted_tiles.add(inspected(judged, self.definition))
        self._book_orders(judged)
        self._work_orders.note_sorted(part.rows.kiln, judged)
        for block in judged.closed:
            self._close(part.palletiser, block)

    def _book_orders(self, judged: Judged) -> None:
        booked = judged.order >= 0
        cells = np.bincount(judged.order[booked] * 8 + judged.grade[booked])
        for cell in np.nonzero(cells)[0].tolist():
            self.book.state.orders[cell // 8].tiles_by_grade[cell % 8] += int(cells[cell])

    def _close(self, station: Press | Palletiser, block: ClosedBlock) -> None:
        digest = int.from_bytes(block.digest[:8], "little", signed=True)
        station.log.extend((block.time, Record.BLOCK_CLOSED, block.number, digest))
        for listener in self.block_listeners:
            listener(block)

    def next_chapter(self, after: int) -> int:
        """The day's first shift change."""
        return next_local_time(after, self.definition.plant.shift_hour, self.definition.zone)

    def shared_state(self) -> SharedState:
        """Tiles, diaries and orders."""
        return SharedState(
            self.table,
            [line.diary for line in self.forming],
            [part.rows for part in self.firing],
            self.book.state,
            self.opening_tiles,
            self._work_orders.state,
        )

    def restore_shared_state(self, state: Any) -> None:
        """Take back tiles, diaries and orders."""
        self.table = state.table
        self.book.state = state.book
        self.opening_tiles = state.opening
        self.opening_boxed = self._boxed_at_first()
        self._work_orders.state = state.accounts
        for line, diary in zip(self.forming, state.strokes, strict=True):
            line.take_diary(diary, self.table)
        for part, rows in zip(self.firing, state.rows, strict=True):
            part.take_diary(rows, self.table)
        self.store.table = self.table
        self.store.diaries = [line.diary for line in self.forming]
        self.store.rows = [part.rows for part in self.firing]

    @property
    def zone(self) -> str:
        """Time zone of the plant."""
        return self.definition.plant.time_zone

    def order_name(self, number: int) -> str:
        """Name of an order."""
        return self.book.state.orders[number].name

    def key_figures(self) -> Sequence[KeyFigureDeclaration]:
        """The KPIs of a tile line."""
        return tile_key_figures(self)

    @property
    def shift_hour(self) -> int:
        """Hour of the day's first shift."""
        return self.definition.plant.shift_hour

    def work_units(self) -> Sequence[WorkUnit]:
        """Presses, kilns and sorting lines."""
        return work_units(self)

    def totals(self) -> Mapping[str, float]:
        """What adds up over a run."""
        return totals(self)

    def outcomes(self, made: Mapping[str, float], days: float) -> Sequence[Outcome]:
        """Quality, calibers, output, energy and money of a stretch of the run."""
        return outcomes(self, made, days)

    def summary(self) -> Mapping[str, Any]:
        """Tiles by fate."""
        return {"tiles": tile_counts(self), "energy": energy(self)}

    def summary_lines(self, summary: Mapping[str, Any], language: Language) -> Sequence[str]:
        """Tiles and energy as text."""
        return summary_lines(summary, language)

    def circumstances(self, until: int) -> tuple[TruthEntry, ...]:
        """Powder lots out of the ordinary."""
        return unusual_lots(self.powder, until)

    def blame(self) -> TileBlame:
        """How it is found out why a tile is defective."""
        return TileBlame()

    def genealogy(self, folder: Path | None) -> TileGenealogy:
        """Passports of tiles; finished ones go to `folder`, or are forgotten."""
        if folder is None:
            return TileGenealogy(self, None)
        return TileGenealogy.begin(self, PieceStore(folder, SCHEMA))
