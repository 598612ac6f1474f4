"""Running behind: stations whose clock stands still until somebody looks, and which then glide up to the present.

They live in an environment of their own. Between two disturbances they *glide*: all that happens is computed together.
Around a disturbance the stations' own processes run, event by event, each at its own instant. What comes out is the
same.
"""

from collections.abc import Sequence

import simpy

from twin.line.station import Station
from twin.line.time import SECOND

SHORTEST_GLIDE = 40 * SECOND
"""Shorter stretches are not worth computing together."""
DISTURBED = 20 * SECOND
"""How long the processes run around a disturbance."""


class Behind:
    """Stations that run behind their line. A subclass says how they glide."""

    def __init__(self, stations: Sequence[Station]) -> None:
        self.stations = stations
        """All stations whose clock this is, in the order of the line."""
        self.env = simpy.Environment()

    def attach(self, env: simpy.Environment) -> None:
        """Begin to follow a line whose clock is `env`."""
        self.env = simpy.Environment(initial_time=int(env.now))
        for station in self.stations:
            station.attach(self.env)

    def catch_up(self, until: int) -> None:
        """Let everything happen that is due before `until`."""
        now = int(self.env.now)
        while now < until:
            change = min(station.faults.next_change for station in self.stations)
            calm = min(change, until, self.calm_until(now))
            if calm - now >= SHORTEST_GLIDE and self.glide(now, calm):
                self._leave_to_faults(calm)
            elif change == now and self._only_grows(now):
                self.env.run(until=now + 1)
            elif calm - now >= SHORTEST_GLIDE:
                self._run(now + DISTURBED, until)
            else:
                self._run(max(now, calm) + DISTURBED, until)
            now = int(self.env.now)

    # What a subclass writes.

    def calm_until(self, now: int) -> int:
        """The next instant at which, but for failure modes, anything happens that `glide` does not know of."""
        raise NotImplementedError

    def glide(self, now: int, until: int) -> bool:
        """Let it happen all together; False, and nothing has happened, when something is in the way."""
        raise NotImplementedError

    def due_at(self, now: int) -> bool:
        """Whether anything is due in the stations at this very instant, after a glide up to it."""
        raise NotImplementedError

    # What it does itself.

    def _run(self, least: int, until: int) -> None:
        """Let it happen event by event up to `least`, and on to the next event, but not up to `until` or beyond."""
        for station in self.stations:
            if station.parked:
                station.unpark()
        event = self.env.peek()
        self.env.run(until=min(until, max(least, int(event) if event < until else until)))

    def _leave_to_faults(self, until: int) -> None:
        """Come to the end of a glide: nothing but the clocks of failure modes is left, and none of them is due."""
        for station in self.stations:
            station.park()
        self.env.run(until=until)

    def _only_grows(self, now: int) -> bool:
        """Whether all that happens now is that onsets of failure modes make a step, which needs no process."""
        return all(
            station.parked and (station.faults.next_change > now or station.faults.only_grows(now))
            for station in self.stations
        ) and not self.due_at(now)
