"""What the routes share: the port, the settings, the line by path and the stream."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from api.answers import instant
from api.beginning import Beginning
from api.broadcast import Broadcast, Client
from api.event_stream import EventStream
from api.index import Index
from api.per_frame import PerFrame
from api.pictures import Pictures
from api.problems import STATUS_OF_REASON, ProblemError
from api.reports import Reports
from api.schemas import OutcomeOut
from api.settings import Settings
from twin.host.access import User
from twin.host.port import Command, Outcome, Port

# Longest wall time for which an answer waits for the frame that shows its effect [s].
PATIENCE = 2.0


@dataclass
class Service:
    """One gateway's view of one run."""

    port: Port
    settings: Settings
    index: Index = field(init=False)
    pictures: Pictures = field(init=False)
    beginning: Beginning = field(init=False)
    broadcast: Broadcast = field(init=False)
    reports: Reports = field(init=False)
    stream: Callable[[Broadcast, int | None, Client], Response] = EventStream
    """How somebody is told of frames."""
    answers: PerFrame = field(init=False)
    """Answers that are the same until there is a new frame."""

    def __post_init__(self) -> None:
        self.index = Index(self.port, simulator=self.settings.simulator)
        self.pictures = Pictures(self.index)
        self.beginning = Beginning(self.index, self.pictures)
        self.broadcast = Broadcast(self.port, self.settings)
        self.reports = Reports(self.port)
        self.answers = PerFrame(self.port)

    async def submit(self, command: Command, user: User) -> OutcomeOut:
        """Hand in a user's command; raises ProblemError with the run's own sentence when it is refused."""
        outcome: Outcome = await self.port.submit(replace(command, origin="http"), user)
        if outcome.accepted:
            await self._shown(outcome.sequence)
            return OutcomeOut(accepted=True, time=instant(outcome.time), sequence=outcome.sequence)
        status = 422 if outcome.reason is None else STATUS_OF_REASON[outcome.reason]
        code = "refused" if outcome.reason is None else outcome.reason.value
        raise ProblemError(status, code, outcome.message)

    async def _shown(self, sequence: int) -> None:
        """Wait until frame `sequence` is published, so that who reads after writing reads what was written."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self.port.next_frame(sequence - 1)

    def require_simulator(self) -> None:
        """Raise ProblemError when the controls of the simulator are hidden from clients."""
        if not self.settings.simulator:
            detail = "The controls of the simulator are switched off on this server: they cannot be used over HTTP."
            raise ProblemError(403, "not-allowed", detail)


def service_of(request: Request) -> Service:
    """The service that the application was made for."""
    service: Service = request.app.state.service
    return service


def user_of(request: Request) -> User:
    """Who asks, as the guard has found out; raises ProblemError when that is not known."""
    user: User | None = request.state.user
    if user is None:
        raise ProblemError(401, "unknown-user", "Who asks is not known: log in first (POST /api/v1/login).")
    return user


TheService = Annotated[Service, Depends(service_of)]
TheUser = Annotated[User, Depends(user_of)]
