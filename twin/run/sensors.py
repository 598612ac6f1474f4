"""What sensors show of the truth: noise keyed by sample, resolution, and a value that stands still between samples."""

import math

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

    __slots__ = ("index", "length", "noise", "period", "sample", "sensor", "signal", "station")

    def __init__(self, station: Station, signal: Signal, index: int, length: int, seed: int, ideal: bool) -> None:
        self.station, self.signal, self.index, self.length = station, signal, index, length
        sensed = signal.kind in (Kind.MEASUREMENT, Kind.PROFILE) and not ideal
        self.sensor = signal.sensor if sensed else Sensor()
        self.period = microseconds(signal.sensor.period) if signal.kind in (Kind.MEASUREMENT, Kind.PROFILE) else 0
        self.noise = Stream(seed, f"{station.path}/{signal.name}/noise")
        self.sample = -1

    def shown(self, truth: NDArray[np.float64], sample: int) -> NDArray[np.float64]:
        """What the sensor makes of the truth at its `sample`-th sample."""
        sensor = self.sensor
        if sensor.noise or sensor.relative_noise:
            draws = self.noise.normals(sample * self.length + np.arange(self.length))
            truth = truth + np.hypot(sensor.noise, sensor.relative_noise * truth) * draws
        if sensor.resolution:
            # Rounding twice gives 12.3 instead of 12.299999999999999.
            digits = max(0, -math.floor(math.log10(sensor.resolution)))
            truth = np.round(np.round(truth / sensor.resolution) * sensor.resolution, digits)
        return truth


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
        self._text_keys: dict[str, int] = {"": 0}

    def read(self, now: int) -> None:
        """Bring values, source times and status up to plant instant `now`."""
        for channel in self._channels:
            if channel.period:
                sample = now // channel.period
                if sample == channel.sample:
                    continue
                channel.sample = sample
                truth = np.atleast_1d(np.asarray(channel.signal.truth(channel.station), dtype=np.float64))
                self._put(channel, channel.shown(truth, sample), max(sample * channel.period, self._start(now)))
            else:
                value = channel.signal.truth(channel.station)
                if channel.signal.value_type is ValueType.TEXT:
                    value = float(self._text_key(str(value)))
                shown = np.atleast_1d(np.asarray(value, dtype=np.float64))
                place = slice(channel.index, channel.index + channel.length)
                if self.source_time[channel.index] == 0 or not np.array_equal(self.values[place], shown, equal_nan=True):
                    self._put(channel, shown, now)

    def _start(self, now: int) -> int:
        """No sample is older than the first reading."""
        if not hasattr(self, "_first"):
            self._first = now
        return self._first

    def _put(self, channel: _Channel, shown: NDArray[np.float64], time: int) -> None:
        place = slice(channel.index, channel.index + channel.length)
        defined = np.isfinite(shown)
        self.values[place] = np.where(defined, shown, 0.0)
        self.status[place] = np.where(defined, GOOD, BAD)
        self.source_time[place] = time

    def _text_key(self, text: str) -> int:
        key = self._text_keys.get(text)
        if key is None:
            key = self._text_keys[text] = len(self._text_keys)
            self.texts = self.texts | {key: text}
        return key
