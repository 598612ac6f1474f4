"""Stations' states over time: stretches of one state, the time in each, and which station holds up the others."""

from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.answers import instant
from api.pictures import Pictures
from twin.host.port import Port

POINTS = 2000
STRETCHES = 400
WAITING = frozenset({"starved", "blocked", "off"})
"""Looks of a station that waits for others, or is not manned."""


def timelines(port: Port, pictures: Pictures, hours: float) -> dict[str, Any]:
    """Every station with a state over the last `hours` of plant time, and the one that waits least."""
    now = port.frame.time
    since = now - round(hours * 3.6e9)
    stations = []
    for station, (signal, looks) in pictures.states.items():
        times, values = port.trend(signal.index, since, POINTS)
        stretches = _stretches(times, values, now)
        total = sum(end - begin for begin, end, _ in stretches) or 1
        shares = [0.0] * len(signal.states)
        for begin, end, state in stretches:
            shares[state] += (end - begin) / total
        busy = sum(share for share, look in zip(shares, looks, strict=True) if look not in WAITING)
        stations.append(
            {
                "station": station,
                "shares": shares,
                "busy": busy,
                "stretches": [
                    {"begin": instant(begin), "end": instant(end), "state": state}
                    for begin, end, state in _drawn(stretches)
                ],
            }
        )
    return {"time": instant(now), "since": instant(since), "stations": stations}


def _stretches(times: NDArray[np.int64], values: NDArray[np.float64], now: int) -> list[tuple[int, int, int]]:
    """(begin, end, state) of stretches in which the state stayed the same."""
    if not len(times):
        return []
    states = values.astype(np.int64)
    changes = np.concatenate(([0], np.flatnonzero(np.diff(states)) + 1))
    begins = times[changes].tolist()
    ends = [*begins[1:], max(now, int(times[-1]))]
    # Values may be newer than the frame that `now` was read from: what goes beyond it belongs to the next answer.
    stretches = zip(begins, ends, states[changes].tolist(), strict=True)
    return [(begin, min(end, now), state) for begin, end, state in stretches if begin < now]


def _drawn(stretches: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The same for a bar, which has no room for all: of each of many equal parts the state that lasted longest."""
    if len(stretches) <= STRETCHES:
        return stretches
    edges = np.linspace(stretches[0][0], stretches[-1][1], STRETCHES // 2 + 1).astype(np.int64).tolist()
    drawn: list[tuple[int, int, int]] = []
    at = 0
    for low, high in pairwise(edges):
        spent: Counter[int] = Counter()
        while at < len(stretches):
            begin, end, state = stretches[at]
            spent[state] += min(end, high) - max(begin, low)
            if end > high:
                break
            at += 1
        longest = spent.most_common(1)[0][0] if spent else drawn[-1][2]
        if drawn and drawn[-1][2] == longest:
            drawn[-1] = (drawn[-1][0], high, longest)
        else:
            drawn.append((low, high, longest))
    return drawn
