"""The kinds of things that have passports on a tile line, how their ids are written, and which tiles they are."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from plant_models.tiles import PRESS_STEP
from twin.line.genealogy import ThingKind, UnknownThing
from twin.line.text import Text
from twin.line.time import HOUR, from_datetime, iso, microseconds
from twin.record.genealogy_store import Columns

if TYPE_CHECKING:
    from plant_models.line import TileLine

Limits = Mapping[str, tuple[int, int]]
Read = Callable[[str, "TileLine"], tuple[str, Limits]]
"""An id as somebody wrote it -> (the id as it is written here, limits of its tiles' columns)."""
Of = Callable[[Columns, "TileLine"], Iterator[tuple[str, int]]]
"""Tiles -> ids of the things of this kind that they have to do with, and how many tiles each."""
LAST = 1 << 62
STROKES_NAMED = 100
"""Strokes of a window that relatives are told by."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing."""

    described: ThingKind
    read: Read
    of: Of | None
    makes: bool
    """Whether tiles are made from it; else they go into it."""

    @property
    def name(self) -> str:
        """Its name."""
        return self.described.name


def tile_id(number: int) -> str:
    """A tile's id: its press from 1, and its number there."""
    return f"{number // PRESS_STEP + 1}.{number % PRESS_STEP}"


# Reading ids.


def _refused(kind: str, text: str, form: str) -> UnknownThing:
    return UnknownThing(f"{kind} {text!r} is not an id of this kind; write it like {form}")


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _numbered(kind: str, text: str, most: int, form: str) -> tuple[int, int]:
    """(station counted from 0, number) of an id `station.number`; the station may be left out where there is one."""
    station, _, number = text.rpartition(".")
    first, second = _whole(station or "1"), _whole(number)
    if first is None or second is None or not 1 <= first <= most:
        raise _refused(kind, text, form)
    if not station and most > 1:
        raise UnknownThing(
            f"{kind} {text!r}: there are {most} of its stations; write {form}, with the station in front"
        )
    return first - 1, second


def _read_tile(text: str, line: "TileLine") -> tuple[str, Limits]:
    press, number = _numbered("tile", text, len(line.forming), "1.123456")
    tile = press * PRESS_STEP + number
    return tile_id(tile), {"tile": (tile, tile)}


def _read_lot(text: str, _line: "TileLine") -> tuple[str, Limits]:
    number = _whole(text.removeprefix("L"))
    if number is None:
        raise _refused("lot", text, "L00012")
    return f"L{number:05d}", {"lot": (number, number)}


def _read_order(text: str, line: "TileLine") -> tuple[str, Limits]:
    for order in line.book.state.orders:
        if text == order.name:
            return order.name, {"order": (order.number, order.number)}
    raise UnknownThing(f"order {text!r}: the book has no order of this name; `rajola export` lists them")


def _read_box(text: str, _line: "TileLine") -> tuple[str, Limits]:
    number = _whole(text)
    if number is None:
        raise _refused("store-box", text, "17")
    return text, {"box": (number, number)}


def _read_packed(kind: str, column: str) -> Read:
    def read(text: str, line: "TileLine") -> tuple[str, Limits]:
        kiln, number = _numbered(kind, text, len(line.firing), "1.17")
        return f"{kiln + 1}.{number}", {"kiln": (kiln, kiln), column: (max(1, number), number)}

    return read


def _read_strokes(text: str, line: "TileLine") -> tuple[str, Limits]:
    window, _, last = text.partition("-")
    press, first = _numbered("stroke-window", window, len(line.forming), "1.1000-1100")
    end = _whole(last) if last else first
    if end is None or end < first:
        raise _refused("stroke-window", text, "1.1000-1100")
    cavities, base = line.forming[press].diary.cavities, press * PRESS_STEP
    name = f"{press + 1}.{first}-{end}"
    return name, {"tile": (base + first * cavities, base + (end + 1) * cavities - 1)}


def _batch_period(line: "TileLine", press: int) -> int:
    return microseconds(60.0 * line.forming[press].glazing.parameters.check_every_min)


def _read_batch(text: str, line: "TileLine") -> tuple[str, Limits]:
    press, number = _numbered("glaze-batch", text, len(line.forming), "1.4207")
    period = _batch_period(line, press)
    ends = (number * period, min(LAST, (number + 1) * period - 1))
    return f"{press + 1}.{number}", {"press": (press, press), "glazed_at": ends}


def _read_interval(text: str, line: "TileLine") -> tuple[str, Limits]:
    form = "1.2026-01-05T06:00Z/2026-01-05T07:00Z"
    kiln_text, _, rest = text.partition(".")
    begin_text, _, end_text = rest.partition("/")
    kiln = _whole(kiln_text)
    if kiln is None or not 1 <= kiln <= len(line.firing) or not end_text:
        raise _refused("kiln-interval", text, form)
    try:
        begin, end = (_instant(part, line.definition.zone) for part in (begin_text, end_text))
    except (ValueError, OverflowError):
        raise _refused("kiln-interval", text, form) from None
    name = f"{kiln}.{iso(begin)}/{iso(end)}"
    entries = (max(1, begin - _longest(line, kiln - 1)), end)
    return name, {"kiln": (kiln - 1, kiln - 1), "kiln_entry_at": entries, "kiln_exit_at": (begin, LAST)}


def _instant(text: str, zone: ZoneInfo) -> int:
    parsed = datetime.fromisoformat(text)
    return from_datetime(parsed if parsed.tzinfo else parsed.replace(tzinfo=zone))


def _longest(line: "TileLine", kiln: int) -> int:
    """How long a row is inside at most, with any stops [microseconds]."""
    return 24 * HOUR + 4 * round(60e6 * line.firing[kiln].kiln.parameters.cycle_min)


# Naming relatives.


def _counted(values: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Values that occur, each with how often, in the order of the values."""
    found, counts = np.unique(values.astype(np.int64), return_counts=True)
    yield from zip(found.tolist(), counts.tolist(), strict=True)


def _lots(tiles: Columns, _line: "TileLine") -> Iterator[tuple[str, int]]:
    for number, count in _counted(tiles["lot"]):
        yield f"L{number:05d}", count


def _orders(tiles: Columns, line: "TileLine") -> Iterator[tuple[str, int]]:
    for number, count in _counted(tiles["order"]):
        if number >= 0:
            yield line.order_name(number), count


def _windows(tiles: Columns, _line: "TileLine") -> Iterator[tuple[str, int]]:
    """Stretches of strokes: neighbours stay together as long as the gap is small."""
    for press, _ in _counted(tiles["press"]):
        strokes = np.sort(tiles["stroke"][tiles["press"] == press].astype(np.int64))
        edges = np.nonzero(np.diff(strokes) > STROKES_NAMED)[0] + 1
        for stretch in np.split(strokes, edges):
            yield f"{press + 1}.{stretch[0]}-{stretch[-1]}", len(stretch)


def _batches(tiles: Columns, line: "TileLine") -> Iterator[tuple[str, int]]:
    for press, _ in _counted(tiles["press"]):
        glazed = tiles["glazed_at"][(tiles["press"] == press) & (tiles["glazed_at"] > 0.0)].astype(np.int64)
        for number, count in _counted((glazed // _batch_period(line, press)).astype(np.float64)):
            yield f"{press + 1}.{number}", count


def _boxes(tiles: Columns, _line: "TileLine") -> Iterator[tuple[str, int]]:
    boxed = (tiles["kiln_entry_at"] > 0.0) | (tiles["box"] > 0.0)
    for number, count in _counted(tiles["box"][boxed]):
        if number >= 0:
            yield str(number), count


def _intervals(tiles: Columns, _line: "TileLine") -> Iterator[tuple[str, int]]:
    """Stretches in which tiles were in a kiln: parted where none of them entered for more than an hour."""
    fired = tiles["kiln_entry_at"] > 0.0
    for kiln, _ in _counted(tiles["kiln"][fired]):
        chosen = fired & (tiles["kiln"] == kiln)
        order = np.argsort(tiles["kiln_entry_at"][chosen], kind="stable")
        entries = tiles["kiln_entry_at"][chosen][order].astype(np.int64)
        exits = tiles["kiln_exit_at"][chosen][order].astype(np.int64)
        edges = np.nonzero(np.diff(entries) > HOUR)[0] + 1
        for begin, end in zip(np.split(entries, edges), np.split(exits, edges), strict=True):
            yield f"{kiln + 1}.{iso(int(begin[0]))}/{iso(int(end.max()))}", len(begin)


def _packed(column: str) -> Of:
    def of(tiles: Columns, _line: "TileLine") -> Iterator[tuple[str, int]]:
        packed = tiles[column] > 0.0
        for kiln, _ in _counted(tiles["kiln"][packed]):
            for number, count in _counted(tiles[column][packed & (tiles["kiln"] == kiln)]):
                yield f"{kiln + 1}.{number}", count

    return of


def _kind(name: str, title: Text, form: Text, read: Read, of: Of | None, *, makes: bool) -> Kind:
    return Kind(ThingKind(name, title, form), read, of, makes)


KINDS: tuple[Kind, ...] = (
    _kind("tile", Text("tile", "pieza"), Text("press.number", "prensa.número"), _read_tile, None, makes=False),
    _kind("lot", Text("powder lot", "lote de polvo"), Text("L00012", "L00012"), _read_lot, _lots, makes=True),
    _kind("order", Text("order", "orden"), Text("name in the order book", "nombre en la cartera de pedidos"),
          _read_order, _orders, makes=True),
    _kind("stroke-window", Text("strokes", "prensadas"), Text("press.first-last", "prensa.primera-última"),
          _read_strokes, _windows, makes=True),
    _kind("glaze-batch", Text("glaze batch", "lote de esmalte"), Text("line.number", "línea.número"), _read_batch,
          _batches, makes=True),
    _kind("store-box", Text("box of the store", "box del parque"), Text("number", "número"), _read_box, _boxes,
          makes=True),
    _kind("kiln-interval", Text("stay in kiln", "paso por el horno"), Text("kiln.begin/end", "horno.inicio/fin"),
          _read_interval, _intervals, makes=True),
    _kind("box", Text("carton", "caja"), Text("kiln.number", "horno.número"), _read_packed("box", "carton"),
          _packed("carton"), makes=False),
    _kind("pallet", Text("pallet", "palet"), Text("kiln.number", "horno.número"), _read_packed("pallet", "pallet"),
          _packed("pallet"), makes=False),
)  # fmt: skip
