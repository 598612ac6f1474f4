"""Exact throughput of small saturated lines: the stationary distribution of a Markov chain in continuous time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

IDLE, WORKING, BLOCKED, DOWN = "idle", "working", "blocked", "down"


@dataclass(frozen=True)
class Tool:
    """A machine with exponential times [1/s]: working, failing while it works, and being repaired."""

    rate: float = 1.0
    failing: float = 0.0
    repairing: float = 0.0


class State(NamedTuple):
    """What each machine does, and the tokens between one machine and the next."""

    tools: tuple[str, ...]
    between: tuple[int, ...]


def _settled(state: State, places: Sequence[int]) -> State:
    """Move tokens on until nothing moves: a finished token leaves when there is a place or the next machine is idle."""
    tools, between = list(state.tools), list(state.between)
    last = len(tools) - 1
    moved = True
    while moved:
        moved = False
        for index in range(last, -1, -1):
            if tools[index] == IDLE and (index == 0 or between[index - 1] > 0):
                tools[index], moved = WORKING, True
                if index > 0:
                    between[index - 1] -= 1
            elif tools[index] == BLOCKED and index == last:
                tools[index], moved = IDLE, True
            elif tools[index] == BLOCKED and tools[index + 1] == IDLE:
                tools[index], tools[index + 1], moved = IDLE, WORKING, True
            elif tools[index] == BLOCKED and between[index] < places[index]:
                tools[index], moved = IDLE, True
                between[index] += 1
    return State(tuple(tools), tuple(between))


def _steps(state: State, tools: Sequence[Tool], places: Sequence[int]) -> Iterator[tuple[float, State]]:
    for index, tool in enumerate(tools):
        changes = {WORKING: ((tool.rate, BLOCKED), (tool.failing, DOWN)), DOWN: ((tool.repairing, WORKING),)}
        for rate, becomes in changes.get(state.tools[index], ()):
            if rate > 0.0:
                changed = (*state.tools[:index], becomes, *state.tools[index + 1 :])
                yield rate, _settled(State(changed, state.between), places)


def exact_throughput(tools: Sequence[Tool], places: Sequence[int]) -> float:
    """Tokens per second of machines in a row, the first never starved, the last never blocked."""
    start = _settled(State((IDLE,) * len(tools), (0,) * len(places)), places)
    numbers, found, rates = {start: 0}, [start], []
    for state in found:
        for rate, after in _steps(state, tools, places):
            if after not in numbers:
                numbers[after] = len(found)
                found.append(after)
            rates.append((numbers[state], numbers[after], rate))
    balance = np.zeros((len(found) + 1, len(found)))
    for before, after, rate in rates:
        balance[after, before] += rate
        balance[before, before] -= rate
    balance[-1] = 1.0
    shares = np.linalg.lstsq(balance, np.eye(len(found) + 1)[-1], rcond=None)[0]
    at_work = sum(share for state, share in zip(found, shares, strict=True) if state.tools[-1] == WORKING)
    return float(at_work * tools[-1].rate)
