"""Every way in which a sensor lies, one by one."""

import math
from typing import Any

import numpy as np
import pytest

from tests.support.sensor_bench import Bench
from twin.line.sensing import Ailment, Status
from twin.line.signal import Sensor
from twin.line.time import HOUR, MINUTE, SECOND

GOOD, UNCERTAIN, BAD = Status


def test_bias_shifts_every_sample() -> None:
    assert Bench(Sensor(bias=1.5)).values(5) == [21.5] * 5


def test_drift_grows_from_calibration_to_calibration() -> None:
    bench = Bench(Sensor(drift=2.4, calibration_h=10.0, period=3600.0))
    errors = np.array(bench.values(100)) - 20.0
    steps = np.diff(errors)
    rises = steps[steps > 0]
    assert rises == pytest.approx(0.1)
    assert len(steps) - len(rises) == 10
    assert errors.min() >= 0.0
    assert errors.max() < 1.0


def test_calibrations_and_slopes_scatter_as_declared() -> None:
    bench = Bench(Sensor(calibration_sd=0.5, drift_sd=3.0, calibration_h=1.0, period=600.0))
    errors = np.array(bench.values(6000)) - 20.0
    times = np.arange(6000) * 600.0 + bench.channel.errors._phase / SECOND
    number, age = np.divmod(times, 3600.0)
    firsts = np.unique(number, return_index=True)[1][1:-1]
    slopes = (errors[firsts + 1] - errors[firsts]) / 600.0 * 86400.0
    left = errors[firsts] - slopes * age[firsts] / 86400.0
    assert len(firsts) > 900
    assert np.std(slopes) == pytest.approx(3.0, rel=0.08)
    assert np.std(left) == pytest.approx(0.5, rel=0.08)
    assert abs(left.mean()) < 0.06


def test_an_instrument_with_a_dead_band_moves_only_for_more_than_it() -> None:
    bench = Bench(Sensor(dead_band=1.0))
    shown = bench.follow([20.0, 20.6, 20.9, 21.1, 20.5, 20.2, 20.0])
    assert shown == [20.0, 20.0, 20.0, 21.1, 21.1, 21.1, 20.0]


def test_a_delayed_value_is_what_was_true_before() -> None:
    bench = Bench(Sensor(delay=3.0))
    shown = bench.follow([float(second) for second in range(10)])
    assert shown[4:] == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]


def test_a_result_comes_late_and_is_stamped_when_its_sample_was_taken() -> None:
    bench = Bench(Sensor(period=10.0, turnaround=4.0))
    seen = [bench.step(float(second), 1.0) for second in range(30)]
    values = [value for value, _, _ in seen]
    assert values[14:24] == [10.0] * 10
    assert values[24] == 20.0
    assert seen[24][1] == 20.0


def test_a_value_beyond_the_span_stands_at_its_end_and_is_uncertain() -> None:
    bench = Bench(Sensor(span=(0.0, 50.0)))
    assert bench.step(49.0)[::2] == (49.0, GOOD)
    assert bench.step(51.0)[::2] == (50.0, UNCERTAIN)
    assert bench.step(-1.0)[::2] == (0.0, UNCERTAIN)


def test_spikes_come_as_often_and_as_high_as_declared() -> None:
    errors = np.array(Bench(Sensor(spike_share=0.1, spike=7.0)).values(5000)) - 20.0
    assert set(np.round(errors, 9).tolist()) == {-7.0, 0.0, 7.0}
    assert np.mean(errors != 0.0) == pytest.approx(0.1, abs=0.015)
    assert abs(errors.mean()) < 0.15


def test_drop_outs_come_as_often_as_declared_and_are_bad() -> None:
    bench = Bench(Sensor(drop_out_share=0.2))
    seen = [bench.step(20.0) for _ in range(3000)]
    bad = [value for value, _, status in seen if status is BAD]
    assert len(bad) / 3000 == pytest.approx(0.2, abs=0.03)
    assert set(bad) == {0.0}


def test_a_clock_that_is_ahead_stamps_its_samples_ahead() -> None:
    assert Bench(Sensor(clock_skew=90.0)).step(20.0)[1] == 90.0


def test_a_stuck_sensor_stands_still_while_the_truth_moves() -> None:
    bench = Bench(Sensor(noise=0.3, drift=5.0, calibration_h=10.0))
    bench.step(20.0)
    bench.begin(Ailment.STUCK)
    shown = [bench.step(20.0 + second)[0] for second in range(1, 50)]
    assert len(set(shown)) == 1
    assert shown[0] == pytest.approx(20.0, abs=8.0)
    bench.end(Ailment.STUCK)
    assert bench.step(90.0)[0] > 80.0


@pytest.mark.parametrize(
    ("ailment", "size", "shown", "status"),
    [
        (Ailment.BIAS, 2.0, 22.0, GOOD),
        (Ailment.MISCALIBRATION, 0.1, 22.0, GOOD),
        (Ailment.SATURATION, 1.0, 100.0, UNCERTAIN),
        (Ailment.DROP_OUT, 1.0, 0.0, BAD),
    ],
)
def test_an_ailment_shows_from_the_next_sample_on(ailment: Ailment, size: float, shown: float, status: Status) -> None:
    bench = Bench(Sensor())
    bench.step(20.0)
    bench.begin(ailment, size)
    value, _, found = bench.step(20.0)
    assert value == pytest.approx(shown)
    assert found is status
    bench.end(ailment)
    assert bench.step(20.0)[::2] == (20.0, GOOD)


def test_a_dirty_window_grows_and_says_so_when_it_is_half_grown() -> None:
    bench = Bench(Sensor(period=60.0))
    bench.step(20.0)
    bench.begin(Ailment.DIRTY_WINDOW, 3.0)
    seen = [bench.step(20.0) for _ in range(90)]
    values = np.array([value for value, _, _ in seen])
    assert values[29] == pytest.approx(21.5, abs=0.1)
    assert values[-1] == pytest.approx(23.0)
    assert [status for _, _, status in seen[:29]] == [GOOD] * 29
    assert {status for _, _, status in seen[31:]} == {UNCERTAIN}


def test_a_drifting_sensor_is_off_by_the_size_after_a_day() -> None:
    bench = Bench(Sensor(period=3600.0))
    bench.step(20.0)
    bench.begin(Ailment.DRIFT, 4.0)
    values = [bench.step(20.0)[0] for _ in range(24)]
    assert values[-1] == pytest.approx(24.0)


def test_a_noisy_sensor_scatters_as_many_times_as_the_size_says() -> None:
    bench = Bench(Sensor(noise=0.1))
    bench.begin(Ailment.NOISE, 8.0)
    assert np.std(bench.values(4000)) == pytest.approx(0.8, rel=0.05)


def test_a_skewed_clock_stamps_ahead_while_it_lasts() -> None:
    bench = Bench(Sensor())
    bench.step(20.0)
    bench.begin(Ailment.CLOCK_SKEW, 120.0)
    assert bench.step(20.0)[1] == 121.0
    bench.end(Ailment.CLOCK_SKEW)
    assert bench.step(20.0)[1] == 2.0


@pytest.mark.parametrize("ailment", list(Ailment))
def test_every_ailment_has_a_usual_size_for_a_sensor_that_plant_data_say_nothing_about(ailment: Ailment) -> None:
    bench = Bench(Sensor(noise=0.2, resolution=0.1))
    bench.step(50.0)
    bench.station.sensing.begin(bench.station, "heat", ailment, None, 1.0, bench.now)
    active = bench.station.sensing.on("heat")[0]
    assert math.isfinite(active.size)
    assert active.size > 0.0


def test_an_ideal_sensor_shows_the_truth_whatever_is_declared() -> None:
    everything: dict[str, Any] = {
        "noise": 1.0, "bias": 2.0, "drift": 3.0, "calibration_sd": 1.0, "dead_band": 5.0, "delay": 7.0,
        "spike_share": 0.5, "spike": 9.0, "drop_out_share": 0.5, "clock_skew": 60.0, "span": (0.0, 30.0),
    }  # fmt: skip
    bench = Bench(Sensor(**everything), ideal=True)
    truth = [20.0, 20.3, 45.0, 99.0, 12.345]
    assert bench.follow(truth) == truth


@pytest.mark.parametrize("sensor", [Sensor(dead_band=0.8, noise=0.2), Sensor(delay=5.0, period=2.0), Sensor(noise=1.0)])
@pytest.mark.parametrize("slices", [[1], [7], [125], [3, 50, 1, 200, 9]])
def test_samples_that_are_taken_in_time_are_the_same_in_whatever_slices(sensor: Sensor, slices: list[int]) -> None:
    def seen(steps: list[int], at: int) -> tuple[float, float, Status]:
        bench = Bench(sensor, wave=True)
        while bench.now < at:
            bench.jump(min(at, bench.now + steps[bench.jumps % len(steps)] * SECOND))
        return bench.shown()

    for at in (100 * SECOND, 731 * SECOND, HOUR + 3 * MINUTE):
        assert seen(slices, at) == seen([2], at)
