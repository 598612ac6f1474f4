"""Scans a run in plant time for the historian: what is recorded does not depend on pace, clients or slices.

At every multiple of the scan period the instruments are read. A measured sample is recorded when it differs from the
last recorded one by more than half a step of its display, when its status differs, or when ten minutes have gone by.
The sample before a change is recorded too, so that a value that stood still and then moved is not drawn as a slope.
What the controller knows without a sensor is recorded when it changes. At every full hour everything is recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.line.description import LineDescription
from twin.line.line import Line
from twin.line.signal import ValueType
from twin.line.time import HOUR, MINUTE, SECOND
from twin.record.historian.block import Rows, joined_rows
from twin.record.history import series_of
from twin.record.kpi_station import KeyFigures
from twin.run.sensors import Instruments
from twin.run.sensors.channel import reach_back

KEEP_ALIVE = 10 * MINUTE
"""Plant time after which a signal is recorded although it has not changed."""
LEAD = HOUR
"""Plant time for which all instruments are read before anything is recorded."""
SCAN_PERIOD = 10 * SECOND
"""Plant time between two scans unless told."""

FIGURES_PERIOD = MINUTE
"""Plant time between two looks at computed KPIs, which are sums over the whole run."""
PAST_ARRAYS_PERIOD = 5 * MINUTE
"""The same, and that of values over an axis, in a past that is simulated at once."""
FIGURE_STEP = 1e-4
"""Change of a computed KPI that is worth recording, as a share of its range."""

Floats = NDArray[np.float64]
Times = NDArray[np.int64]
Codes = NDArray[np.uint8]


class Exceptions:
    """Decides which samples of a scan are worth recording; all points of a profile together."""

    def __init__(self, dead_band: Floats, stepped: NDArray[np.bool_], lengths: Sequence[int]) -> None:
        places = len(dead_band)
        self._dead_band, self._stepped = dead_band, stepped
        self._lengths = np.array(lengths, dtype=np.int64)
        self._starts = np.concatenate(([0], np.cumsum(self._lengths)[:-1])).astype(np.int64)
        self._places = np.arange(places, dtype=np.uint16)
        self._kept_value, self._seen_value = np.zeros(places), np.zeros(places)
        self._kept_time, self._seen_time = np.full(places, -1, np.int64), np.full(places, -1, np.int64)
        self._kept_status, self._seen_status = np.zeros(places, np.uint8), np.zeros(places, np.uint8)

    def recall(self, rows: Rows) -> None:
        """Know what was recorded last."""
        self._kept_value[rows.signal] = rows.value
        self._kept_time[rows.signal] = rows.time
        self._kept_status[rows.signal] = rows.status
        self._seen_value[:], self._seen_time[:] = self._kept_value, self._kept_time
        self._seen_status[:] = self._kept_status

    def see(self, value: Floats, time: Times, status: Codes) -> None:
        """Take note of a scan that is recorded already."""
        self._remember(self._fresh(value, time, status), value, time, status)

    def _fresh(self, value: Floats, time: Times, status: Codes) -> NDArray[np.bool_]:
        """Which places show a sample that was not seen yet; what holds until it changes is new only when it differs."""
        differs = (value != self._seen_value) | (status != self._seen_status) | (self._seen_time < 0)
        fresh: NDArray[np.bool_] = (time > self._seen_time) & (differs | ~self._stepped)
        return fresh

    def _remember(self, which: NDArray[np.bool_], value: Floats, time: Times, status: Codes) -> None:
        self._seen_value = np.where(which, value, self._seen_value)
        self._seen_time = np.where(which, time, self._seen_time)
        self._seen_status = np.where(which, status, self._seen_status)

    def pick(self, now: int, value: Floats, time: Times, status: Codes) -> list[Rows]:
        """The rows to record of a scan at `now`: samples before a change, and samples that changed."""
        fresh = self._fresh(value, time, status)
        hourly = now % HOUR == 0
        if hourly:
            # Every hour can be read without the ones before it.
            fresh = fresh | self._stepped
            time = np.where(self._stepped, now, time)
        moved = np.abs(value - self._kept_value) > self._dead_band
        moved |= (status != self._kept_status) | (time - self._kept_time >= KEEP_ALIVE) | (self._kept_time < 0)
        moved = fresh if hourly else moved & fresh
        if not moved.any():
            self._remember(fresh, value, time, status)
            return []
        # A profile moves as a whole, so that its points share their times.
        moved = np.repeat(np.logical_or.reduceat(moved, self._starts), self._lengths)
        skipped = moved & ~self._stepped & (self._seen_time > self._kept_time) & (self._kept_time >= 0)
        parts = [Rows(self._places, self._seen_time, self._seen_value, self._seen_status).where(skipped)]
        parts.append(Rows(self._places, time, value, status).where(moved))
        for kept, new in (
            (self._kept_value, value),
            (self._kept_time, time),
            (self._kept_status, status),
        ):
            np.copyto(kept, new, where=moved, casting="unsafe")
        self._remember(fresh | moved, value, time, status)
        return parts


@dataclass(frozen=True, slots=True)
class Recalled:
    """Where a recording goes on: the newest committed scan, the newest samples, and the texts with their numbers."""

    scanned: int
    newest: Rows
    words: dict[str, int]
    read_from: int = 0
    """Plant instant from which all instruments are read; before it, only those that keep what they took for long."""


class Scanner:
    """Reads a line's instruments and picks what is recorded."""

    def __init__(self, line: Line, description: LineDescription, seed: int, recalled: Recalled) -> None:
        figures = [station for station in line.stations if isinstance(station, KeyFigures)]
        self._instruments = Instruments(line, seed, figures)
        signals = description.signals
        stepped = np.repeat([series_of(signal).stepped for signal in signals], [signal.length for signal in signals])
        self._exceptions = Exceptions(_dead_bands(line, description), stepped, [signal.length for signal in signals])
        self._exceptions.recall(recalled.newest)
        self._after, self._read_from = recalled.scanned, recalled.read_from
        self._texts = [s.index for s in description.signals if s.value_type is ValueType.TEXT]
        self._words = dict(recalled.words)
        self.new_words: list[tuple[int, str]] = []
        """Texts that were not known before; whoever stores them clears the list."""

    def wants(self, now: int) -> bool:
        """Whether anything is to be read at plant instant `now`; the run has to be settled before it is."""
        return now >= self._read_from or self._instruments.awaits(now, LEAD)

    def scan(self, now: int, *, past: bool = False) -> Rows:
        """The samples to record at plant instant `now`; none while it lies before what is recorded already.

        In a `past` that is simulated at once, KPIs and values over an axis are read less often.
        """
        shown = self._instruments
        if now < self._read_from:
            shown.read_slow(now, LEAD)
            return joined_rows(())
        if past:
            due = now % PAST_ARRAYS_PERIOD == 0
            shown.read(now, seldom=due, arrays=due)
        else:
            shown.read(now, seldom=now % FIGURES_PERIOD == 0)
        value = shown.values.copy()
        for place in self._texts:
            value[place] = self._number(shown.texts.get(int(value[place]), ""))
        time, status = shown.source_time.copy(), shown.status.copy()
        if now <= self._after:
            self._exceptions.see(value, time, status)
            return joined_rows(())
        return joined_rows(self._exceptions.pick(now, value, time, status))

    def _number(self, text: str) -> int:
        number = self._words.get(text)
        if number is None:
            number = self._words[text] = len(self._words)
            self.new_words.append((number, text))
        return number


def warm_up(line: Line) -> int:
    """Plant time before an instant from which all sensors have to be read to show then what they showed before."""
    sensors = (sensor for station in line.stations for sensor in station.sensing.sensors.values())
    return max((reach_back(sensor) for sensor in sensors), default=0) + LEAD


def _dead_bands(line: Line, description: LineDescription) -> Floats:
    """Half a step of each display: less is no change that anybody could have read."""
    bands = np.zeros(description.frame_length)
    for station, told in zip(line.stations, description.stations, strict=True):
        for shown in told.signals:
            places = slice(shown.index, shown.index + shown.length)
            sensor = station.sensing.sensors.get(shown.name)
            if sensor is not None:
                bands[places] = sensor.resolution / 2.0
            elif isinstance(station, KeyFigures) and shown.low is not None and shown.high is not None:
                bands[places] = FIGURE_STEP * (shown.high - shown.low)
    return bands
