"""Rows that glide from the boxes to the pallets: what comes out is the same as when kilns run with the line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from plant_models.line import TileLine
from plant_models.row_reach import RowReach
from tests.support.tile_lines import START, LineRun, opened
from twin.line.behind import Behind
from twin.line.time import DAY

STOPS = {
    "uptime_h": {"distribution": "exponential", "mean": 0.4},
    "repair_min": {"distribution": "constant", "value": 6},
}
PACKING = {
    "en": "A stop of packing", "es": "Un paro del paletizado", "clock": "plant",
    "uptime_h": {"distribution": "exponential", "mean": 0.7},
    "repair_min": {"distribution": "exponential", "mean": 7.0},
}  # fmt: skip
SORTING = {"en": "A stop of sorting", "es": "Un paro de la clasificación", **STOPS}
DRIVE = {"en": "A stop of the drive", "es": "Un paro del accionamiento", "clock": "plant", **STOPS}
SMALL = {
    "press": {"strokes_per_minute": 4.0},
    "kiln": {"length_m": 40.0, "lanes": 3},
    "store": {"boxes": 40, "box_m2": 20.0, "opening_share": 0.2},
    "orders": {"smallest_m2": 40.0, "mean_m2": 90.0, "largest_m2": 250.0},
}
STOPPING = SMALL | {
    "kiln": SMALL["kiln"] | {"compenser_tiles": 12, "faults": {"drive": DRIVE}},
    "sorter": {"faults": {"stop": SORTING}},
    "palletiser": {"faults": {"stop": PACKING}},
}
TWO_KILNS = STOPPING | {
    "firing": [{"name": "kiln-1"}, {"name": "kiln-2", "kiln": {"cycle_min": 51.0, "length_m": 50.0}}],
}


@dataclass
class Keeper:
    """Hashes the event log."""

    hash: Any = field(default_factory=sha256)

    def absorb(self, entries: NDArray[np.void], now: int) -> None:
        self.hash.update(entries.tobytes())

    def chapter(self, time: int) -> None:
        self.hash.update(str(time).encode())


@dataclass
class Outcome:
    digest: str
    overflow: int
    glides: int


def run(
    monkeypatch: pytest.MonkeyPatch, changes: Mapping[str, Any], days: float, behind: bool, slices: int = 1
) -> Outcome:
    """A run of a plant with `changes`; unless `behind`, every row of it moves event by event."""
    glides = [0]
    with monkeypatch.context() as patched:
        made = TileLine.make_reaches
        glide = RowReach.glide

        def counted(self: RowReach, now: int, until: int) -> bool:
            done = glide(self, now, until)
            glides[0] += done
            return done

        def strokes_only(line: TileLine) -> Sequence[Behind]:
            return [reach for reach in made(line) if not isinstance(reach, RowReach)]

        patched.setattr(RowReach, "glide", counted)
        if not behind:
            patched.setattr(TileLine, "make_reaches", strokes_only)
        line_run = opened(changes=changes)
        keeper = line_run.engine.recorder = Keeper()
        _advance(line_run, days, slices)
    overflow = sum(part.kiln.state.overflow for part in line_run.line.firing)
    return Outcome(keeper.hash.hexdigest(), overflow, glides[0])


def _advance(line_run: LineRun, days: float, slices: int) -> None:
    for number in range(1, slices + 1):
        line_run.engine.advance(START + round(days * DAY) * number // slices)
    line_run.engine.settle()


@pytest.mark.parametrize("changes", [SMALL, STOPPING, TWO_KILNS], ids=["calm", "stopping", "two kilns"])
def test_rows_that_glide_come_out_as_if_their_kilns_ran_with_the_line(
    monkeypatch: pytest.MonkeyPatch, changes: Mapping[str, Any]
) -> None:
    gliding, moved = (run(monkeypatch, changes, 0.25, behind) for behind in (True, False))
    assert gliding.digest == moved.digest
    assert gliding.overflow == moved.overflow
    assert (gliding.overflow > 0) == (changes is not SMALL), "what finds no room behind a kiln is counted"
    assert gliding.glides > 10
    assert moved.glides == 0


def test_it_does_not_matter_in_which_slices_rows_are_asked_to_catch_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, STOPPING, 0.15, True, slices=97).digest == run(monkeypatch, STOPPING, 0.15, True).digest
