import asyncio
from typing import cast

import pytest
from asyncua.server.address_space import AddressSpace

from opcua_server.commands import STATUS_OF_REASON, Commands
from opcua_server.publisher import Publisher
from opcua_server.settings import Settings
from opcua_server.signal_values import SignalValues
from opcua_server.subscriptions import SubscriptionsService
from tests.support.fake_port import FakePort
from twin.host.access import Role, User
from twin.host.port import Command, Outcome
from twin.line.errors import Reason

SETTINGS = Settings(outcome_s=0.05, shown_s=0.05)


class Fate(FakePort):
    """A port with one answer to everything, or none."""

    def __init__(self, outcome: Outcome | None) -> None:
        super().__init__()
        self.outcome = outcome

    async def submit(self, command: Command, user: User) -> Outcome:
        if self.outcome is None:
            await asyncio.sleep(3600)
        return cast("Outcome", self.outcome)


async def status(outcome: Outcome | None) -> str:
    port = Fate(outcome)
    nobody = SubscriptionsService(AddressSpace(), SETTINGS)
    commands = Commands(port, Publisher(port, SignalValues([], port.frame), nobody, None), SETTINGS)
    return str((await commands.hand_in(Command("pause"), User("somebody", Role.INSTRUCTOR))).name)


def test_every_reason_has_a_status() -> None:
    assert set(STATUS_OF_REASON) == set(Reason)


async def test_what_is_shown_already_is_good() -> None:
    assert await status(Outcome(True, 0, 0)) == "Good"


async def test_what_no_frame_shows_in_time_completes_later() -> None:
    assert await status(Outcome(True, 0, 7)) == "GoodCompletesAsynchronously"


async def test_a_fate_that_nobody_tells_is_a_timeout() -> None:
    assert await status(None) == "BadTimeout"


@pytest.mark.parametrize(
    ("reason", "name"),
    [
        (Reason.OUT_OF_RANGE, "BadOutOfRange"),
        (Reason.NOT_ALLOWED, "BadUserAccessDenied"),
        (None, "BadInvalidState"),
    ],
)
async def test_a_refusal_has_the_status_of_its_reason(reason: Reason | None, name: str) -> None:
    assert await status(Outcome(False, 0, 0, reason, "no")) == name
