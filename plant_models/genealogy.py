"""Passports of a tile line: of tiles, and of all that makes tiles or is made of them.

A tile's id is its press, counted from 1, and its number there: `1.123456`. Every other thing is a set of tiles: those
with one value of a column, or those that passed a station within a time. So one way of finding tiles, and one of
summing them up, serves all kinds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plant_models import passport_ids as ids
from plant_models.energy_books import NEEDED as ENERGY_COLUMNS
from plant_models.energy_books import energy_table
from plant_models.export import tile_tables
from plant_models.passport_stages import lot_stage, packing_stage, stages_of, summary_stage
from plant_models.physics.numeric import Array
from plant_models.report import tile_figures
from plant_models.tile_columns import SCHEMA
from plant_models.tiles import BLOCK, BLOCK_BITS, COLUMNS, GRADES, GREEN_SCRAP, PLACE
from twin.line.export_table import ExportTable
from twin.line.genealogy import MOST_PIECES, Passport, Related, ThingKind, UnknownThing, WhereUsed
from twin.line.report import Figure, Rows
from twin.line.text import Text
from twin.record.genealogy_store import Columns, PieceStore

if TYPE_CHECKING:
    from plant_models.line import TileLine

SUMMED = (
    "order", "product", "lot", "press", "stroke", "pressed_at", "glazed_at", "box", "kiln", "kiln_entry_at",
    "kiln_exit_at", "carton", "pallet", "grade", "caliber", "shade", "left_at",
)  # fmt: skip
"""Columns that the passport of a set of tiles is made from."""
PACKED, WEIGHED = ("box", "pallet"), ("mass", "moisture")
"""Kinds of things that are weighed, and the columns that takes."""
BLOCKS_AT_ONCE = 16
MOST_RELATED = 500
"""Most relatives of one kind that a passport names."""
Limits = Mapping[str, tuple[int, int]]
"""Least and greatest value of columns."""


@dataclass(frozen=True, slots=True)
class Inside:
    """The tiles that have not left, in blocks, and the columns of those between a kiln's entry and its sorting line."""

    blocks: dict[int, Array]
    in_kilns: dict[int, dict[str, float]]
    now: int


@dataclass(frozen=True, slots=True)
class Thing:
    """A set of tiles by what its tiles have in common."""

    kind: ids.Kind
    id: str
    limits: Limits


class TileGenealogy:
    """Passports out of the line's own table and the store of finished tiles."""

    def __init__(self, line: "TileLine", store: PieceStore | None, inside: Inside | None = None) -> None:
        self._line, self._store, self._frozen = line, store, inside

    @classmethod
    def begin(cls, line: "TileLine", store: PieceStore) -> "TileGenealogy":
        """The genealogy of a line whose finished tiles go to `store` from now on."""
        line.block_listeners.append(lambda block: store.add(block.number, block.time, block.columns))
        return cls(line, store)

    def frozen(self) -> "TileGenealogy":
        """The same with the tiles inside as they are now, to be asked while the run goes on."""
        blocks = {number: block.copy() for number, block in self._line.table.blocks.items()}
        return TileGenealogy(self._line, self._store, Inside(blocks, self._in_kilns(), self._now))

    @property
    def kinds(self) -> tuple[ThingKind, ...]:
        """Kinds of things that have passports."""
        return tuple(kind.described for kind in ids.KINDS)

    @property
    def _now(self) -> int:
        return self._line.stations[0].now

    # The store.

    def resumed(self, time: int) -> None:
        """Forget what the run will make again."""
        if self._store is not None:
            self._store.forget_from(time)

    def keep(self) -> None:
        """Write finished tiles."""
        if self._store is not None:
            self._store.flush()

    def tables(self) -> tuple[ExportTable, ...]:
        """What an export of the run's tiles holds."""
        return tile_tables(self, self._line)

    def accounts(self, entries: NDArray[np.void]) -> tuple[ExportTable, ...]:
        """Who used the energy, out of the event log."""
        return (energy_table(self._line, entries, list(self.batches(ENERGY_COLUMNS))),)

    def report(self, entries: NDArray[np.void]) -> Sequence[Figure | Rows]:
        """Figures of a report on the run."""
        return tile_figures(self._line, self, entries)

    def batches(self, names: tuple[str, ...]) -> Iterator[Columns]:
        """Columns of all tiles, finished ones first, some blocks at a time."""
        if self._store is not None:
            blocks = self._store.blocks
            for start in range(0, len(blocks), BLOCKS_AT_ONCE):
                yield self._store.read(blocks[start : start + BLOCKS_AT_ONCE], names)
        yield self._unfinished(None, names)

    # Questions.

    def passport(self, kind: str, thing: str, *, truth: bool = False) -> Passport:
        """The passport of a thing by its id."""
        found = self._thing(kind, thing)
        if found.kind.name == "tile":
            return self._tile_passport(found, truth=truth)
        packed = found.kind.name in PACKED
        tiles = self._tiles(found, (*SUMMED, *WEIGHED) if packed else SUMMED)
        self._refuse_nothing(found, tiles)
        stages = [summary_stage(tiles, self._line)]
        if packed:
            stages.append(packing_stage(tiles, self._line, on_pallet=found.kind.name == "pallet"))
        if found.kind.name == "lot":
            stages.insert(0, lot_stage(int(tiles["lot"][0]), self._line, truth=truth))
        made, went = self._relatives(found, tiles)
        return Passport(
            found.kind.name, found.id, self._title(found), len(tiles["tile"]), tuple(stages), made, went,
            _by_grade(tiles["grade"]),
        )  # fmt: skip

    def where_used(self, kind: str, thing: str, *, limit: int = 1000, truth: bool = False) -> WhereUsed:
        """The tiles that a thing touched."""
        found = self._thing(kind, thing)
        tiles = self._tiles(found, ("grade",))
        self._refuse_nothing(found, tiles)
        count, most = len(tiles["tile"]), max(0, min(limit, MOST_PIECES))
        names = tuple(ids.tile_id(int(number)) for number in tiles["tile"][:most].tolist())
        return WhereUsed(
            found.kind.name, found.id, self._title(found), count, names, count > most, _by_grade(tiles["grade"])
        )

    def _thing(self, kind: str, thing: str) -> Thing:
        known = next((each for each in ids.KINDS if each.name == kind), None)
        if known is None:
            names = ", ".join(each.name for each in ids.KINDS)
            raise UnknownThing(f"{kind!r} is no kind of thing that has a passport; kinds are: {names}")
        return Thing(known, *known.read(thing, self._line))

    def _refuse_nothing(self, found: Thing, tiles: Columns) -> None:
        if not len(tiles["tile"]):
            raise UnknownThing(f"{found.kind.name} {found.id}: no tile of this run belongs to it")

    def _title(self, found: Thing) -> Text:
        title = found.kind.described.title
        return Text(f"{title.en} {found.id}", f"{title.es} {found.id}")

    def _tile_passport(self, found: Thing, *, truth: bool) -> Passport:
        tiles = self._tiles(found, COLUMNS)
        self._refuse_nothing(found, tiles)
        tile = {name: float(values[0]) for name, values in tiles.items()}
        made, went = self._relatives(found, tiles)
        return Passport(
            "tile", found.id, self._title(found), 1, stages_of(tile, self._line, truth=truth), made, went,
            _by_grade(tiles["grade"]), piece=int(tile["tile"]),
        )  # fmt: skip

    # Finding tiles.

    def _tiles(self, found: Thing, names: tuple[str, ...]) -> Columns:
        """Columns of the tiles of a thing, in the order of their numbers."""
        limits = dict(found.limits)
        number = limits.pop("tile", None)
        asked = tuple(dict.fromkeys((*names, *limits)))
        parts = [self._finished(number, limits, asked), self._unfinished(number, asked)]
        tiles = {name: np.concatenate([part[name] for part in parts]) for name in ("tile", *asked)}
        chosen = _within(tiles, limits if number is None else limits | {"tile": number})
        order = np.argsort(tiles["tile"][chosen], kind="stable")
        return {name: values[chosen][order] for name, values in tiles.items()}

    def _finished(self, number: tuple[int, int] | None, limits: Limits, names: tuple[str, ...]) -> Columns:
        store = self._store
        if store is None:
            return {name: np.empty(0) for name in ("tile", *names)}
        if number is None:
            known = [key for key in limits if key in SCHEMA.keys and key != "kiln_exit_at"]
            blocks = store.candidates({key: limits[key] for key in known})
            # Keys first: few of the blocks that may hold a tile of a thing do, and all its columns are many.
            keys = store.read(blocks, tuple(limits))
            blocks = np.unique(keys["tile"][_within(keys, limits)].astype(np.int64) >> BLOCK_BITS).tolist()
        else:
            blocks = [block for block in _blocks(number) if store.holds(block)]
        return store.read(blocks, names)

    def _unfinished(self, number: tuple[int, int] | None, names: tuple[str, ...]) -> Columns:
        """Columns of all tiles of the line's own blocks, with the kiln that tiles are in."""
        blocks = self._line.table.blocks if self._frozen is None else self._frozen.blocks
        if self._store is not None:
            # A line taken back from a chapter still has blocks that the store has seen finished since.
            blocks = {number: block for number, block in blocks.items() if not self._store.holds(number)}
        wanted = sorted(blocks) if number is None else [block for block in _blocks(number) if block in blocks]
        parts: dict[str, list[NDArray[np.float64]]] = {name: [] for name in ("tile", *names)}
        inside: dict[int, dict[str, float]] = {}
        if wanted:
            inside = self._in_kilns() if self._frozen is None else self._frozen.in_kilns
        numbers = np.array(sorted(inside), dtype=np.int64)
        for block in wanted:
            made = blocks[block][PLACE["pressed_at"]] != 0.0
            columns = {name: blocks[block][PLACE[name]].copy() for name in names}
            for tile in numbers[(numbers >> BLOCK_BITS) == block].tolist():
                for name in inside[tile].keys() & columns.keys():
                    columns[name][tile & (BLOCK - 1)] = inside[tile][name]
            parts["tile"].append((block * BLOCK + np.arange(BLOCK))[made].astype(np.float64))
            for name in names:
                parts[name].append(columns[name][made])
        return {name: np.concatenate(values) if values else np.empty(0) for name, values in parts.items()}

    def _in_kilns(self) -> dict[int, dict[str, float]]:
        """Tiles between a kiln's entry and its sorting line, with where they are: their columns come when sorted."""
        found = {}
        for part in self._line.firing:
            rows = part.rows
            for place, tiles in enumerate(rows.tiles):
                known = {"kiln": float(rows.kiln), "row": float(rows.base + place)}
                known["kiln_entry_at"] = float(rows.entered_at[place])
                if place < len(rows.left_at):
                    known["kiln_exit_at"] = float(rows.left_at[place])
                for lane, tile in enumerate(tiles):
                    if tile >= 0:
                        found[tile] = known | {"lane": float(lane)}
        return found

    # Summing up.

    def _relatives(self, found: Thing, tiles: Columns) -> tuple[tuple[Related, ...], tuple[Related, ...]]:
        """What tiles were made from, and what they went into; a thing is no relative of its own."""
        made: list[Related] = []
        went: list[Related] = []
        now = self._now if self._frozen is None else self._frozen.now
        inside = (tiles["kiln_entry_at"] > 0.0) & (tiles["kiln_exit_at"] == 0.0)
        tiles = tiles | {"kiln_exit_at": np.where(inside, float(now), tiles["kiln_exit_at"])}
        for kind in ids.KINDS:
            if kind.name == found.kind.name or kind.of is None:
                continue
            side = made if kind.makes else went
            for name, pieces in islice(kind.of(tiles, self._line), MOST_RELATED):
                title = kind.described.title
                side.append(Related(kind.name, name, Text(f"{title.en} {name}", f"{title.es} {name}"), pieces))
        return tuple(made), tuple(went)


def _within(tiles: Columns, limits: Limits) -> NDArray[np.bool_]:
    """Tiles whose columns lie within limits."""
    chosen = np.ones(len(tiles["tile"]), dtype=bool)
    for name, (low, high) in limits.items():
        values = tiles[name]
        if name == "kiln_exit_at":
            # A tile that is still inside has an exit of 0, and will leave after every instant so far.
            values = np.where(values == 0.0, float(ids.LAST), values)
        chosen &= (values >= low) & (values <= high)
    return chosen


def _blocks(number: tuple[int, int]) -> range:
    return range(number[0] >> BLOCK_BITS, min(number[1] >> BLOCK_BITS, (number[0] >> BLOCK_BITS) + MOST_PIECES) + 1)


def _by_grade(grades: NDArray[np.float64]) -> dict[str, int]:
    """Tiles by what became of them."""
    counts = np.bincount(grades.astype(np.int64), minlength=GREEN_SCRAP + 1)
    return dict(zip(GRADES, counts.tolist(), strict=True))
