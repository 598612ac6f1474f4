"""The running opening: a hot line full of real tiles, pressed at the line's own pace before the run begins.

The strokes of the opening get the instants that an undisturbed line would have given them; the same physics as always
computes their columns. Tiles that the rejecters would have taken out before the start are gone and counted nowhere.
"""

from typing import TYPE_CHECKING

import numpy as np

from plant_models.tiles import PRESS_STEP, Ids
from twin.line.time import DAY

if TYPE_CHECKING:
    from plant_models.line import FiringPart, FormingLine, TileLine

NO_ORDER = -1
NO_BOX = -1.0
EXPECTED_YIELD = 0.96
"""Share of pressed tiles expected to pass the rejecter; only says how many strokes to lay out."""


def fill_running(line: "TileLine") -> None:
    """Fill kilns first, then the store to its opening share, then belts and dryers."""
    inside = sum(part.kiln.places * part.kiln.parameters.lanes for part in line.firing)
    stored = line.store.parameters.opening_share * line.store.parameters.boxes * line.store.box_tiles
    wanted = (inside + stored) / len(line.forming)
    earliest = line.powder.now
    for forming in line.forming:
        earliest = min(earliest, _lay_out(forming, wanted))
    line.powder.begin_history(earliest - DAY)
    pools = [_survivors(line, forming) for forming in line.forming]
    for number, part in enumerate(line.firing):
        _fill_kiln(line, part, pools, number % len(pools))
    for forming, pool in zip(line.forming, pools, strict=True):
        _fill_boxes(line, forming, pool)


def _lay_out(forming: "FormingLine", wanted: float) -> int:
    """Write the passages of all opening strokes; the instant of the first one."""
    diary, press, dryer = forming.diary, forming.press, forming.dryer
    glazing, printer, now = forming.glazing, forming.printer, forming.press.now
    rhythm, residence = press.stroke_time, dryer.transit()
    belt, passage = glazing.transit(), printer.transit()
    on_the_way = (residence + belt + passage) // rhythm + 1
    count = int(on_the_way + wanted / diary.cavities / EXPECTED_YIELD)
    press.begin_epoch(0, NO_ORDER)
    diary.begin_batch(0, press.state.product)
    dryer.begin_epoch(0)
    glazing.begin_epoch(0)
    printer.begin_epoch(0)
    glazing.state.product = printer.state.product = press.state.product
    pressed = range(now - count * rhythm, now, rhythm)
    diary.pressed.at.extend(pressed)
    end = count
    for station, stay, passed in (
        (dryer, residence, diary.dried),
        (glazing, residence + belt, None),
        (printer, residence + belt + passage, diary.printed),
    ):
        # Strokes that would leave the station now or later are in it, but for those that stand further back.
        inside, end = end, max(0, min(end, -(-(now - stay - pressed.start) // rhythm)))
        station.inlet.queue.extend(range(end, inside))
        station.state.due.extend(time + stay for time in pressed[end:inside])
        if passed is not None:
            passed.at.extend(time + stay for time in pressed[:end])
    press.state.epoch_due = True
    press.state.last_stroke_at = now
    press.state.dirt = (0.0, float(count), press.state.dirt[2])
    diary.opening = count
    press.state.strokes = press.state.metered_strokes = press.state.cleaned_stroke = count
    return now - count * rhythm


def _survivors(line: "TileLine", forming: "FormingLine") -> list[int]:
    """Compute the opening's tiles, let the rejected ones go, and give those past the printer, oldest first."""
    diary, glazing = forming.diary, forming.glazing
    forming.green.glaze()
    forming.green.print(forming.printer)
    forming.printer.state.ink_mg = 0
    diary.checked = diary.metered = diary.counted = diary.loaded = diary.printed.end
    past_rejecter = diary.rejecting.base = diary.dried.end - len(glazing.inlet.queue)
    base = diary.press * PRESS_STEP
    gone: list[int] = []
    for stroke in [stroke for stroke in diary.scrap if stroke < past_rejecter]:
        tiles = diary.scrap[stroke]
        if stroke < diary.printed.end:
            del diary.scrap[stroke]
        gone.extend(base + tile for tile in tiles)
        line.opening_gone += len(tiles)
    ids: Ids = np.array(sorted(gone), dtype=np.int64)
    line.table.write(ids, {"left_at": np.full(len(ids), float(forming.press.now))})
    line.table.leave(ids)
    rejected = set(gone)
    return [base + tile for tile in range(diary.printed.end * diary.cavities) if base + tile not in rejected]


def _take(pools: list[list[int]], preferred: int, count: int) -> list[int]:
    order = [preferred, *(other for other in range(len(pools)) if other != preferred)]
    for pool in (pools[index] for index in order):
        if len(pool) >= count:
            taken = pool[:count]
            del pool[:count]
            return taken
    return []


def _fill_kiln(line: "TileLine", part: "FiringPart", pools: list[list[int]], preferred: int) -> None:
    """Put a row at every place of the kiln, the oldest tiles at the exit."""
    kiln, lanes = part.kiln, part.kiln.parameters.lanes
    state = kiln.state
    for place in reversed(range(kiln.places)):
        tiles = _take(pools, preferred, lanes)
        if not tiles:
            break
        row = part.rows.begin(tuple(tiles), line.forming[0].press.state.product)
        line.table.write(np.array(tiles, dtype=np.int64), {"box": np.full(lanes, NO_BOX)})
        state.slots[place] = row
        tick = state.ticks - 1 - place
        part.rows.entry_tick.append(tick)
        part.rows.entered_at.append(state.tick_at[tick - state.first_tick])
        if place >= kiln.peak_place:
            part.rows.epoch.append(kiln.epoch())
        state.opening += lanes
    kiln.remember_entries()
    feed = line.store.state.feeds[part.rows.kiln]
    feed.product = line.forming[0].press.state.product


def _fill_boxes(line: "TileLine", forming: "FormingLine", pool: list[int]) -> None:
    """Put what is left into boxes; the last one, not full, goes on being filled."""
    for start in range(0, len(pool), line.store.box_tiles):
        line.store.place_box(
            forming.diary.press, forming.press.state.product, pool[start : start + line.store.box_tiles]
        )
