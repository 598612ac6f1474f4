"""A trend keeps the newest frames and thins them evenly."""

import numpy as np

from twin.host.port import BAD, GOOD, Frame
from twin.host.trend import KEPT, Trend


def frame(time: int, value: float, status: int = GOOD) -> Frame:
    return Frame(
        1, time, 0, np.array([value, -value]), np.array([time, time]), np.array([status, GOOD], dtype=np.uint8), {}
    )


def trend(*frames: Frame) -> Trend:
    made = Trend(2)
    for each in frames:
        made.add(each)
    return made


def listed(made: Trend, index: int = 0, since: int = 0, points: int = 600) -> list[tuple[int, float]]:
    times, values = made.read(index, since, points)
    return list(zip(times.tolist(), values.tolist(), strict=True))


def test_values_come_oldest_first() -> None:
    made = trend(frame(1, 10.0), frame(2, 20.0), frame(3, 30.0))
    assert listed(made) == [(1, 10.0), (2, 20.0), (3, 30.0)]
    assert listed(made, 1, since=2) == [(2, -20.0), (3, -30.0)]
    assert listed(trend()) == []


def test_bad_values_are_left_out() -> None:
    assert listed(trend(frame(1, 10.0), frame(2, 0.0, BAD), frame(3, 30.0))) == [(1, 10.0), (3, 30.0)]


def test_a_frame_of_the_same_plant_time_takes_the_place_of_the_last() -> None:
    assert listed(trend(frame(1, 10.0), frame(2, 20.0), frame(2, 25.0))) == [(1, 10.0), (2, 25.0)]


def test_thinning_keeps_both_ends() -> None:
    made = trend(*(frame(time, float(time)) for time in range(1000)))
    times = [time for time, _ in listed(made, points=11)]
    assert len(times) == 11
    assert (times[0], times[-1]) == (0, 999)
    assert np.abs(np.diff(times) - 99.9).max() < 1.0
    assert len(listed(made, points=0)) == 1


def test_only_the_newest_frames_are_kept() -> None:
    made = trend(*(frame(time, 1.0) for time in range(KEPT + 5)))
    times = [time for time, _ in listed(made, points=10**6)]
    assert (times[0], times[-1], len(times)) == (5, KEPT + 4, KEPT)
