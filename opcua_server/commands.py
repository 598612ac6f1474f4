"""How a client's wish becomes a command, and the command's fate a StatusCode."""

import asyncio
from dataclasses import replace

from asyncua import ua
from asyncua.ua.status_codes import StatusCodes

from opcua_server.publisher import Publisher
from opcua_server.settings import Settings
from opcua_server.wire import status
from twin.host.access import User
from twin.host.port import Command, Port
from twin.line.errors import Reason

STATUS_OF_REASON = {
    Reason.UNKNOWN_TARGET: StatusCodes.BadNotFound,
    Reason.UNKNOWN_COMMAND: StatusCodes.BadNotSupported,
    Reason.NOT_WRITABLE: StatusCodes.BadNotWritable,
    Reason.WRONG_TYPE: StatusCodes.BadTypeMismatch,
    Reason.OUT_OF_RANGE: StatusCodes.BadOutOfRange,
    Reason.NOT_ALLOWED: StatusCodes.BadUserAccessDenied,
    Reason.NOT_NOW: StatusCodes.BadInvalidState,
}


class Commands:
    """Hands commands in and waits until clients can read their effect."""

    def __init__(self, port: Port, publisher: Publisher, settings: Settings) -> None:
        self._port = port
        self._publisher = publisher
        self._settings = settings

    async def hand_in(self, command: Command, user: User) -> ua.StatusCode:
        """The fate of the command.

        Good once a published frame shows it, GoodCompletesAsynchronously when it was taken but none does so in time,
        BadTimeout when its fate stays unknown.
        """
        try:
            async with asyncio.timeout(self._settings.outcome_s):
                outcome = await self._port.submit(replace(command, origin="opcua"), user)
        except TimeoutError:
            return status(StatusCodes.BadTimeout)
        if not outcome.accepted:
            reason = outcome.reason
            return status(StatusCodes.BadInvalidState if reason is None else STATUS_OF_REASON[reason])
        try:
            async with asyncio.timeout(self._settings.shown_s):
                await self._publisher.shown(outcome.sequence)
        except TimeoutError:
            return status(StatusCodes.GoodCompletesAsynchronously)
        return status(StatusCodes.Good)
