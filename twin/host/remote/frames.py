"""The newest frames in memory that the run's process and its gateways' share.

A ring of slots, each under a sequence lock: whoever writes waits for nobody, and whoever reads finds out whether a slot
was written anew meanwhile. Which frame is in which slot comes by the socket, so that nobody has to look.
"""

import mmap
import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twin.host.port import Frame

SLOTS = 16
"""Frames that a gateway may be behind before it misses one: four seconds at four frames a second."""
_BEGUN, _ENDED, _TIME, _WALL = range(4)
_HEAD = 4
_NUMBER = 8
"""Bytes of a number."""
Arrays = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.uint8]]


def shared_file() -> int:
    """A file without a name, in memory where the system has such files; it grows to what a ring needs."""
    folder = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (the file has no name)
    with tempfile.TemporaryFile(dir=folder) as file:
        return os.dup(file.fileno())


def _slot_bytes(length: int) -> int:
    return _NUMBER * (_HEAD + 2 * length + -(-length // _NUMBER))


class FrameRing:
    """The frames of a line whose frames have `length` places, in the file behind a descriptor."""

    def __init__(self, descriptor: int, length: int) -> None:
        size = _slot_bytes(length)
        if os.fstat(descriptor).st_size < SLOTS * size:
            os.ftruncate(descriptor, SLOTS * size)
        memory = mmap.mmap(descriptor, SLOTS * size)
        self._heads: list[NDArray[np.int64]] = []
        self._arrays: list[Arrays] = []
        for start in range(0, SLOTS * size, size):
            values = start + _NUMBER * _HEAD
            times, status = values + _NUMBER * length, values + 2 * _NUMBER * length
            self._heads.append(np.frombuffer(memory, np.int64, _HEAD, start))
            self._arrays.append(
                (
                    np.frombuffer(memory, np.float64, length, values),
                    np.frombuffer(memory, np.int64, length, times),
                    np.frombuffer(memory, np.uint8, length, status),
                )
            )

    def write(self, frame: Frame) -> None:
        """Put a frame in the place of the oldest one."""
        head, arrays = self._slot(frame.sequence)
        head[_BEGUN] = frame.sequence
        values, source_time, status = arrays
        values[:], source_time[:], status[:] = frame.values, frame.source_time, frame.status
        head[_TIME], head[_WALL] = frame.time, frame.wall_time
        head[_ENDED] = frame.sequence

    def read(self, sequence: int, texts: dict[int, str]) -> Frame | None:
        """A copy of the frame of this number; None when a newer one has taken its place."""
        head, arrays = self._slot(sequence)
        if head[_ENDED] != sequence:
            return None
        values, source_time, status = arrays[0].copy(), arrays[1].copy(), arrays[2].copy()
        time, wall_time = int(head[_TIME]), int(head[_WALL])
        if head[_BEGUN] != sequence:
            return None
        values.flags.writeable = source_time.flags.writeable = status.flags.writeable = False
        return Frame(sequence, time, wall_time, values, source_time, status, texts)

    def _slot(self, sequence: int) -> tuple[NDArray[np.int64], Arrays]:
        return self._heads[sequence % SLOTS], self._arrays[sequence % SLOTS]
