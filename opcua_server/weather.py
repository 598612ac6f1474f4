"""What stands between transport and processor: in fair weather answers pass at once, in foul weather late or not yet.

It is fair unless an instructor has ordered chaos (`chaos.py`).
"""

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opcua_server.transport import Connection


class Weather:
    """What holds for all connections at present."""

    def __init__(self) -> None:
        self.delay_s = 0.0
        """How late every answer is [s]."""
        self.is_black_hole = False
        """Whether nothing is read and nothing answered."""
        self.is_away = False
        """Whether every connection is broken off at once."""

    @property
    def is_fair(self) -> bool:
        """Whether answers go out at once."""
        return not self.delay_s and not self.is_black_hole


class Outgoing:
    """The way of one connection's answers: passed on at once in fair weather, else later, in their order."""

    def __init__(self, connection: "Connection", transport: asyncio.Transport, weather: Weather, most: int) -> None:
        self._connection, self._transport, self._weather, self._most = connection, transport, weather, most
        self._clock = asyncio.get_running_loop().time
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._bytes = 0
        self._is_full = False
        self.get_extra_info = transport.get_extra_info
        self.is_closing = transport.is_closing

    def write(self, answer: bytes) -> None:
        """Send an answer."""
        if self._weather.is_fair and not self._waiting:
            self._transport.write(answer)
            return
        self._waiting.append((self._clock() + self._weather.delay_s, answer))
        self._bytes += len(answer)
        if self._bytes > self._most and not self._is_full:
            self._is_full = True
            self._connection.pause_writing()
        if len(self._waiting) == 1:
            self.go_on()

    def go_on(self) -> None:
        """Send what is due by now, all of it when the weather has turned fair, and come back for the rest."""
        weather, now = self._weather, self._clock()
        while self._waiting and not weather.is_black_hole and (self._waiting[0][0] <= now or weather.is_fair):
            _, answer = self._waiting.popleft()
            self._bytes -= len(answer)
            if not self._transport.is_closing():
                self._transport.write(answer)
        if self._is_full and self._bytes <= self._most:
            self._is_full = False
            self._connection.resume_writing()
        if self._waiting and not weather.is_black_hole:
            asyncio.get_running_loop().call_at(self._waiting[0][0], self.go_on)
