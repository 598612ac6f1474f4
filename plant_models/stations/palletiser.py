"""The palletiser: packs sorted tiles in boxes by class, caliber and shade, and boxes on pallets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from plant_models.physics.numeric import Array
from plant_models.stations.powered import Powered
from plant_models.tiles import SECOND
from twin.line.activity import Activity
from twin.line.link import Link
from twin.line.records import Record
from twin.line.signal import Sensor, counter, measurement
from twin.line.station import Parameters, StationState
from twin.line.units import CARTONS, KILOGRAM, PALLETS

Full = Callable[[int, int, int], None]


def _told_nobody(_time: int, _pallet: int, _kind: int) -> None:
    pass


class PalletiserParameters(Parameters):
    """How tiles are packed."""

    tiles_per_box: int = Field(ge=1, le=100)
    """Tiles in a carton."""
    boxes_per_pallet: int = Field(ge=1, le=200)
    """Cartons on a pallet."""
    box_kg: float = Field(ge=0, le=20)
    """Mass of an empty carton [kg]."""
    pallet_kg: float = Field(ge=0, le=100)
    """Mass of an empty pallet with its film [kg]."""
    power_kw: float = Field(ge=0)
    """Electricity [kW]."""


@dataclass(slots=True)
class PalletiserState(StationState):
    """What is being packed."""

    packed: dict[int, int] = field(default_factory=dict)
    """Tiles packed so far of each kind (order, class, caliber, shade)."""
    open_cartons: dict[int, tuple[int, int]] = field(default_factory=dict)
    """(place among the cartons of its kind, number) of the carton of each kind begun last; likewise below."""
    open_pallets: dict[int, tuple[int, int]] = field(default_factory=dict)
    cartons_begun: int = 0
    pallets_begun: int = 0
    boxes: int = 0
    pallets: int = 0
    loads: dict[int, int] = field(default_factory=dict)
    """Mass of the tiles on each pallet that is not full yet [g]."""
    last_pallet_g: int = 0
    """Mass of the pallet completed last, with boxes and film [g]."""
    electricity_j: int = 0
    metered_at: int = 0


class Palletiser(Powered):
    """Takes every row at once; while it stands still the sorter is blocked."""

    highest_power = 200.0

    parameters_type = PalletiserParameters
    parameters: PalletiserParameters
    state: PalletiserState
    full: Full = staticmethod(_told_nobody)
    """Hears of every pallet that becomes full: when, its number, and of what kind (as `kind_of_pallet` reads it)."""

    def initial_state(self) -> PalletiserState:
        """A fresh state."""
        return PalletiserState()

    def open(self) -> None:
        """Be ready."""
        super().open()
        self.become(Activity.PRODUCING)

    def receive(self, link: Link) -> None:
        """Take the row; what becomes of its tiles is known when sorting has been computed."""
        link.take()

    def changed(self) -> None:
        """Take rows or not, as the failure modes say."""
        mode = self.faults.stopping()
        self.inlet.taking = mode < 0
        self.become(Activity.PRODUCING if mode < 0 else self.faults.stop_activity(), mode)
        if mode < 0:
            self.inlet.producer.wake()

    def pack(
        self, times: NDArray[np.int64], orders: Array, columns: Mapping[str, Array], masses: Array
    ) -> dict[str, Array]:
        """Pack tiles of so many kg in the order in which they were sorted at `times`; their `carton` and `pallet`.

        Tiles of one order, class, caliber and shade fill a carton, and such cartons a pallet. Both are numbered from 1
        as they are begun; 0 is a tile that is not packed. A pallet that becomes full is logged.
        """
        state, p = self.state, self.parameters
        grade, caliber, shade = (columns[name].astype(np.int64) for name in ("grade", "caliber", "shade"))
        kinds = ((orders.astype(np.int64) * 4 + grade) * 128 + caliber + 64) * 128 + shade + 64
        (sold,) = np.nonzero(grade <= SECOND)
        kinds, before = kinds[sold], dict(state.packed)
        # Number of each tile among those of its kind, from 0, over all calls.
        place = np.empty(len(sold), dtype=np.int64)
        for kind in np.unique(kinds).tolist():
            chosen = kinds == kind
            first = before.get(kind, 0)
            place[chosen] = first + np.arange(int(chosen.sum()))
            state.packed[kind] = first + int(chosen.sum())
        carton = _numbered(kinds, place // p.tiles_per_box, state.open_cartons, state.cartons_begun)
        pallet_tiles = p.tiles_per_box * p.boxes_per_pallet
        pallet = _numbered(kinds, place // pallet_tiles, state.open_pallets, state.pallets_begun)
        state.cartons_begun = max(state.cartons_begun, int(carton.max(initial=0)))
        state.pallets_begun = max(state.pallets_begun, int(pallet.max(initial=0)))
        state.boxes += int(((place + 1) % p.tiles_per_box == 0).sum())
        self._load(pallet, masses[sold])
        for tile in np.nonzero((place + 1) % pallet_tiles == 0)[0].tolist():
            state.pallets += 1
            tare = round(1000.0 * (p.boxes_per_pallet * p.box_kg + p.pallet_kg))
            state.last_pallet_g = state.loads.pop(int(pallet[tile])) + tare
            self.log.extend((int(times[sold[tile]]), Record.MADE, int(pallet[tile]), int(kinds[tile])))
            self.full(int(times[sold[tile]]), int(pallet[tile]), int(kinds[tile]))
        result = {"carton": np.zeros(len(times)), "pallet": np.zeros(len(times))}
        result["carton"][sold], result["pallet"][sold] = carton, pallet
        return result

    def _load(self, pallets: NDArray[np.int64], masses: Array) -> None:
        """Add tiles to the loads of their pallets; in whole grams, so that it does not matter how many come at once."""
        loads, (numbers, of) = self.state.loads, np.unique(pallets, return_inverse=True)
        added = np.bincount(of, np.rint(1000.0 * masses), len(numbers)).astype(np.int64)
        for number, grams in zip(numbers.tolist(), added.tolist(), strict=True):
            loads[number] = loads.get(number, 0) + grams

    @measurement(
        KILOGRAM, "Mass of the last full pallet", "Masa del último palet completo", low=0.0, high=3000.0,
        sensor=Sensor(noise=0.5, resolution=1.0, period=60.0),
    )  # fmt: skip
    def pallet_mass(self) -> float:
        return self.state.last_pallet_g / 1000.0

    @counter(CARTONS, "Boxes packed", "Cajas completas")
    def boxes(self) -> int:
        return self.state.boxes

    @counter(PALLETS, "Pallets completed", "Palets completos", main=True)
    def pallets(self) -> int:
        return self.state.pallets


def kind_of_pallet(number: int) -> tuple[int, int, int, int]:
    """(order, class, caliber, shade) of the tiles on a pallet, out of what its entry in the event log says.

    >>> kind_of_pallet(((3 * 4 + 1) * 128 + -2 + 64) * 128 + 5 + 64)
    (3, 1, -2, 5)
    """
    rest, shade = divmod(number, 128)
    rest, caliber = divmod(rest, 128)
    order, grade = divmod(rest, 4)
    return order, grade, caliber - 64, shade - 64


def _numbered(
    kinds: NDArray[np.int64], places: NDArray[np.int64], opened: dict[int, tuple[int, int]], begun: int
) -> NDArray[np.int64]:
    """Numbers of the containers that tiles go into: the open one of their kind, or new ones in the tiles' order."""
    if not len(kinds):
        return np.empty(0, dtype=np.int64)
    names, of = np.unique(kinds, return_inverse=True)
    apart = int(places.max()) + 1
    containers, first, within = np.unique(of * apart + places, return_index=True, return_inverse=True)
    numbers = np.zeros(len(containers), dtype=np.int64)
    ends = np.searchsorted(containers, np.arange(1, len(names) + 1) * apart)
    for begin, end, kind in zip([0, *ends[:-1].tolist()], ends.tolist(), names.tolist(), strict=True):
        # Tiles of one kind come in the order of their places: only the first container can be the open one.
        known = opened.get(kind)
        if known is not None and known[0] == containers[begin] % apart:
            numbers[begin] = known[1]
        opened[kind] = int(containers[end - 1] % apart), 0
    (new,) = np.nonzero(numbers == 0)
    numbers[new[np.argsort(first[new])]] = begun + 1 + np.arange(len(new))
    for end, kind in zip(ends.tolist(), names.tolist(), strict=True):
        opened[kind] = opened[kind][0], int(numbers[end - 1])
    result: NDArray[np.int64] = numbers[within]
    return result
