"""The sorting line, row by row, and the palletiser behind it."""

from collections import Counter

import simpy

from plant_models.definition.product import changeover_minutes
from plant_models.plain.breakdowns import Breakdowns
from plant_models.plain.tile import Row, Tile
from plant_models.stations.palletiser import PalletiserParameters
from plant_models.stations.sorter import Sorter
from plant_models.tiles import SECOND
from twin.line.station import Process
from twin.line.time import microseconds


class PlainPalletiser:
    """Packs tiles by order, class, caliber and shade."""

    def __init__(self, p: PalletiserParameters, faults: Breakdowns) -> None:
        self.p, self.faults = p, faults
        self.packed: Counter[tuple[float, ...]] = Counter()
        self.carton: dict[tuple[float, ...], int] = {}
        self.pallet: dict[tuple[float, ...], int] = {}
        """Number of the carton, and of the pallet, that each kind is being packed in."""
        self.cartons = 0
        self.begun_pallets = 0
        self.boxes = 0
        self.pallets = 0

    def pack(self, tile: Tile) -> None:
        """Put a tile that is sold into its box, and a full box on its pallet."""
        if tile["grade"] > SECOND:
            return
        kind = (tile["order"], tile["grade"], tile["caliber"], tile["shade"])
        place, pallet_tiles = self.packed[kind], self.p.tiles_per_box * self.p.boxes_per_pallet
        if place % self.p.tiles_per_box == 0:
            self.cartons += 1
            self.carton[kind] = self.cartons
        if place % pallet_tiles == 0:
            self.begun_pallets += 1
            self.pallet[kind] = self.begun_pallets
        tile.write(carton=float(self.carton[kind]), pallet=float(self.pallet[kind]))
        self.packed[kind] += 1
        self.boxes += self.packed[kind] % self.p.tiles_per_box == 0
        self.pallets += self.packed[kind] % pallet_tiles == 0


class PlainSorter:
    """Sets up for a product, sorts a row, and hands it to the palletiser."""

    def __init__(
        self, env: simpy.Environment, declared: Sorter, faults: Breakdowns, palletiser: PlainPalletiser
    ) -> None:
        self.env, self.declared, self.faults, self.palletiser = env, declared, faults, palletiser
        self.inlet = simpy.Store(env)
        self._product = -1
        env.process(self._work())

    def _work(self) -> Process:
        p = self.declared.parameters
        while True:
            yield from self.faults.standstill()
            row: Row = yield self.inlet.get()
            yield from self._spend(self._set_up_time(row.tiles[0].product), working=False)
            yield from self._spend(
                microseconds(60.0 / (p.tiles_per_minute * p.cadence_share) * len(row.tiles)), working=True
            )
            while self.faults.stopping or self.palletiser.faults.stopping:
                yield self.faults.changes.wait() | self.palletiser.faults.changes.wait()
            row.size_bias, row.missed = (self.faults.condition(name) for name in ("size_bias", "missed"))
            row.sorted.succeed()

    def _set_up_time(self, product: int) -> int:
        before, self._product = self._product, product
        if before in (-1, product):
            return 0
        products, matrix = self.declared.products, self.declared.parameters.changeover_min
        return microseconds(60.0 * changeover_minutes(products[before], products[product], matrix))

    def _spend(self, duration: int, *, working: bool) -> Process:
        """Let a duration pass in which the sorting line does not stand still; working time wears it out."""
        while duration > 0:
            yield from self.faults.standstill()
            if working and self.faults.work_left <= 0:
                self.faults.strike()
                continue
            portion = min(duration, self.faults.work_left) if working else duration
            began = int(self.env.now)
            yield self.env.timeout(portion) | self.faults.changes.wait()
            spent = int(self.env.now) - began
            duration -= spent
            self.faults.worked += spent if working else 0
