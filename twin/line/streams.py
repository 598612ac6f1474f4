"""Random draws that depend on what is drawn, not on when or in which order.

A stream belongs to one purpose of one station. Its n-th draw is a pure function of (seed, path, n): a hash of the
path gives the stream a 64-bit key, and SplitMix64 [1]_ scrambles key and index. So any tile's draw can be computed
alone, in a block of any size, or again, and a fault or a new station moves no draw of anybody else.

.. [1] G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
"""

import math
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB
_STEP = 2.0**-52


class Stream:
    """Uniform and normal draws keyed by an index."""

    __slots__ = ("_key",)

    def __init__(self, seed: int, path: str) -> None:
        digest = blake2b(f"{seed}/{path}".encode(), digest_size=8).digest()
        self._key = int.from_bytes(digest, "little")

    @property
    def key(self) -> int:
        """The stream's 64-bit key."""
        return self._key

    def uniform(self, index: int) -> float:
        """The draw number `index` (any integer), uniform in the open interval (0, 1)."""
        z = (self._key + (index + 1) * _GOLDEN) & _MASK
        z = ((z ^ (z >> 30)) * _FIRST) & _MASK
        z = ((z ^ (z >> 27)) * _SECOND) & _MASK
        z ^= z >> 31
        return ((z >> 12) + 0.5) * _STEP

    def uniforms(self, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """The draws of all `indices`, each equal to `uniform` of it; same shape."""
        z = indices.astype(np.uint64)
        z += np.uint64(1)
        z *= np.uint64(_GOLDEN)
        z += np.uint64(self._key)
        return _scrambled(z)

    def normal(self, index: int) -> float:
        """The standard normal draw number `index`."""
        return float(ndtri(self.uniform(index)))

    def normals(self, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """The standard normal draws of all `indices`, each equal to `normal` of it; same shape."""
        draws: NDArray[np.float64] = ndtri(self.uniforms(indices))
        return draws


class Streams:
    """Several streams drawn together: one row each, in the order of the paths."""

    __slots__ = ("_keys",)

    def __init__(self, seed: int, paths: Sequence[str]) -> None:
        self._keys = np.array([[Stream(seed, path).key] for path in paths], dtype=np.uint64)

    def uniforms(self, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """The draws of all `indices` (n) from all streams, (streams, n), each as `Stream.uniform` gives it."""
        z = indices.astype(np.uint64)
        z += np.uint64(1)
        z *= np.uint64(_GOLDEN)
        return _scrambled(z + self._keys)

    def normals(self, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """The standard normal draws of all `indices` (n) from all streams, (streams, n)."""
        draws: NDArray[np.float64] = ndtri(self.uniforms(indices))
        return draws


def _scrambled(z: NDArray[np.uint64]) -> NDArray[np.float64]:
    """The finalizer of SplitMix64, in place, and its result as a number in (0, 1)."""
    z ^= z >> np.uint64(30)
    z *= np.uint64(_FIRST)
    z ^= z >> np.uint64(27)
    z *= np.uint64(_SECOND)
    z ^= z >> np.uint64(31)
    z >>= np.uint64(12)
    draws = z.astype(np.float64)
    draws += 0.5
    draws *= _STEP
    return draws


def first_order_memory(period: float, time_constant: float) -> tuple[float, float]:
    """Factors (keep, renew) of an exactly discretised first-order random process [period and time constant alike].

    x[n+1] = keep x[n] + sigma renew w[n], with w standard normal, keeps the standard deviation sigma.

    >>> keep, renew = first_order_memory(60.0, 2700.0)
    >>> round(keep, 4), round(keep**2 + renew**2, 12)
    (0.978, 1.0)
    """
    keep = math.exp(-period / time_constant)
    return keep, math.sqrt(1.0 - keep * keep)
