"""Reads all signals of a line into one array, as its sensors show them.

Between two readings nothing happens here: a sensor is asked only for the samples that somebody will see. For these to
be exact whoever reads and however often, the reader lets the run stop at `instants` and hands them to `sample`; what
nobody has taken in time is taken at the reading itself.
"""

import math
from collections.abc import Sequence

import numpy as np

from twin.line.line import Line
from twin.line.sensing import SENSED, Status
from twin.line.signal import Signal, ValueType
from twin.line.station import Station
from twin.run.sensors.channel import Channel, Schedule, reach_back
from twin.run.sensors.together import Together

_NEW_TEXT = -1.0
_MOST = 1.7e308
"""What is not below this is no value."""


class _Known:
    """A signal that the controller knows without a sensor: shown when it changes."""

    __slots__ = ("index", "is_text", "last", "signal", "station", "text")

    def __init__(self, station: Station, signal: Signal, index: int) -> None:
        self.station, self.signal, self.index = station, signal, index
        self.is_text = signal.value_type is ValueType.TEXT
        self.last: float | None = None
        self.text = ""


class _Group:
    """Channels that are sampled at the same instants."""

    __slots__ = ("channels", "of_arrays", "places", "reach_back", "schedule", "shown", "taken", "together")

    def __init__(self, schedule: Schedule, *, of_arrays: bool) -> None:
        self.schedule, self.of_arrays = schedule, of_arrays
        self.channels: list[Channel] = []
        self.places: list[int] = []
        self.together: Together | None = None
        """All of the channels, where they are looked after in arrays; there are then none in `channels`."""
        self.taken = -1
        self.shown = -1
        self.reach_back = 0
        """Plant time for which it has to be read before it shows what it should [microseconds]."""

    def gather(self, seed: int) -> None:
        """Look after single values in arrays, where a sample needs no other instant than its own."""
        self.reach_back = max(reach_back(channel.sensor) for channel in self.channels)
        if self.schedule.simple and not self.of_arrays and len(self.channels) > 1:
            self.together = Together(self.channels, self.places, seed)
            self.channels, self.places = [], []


class Instruments:
    """The instruments of a whole line."""

    def __init__(self, line: Line, seed: int, seldom: Sequence[Station] = ()) -> None:
        """`seldom`: stations whose signals need not be read at every reading."""
        self._known: list[_Known] = []
        self._seldom: list[_Known] = []
        groups: dict[tuple[Schedule, bool], _Group] = {}
        index = 0
        for station in line.stations:
            for signal in station.signals:
                if signal.kind in SENSED:
                    channel = Channel(station, signal, seed, line.ideal_sensors)
                    of_arrays = channel.length > 1 and channel.schedule.simple
                    key = channel.schedule, of_arrays
                    group = groups.setdefault(key, _Group(channel.schedule, of_arrays=of_arrays))
                    group.channels.append(channel)
                    group.places.append(index)
                    index += channel.length
                else:
                    known = self._seldom if station in seldom else self._known
                    known.append(_Known(station, signal, index))
                    index += 1
        self._groups = tuple(groups.values())
        for group in self._groups:
            group.gather(seed)
        self.values = np.zeros(index)
        self.source_time = np.zeros(index, dtype=np.int64)
        self.status = np.full(index, int(Status.GOOD), dtype=np.uint8)
        self.texts: dict[int, str] = {0: ""}
        """Texts by key; a new table whenever it changes, so that a frame may keep the one it was made with."""
        self._next_key = 1
        self._first: int | None = None

    def instants(self, after: int, until: int) -> list[int]:
        """Plant instants in (after, until], rising, at which `sample` makes a reading at `until` exact."""
        found: set[int] = set()
        for group in self._groups:
            found.update(group.schedule.instants(after, until, group.taken))
        return sorted(found)

    def sample(self, now: int, until: int | None = None) -> None:
        """Take the samples that fall exactly on plant instant `now`, before anything happens at it.

        With `until`, the next instant that will be read, samples that will have been followed by newer ones are left.
        """
        for group in self._groups:
            schedule = group.schedule
            if until is not None and schedule.simple and schedule.known(until) * schedule.period > now:
                continue
            if (now + schedule.delay) % schedule.period == 0:
                group.taken = (now + schedule.delay) // schedule.period
            elif now % schedule.period != 0:
                continue
            if group.together is not None:
                group.together.take(group.taken)
            for channel in group.channels:
                channel.pass_instant(now)

    def awaits(self, now: int, lead: int) -> bool:
        """Whether `read_slow` would read anything."""
        slow = (group for group in self._groups if group.reach_back > lead)
        return self._first is None or any(group.schedule.known(now) != group.shown for group in slow)

    def read_slow(self, now: int, lead: int) -> None:
        """Read what will not be right at a later reading unless it is read longer than `lead` before."""
        if self._first is None:
            self._first = now
        for group in self._groups:
            if group.reach_back > lead and group.schedule.known(now) != group.shown:
                self._show(group, now, self._first)

    def read(self, now: int, *, seldom: bool = True, arrays: bool = True) -> None:
        """Bring values, source times and status up to plant instant `now`.

        `seldom`: also what need not be read at every reading; `arrays`: also values over an axis.
        """
        if self._first is None:
            self._first = now
        for group in self._groups:
            if group.schedule.known(now) != group.shown and (arrays or not group.of_arrays):
                self._show(group, now, self._first)
        for known in (*self._known, *self._seldom) if seldom else self._known:
            if known.is_text:
                self._show_text(known, str(known.signal.truth(known.station)), now)
                continue
            value = known.signal.truth(known.station)
            number = float(value) if isinstance(value, int | float) else float(np.asarray(value))
            if math.isnan(number):
                number = math.inf
            if number != known.last:
                known.last = number
                self._put(known.index, (number,), Status.GOOD, now)

    def _show(self, group: _Group, now: int, first: int) -> None:
        """Show the newest samples of a group that are known."""
        schedule = group.schedule
        if group.together is not None:
            self._show_together(group.together, schedule.known(now), schedule.period, first)
        for channel, place in zip(group.channels, group.places, strict=True):
            channel.catch_up(now)
            found = channel.reading(now)
            if found is None:
                self._put(place, [float("nan")] * channel.length, Status.BAD, now)
                continue
            number, (values, status) = found
            # No sample is older than the first reading: what is older may have been shown otherwise before.
            early = number * schedule.period < first
            if early and schedule.turnaround:
                # A result from before the first reading stands for one that nobody has seen.
                self._put(place, values, max(status, Status.UNCERTAIN), channel.stamp(number))
            else:
                self._put(place, values, status, first if early else channel.stamp(number))
        group.taken = (now + schedule.delay) // schedule.period
        group.shown = schedule.known(now)

    def _show_together(self, together: Together, number: int, period: int, first: int) -> None:
        if together.number < number:
            together.take(number)
        values, places = together.values, together.places
        known = np.abs(values) < _MOST
        self.values[places] = np.where(known, values, 0.0)
        self.status[places] = np.where(known, together.status, int(Status.BAD))
        # No sample is older than the first reading: what is older may have been shown otherwise before.
        self.source_time[places] = first if together.number * period < first else together.stamps

    def _put(self, index: int, values: Sequence[float], status: Status, time: int) -> None:
        if len(values) == 1:
            value = values[0]
            defined = -_MOST < value < _MOST
            self.values[index] = value if defined else 0.0
            self.status[index] = status if defined else Status.BAD
            self.source_time[index] = time
            return
        places, shown = slice(index, index + len(values)), np.asarray(values)
        known = np.abs(shown) < _MOST
        self.values[places] = np.where(known, shown, 0.0)
        self.status[places] = np.where(known, int(status), int(Status.BAD))
        self.source_time[places] = time

    def _show_text(self, known: _Known, text: str, now: int) -> None:
        if known.last is not None and text == known.text:
            return
        known.last, known.text = _NEW_TEXT, text
        key = next((key for key, said in self.texts.items() if said == text), self._next_key)
        if key == self._next_key:
            self._next_key += 1
            shown = {other.text for other in (*self._known, *self._seldom)}
            kept = {key: said for key, said in self.texts.items() if said in shown}
            self.texts = kept | {key: text}
        self._put(known.index, (float(key),), Status.GOOD, now)
