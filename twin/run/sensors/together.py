"""Single values whose sensors sample at the same instants and need no other instant, looked after in arrays.

What is shown is what each `Channel` would show by itself: nearly all samples of a plant are of this kind, and one after
the other they would take ten times as long.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from twin.line.sensing import Status
from twin.line.streams import Streams
from twin.line.time import DAY, microseconds
from twin.run.sensors.channel import Channel

Floats = NDArray[np.float64]
Codes = NDArray[np.uint8]


class Together:
    """Channels of one simple schedule, each of a single value."""

    def __init__(self, channels: Sequence[Channel], places: Sequence[int], seed: int) -> None:
        self._channels = tuple(channels)
        self.places = np.array(places, dtype=np.int64)
        """Frame places."""
        self.number = -1
        """Number of the sample that is shown."""
        self._period = channels[0].schedule.period
        self._skew = np.array([microseconds(channel.sensor.clock_skew) for channel in channels], dtype=np.int64)
        self._errors = _Errors(channels, seed)
        self.values, self.status = np.zeros(len(channels)), np.zeros(len(channels), np.uint8)
        self.stamps = np.zeros(len(channels), np.int64)

    def take(self, number: int) -> None:
        """Take sample `number` from what is true now."""
        truths = [channel.signal.truth(channel.station) for channel in self._channels]
        flat = [float(truth) if isinstance(truth, int | float) else float(np.asarray(truth)) for truth in truths]
        self.values, self.status = self._errors.sound(np.array(flat), number)
        self.stamps = number * self._period + self._skew
        for place, channel in enumerate(self._channels):
            if channel.station.sensing.state.active:
                ailments = channel.station.sensing.on(channel.signal.name)
                if ailments:
                    shown, status = channel.errors.shown([flat[place]], number, ailments)
                    self.values[place], self.status[place] = shown[0], int(status)
                    self.stamps[place] = channel.stamp(number)
        self.number = number


class _Errors:
    """The errors of sound sensors of a single value, as `Errors` makes them one by one."""

    def __init__(self, channels: Sequence[Channel], seed: int) -> None:
        paths = [f"{channel.station.path}/{channel.signal.name}" for channel in channels]
        sensors = [channel.sensor for channel in channels]
        self._each = [channel.errors for channel in channels]
        self._period = channels[0].schedule.period
        self._low, self._high = np.array([errors.span for errors in self._each]).T
        self._slack = np.array([errors.slack for errors in self._each])
        self._step = np.array([sensor.resolution for sensor in sensors])
        self._stepped = np.flatnonzero(self._step)
        self._scale = np.array([10.0**errors.digits for errors in self._each])
        self._noise = np.array([sensor.noise for sensor in sensors])
        self._relative = np.array([sensor.relative_noise for sensor in sensors])
        self._noisy = np.flatnonzero((self._noise != 0.0) | (self._relative != 0.0))
        self._noises = Streams(seed, [f"{paths[place]}/noise" for place in self._noisy])
        self._spiky = [place for place, sensor in enumerate(sensors) if sensor.spike_share]
        self._dropping = [place for place, sensor in enumerate(sensors) if sensor.drop_out_share]
        self._offset, self._slope = np.zeros(len(sensors)), np.zeros(len(sensors))
        self._made, self._phase = np.zeros(len(sensors)), np.zeros(len(sensors))
        self._until = -math.inf

    def _calibrate(self, time: int) -> None:
        """Know what the last calibrations before an instant have left, until the next one."""
        self._until = math.inf
        for place, errors in enumerate(self._each):
            self._offset[place], self._slope[place], made, phase = errors.calibration(time)
            self._made[place], self._phase[place] = made, phase
            if made:
                self._until = min(self._until, made - phase + errors.interval)

    def sound(self, truth: Floats, sample: int) -> tuple[Floats, Codes]:
        """(values, status) that the sensors show of these truths at their `sample`-th sample."""
        time = sample * self._period
        if time >= self._until:
            self._calibrate(time)
        value = truth + (self._offset + self._slope * ((time + self._phase - self._made) / DAY))
        beyond = (value < self._low - self._slack) | (value > self._high + self._slack)
        status = np.where(beyond, int(Status.UNCERTAIN), int(Status.GOOD)).astype(np.uint8)
        if len(self._noisy):
            noisy = self._noisy
            draws = self._noises.normals(np.array([sample]))[:, 0]
            value[noisy] += np.hypot(self._noise[noisy], self._relative[noisy] * value[noisy]) * draws
        for place in self._spiky:
            value[place] = self._each[place].spiked(float(value[place]), sample)
        value = np.minimum(np.maximum(value, self._low), self._high)
        if len(self._stepped):
            stepped = self._stepped
            scale, step = self._scale[stepped], self._step[stepped]
            # Rounding twice gives 12.3 instead of 12.299999999999999.
            value[stepped] = np.rint(np.rint(value[stepped] / step) * step * scale) / scale
        for place in self._dropping:
            if self._each[place].drops_out(sample):
                value[place], status[place] = math.nan, int(Status.BAD)
        return value, status
