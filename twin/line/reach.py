"""A reach: a stretch of the line that runs behind, and is brought up to the present when somebody looks.

Where heads make tokens at a steady pace, transports carry them and an end takes whatever comes, nobody needs to know
where a token is until it has arrived.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from twin.line.behind import Behind
from twin.line.generic.glide import Glide, plan
from twin.line.generic.transport import Transport
from twin.line.link import Link
from twin.line.station import Station

Instants = NDArray[np.int64]
Tokens = NDArray[np.int64]
Arrivals = tuple[Link, Tokens, Instants]
"""Tokens that come to an end over one link, and when."""


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


class Reach(Behind):
    """Heads, the chains of transports that lead from them to one end, and stations that belong to them."""

    def __init__(
        self,
        heads: Sequence[Head],
        chains: Sequence[Sequence[Transport]],
        end: End,
        stations: Sequence[Station],
    ) -> None:
        super().__init__(stations)
        self.heads, self.chains, self.end = heads, chains, end
        end.reach = self

    def calm_until(self, now: int) -> int:
        """The next instant at which a head does anything else than making one token after the other, or none."""
        return min(head.calm_until(now) for head in self.heads)

    def due_at(self, now: int) -> bool:
        """Whether a token is made or leaves a transport now."""
        states = (transport.state for chain in self.chains for transport in chain)
        return any(len(head.tokens_before(now + 1)[0]) > 0 for head in self.heads) or any(
            state.due and max(state.due[0], state.clear_at) <= now for state in states
        )

    def glide(self, now: int, until: int) -> bool:
        """Let it happen all together; False, and nothing has happened, when something is in the way."""
        made = [head.tokens_before(until) for head in self.heads]
        plans = [_planned(chain, *tokens, now, until) for chain, tokens in zip(self.chains, made, strict=True)]
        glides = [glides for glides in plans if glides]
        arrivals = [(chain[-1].station.outlet, *chain[-1].left) for chain in glides]
        if len(glides) < len(plans) or not self.end.takes(arrivals):
            return False
        for head, tokens in zip(self.heads, made, strict=True):
            head.make_many(*tokens)
        for chain in glides:
            for glide in chain:
                glide.carry_out()
        self.end.receive_many(arrivals)
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
    first, last = int(glide.left[0][0]), int(glide.left[0][-1])
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
