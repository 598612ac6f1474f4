"""A reach: a stretch of the line that runs behind, and is brought up to the present when somebody looks.

Where heads make tokens at a steady pace, transports carry them and an end takes whatever comes, nobody needs to know
where a token is until it has arrived. Such stations live in an environment of their own, whose clock stands still until
it is asked to catch up. Then they *glide* from one disturbance to the next, all tokens computed together; around a
disturbance the stations' own processes run, event by event, each at its own instant. What comes out is the same.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import simpy
from numpy.typing import NDArray

from twin.line.generic.glide import Glide, plan
from twin.line.generic.transport import Transport
from twin.line.link import Link
from twin.line.station import Station
from twin.line.time import SECOND

Instants = NDArray[np.int64]
Tokens = NDArray[np.int64]
Arrivals = tuple[Link, Tokens, Instants]
"""Tokens that come to an end over one link, and when."""

SHORTEST_GLIDE = 40 * SECOND
"""Shorter stretches are not worth computing together."""
DISTURBED = 20 * SECOND
"""How long the processes run around a disturbance."""


class Head(Protocol):
    """What makes the tokens of a reach."""

    def calm_until(self, now: int) -> int:
        """The next instant at which it does anything else than making one token after the other, or none at all."""
        ...

    def tokens_before(self, until: int) -> tuple[Tokens, Instants]:
        """The tokens that it will have made before `until`, which is not later than it is calm, and when."""
        ...

    def make_many(self, tokens: Tokens, times: Instants) -> None:
        """Make these tokens, but for handing them over."""
        ...


class End(Protocol):
    """What takes the tokens of a reach, whenever."""

    reach: "Reach | None"

    def takes(self, arrivals: Sequence[Arrivals]) -> bool:
        """Whether all these tokens find room, one after the other and without a wait."""
        ...

    def receive_many(self, arrivals: Sequence[Arrivals]) -> None:
        """Take tokens that came at these instants."""
        ...


class Reach:
    """Heads, the chains of transports that lead from them to one end, and stations that belong to them."""

    def __init__(
        self,
        heads: Sequence[Head],
        chains: Sequence[Sequence[Transport]],
        end: End,
        stations: Sequence[Station],
    ) -> None:
        self.heads, self.chains, self.end = heads, chains, end
        self.stations = stations
        """All stations whose clock this is, in the order of the line."""
        self.env = simpy.Environment()
        self.sure_until = 0
        """Until then no failure mode begins, grows or ends in the reach."""
        end.reach = self

    def attach(self, env: simpy.Environment) -> None:
        """Begin to follow a line whose clock is `env`."""
        self.env = simpy.Environment(initial_time=int(env.now))
        self.sure_until = 0
        for station in self.stations:
            station.attach(self.env)

    def catch_up(self, until: int) -> None:
        """Let everything in the reach happen that is due before `until`."""
        now = int(self.env.now)
        while now < until:
            calm = min(self._next_change(), *(head.calm_until(now) for head in self.heads), until)
            if calm - now < SHORTEST_GLIDE:
                self._run(min(until, calm + DISTURBED))
            elif not self._glide(now, calm):
                self._run(min(until, now + DISTURBED))
            now = int(self.env.now)
        self.sure_until = self._next_change()

    def _next_change(self) -> int:
        return min(station.faults.next_change for station in self.stations)

    def _run(self, until: int) -> None:
        """Let it happen event by event."""
        for station in self.stations:
            if station.parked:
                station.restart()
        self.env.run(until=until)

    def _glide(self, now: int, until: int) -> bool:
        """Let it happen all together; False, and nothing has happened, when something is in the way."""
        made = [head.tokens_before(until) for head in self.heads]
        plans = [_planned(chain, *tokens, now, until) for chain, tokens in zip(self.chains, made, strict=True)]
        glides = [glides for glides in plans if glides]
        arrivals = [(chain[-1].station.outlet, *chain[-1].left) for chain in glides]
        if len(glides) < len(plans) or not self.end.takes(arrivals):
            return False
        for station in self.stations:
            station.park()
        for head, tokens in zip(self.heads, made, strict=True):
            head.make_many(*tokens)
        for chain in glides:
            for glide in chain:
                glide.carry_out()
        self.end.receive_many(arrivals)
        # Nothing but the clocks of failure modes is left here, and none of them is due.
        self.env.run(until=until)
        return True


def _planned(chain: Sequence[Transport], tokens: Tokens, times: Instants, now: int, until: int) -> list[Glide]:
    """What each transport of a chain does when these tokens come into it; nothing when one of them is disturbed."""
    glides: list[Glide] = []
    arriving = (tokens, times)
    for station in chain:
        # A head looks for room for the next token as soon as it has handed one over.
        glide = plan(station, *arriving, now, until, 0 if glides else 1)
        if glide is None or not _goes_on(glide):
            return []
        glides.append(glide)
        arriving = glide.left
    return glides


def _goes_on(glide: Glide) -> bool:
    """Whether the next station takes all tokens without being asked about each."""
    if not glide.gone:
        return True
    link = glide.station.outlet
    first, last = int(glide.tokens[0]), int(glide.tokens[glide.gone - 1])
    if last >= link.same_until:
        link.consumer.look_ahead(link, first)
    return link.taking and last < link.same_until


def transports_between(link: Link, end: Station) -> list[Transport]:
    """The transports from a link to an end that all can glide; none when there is something else between."""
    chain: list[Transport] = []
    while link.consumer is not end:
        station = link.consumer
        if not isinstance(station, Transport) or not station.can_glide() or len(station.outlets) != 1:
            return []
        chain.append(station)
        link = station.outlet
    return chain
