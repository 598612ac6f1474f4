"""The numeric platform: what decides the last bit of a result besides definition, seed and journal."""

import platform
from hashlib import sha256
from importlib.metadata import version

import numpy as np
from scipy.special import ndtri

_LIBRARIES = ("numpy", "scipy", "simpy")


def fingerprint() -> str:
    """Processor, versions of what computes, and a digest of what they make of hard arguments; one line of text.

    Two machines with equal fingerprints are taken to give equal bits. Example: `x86_64 python 3.12 numpy 2.4.6 ...`.
    """
    python = ".".join(platform.python_version_tuple()[:2])
    libraries = " ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return f"{platform.machine()} python {python} {libraries} results {_results()}"


def _results() -> str:
    """Digest of elementary functions over a spread of arguments: mathematics libraries differ in the last bit."""
    # The same arrays that the physics is made of: long ones take the vectorised paths of the library.
    spread = np.linspace(0.001, 0.999, 4099)
    values = (np.exp(30.0 * spread - 15.0), np.log(spread), spread**1.7, np.tanh(9.0 * spread), ndtri(spread))
    return sha256(b"".join(value.tobytes() for value in values)).hexdigest()[:16]


def difference(stored: str) -> str | None:
    """A sentence when a run was written on another platform than this one; None when it was not, or nobody knows."""
    here = fingerprint()
    if stored in ("", here):
        return None
    return (
        f"the run was begun on another numeric platform ({stored}) than this one ({here}): results may differ in the "
        "last bit, and so the hash of the event log may differ from the one seen there"
    )
