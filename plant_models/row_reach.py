"""What happens to rows between store and pallets, where nobody needs to know it at once: kilns and what is behind them.

Kiln, sorting line and palletiser run behind the line as a reach does. Undisturbed, a kiln goes from tick to tick and
the sorting line sorts what comes; the store is asked for rows at the instants of the ticks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plant_models.stations.kiln import Kiln
from plant_models.stations.palletiser import Palletiser
from plant_models.stations.sorter import Sorter
from plant_models.stations.store import Store
from twin.line.behind import Behind
from twin.line.generic.service import plan

Instants = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RowPath:
    """The stations through which rows of one kiln go."""

    kiln: Kiln
    sorter: Sorter
    palletiser: Palletiser

    def is_whole(self, store: Store) -> bool:
        """Whether no other station stands between them."""
        stations = (store, self.kiln, self.sorter, self.palletiser)
        links = [station.outlet for station in stations[1:3]]
        return self.kiln.inlet.producer is store and [link.consumer for link in links] == list(stations[2:])


class RowReach(Behind):
    """Lets the rows of all kilns of a plant glide."""

    def __init__(self, paths: Sequence[RowPath], store: Store) -> None:
        """Know the paths from `store` on."""
        super().__init__([station for path in paths for station in (path.kiln, path.sorter, path.palletiser)])
        self.paths, self.store = paths, store

    def calm_until(self, now: int) -> int:
        """The first instant at which a sorting line may fail, or gets another product, or has seen all rows inside."""
        return min(
            min(path.kiln.comes_through(path.sorter.state.product), path.sorter.calm_until(now)) for path in self.paths
        )

    def due_at(self, now: int) -> bool:
        """Whether a kiln ticks or a row is sorted now."""
        return any(
            path.kiln.state.due <= now
            or any(server.slice and server.due <= now for server in path.sorter.state.servers)
            for path in self.paths
        )

    def glide(self, now: int, until: int) -> bool:
        """Let rows go through; False, and nothing has happened, when something is in the way."""
        ticks = [path.kiln.ticks_before(until) for path in self.paths]
        if any(not len(times) or times[0] < now for times in ticks):
            return False
        services = [
            plan(path.sorter, *path.kiln.leaving_at(times), now, until)
            for path, times in zip(self.paths, ticks, strict=True)
        ]
        planned = [service for service in services if service is not None]
        if len(planned) < len(services):
            return False
        for path, service in zip(self.paths, planned, strict=True):
            path.kiln.count_overflow(service)
        self._tick(ticks)
        for service in planned:
            service.carry_out()
        return True

    def _tick(self, ticks: Sequence[Instants]) -> None:
        """Let all kilns tick, in the order of time: they share the store."""
        if len(self.paths) == 1:
            self.paths[0].kiln.tick_many(ticks[0].tolist(), self.store)
            return
        times, paths = np.concatenate(ticks), np.repeat(np.arange(len(ticks)), [len(each) for each in ticks])
        order = np.argsort(times, kind="stable")
        for now, path in zip(times[order].tolist(), paths[order].tolist(), strict=True):
            self.paths[path].kiln.tick(now)
