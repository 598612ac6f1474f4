"""Source times as the wall clock would have stamped them, for tools that refuse the future."""

import numpy as np
from numpy.typing import NDArray


class WallStamps:
    """Gives every new sample the wall time at which it was taken; no stamp ever goes back or changes without need."""

    def __init__(self) -> None:
        self._plant: NDArray[np.int64] | None = None
        self._wall: NDArray[np.int64] = np.zeros(0, dtype=np.int64)

    def of(self, source: NDArray[np.int64], now: int, wall: int, speed: float) -> NDArray[np.int64]:
        """Wall times of plant times `source`, seen at plant instant `now` and wall time `wall` [all microseconds].

        A sample that is old in plant time is as old in wall time at this speed.
        """
        if self._plant is None:
            self._plant, self._wall = source.copy(), np.full(len(source), wall, dtype=np.int64)
        new = source != self._plant
        taken = wall - ((now - source[new]) / speed).astype(np.int64)
        self._wall[new] = np.maximum(self._wall[new], taken)
        self._plant = source.copy()
        return self._wall.copy()
