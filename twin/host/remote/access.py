"""Access in a gateway's process: what only one process may decide is asked of the run's."""

import asyncio

from twin.host.access import Role, User
from twin.host.logins import Access
from twin.host.remote.answers import ACCESS
from twin.host.remote.port import Direct, NoAnswer, Questions

PENDING = 128
"""Attempts to log in that may be under way: they take no turn from other questions."""


class RemoteAccess(Access):
    """The same users and tokens, read off the same files; passwords are tried and links are spent in one place."""

    def __init__(self, access: Access, questions: Questions, direct: Direct) -> None:
        self.__dict__.update(access.__dict__)
        self._questions, self._direct = questions, direct
        self._free = asyncio.Semaphore(PENDING)

    async def authenticate(self, name: str, password: str, address: str = "") -> User | None:
        """The user of this name and password; None, after an ever longer pause, when there is none."""
        try:
            async with self._free:
                user: User | None = await self._questions.ask(f"{ACCESS}authenticate", name, password, address)
        except NoAnswer:
            # Nobody waits that long behind so many other guesses.
            return None
        return user

    def issue_link(self, role: Role) -> str:
        """A secret that lets somebody in as this role, once."""
        return str(self._direct.ask(f"{ACCESS}issue_link", role))

    def redeem_link(self, secret: str) -> User | None:
        """Whom the secret lets in; it is worth nothing from then on."""
        user: User | None = self._direct.ask(f"{ACCESS}redeem_link", secret)
        return user
