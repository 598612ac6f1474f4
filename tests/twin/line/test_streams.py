"""Draws depend on what is drawn: same index, same draw, in whatever shape and order."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from twin.line.streams import Stream, first_order_memory

MANY = np.arange(200_000)


@given(st.integers(0, 2**63 - 1), st.text(max_size=20), st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_a_draw_is_the_same_alone_and_in_a_block(seed: int, path: str, indices: list[int]) -> None:
    stream = Stream(seed, path)
    block = np.array(indices, dtype=np.int64)

    assert stream.uniforms(block).tolist() == [stream.uniform(index) for index in indices]
    assert stream.normals(block).tolist() == [stream.normal(index) for index in indices]


def test_a_block_keeps_its_shape_and_leaves_its_indices_alone() -> None:
    indices = np.arange(12).reshape(3, 4)

    assert Stream(1, "a").uniforms(indices).shape == (3, 4)
    assert indices.tolist() == np.arange(12).reshape(3, 4).tolist()


def test_uniform_draws_follow_the_uniform_distribution_inside_the_open_interval() -> None:
    draws = Stream(1, "plant/press/mass").uniforms(MANY)

    assert draws.min() > 0.0
    assert draws.max() < 1.0
    assert kstest(draws, "uniform").pvalue > 0.001


def test_normal_draws_follow_the_normal_distribution() -> None:
    assert kstest(Stream(1, "plant/press/mass").normals(MANY), "norm").pvalue > 0.001


@pytest.mark.parametrize("lag", [1, 2, 3, 5, 64, 1024])
def test_draws_of_one_stream_do_not_depend_on_their_neighbours(lag: int) -> None:
    draws = Stream(1, "a").uniforms(MANY)

    assert abs(np.corrcoef(draws[:-lag], draws[lag:])[0, 1]) < 4.0 / sqrt(len(MANY))


@pytest.mark.parametrize(("seed", "path"), [(2, "a"), (1, "b"), (1, "a/uptime"), (11, "a"), (0, "a")])
def test_streams_of_other_seeds_and_paths_are_independent(seed: int, path: str) -> None:
    one, other = Stream(1, "a").uniforms(MANY), Stream(seed, path).uniforms(MANY)

    assert not np.intersect1d(one[:1000], other[:1000]).size
    assert abs(np.corrcoef(one, other)[0, 1]) < 4.0 / sqrt(len(MANY))


def test_a_draw_never_changes_from_version_to_version() -> None:
    stream = Stream(7, "works/site/area/line/press/mass")

    assert [round(stream.uniform(index), 12) for index in (0, 1, 1_000_000)] == [
        0.252160603616,
        0.864705457357,
        0.500539812012,
    ]


def test_first_order_memory_keeps_the_standard_deviation_and_the_time_constant() -> None:
    keep, renew = first_order_memory(period=1.0, time_constant=8.0)
    value, values = 0.0, []
    for shock in Stream(1, "wander").normals(MANY).tolist():
        value = keep * value + renew * shock
        values.append(value)

    assert np.std(values) == pytest.approx(1.0, abs=0.03)
    assert np.corrcoef(values[:-8], values[8:])[0, 1] == pytest.approx(np.exp(-1.0), abs=0.03)
