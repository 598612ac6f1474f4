"""Gliding: what a transport does over a stretch of time in which nothing disturbs it, computed in one go.

The rules are those of `Transport.run`, for all tokens of the stretch together. Whatever is not plainly undisturbed (no
room ahead, a stop, two things at one instant) is left to the process itself: a plan is then None.
"""

from dataclasses import dataclass

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
    tokens: Tokens
    """Tokens inside at the beginning, then those that arrive."""
    inside: int
    """How many of them are inside at the beginning."""
    due: Instants
    arrivals: Instants
    """When the others arrive."""
    leaves: Instants
    """When each leaves, or will leave."""
    gone: int
    """How many leave within the stretch."""

    @property
    def left(self) -> tuple[Tokens, Instants]:
        """Tokens that leave within the stretch, and when."""
        return self.tokens[: self.gone], self.leaves[: self.gone]

    def carry_out(self) -> None:
        """Make the station what it will be at the end of the stretch."""
        station, state = self.station, self.station.state
        if len(self.arrivals):
            station.receive_many(self.tokens[self.inside :])
        for place, kept in ((station.inlet.queue, self.tokens), (state.due, self.due)):
            place.clear()
            place.extend(kept[self.gone :].tolist())
        before = len(station.log)
        if self.gone:
            self._leave()
        for time, activity in self._changes():
            station.become_at(time, activity)
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
        empty_for = self.arrivals[first - self.inside :] - self.leaves[first - 1 : -1]
        for place in np.nonzero(empty_for > 0)[0].tolist():
            changes.append((int(self.leaves[first - 1 + place]), Activity.STARVED))
            changes.append((int(self.arrivals[first - self.inside + place]), Activity.PRODUCING))
        if self.gone == len(self.tokens) and self.gone:
            changes.append((int(self.leaves[-1]), Activity.STARVED))
        return changes


def plan(station: Transport, tokens: Tokens, arrivals: Instants, now: int, until: int, spare: int = 0) -> Glide | None:
    """What `station` does from `now` to before `until` when `tokens` reach it at `arrivals`; None when it is disturbed.

    Each arrival must find a place, and `spare` more. Whether the next station has room is that station's plan to say.
    """
    state, inside = station.state, len(station.state.due)
    if state.stopped_at >= 0 or state.activity not in _QUIET or len(station.inlet.queue) != inside:
        return None
    due = np.concatenate((np.array(state.due, dtype=np.int64), arrivals + station.transit()))
    everything = np.concatenate((np.array(station.inlet.queue, dtype=np.int64), tokens))
    leaves = _leaves(due, state.clear_at, station.headway())
    if len(leaves) and leaves[0] < now:
        # It should have left: something ahead holds it.
        return None
    if not _has_room_for(arrivals, leaves, inside, station.capacity_now() - spare) or _touches(
        arrivals, leaves, inside
    ):
        return None
    return Glide(station, everything, inside, due, arrivals, leaves, int(np.searchsorted(leaves, until)))


def _leaves(due: Instants, clear_at: int, headway: int) -> Instants:
    """When each token leaves: not before it is due, and not closer than the headway behind the one before."""
    spacing = headway * np.arange(len(due), dtype=np.int64)
    earliest = due - spacing
    earliest[:1] = np.maximum(earliest[:1], clear_at)
    return np.maximum.accumulate(earliest) + spacing


def _has_room_for(arrivals: Instants, leaves: Instants, inside: int, capacity: int) -> bool:
    """Whether each arrival finds a place that somebody has left before, not just then."""
    first = max(0, capacity - inside)
    makers_of_room = leaves[inside + first - capacity :][: max(0, len(arrivals) - first)]
    return bool(np.all(makers_of_room < arrivals[first:]))


def _touches(arrivals: Instants, leaves: Instants, inside: int) -> bool:
    """Whether a token arrives at the very instant at which the one before it leaves."""
    first = max(inside, 1)
    return bool(np.any(arrivals[first - inside :] == leaves[first - 1 : -1]))


def put_in_order(station: Station, before: int) -> None:
    """Sort by time what was logged from place `before` on; what happened at one instant keeps its order."""
    table = np.array(station.log[before:], dtype=np.int64).reshape(-1, 4)
    times = table[:, 0]
    if np.any(times[1:] < times[:-1]):
        del station.log[before:]
        station.log.frombytes(table[np.argsort(times, kind="stable")].tobytes())
