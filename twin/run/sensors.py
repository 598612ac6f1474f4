"""What sensors show of the truth: noise keyed by sample, resolution, and a value that stands still between samples."""

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from twin.line.line import Line
from twin.line.signal import Kind, Sensor, Signal, ValueType
from twin.line.station import Station
from twin.line.streams import Stream
from twin.line.time import microseconds

GOOD, UNCERTAIN, BAD = 0, 1, 2


class _Channel:
    """One signal on its way out."""

    __slots__ = ("digits", "index", "length", "noise", "period", "sample", "sensor", "signal", "station", "text")

    def __init__(self, station: Station, signal: Signal, index: int, length: int, seed: int, ideal: bool) -> None:
        self.station, self.signal, self.index, self.length = station, signal, index, length
        sensed = signal.kind in (Kind.MEASUREMENT, Kind.PROFILE) and not ideal
        self.sensor = signal.sensor if sensed else Sensor()
        self.period = microseconds(signal.sensor.period) if signal.kind in (Kind.MEASUREMENT, Kind.PROFILE) else 0
        self.noise = Stream(seed, f"{station.path}/{signal.name}/noise")
        self.sample = -1
        self.digits = _decimals(self.sensor.resolution)
        self.text = ""

    def shown(self, truth: NDArray[np.float64], sample: int) -> NDArray[np.float64]:
        """What the sensor makes of the truth at its `sample`-th sample."""
        sensor = self.sensor
        if sensor.noise or sensor.relative_noise:
            draws = self.noise.normals(sample * self.length + np.arange(self.length))
            truth = truth + np.hypot(sensor.noise, sensor.relative_noise * truth) * draws
        if sensor.resolution:
            # Rounding twice gives 12.3 instead of 12.299999999999999.
            truth = np.round(np.round(truth / sensor.resolution) * sensor.resolution, self.digits)
        return truth


def _decimals(step: float) -> int:
    """Decimal places of the multiples of a step."""
    exponent = Decimal(repr(step)).normalize().as_tuple().exponent
    return max(0, -int(exponent))


class Instruments:
    """Reads all signals of a line into one array, as its sensors show them."""

    def __init__(self, line: Line, seed: int) -> None:
        self._channels: list[_Channel] = []
        index = 0
        for station in line.stations:
            for signal in station.signals:
                length = 1 if signal.axis is None else len(station.axis_points(signal.axis.name))
                self._channels.append(_Channel(station, signal, index, length, seed, line.ideal_sensors))
                index += length
        self.values = np.zeros(index)
        self.source_time = np.zeros(index, dtype=np.int64)
        self.status = np.full(index, GOOD, dtype=np.uint8)
        self.texts: dict[int, str] = {0: ""}
        """Texts by key; a new table whenever it changes, so that a frame may keep the one it was made with."""
        self._next_key = 1
        self._first: int | None = None

    def read(self, now: int) -> None:
        """Bring values, source times and status up to plant instant `now`."""
        if self._first is None:
            self._first = now
        for channel in self._channels:
            if channel.period:
                sample = now // channel.period
                if sample != channel.sample:
                    channel.sample = sample
                    # No sample is older than the first reading: what is older may have been shown otherwise before.
                    self._put(
                        channel, channel.shown(_truth(channel), sample), max(sample * channel.period, self._first)
                    )
            elif channel.signal.value_type is ValueType.TEXT:
                self._put_text(channel, str(channel.signal.truth(channel.station)), now)
            else:
                shown = _truth(channel)
                place = slice(channel.index, channel.index + channel.length)
                known = np.where(self.status[place] == GOOD, self.values[place], np.nan)
                if self.source_time[channel.index] == 0 or not np.array_equal(known, shown, equal_nan=True):
                    self._put(channel, shown, now)

    def _put(self, channel: _Channel, shown: NDArray[np.float64], time: int) -> None:
        place = slice(channel.index, channel.index + channel.length)
        defined = np.isfinite(shown)
        self.values[place] = np.where(defined, shown, 0.0)
        self.status[place] = np.where(defined, GOOD, BAD)
        self.source_time[place] = time

    def _put_text(self, channel: _Channel, text: str, now: int) -> None:
        if self.source_time[channel.index] and text == channel.text:
            return
        channel.text = text
        key = next((key for key, known in self.texts.items() if known == text), self._next_key)
        if key == self._next_key:
            self._next_key += 1
            shown = {channel.text for channel in self._channels}
            kept = {key: known for key, known in self.texts.items() if known in shown}
            self.texts = kept | {key: text}
        self._put(channel, np.array([float(key)]), now)


def _truth(channel: _Channel) -> NDArray[np.float64]:
    return np.atleast_1d(np.asarray(channel.signal.truth(channel.station), dtype=np.float64))
