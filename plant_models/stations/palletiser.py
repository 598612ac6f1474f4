"""The palletiser: packs sorted tiles in boxes by class, caliber and shade, and boxes on pallets."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from plant_models.stations.powered import Powered
from twin.line.activity import Activity
from twin.line.link import Link
from twin.line.records import Record
from twin.line.signal import counter
from twin.line.station import Parameters, StationState
from twin.line.units import CARTONS, PALLETS


class PalletiserParameters(Parameters):
    """How tiles are packed."""

    tiles_per_box: int = Field(ge=1, le=100)
    """Tiles in a carton."""
    boxes_per_pallet: int = Field(ge=1, le=200)
    """Cartons on a pallet."""
    power_kw: float = Field(ge=0)
    """Electricity [kW]."""


@dataclass(slots=True)
class PalletiserState(StationState):
    """What is being packed."""

    packed: dict[int, int] = field(default_factory=dict)
    """Tiles packed so far of each kind (order, class, caliber, shade)."""
    boxes: int = 0
    pallets: int = 0
    electricity_j: int = 0
    metered_at: int = 0


class Palletiser(Powered):
    """Takes every row at once; while it stands still the sorter is blocked."""

    highest_power = 200.0

    parameters_type = PalletiserParameters
    parameters: PalletiserParameters
    state: PalletiserState

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

    def pack(self, times: NDArray[np.int64], kinds: NDArray[np.int64]) -> None:
        """Pack tiles sorted at `times`, each of one of the `kinds`; log the pallets that become full."""
        state, p = self.state, self.parameters
        pallet = p.tiles_per_box * p.boxes_per_pallet
        full: list[tuple[int, int]] = []
        for kind in np.unique(kinds).tolist():
            arrivals = times[kinds == kind]
            before = state.packed.get(kind, 0)
            after = state.packed[kind] = before + len(arrivals)
            state.boxes += after // p.tiles_per_box - before // p.tiles_per_box
            first = pallet - before % pallet
            full.extend((int(time), kind) for time in arrivals[first - 1 :: pallet])
        for time, kind in sorted(full):
            state.pallets += 1
            self.log.extend((time, Record.MADE, state.pallets, kind))

    @counter(CARTONS, "Boxes packed", "Cajas completas")
    def boxes(self) -> int:
        return self.state.boxes

    @counter(PALLETS, "Pallets completed", "Palets completos", main=True)
    def pallets(self) -> int:
        return self.state.pallets
