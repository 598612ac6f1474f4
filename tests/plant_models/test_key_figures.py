"""The tile maker's own KPIs on hand-made logs."""

import numpy as np
import pytest

from plant_models.line import TileLine
from plant_models.stations.palletiser import kind_of_pallet
from plant_models.tiles import FIRST, SECOND
from twin.host.choose import Choice, define
from twin.host.installed import families
from twin.line.records import Record
from twin.line.time import HOUR, MINUTE
from twin.record.run import Run
from twin.record.windows import fold
from twin.run.engine import LOG_ENTRY


def pallet(order: int, grade: int, caliber: int, shade: int) -> int:
    return ((order * 4 + grade) * 128 + caliber + 64) * 128 + shade + 64


def test_calibers_and_shades_are_counted_order_by_order_on_full_pallets_of_first_quality() -> None:
    line = Run(define(Choice(), None), families()).line
    assert isinstance(line, TileLine)
    station = line.stations.index(line.firing[0].palletiser)
    full = [
        pallet(1, FIRST, 0, 0), pallet(1, FIRST, 0, 0), pallet(1, FIRST, 1, -3), pallet(1, FIRST, 1, 2),
        pallet(2, FIRST, 0, 0), pallet(2, SECOND, 7, 7),
        # Tiles from before the first order.
        pallet(-1, FIRST, 5, 5),
    ]  # fmt: skip
    assert kind_of_pallet(full[2]) == (1, FIRST, 1, -3)
    assert kind_of_pallet(full[-1]) == (-1, FIRST, 5, 5)
    log = np.array([(n, station, int(Record.MADE), n, kind) for n, kind in enumerate(full)], dtype=LOG_ENTRY)
    figures = {figure.name: figure for figure in line.key_figures() if not figure.station}
    for entries, calibers, shades in ((log, 1.5, 2.0), (log[-1:], None, None), (log[:0], None, None)):
        tally = fold(entries, {}, 0, HOUR)
        assert figures["calibers_per_order"].value(tally) == calibers
        assert figures["shades_per_order"].value(tally) == shades


def test_autonomy_and_turns_follow_the_stock_that_the_line_counts() -> None:
    run = Run(define(Choice(), None), families())
    run.open()
    line, inside, boxed = run.line, [], []
    assert isinstance(line, TileLine)
    for minute in range(1, 181):
        run.advance(run.definition.start + minute * MINUTE)
        run.settle()
        inside.append(line.tiles_inside() - sum(part.tiles_behind_kiln for part in line.firing))
        boxed.append(line.store.tiles_inside / line.store.kiln_rate)
    figures = {figure.name: figure for figure in line.key_figures() if not figure.station}
    tally = run.recorder.tally
    fired = sum(tally.left(line.stations.index(part.kiln)) for part in line.firing)
    assert figures["inventory_turns"].value(tally) == pytest.approx(8.0 * fired / np.mean(inside), rel=0.01)
    box_h = line.store.box_tiles / line.store.kiln_rate
    assert figures["kiln_autonomy"].value(tally) == pytest.approx(np.mean(boxed), abs=box_h)
