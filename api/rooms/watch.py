"""What is known of each room: its clock, its alarms, its KPIs and who listens, asked again while somebody looks."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from api.rooms.asking import Answer, Asking
from twin.host.access import Role, User
from twin.host.logins import Access
from twin.host.rooms.wall import RoomFacts, Rooms, RoomState

PERIOD_S = 1.0
"""Wall time between two looks at the rooms' clocks."""
SELDOM = 3
"""Every so many looks, also alarms, KPIs and who listens."""
UNWATCHED_S = 15.0
"""Wall time after the last question from which on nobody is taken to look."""
TOKEN_LIFE_S = 3600.0
WATCHER = User("rooms", Role.INSTRUCTOR)
"""Who looks at the rooms on behalf of the view; an instructor's commands go by the instructor's own name."""
SELDOM_ASKED = ("alarms", "kpis", "connections")


@dataclass(slots=True)
class Seen:
    """What a room said last, by route; `trouble` is a sentence when it said nothing."""

    said: dict[str, Any] = field(default_factory=dict)
    trouble: str = ""


class Watch:
    """Looks at all rooms."""

    def __init__(self, rooms: Rooms, access: Access, asking: Asking) -> None:
        self._rooms, self._access, self._asking = rooms, access, asking
        self._seen: dict[str, Seen] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._asked = 0.0
        self._woken = asyncio.Event()
        self._tokens: dict[User, tuple[float, str]] = {}

    def token(self, user: User) -> str:
        """A token that every room takes: they share the users and the key."""
        made, token = self._tokens.get(user, (0.0, ""))
        if not made or time.monotonic() - made > TOKEN_LIFE_S:
            token = self._access.issue_token(user)
            self._tokens[user] = (time.monotonic(), token)
        return token

    def card_link(self, name: str) -> str:
        """A secret that lets a browser into a room once, as the room's own user."""
        return self._access.issue_card_link(User(name, Role.OPERATOR))

    async def seen(self, name: str) -> Seen:
        """What is known of a room; asking keeps the looks going."""
        self._asked = time.monotonic()
        self._woken.set()
        return self._seen.get(name, Seen())

    async def live(self) -> None:
        """Look for ever; cancel to stop."""
        number = 0
        try:
            while True:
                if time.monotonic() - self._asked > UNWATCHED_S:
                    number = 0
                    self._woken.clear()
                    await self._woken.wait()
                for facts in self._rooms.facts():
                    self._begin(facts, seldom=number % SELDOM == 0)
                number += 1
                await asyncio.sleep(PERIOD_S)
        finally:
            for task in self._looking.values():
                task.cancel()

    def _begin(self, facts: RoomFacts, *, seldom: bool) -> None:
        """Look at a room, unless the last look is still under way."""
        if facts.state is not RoomState.RUNNING:
            self._seen.pop(facts.name, None)
            return
        under_way = self._looking.get(facts.name)
        if under_way is None or under_way.done():
            self._looking[facts.name] = asyncio.create_task(self.look(facts, seldom=seldom), name=f"look {facts.name}")

    async def look(self, facts: RoomFacts, *, seldom: bool = True) -> None:
        """Ask a room now."""
        seen = self._seen.setdefault(facts.name, Seen())
        token, address = self.token(WATCHER), facts.addresses["http"]
        for route in ("clock", *(SELDOM_ASKED if seldom or "kpis" not in seen.said else ())):
            answer: Answer = await self._asking.get(address, route, token)
            seen.trouble = answer.trouble
            if answer.trouble:
                return
            seen.said[route] = answer.content
