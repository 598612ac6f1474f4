"""Frames in shared memory are whole or not there."""

import numpy as np

from tests.support.fake_port import FakePort
from twin.host.remote.frames import SLOTS, FrameRing, shared_file


def test_what_one_mapping_writes_another_one_reads() -> None:
    port = FakePort()
    length = port.description.frame_length
    file = shared_file()
    writer, reader = FrameRing(file, length), FrameRing(file, length)
    frames = []
    for _ in range(3 * SLOTS):
        port.advance(1.0)
        writer.write(port.frame)
        frames.append(port.frame)
    for frame in frames[-SLOTS:]:
        read = reader.read(frame.sequence, {})
        assert read is not None
        assert read.time == frame.time
        assert np.array_equal(read.values, frame.values)
        assert np.array_equal(read.status, frame.status)


def test_a_frame_in_whose_place_a_newer_one_is_or_comes_is_not_there() -> None:
    port = FakePort()
    length = port.description.frame_length
    ring = FrameRing(shared_file(), length)
    first = port.frame.sequence
    ring.write(port.frame)
    assert ring.read(first, {}) is not None
    assert ring.read(first + 1, {}) is None
    head, _ = ring._slot(first)
    head[0] = first + SLOTS
    assert ring.read(first, {}) is None
    for _ in range(SLOTS):
        port.advance(1.0)
        ring.write(port.frame)
    assert ring.read(first, {}) is None
    assert ring.read(first + SLOTS, {}) is not None
