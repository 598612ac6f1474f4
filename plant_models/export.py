"""The tables that a tile line exports: its tiles as the plant knows them, their ways for process mining, the truth.

`tiles` holds what a plant could know of each tile; `truth/tiles` the true values behind it and all defects, seen or
not. Both have the tile's number, so that they join. `events` has a row for each stay of a tile at a station, in the
form that process mining reads: case, activity, resource, start, end.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from plant_models.passport_stages import defect_codes
from plant_models.tile_columns import INSTANTS, WHOLE, meaning
from plant_models.tiles import COLUMNS, FIRST, GRADES, GREEN_SCRAP, PRESS_STEP, SECOND
from twin.line.export_table import ExportTable
from twin.line.text import Text
from twin.line.time import microseconds
from twin.record.export import INSTANT
from twin.record.genealogy_store import Columns

if TYPE_CHECKING:
    from plant_models.genealogy import TileGenealogy
    from plant_models.line import TileLine

Numbers = NDArray[np.float64]
WORDED = ("order", "product", "grade")
"""Columns whose numbers stand for names."""
KNOWN = tuple(name for name in COLUMNS if meaning(name).known)
TRUE = tuple(name for name in COLUMNS if not meaning(name).known)


def _type(name: str) -> Any:
    if name in WORDED or name == "defects":
        return pa.string()
    if name in INSTANTS:
        return INSTANT
    return pa.int64() if name in WHOLE else pa.float64()


TILES = pa.schema([("tile", pa.int64()), *((name, _type(name)) for name in KNOWN), ("defects_found", pa.string())])
TRUTH = pa.schema([("tile", pa.int64()), *((name, _type(name)) for name in TRUE)])
EVENTS = pa.schema(
    [
        ("case", pa.int64()), ("activity", pa.string()), ("resource", pa.string()), ("start", INSTANT),
        ("end", INSTANT), ("order", pa.string()), ("grade", pa.string()),
    ]
)  # fmt: skip


def tile_tables(genealogy: "TileGenealogy", line: "TileLine") -> tuple[ExportTable, ...]:
    """All tables of a line's tiles, finished or not."""

    def tiles() -> Iterator[Any]:
        for columns in genealogy.batches((*KNOWN, "defects")):
            found = np.where(columns["grade"] > FIRST, columns["defects"], 0.0)
            found[columns["grade"] == GREEN_SCRAP] = 0.0
            arrays = [_whole(columns["tile"]), *(_column(name, columns[name], line) for name in KNOWN)]
            yield pa.Table.from_arrays([*arrays, _named(found, defect_codes)], schema=TILES)

    def truth() -> Iterator[Any]:
        for columns in genealogy.batches(TRUE):
            arrays = [_whole(columns["tile"]), *(_column(name, columns[name], line) for name in TRUE)]
            yield pa.Table.from_arrays(arrays, schema=TRUTH)

    def events() -> Iterator[Any]:
        for columns in genealogy.batches(("order", "kiln", "grade", *sorted(INSTANTS))):
            yield _stays(columns, line)

    return (
        ExportTable("tiles", Text("tiles as the plant knows them", "piezas como las conoce la planta"), TILES, tiles),
        ExportTable("events", Text("stays of tiles at stations", "estancias de piezas en estaciones"), EVENTS, events),
        ExportTable("tiles", Text("true values of tiles", "valores reales de las piezas"), TRUTH, truth, truth=True),
    )


def _whole(values: Numbers) -> Any:
    return pa.array(values.astype(np.int64))


def _instants(values: Numbers) -> Any:
    return pa.array(values.astype(np.int64), mask=values == 0.0).cast(INSTANT)


def _named(values: Numbers, name: Any) -> Any:
    """Numbers as the names that they stand for."""
    found, places = np.unique(values.astype(np.int64), return_inverse=True)
    names = pa.array([name(number) for number in found.tolist()], pa.string())
    return names.take(pa.array(places.reshape(-1)))


def _column(name: str, values: Numbers, line: "TileLine") -> Any:
    names: dict[str, Any] = {
        "order": lambda number: line.order_name(number) if number >= 0 else "",
        "product": tuple(line.definition.products).__getitem__,
        "grade": GRADES.__getitem__,
        "defects": defect_codes,
    }
    if name in names:
        return _named(values, names[name])
    if name in INSTANTS:
        return _instants(values)
    return _whole(values) if name in WHOLE else pa.array(values)


def _stays(tiles: Columns, line: "TileLine") -> Any:
    """A row for each stay that has ended, tile by tile in order of time; shares and people are counted from 1."""
    press = (tiles["tile"].astype(np.int64) // PRESS_STEP).astype(np.int64)
    kiln = tiles["kiln"].astype(np.int64)
    stroke = np.array([part.press.stroke_time for part in line.forming], dtype=np.float64)[press]
    passage = np.array([microseconds(part.printer.parameters.passage_s) for part in line.forming])[press]
    at_printer = np.where(tiles["printed_at"] > 0.0, tiles["printed_at"] - passage, 0.0)
    rejected = tiles["grade"] == GREEN_SCRAP
    packed = (tiles["left_at"] > 0.0) & (tiles["grade"] <= SECOND)
    places = {station.path: number for number, station in enumerate(line.stations)}
    forming = np.array([[places[each.path] for each in (p.press, p.dryer, p.glazing, p.printer)] for p in line.forming])
    firing = np.array([[places[each.path] for each in (p.kiln, p.sorter, p.palletiser)] for p in line.firing])
    store = np.full(len(press), places[line.store.path])
    stays = (
        ("pressing", forming[press, 0], tiles["pressed_at"] - stroke, tiles["pressed_at"]),
        ("drying", forming[press, 1], tiles["pressed_at"], tiles["dried_at"]),
        ("glazing", forming[press, 2], tiles["glazed_at"], np.where(rejected, tiles["left_at"], at_printer)),
        ("printing", forming[press, 3], at_printer, tiles["printed_at"]),
        ("storing", store, tiles["printed_at"], tiles["kiln_entry_at"]),
        ("firing", firing[kiln, 0], tiles["kiln_entry_at"], tiles["kiln_exit_at"]),
        ("sorting", firing[kiln, 1], tiles["kiln_exit_at"], np.where(rejected, 0.0, tiles["left_at"])),
        ("packing", firing[kiln, 2], tiles["left_at"], np.where(packed, tiles["left_at"], 0.0)),
    )
    kept = [(begin > 0.0) & (end > 0.0) for _, _, begin, end in stays]
    case = np.concatenate([tiles["tile"][chosen] for chosen in kept])
    number = np.repeat(np.arange(len(stays)), [int(chosen.sum()) for chosen in kept])
    order = np.lexsort((number, case))

    def joined(values: list[NDArray[Any]]) -> NDArray[Any]:
        parts: NDArray[Any] = np.concatenate([each[chosen] for each, chosen in zip(values, kept, strict=True)])[order]
        return parts

    return pa.Table.from_arrays(
        [
            _whole(case[order]),
            pa.array([stay[0] for stay in stays]).take(pa.array(number[order])),
            pa.array(list(places)).take(pa.array(joined([stay[1] for stay in stays]))),
            _instants(joined([stay[2] for stay in stays])),
            _instants(joined([stay[3] for stay in stays])),
            _column("order", joined([tiles["order"]] * len(stays)), line),
            _column("grade", joined([tiles["grade"]] * len(stays)), line),
        ],
        schema=EVENTS,
    )
