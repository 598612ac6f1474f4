"""The errors of one sensor: what it makes of the truth at its n-th sample.

Every draw is keyed by the sensor's path and the sample's number, so that a value depends neither on who asks nor on
what was asked before.
"""

import math
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from twin.line.sensing import SPIKES_SHARE, Active, Ailment, Status, dirt
from twin.line.signal import Sensor
from twin.line.streams import Stream
from twin.line.time import DAY, HOUR, SECOND

Reading = tuple[list[float], Status]
"""What a sensor shows (NaN for what never arrives), and what it is worth."""


class Errors:
    """Noise, calibration, drift, spikes, drop-outs, saturation and resolution of one sensor of `length` values."""

    def __init__(self, sensor: Sensor, seed: int, path: str, length: int, span: tuple[float, float]) -> None:
        self._sensor, self._length, self.span = sensor, length, span
        self._period = round(sensor.period * SECOND)
        self._noise = Stream(seed, f"{path}/noise")
        self._calibration = Stream(seed, f"{path}/calibration")
        self._slope = Stream(seed, f"{path}/drift")
        self._spike = Stream(seed, f"{path}/spike")
        self._drop_out = Stream(seed, f"{path}/drop-out")
        self.digits = decimals(sensor.resolution)
        self.interval = sensor.calibration_h * HOUR
        """From calibration to calibration [microseconds]."""
        self._phase = Stream(seed, f"{path}/calibration-phase").uniform(0) * self.interval
        self._calibrates = bool(sensor.calibration_sd or sensor.drift or sensor.drift_sd)
        width = span[1] - span[0]
        self.slack = 1e-9 * width if math.isfinite(width) else 0.0
        self._known_calibration: tuple[int, list[float], list[float]] = (-1, [], [])

    def shown(self, truth: Sequence[float], sample: int, ailments: tuple[Active, ...]) -> Reading:
        """What the sensor shows at its `sample`-th sample, whose true values are `truth`."""
        if not ailments and self._length == 1:
            return self._sound(truth[0], sample)
        if ailments:
            ailments = tuple(active for active in ailments if active.began < sample * self._period)
            for active in ailments:
                if active.ailment == Ailment.STUCK.value:
                    # All that varies stands still at the first sample after it got stuck.
                    sample = active.began // self._period + 1
                    return self._shown(active.held, sample, _sound_but(ailments, sample * self._period))
        return self._shown(truth, sample, ailments)

    def _shown(self, truth: Sequence[float], sample: int, ailments: tuple[Active, ...]) -> Reading:
        if self._is_lost(sample, ailments):
            return [math.nan] * self._length, Status.BAD
        time = sample * self._period
        values = list(truth)
        if self._calibrates or self._sensor.bias:
            values = [value + error for value, error in zip(values, self.calibration_error(time), strict=True)]
        if ailments:
            values = [_shifted(value, time, ailments) for value in values]
        status = _quality(time, ailments)
        low, high = self.span
        if any(active.ailment == Ailment.SATURATION.value for active in ailments):
            values = [high] * self._length
        elif any(value < low - self.slack or value > high + self.slack for value in values):
            status = Status.UNCERTAIN
        values = self._scattered(values, sample, ailments)
        return [self._displayed(min(max(value, low), high)) for value in values], status

    def _sound(self, value: float, sample: int) -> Reading:
        """The same of a single value without ailments, which is what nearly all samples are."""
        sensor = self._sensor
        if self.drops_out(sample):
            return [math.nan], Status.BAD
        if self._calibrates or sensor.bias:
            value += self.calibration_error(sample * self._period)[0]
        low, high = self.span
        status = Status.UNCERTAIN if value < low - self.slack or value > high + self.slack else Status.GOOD
        if sensor.noise or sensor.relative_noise:
            value += math.hypot(sensor.noise, sensor.relative_noise * value) * self._noise.normal(sample)
        if sensor.spike_share:
            value = self.spiked(value, sample)
        return [self._displayed(min(max(value, low), high))], status

    def drops_out(self, sample: int) -> bool:
        """Whether the `sample`-th sample never arrives."""
        share = self._sensor.drop_out_share
        return bool(share) and self._drop_out.uniform(sample) < share

    def spiked(self, value: float, sample: int) -> float:
        """A single value with the spike that its sample may be."""
        return self._spiked([value], sample, self._sensor.spike_share, self._sensor.spike)[0]

    def calibration(self, time: int) -> tuple[float, float, float, float]:
        """What the calibration before a plant instant has left of a single value, and its growth per day.

        Third and fourth number: it was made at third less fourth, and the next one is due an interval later; both are
        0 where nothing is ever calibrated [microseconds].
        """
        if not self._calibrates:
            return self._sensor.bias, 0.0, 0.0, 0.0
        number = int((time + self._phase) // self.interval)
        self.calibration_error(time)
        _, (left, *_), (slope, *_) = self._known_calibration
        return left, slope, number * self.interval, self._phase

    def calibration_error(self, time: int) -> list[float]:
        """Bias, what the last calibration left, and drift since then at a plant instant [signal's unit]."""
        sensor = self._sensor
        if not self._calibrates:
            return [sensor.bias] * self._length
        number = int((time + self._phase) // self.interval)
        known, left, slopes = self._known_calibration
        if known != number:
            first = number * self._length
            draws = range(first, first + self._length)
            left = [sensor.bias + sensor.calibration_sd * self._calibration.normal(draw) for draw in draws]
            slopes = [sensor.drift + sensor.drift_sd * self._slope.normal(draw) for draw in draws]
            self._known_calibration = number, left, slopes
        days = (time + self._phase - number * self.interval) / DAY
        return [error + slope * days for error, slope in zip(left, slopes, strict=True)]

    def _is_lost(self, sample: int, ailments: tuple[Active, ...]) -> bool:
        if self.drops_out(sample):
            return True
        return any(active.ailment == Ailment.DROP_OUT.value for active in ailments)

    def _scattered(self, values: list[float], sample: int, ailments: tuple[Active, ...]) -> list[float]:
        """Values with noise and spikes."""
        sensor, first = self._sensor, sample * self._length
        noise, relative = sensor.noise, sensor.relative_noise
        if noise or relative:
            worse = math.prod(active.size for active in ailments if active.ailment == Ailment.NOISE.value)
            draws = self._normals(first)
            values = [
                value + worse * math.hypot(noise, relative * value) * draw
                for value, draw in zip(values, draws, strict=True)
            ]
        if sensor.spike_share:
            values = self._spiked(values, first, sensor.spike_share, sensor.spike)
        for active in ailments:
            if active.ailment == Ailment.SPIKES.value:
                values = self._spiked(values, first, SPIKES_SHARE, active.size)
        return values

    def _normals(self, first: int) -> list[float]:
        if self._length == 1:
            return [self._noise.normal(first)]
        draws: list[float] = self._noise.normals(np.arange(first, first + self._length)).tolist()
        return draws

    def _spiked(self, values: list[float], first: int, share: float, height: float) -> list[float]:
        result = []
        for place, value in enumerate(values):
            draw = self._spike.uniform(first + place)
            sign = 0.0 if draw >= share else 1.0 if draw < 0.5 * share else -1.0
            result.append(value + sign * height)
        return result

    def _displayed(self, value: float) -> float:
        step = self._sensor.resolution
        if not step or not math.isfinite(value):
            return value
        # Rounding twice gives 12.3 instead of 12.299999999999999.
        return round(round(value / step) * step, self.digits)


def decimals(step: float) -> int:
    """Decimal places of the multiples of a step.

    >>> decimals(0.25), decimals(5.0)
    (2, 0)
    """
    exponent = Decimal(repr(step)).normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _sound_but(ailments: tuple[Active, ...], time: int) -> tuple[Active, ...]:
    """The other ailments of a stuck sensor that it had already when it got stuck."""
    return tuple(active for active in ailments if active.ailment != Ailment.STUCK.value and active.began < time)


def _shifted(value: float, time: int, ailments: tuple[Active, ...]) -> float:
    """A value with the shifts of all ailments."""
    for active in ailments:
        match active.ailment:
            case Ailment.BIAS.value | Ailment.DIRTY_WINDOW.value:
                value += active.size * dirt(active, time)
            case Ailment.MISCALIBRATION.value:
                value *= 1.0 + active.size
            case Ailment.DRIFT.value:
                value += active.size * (time - active.began) / DAY
            case _:
                pass
    return value


def _quality(time: int, ailments: tuple[Active, ...]) -> Status:
    for active in ailments:
        if active.ailment == Ailment.SATURATION.value:
            return Status.UNCERTAIN
        if active.ailment == Ailment.DIRTY_WINDOW.value and dirt(active, time) >= 0.5:
            return Status.UNCERTAIN
    return Status.GOOD
