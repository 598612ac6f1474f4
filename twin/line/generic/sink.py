"""Where material leaves the line."""

from collections.abc import Iterator
from dataclasses import dataclass

from twin.line.activity import Activity
from twin.line.link import Link
from twin.line.records import Record
from twin.line.signal import counter
from twin.line.station import Process, Station, StationState
from twin.line.units import TILES


@dataclass(slots=True)
class SinkState(StationState):
    """What a sink keeps."""

    received: int = 0


class Sink(Station):
    """Takes every token out of the line and counts it, unless a failure mode stops it."""

    counts_work = False
    state: SinkState

    def initial_state(self) -> SinkState:
        """A fresh state."""
        return SinkState()

    def processes(self) -> Iterator[Process]:
        """Nothing of its own: a sink is always free for a hand-over."""
        for link in self.inlets:
            link.offer(1)
        yield from ()

    def receive(self, link: Link) -> None:
        """Count the token and let it go."""
        self.log.extend((int(self.env.now), Record.ENTERED, link.take(), 1))
        self.state.received += 1

    def changed(self) -> None:
        """Take nothing while a failure mode says so."""
        mode = self.faults.stopping()
        self.become(self.faults.stop_activity() if mode >= 0 else Activity.IDLE, mode)
        for link in self.inlets:
            if mode >= 0:
                link.taking = False
            else:
                link.open()

    @counter(TILES, "Pieces received", "Piezas recibidas", main=True)
    def received(self) -> int:
        return self.state.received
