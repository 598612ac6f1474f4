"""Gliding: what a transport does over a stretch of time in which nothing disturbs it, computed in one go.

The rules are those of `Transport.run`, for all tokens of the stretch together. Whatever is not plainly undisturbed (no
room ahead, a stop, two things at one instant) is left to the process itself: a plan is then None.
"""

from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from twin.line.activity import Activity
from twin.line.generic.transport import Transport
from twin.line.records import Record
from twin.line.station import Station

Instants = NDArray[np.int64]
Tokens = NDArray[np.int64]

_QUIET = (int(Activity.PRODUCING), int(Activity.STARVED))


@dataclass(slots=True)
class Glide:
    """What one transport will have done by the end of a stretch."""

    station: Transport
    came: Tokens
    """Tokens that arrive."""
    arrivals: Instants
    """When they arrive."""
    inside: int
    """How many tokens are inside at the beginning."""
    due: Instants
    """When each may leave, first those that are inside at the beginning; likewise below."""
    leaves: Instants
    """When each leaves, or will leave."""
    left: tuple[Tokens, Instants]
    """Tokens that leave within the stretch, and when."""

    @property
    def gone(self) -> int:
        """How many leave within the stretch."""
        return len(self.left[0])

    def carry_out(self) -> None:
        """Make the station what it will be at the end of the stretch."""
        station, state, gone = self.station, self.station.state, self.gone
        if len(self.came):
            station.receive_many(self.came)
        queue = station.inlet.queue
        queue.extend(self.came.tolist())
        for _ in range(gone):
            queue.popleft()
        del state.due[:]
        state.due.frombytes(self.due[gone:].tobytes())
        before = len(station.log)
        if gone:
            self._leave()
        changes = self._changes()
        for time, activity in changes:
            station.become_at(time, activity)
        if changes or len(station.log) > before + 4 * gone:
            put_in_order(station, before)

    def _leave(self) -> None:
        station, state, (tokens, times) = self.station, self.station.state, self.left
        entries = np.empty((self.gone, 4), dtype=np.int64)
        entries[:, 0], entries[:, 1], entries[:, 2], entries[:, 3] = times, Record.LEFT, tokens, 1
        station.log.frombytes(entries.tobytes())
        state.last_left = int(times[-1])
        state.clear_at = state.last_left + station.headway()
        state.left += self.gone
        station.passed_many(tokens, times)

    def _changes(self) -> list[tuple[int, Activity]]:
        """When the transport runs empty, and when something arrives again."""
        changes = []
        if self.inside == 0 and len(self.arrivals):
            changes.append((int(self.arrivals[0]), Activity.PRODUCING))
        first = max(self.inside, 1)
        if len(self.arrivals) and self.arrivals[-1] <= self.leaves[first - 1]:
            # All arrive before the transport can have run empty.
            return self._emptied(changes)
        empty = self.arrivals[first - self.inside :] > self.leaves[first - 1 : -1]
        for place in np.nonzero(empty)[0].tolist() if np.count_nonzero(empty) else ():
            changes.append((int(self.leaves[first - 1 + place]), Activity.STARVED))
            changes.append((int(self.arrivals[first - self.inside + place]), Activity.PRODUCING))
        return self._emptied(changes)

    def _emptied(self, changes: list[tuple[int, Activity]]) -> list[tuple[int, Activity]]:
        """The changes, and that the transport is empty at the end if it is."""
        if self.gone == len(self.leaves) and self.gone:
            changes.append((int(self.leaves[-1]), Activity.STARVED))
        return changes


def plan(station: Transport, tokens: Tokens, arrivals: Instants, now: int, until: int, spare: int = 0) -> Glide | None:
    """What `station` does from `now` to before `until` when `tokens` reach it at `arrivals`; None when it is disturbed.

    Each arrival must find a place, and `spare` more. Whether the next station has room is that station's plan to say.
    """
    state, queue, inside = station.state, station.inlet.queue, len(station.state.due)
    if state.stopped_at >= 0 or state.activity not in _QUIET or len(queue) != inside:
        return None
    due = np.concatenate((np.array(state.due, dtype=np.int64), arrivals + station.transit()))
    leaves = _leaves(due, state.clear_at, station.headway())
    if len(leaves) and leaves[0] < now:
        # It should have left: something ahead holds it.
        return None
    if not _has_room_for(arrivals, leaves, inside, station.capacity_now() - spare) or _touches(
        arrivals, leaves, inside
    ):
        return None
    gone = int(leaves.searchsorted(until))
    left = np.fromiter(islice(queue, gone), dtype=np.int64, count=min(gone, inside))
    if gone > inside:
        left = np.concatenate((left, tokens[: gone - inside]))
    return Glide(station, tokens, arrivals, inside, due, leaves, (left, leaves[:gone]))


def _leaves(due: Instants, clear_at: int, headway: int) -> Instants:
    """When each token leaves: not before it is due, and not closer than the headway behind the one before."""
    spacing = headway * np.arange(len(due), dtype=np.int64)
    earliest = due - spacing
    earliest[:1] = np.maximum(earliest[:1], clear_at)
    return np.maximum.accumulate(earliest) + spacing


def _has_room_for(arrivals: Instants, leaves: Instants, inside: int, capacity: int) -> bool:
    """Whether each arrival finds a place that somebody has left before, not just then."""
    if inside + len(arrivals) <= capacity:
        return True
    first = max(0, capacity - inside)
    makers_of_room = leaves[inside + first - capacity :][: max(0, len(arrivals) - first)]
    return not np.count_nonzero(makers_of_room >= arrivals[first:])


def _touches(arrivals: Instants, leaves: Instants, inside: int) -> bool:
    """Whether a token arrives at the very instant at which the one before it leaves."""
    first = max(inside, 1)
    if len(arrivals) and arrivals[-1] < leaves[first - 1]:
        return False
    return bool(np.count_nonzero(arrivals[first - inside :] == leaves[first - 1 : -1]))


def put_in_order(station: Station, before: int) -> None:
    """Sort by time what was logged from place `before` on; what happened at one instant keeps its order."""
    table = np.array(station.log[before:], dtype=np.int64).reshape(-1, 4)
    times = table[:, 0]
    if np.any(times[1:] < times[:-1]):
        del station.log[before:]
        station.log.frombytes(table[np.argsort(times, kind="stable")].tobytes())
