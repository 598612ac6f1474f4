"""Service: what a machine of one server does over a stretch of time in which nothing disturbs it, computed in one go.

The rules are those of `Machine`, for all tokens of the stretch together. Whatever is not plainly undisturbed (a stop,
setting up, no place behind, two things at one instant) is left to the machine's own process: a plan is then None.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.line.activity import Activity
from twin.line.generic.glide import put_in_order
from twin.line.generic.machine import Machine, ServerState
from twin.line.records import Record

Instants = NDArray[np.int64]
Tokens = NDArray[np.int64]

_LONG_AGO = -(1 << 62)


@dataclass(slots=True)
class Service:
    """What one machine will have done by the end of a stretch with the tokens that it had not taken at its begin."""

    machine: Machine
    tokens: Tokens
    """Those that wait at the beginning, then those that arrive."""
    comes: Instants
    """When each comes; those that wait came before."""
    work: Instants
    begins: Instants
    ends: Instants
    taken: int
    """How many of them are begun within the stretch."""
    finished: int
    """How many of them are finished within it."""
    in_hand: int
    """When the token that is in work at the beginning is finished; long ago for none."""
    until: int

    def carry_out(self) -> None:
        """Make the machine what it will be at the end of the stretch."""
        machine, state = self.machine, self.machine.state
        before, (server,) = len(machine.log), state.servers
        changes = self._changes()
        first = server.token if _LONG_AGO < self.in_hand < self.until else -1
        self._log(first)
        if first >= 0:
            machine.note_finished_many(np.array([first]), np.array([self.in_hand]))
            self._lay_down(server, self.in_hand - state.counted, self.in_hand, 1)
        if self.finished:
            gone = slice(self.finished)
            machine.note_finished_many(self.tokens[gone], self.ends[gone])
            self._lay_down(server, int(self.work[gone].sum()), int(self.ends[self.finished - 1]), self.finished)
        state.taken += self.taken
        if self.taken > self.finished:
            self._take_up(server)
        queue = machine.inlet.queue
        queue.clear()
        queue.extend(self.tokens[self.taken :].tolist())
        for time, activity in changes:
            machine.become_at(time, activity)
        put_in_order(machine, before)

    def _log(self, first: int) -> None:
        """Log that `first`, unless it is -1, leaves, and that the others enter and leave."""
        entries = np.ones((1 + 2 * self.taken, 4), dtype=np.int64)
        entries[0, :3] = self.in_hand, Record.LEFT, first
        taken = slice(self.taken)
        entries[1::2, 0], entries[1::2, 1], entries[1::2, 2] = self.begins[taken], Record.ENTERED, self.tokens[taken]
        entries[2::2, 0], entries[2::2, 1], entries[2::2, 2] = self.ends[taken], Record.LEFT, self.tokens[taken]
        begin, end = int(first < 0), len(entries) - (self.taken - self.finished)
        self.machine.log.frombytes(entries[begin:end].tobytes())

    def _changes(self) -> list[tuple[int, Activity]]:
        """When the machine has nothing more to do, and when something comes again."""
        # Each end of work is followed by the next begin; work that has no end within the stretch comes last of all.
        starts, ends = self.begins[: self.taken].tolist(), self.ends[: self.finished].tolist()
        free = [self.in_hand, *ends] if self.in_hand < self.until else []
        changes = []
        for end, start in zip(free, [*starts, self.until][: len(free)], strict=True):
            if start > end:
                changes += [(end, Activity.STARVED), (start, Activity.PRODUCING)]
        return [(time, activity) for time, activity in changes if _LONG_AGO < time < self.until]

    def _lay_down(self, server: ServerState, worked: int, now: int, count: int) -> None:
        """Be done with tokens, the last of them `now`."""
        state = self.machine.state
        self.machine.faults.state.worked += worked
        state.counted, state.holding, state.working = now, 0, 0
        state.finished += count
        server.token, server.remaining, server.slice, server.due = -1, 0, 0, now

    def _take_up(self, server: ServerState) -> None:
        """Work on the last token that was taken."""
        state, faults = self.machine.state, self.machine.faults
        begin, work = int(self.begins[self.finished]), int(self.work[self.finished])
        state.counted, state.holding, state.working = begin, 1, 1
        server.token, server.remaining = int(self.tokens[self.finished]), work
        server.slice = min(work, faults.next_working - faults.state.worked)
        server.due = begin + server.slice


def plan(machine: Machine, tokens: Tokens, arrivals: Instants, now: int, until: int) -> Service | None:
    """What `machine` does from `now` to before `until` when `tokens` reach it at `arrivals`; None when it is disturbed.

    No failure mode may be due on its working clock. What it finishes must find a place without being asked.
    """
    if _stands(machine, until):
        return _nothing_done(machine, tokens, arrivals, until)
    if not _is_undisturbed(machine):
        return None
    (server,), waiting = machine.state.servers, machine.inlet.queue
    busy = server.token >= 0
    if (not server.slice or server.due < now) if busy else waiting:
        # It is about to do something, and waits for no more than its turn.
        return None
    in_hand = server.due - server.slice + server.remaining if busy else _LONG_AGO
    everything = np.concatenate((np.array(waiting, dtype=np.int64), tokens))
    work = machine.cycle_times(everything) if len(everything) else everything
    if work is None:
        return None
    comes = np.concatenate((np.full(len(waiting), now), arrivals))
    done = np.cumsum(work)
    earliest = comes - (done - work)
    earliest[:1] = np.maximum(earliest[:1], in_hand)
    ends = np.maximum.accumulate(earliest) + done
    if not {in_hand, *ends.tolist()}.isdisjoint(arrivals.tolist()):
        return None
    begins = ends - work
    taken, finished = int(np.searchsorted(begins, until)), int(np.searchsorted(ends, until))
    return Service(machine, everything, comes, work, begins, ends, taken, finished, in_hand, until)


def _stands(machine: Machine, until: int) -> bool:
    """Whether a machine that has been stopped, is blocked or is being set up only lets tokens wait until then."""
    state, mode = machine.state, machine.faults.stopping()
    if machine.inlet.capacity == 0 or any(server.slice and server.due < until for server in state.servers):
        return False
    if mode >= 0:
        return (state.activity, state.cause) == (machine.faults.stop_activity(), mode)
    (server,) = state.servers if len(state.servers) == 1 else (ServerState(),)
    if state.done:
        return state.activity == Activity.BLOCKED and not machine.outlet.taking
    return state.activity == Activity.SETTING_UP and server.slice > 0


def _nothing_done(machine: Machine, tokens: Tokens, arrivals: Instants, until: int) -> Service:
    """What a machine does that stands: what waits and what arrives is still there."""
    waiting = machine.inlet.queue
    everything = np.concatenate((np.array(waiting, dtype=np.int64), tokens))
    comes = np.concatenate((np.full(len(waiting), _LONG_AGO), arrivals))
    later = np.full(len(everything), until)
    return Service(machine, everything, comes, np.zeros_like(later), later, later, 0, 0, until, until)


def _is_undisturbed(machine: Machine) -> bool:
    """Whether the machine works or waits for tokens, and nothing else."""
    state = machine.state
    if len(state.servers) != 1 or machine.inlet.capacity == 0 or machine.faults.stopping() >= 0 or state.done:
        return False
    (server,) = state.servers
    expected = Activity.PRODUCING if server.token >= 0 else Activity.STARVED
    return (state.activity, state.cause) == (expected, -1) and not server.set_up and machine.outlet.taking
