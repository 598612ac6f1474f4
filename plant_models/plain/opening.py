"""Takes the opening of a run as data: the tiles of a line that the engine has opened, and where they are."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from plant_models.definition.plant import Plant
from plant_models.line import TileLine
from plant_models.opening import NO_ORDER
from plant_models.orders import Order
from plant_models.plain.store import Box
from plant_models.plain.tile import Row, Tile
from plant_models.stations.store_parts import Box as EngineBox
from twin.run.engine import Engine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from plant_models.plain.line import PlainFiring, PlainForming, PlainLine


class _Unheard:
    """Takes the event log of a line that never runs."""

    def absorb(self, entries: "NDArray[np.void]", now: int) -> None:
        """Take nothing."""

    def chapter(self, time: int) -> None:
        """Close nothing."""


def open_line(definition: Plant, seed: int, start: int, opening: str, orders: Sequence[Order] | None) -> TileLine:
    """A line at its opening."""
    line = TileLine(definition, orders)
    Engine(line, seed, start, _Unheard()).open(opening)
    return line


def lay_out(plain: "PlainLine") -> None:
    """Put the opening's tiles where they are."""
    for line in plain.forming:
        _lay_out_strokes(line)
    for firing in plain.firing:
        _lay_out_rows(plain, firing)
    _lay_out_boxes(plain)
    plain.powder.used_mg = 0


def _lay_out_strokes(line: "PlainForming") -> None:
    """Compute every stroke as far as it has come, and let it go on from there."""
    declared = line.declared
    diary, dryer, glazing, printer = declared.diary, declared.dryer, declared.glazing, declared.printer
    line.glazing.product, line.printer.product = glazing.state.product, printer.state.product
    dues = {
        stroke: due
        for station in (dryer, glazing, printer)
        for stroke, due in zip(station.inlet.queue, station.state.due, strict=True)
    }
    dirt = (0.0, 0.0, line.press.dirt[2])
    for stroke in range(diary.opening):
        # The opening's strokes come from a die cleaned before the first of them.
        for tile in line.tiles(stroke, diary.product_from(stroke)[0]):
            stroke_of = line.pressing(NO_ORDER, dirt, (0.0, 0.0))
            line.physics.press(tile, diary.pressed.at[stroke], stroke_of, line.faults["press"])
            _go_on(line, tile, dues.get(stroke))


def _go_on(line: "PlainForming", tile: Tile, due: int | None) -> None:
    diary, env = line.declared.diary, line.plain.env
    if tile.stroke >= diary.dried.end:
        line.dryer.take(tile)
        env.process(line.from_dryer(tile, due))
        return
    rejected = line.coat(tile, diary.dried.at[tile.stroke])
    if tile.stroke in line.declared.glazing.inlet.queue:
        line.glazing.take(tile)
        env.process(line.from_glazing(tile, rejected, due))
        return
    tile.gone = rejected
    if rejected:
        tile.write(left_at=env.now)
    if tile.stroke >= diary.printed.end:
        line.printer.take(tile)
        env.process(line.from_printer(tile, due))
    elif not rejected:
        line.print(tile, diary.printed.at[tile.stroke])


def _lay_out_rows(plain: "PlainLine", firing: "PlainFiring") -> None:
    declared, rows = firing.declared.kiln, firing.declared.rows
    for place, number in enumerate(declared.state.slots):
        if number < 0:
            continue
        tiles = [plain.tiles[tile] for tile in rows.row(number) if tile >= 0]
        env, index = plain.env, number - rows.base
        entry_tick, entered_at = rows.entry_tick[index], rows.entered_at[index]
        row = Row(firing.kiln.number, number, tiles, entry_tick, entered_at, env.event(), env.event())
        firing.kiln.places[place] = row
        firing.kiln.entered += 1
        firing.kiln.note_entry(entry_tick)
        for tile in tiles:
            tile.write(box=-1.0)
            env.process(plain.from_kiln(tile, row))


def _lay_out_boxes(plain: "PlainLine") -> None:
    state = plain.declared.store.state
    plain.store.numbered = state.numbered
    for feed, declared in zip(plain.store.feeds, state.feeds, strict=True):
        feed.product = declared.product
    for waiting in state.waiting:
        box = _box(plain, waiting)
        plain.store.waiting.append(box)
        for tile in box.tiles:
            tile.write(box=float(box.number))
    plain.store.filling = [None if filling is None else _box(plain, filling) for filling in state.filling]


def _box(plain: "PlainLine", declared: EngineBox) -> Box:
    box = Box(declared.number, declared.product, declared.ready_at, [plain.tiles[tile] for tile in declared.tiles])
    for tile in box.tiles:
        plain.env.process(plain.from_box(tile))
    return box
