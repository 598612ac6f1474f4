"""Protocol chaos, carried out: what lasts changes the `Weather` for a bounded time, all else is done at once."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from asyncua.ua.status_codes import StatusCodes

from opcua_server.own_certificate import application_uri, certified_names, self_signed
from opcua_server.processor import Processor
from twin.host.chaos import Chaos

if TYPE_CHECKING:
    from opcua_server.server import LineServer
    from opcua_server.transport import Connection

_logger = logging.getLogger(__name__)
ANSWER_FIRST_S = 0.25
"""Time in which whoever ordered chaos hears that it was taken [s]."""
AWAY_S = 2.0
"""How long a server that shares its process with the plant is away when it is to start again [s]."""
_EARLIER = timedelta(days=60)


class ChaosMaker:
    """Carries out what instructors order; everything that lasts ends by itself."""

    def __init__(self, server: "LineServer", restart: Callable[[], None] | None) -> None:
        self._server, self._services = server, server.services
        self._restart = restart
        """Ends this process, in whose place another one is started; None in the plant's own process."""
        self._since = datetime.now(UTC).timestamp() * 1e6
        self._ordered: asyncio.Queue[Chaos] = asyncio.Queue()
        self._ends: dict[str, float] = {}

    def order(self, chaos: Chaos) -> None:
        """Let it happen soon; what was ordered before this server began is over."""
        if chaos.commanded >= self._since:
            self._ordered.put_nowait(chaos)

    async def run(self) -> None:
        """Carry out and end until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            try:
                async with asyncio.timeout_at(min(self._ends.values(), default=None)):
                    chaos = await self._ordered.get()
            except TimeoutError:
                for kind in [kind for kind, end in self._ends.items() if end <= clock()]:
                    await self._end(kind)
                continue
            await asyncio.sleep(ANSWER_FIRST_S)
            _logger.info("OPC UA: %s", chaos.told)
            if chaos.kind:
                await self._begin(chaos)
            else:
                for kind in list(self._ends):
                    await self._end(kind)

    async def _begin(self, chaos: Chaos) -> None:
        if chaos.duration_s:
            self._ends[chaos.kind] = asyncio.get_running_loop().time() + chaos.duration_s
        weather = self._services.weather
        match chaos.kind:
            case "delay_answers":
                weather.delay_s = chaos.size / 1000.0
            case "black_hole":
                weather.is_black_hole = True
                for connection in self._connections:
                    connection.read_on()
            case "clock_jump":
                self._services.clock.ahead_s = chaos.size
            case "expiring_certificate":
                await self._show_certificate(chaos.size)
            case "expired_certificate":
                await self._show_certificate(-chaos.size)
            case _:
                await self._drop(chaos.kind)

    async def _drop(self, kind: str) -> None:
        match kind:
            case "drop_subscriptions":
                self._drop_subscriptions()
            case "drop_sessions":
                await self._drop_sessions()
            case "drop_connections":
                self._drop_connections()
            case "restart":
                await self._start_again()

    async def _end(self, kind: str) -> None:
        del self._ends[kind]
        weather = self._services.weather
        match kind:
            case "delay_answers":
                weather.delay_s = 0.0
            case "black_hole":
                weather.is_black_hole = False
            case "restart":
                weather.is_away = False
            case "clock_jump":
                self._services.clock.ahead_s = 0.0
            case _ if not self._ends.keys() & {"expiring_certificate", "expired_certificate"}:
                await self._server.offer()
                self._drop_connections()
        for connection in self._connections:
            connection.forgive()
            connection.read_on()
            connection.outgoing.go_on()

    @property
    def _connections(self) -> "list[Connection]":
        listener = self._services.listener
        return listener.connections if listener is not None else []

    def _drop_subscriptions(self) -> None:
        subscriptions = self._services.subscriptions
        for subscription in list(subscriptions.subscriptions.values()):
            subscriptions.expire(subscription)
            subscription.stop()

    async def _drop_sessions(self) -> None:
        for session in self._services.sessions:
            await session.close_session(True)
        for connection in self._connections:
            if isinstance(connection.processor, Processor):
                connection.processor.refuse_publish_requests(StatusCodes.BadSessionClosed)

    def _drop_connections(self) -> None:
        for connection in self._connections:
            if connection.transport is not None:
                connection.transport.abort()

    async def _start_again(self) -> None:
        if self._restart is not None:
            self._restart()
            return
        # To clients it looks the same: nobody takes their connections, and nobody knows of their sessions afterwards.
        self._ends["restart"] = asyncio.get_running_loop().time() + AWAY_S
        self._services.weather.is_away = True
        await self._drop_sessions()
        self._drop_connections()

    async def _show_certificate(self, hours: float) -> None:
        """Show, to all who connect from now on, a certificate that expires in so many hours, or did so before now."""
        identity = self._services.identities.identity
        if identity is None:
            return
        now, left = datetime.now(UTC), timedelta(hours=hours)
        names, uri = certified_names(identity.certificate), application_uri(identity.certificate) or ""
        made = self_signed(identity.key, self._server.name, uri, sorted(names - {uri}), now - _EARLIER, _EARLIER + left)
        await self._server.offer(replace(identity, certificate=made))
        self._drop_connections()
