"""The sensors of the shipped plants scatter, drift and sample as they are declared to; with ideal ones, all is true."""

import math

import numpy as np
import pytest

from plant_models.definition.load import shipped
from tests.support.tile_lines import START, LineRun, opened
from twin.line.sensing import SENSED, Status, span_of
from twin.line.time import DAY, HOUR, SECOND
from twin.run.sensors import Channel, Instruments

SAMPLES = 1500
GOLDEN = 0.5 * (math.sqrt(5.0) - 1.0)


@pytest.fixture(scope="module", params=list(shipped("plants")))
def run(request: pytest.FixtureRequest) -> LineRun:
    return opened(request.param)


def channels(run: LineRun, ideal: bool = False) -> list[Channel]:
    return [
        Channel(station, signal, 1, ideal)
        for station in run.line.stations
        for signal in station.signals
        if signal.kind in SENSED
    ]


def middle(channel: Channel) -> float:
    """A value well inside what the instrument can show."""
    low, high = span_of(channel.sensor, channel.signal.limits(channel.station))
    assert math.isfinite(high - low), f"{channel.station.path}/{channel.signal.name} has no range"
    return 0.5 * (low + high)


def test_the_noise_of_every_sensor_is_as_declared(run: LineRun) -> None:
    checked = 0
    for channel in channels(run):
        sensor, around, first = channel.sensor, middle(channel), START // channel.schedule.period
        errors = []
        for number in range(first, first + max(50, SAMPLES // channel.length)):
            truth = around + sensor.resolution * (number * GOLDEN % 1.0)
            shown, status = channel.errors.shown([truth] * channel.length, number, ())
            assert status is Status.GOOD
            off = channel.errors.calibration_error(number * channel.schedule.period)
            errors += [value - truth - error for value, error in zip(shown, off, strict=True)]
        name = f"{channel.station.path}/{channel.signal.name}"
        noise = math.hypot(sensor.noise, sensor.relative_noise * around)
        declared = math.sqrt(noise**2 + sensor.resolution**2 / 12.0)
        assert np.std(errors) == pytest.approx(declared, rel=0.09, abs=1e-9), name
        assert abs(np.mean(errors)) <= 4.5 * declared / math.sqrt(len(errors)) + 1e-9, name
        checked += 1
    assert checked >= 40


def test_the_drift_of_every_drifting_sensor_is_as_declared(run: LineRun) -> None:
    checked = 0
    for channel in channels(run):
        sensor, around = channel.sensor, middle(channel)
        if not (sensor.drift or sensor.drift_sd):
            continue
        interval, period = sensor.calibration_h * HOUR, channel.schedule.period
        slopes = []
        for calibration in range(400):
            begin = round((calibration + 1) * interval - channel.errors._phase)
            ends = []
            for share in (0.05, 0.95):
                first = round(begin + share * interval) // period
                shown = [channel.errors.shown([around] * channel.length, first + n, ())[0][0] for n in range(20)]
                ends.append(float(np.mean(shown)))
            slopes.append((ends[1] - ends[0]) / (0.9 * interval / DAY))
        assert np.std(slopes) == pytest.approx(sensor.drift_sd, rel=0.15)
        assert np.mean(slopes) == pytest.approx(sensor.drift, abs=4.0 * sensor.drift_sd / 20.0)
        checked += 1
    assert checked >= 2


def test_every_sensor_samples_at_its_declared_period(run: LineRun) -> None:
    instruments = Instruments(run.line, 1)
    described = [signal for signal in run.line.describe().signals if signal.kind in SENSED and signal.period <= 60.0]
    seen: dict[str, set[int]] = {signal.path: set() for signal in described}
    now = run.engine.now
    for later in range(1, 130):
        until = now + later * SECOND
        for instant in instruments.instants(run.engine.now, until):
            run.engine.advance(instant)
            instruments.sample(instant)
        run.engine.advance(until)
        instruments.read(until)
        if later > 60:
            for signal in described:
                seen[signal.path].add(int(instruments.source_time[signal.index]))
    for signal in described:
        stamps = sorted(seen[signal.path])
        assert len(stamps) >= 2
        assert set(np.diff(stamps).tolist()) == {round(signal.period * SECOND)}, signal.path


def test_with_ideal_sensors_everything_that_is_measured_is_true(run: LineRun) -> None:
    run.line.ideal_sensors = True
    instruments = Instruments(run.line, 1)
    now = run.engine.now
    instruments.read(now)
    index = 0
    for station in run.line.stations:
        for signal in station.signals:
            truth = signal.truth(station)
            length = 1 if signal.axis is None else len(station.axis_points(signal.axis.name))
            if signal.kind in SENSED:
                expected = np.atleast_1d(np.asarray(truth, dtype=np.float64))
                shown = instruments.values[index : index + length]
                assert np.array_equal(shown, np.nan_to_num(expected)), f"{station.path}/{signal.name}"
            index += length
    run.line.ideal_sensors = False


def test_the_sensors_of_a_plant_that_runs_are_good(run: LineRun) -> None:
    instruments = Instruments(run.line, 1)
    instruments.read(run.engine.now)
    run.engine.advance(run.engine.now + 2 * HOUR)
    instruments.read(run.engine.now)
    for signal in run.line.describe().signals:
        if signal.kind in SENSED and signal.period <= 60.0:
            assert instruments.status[signal.index] == Status.GOOD, signal.path
