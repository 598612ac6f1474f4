"""Who may come in: anybody who reaches the loopback interface is an operator, and nobody is more than that."""

from typing import Any

from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.internal_server import InternalServer
from asyncua.server.user_managers import UserManager

ANONYMOUS = "anonymous"


class LoopbackUsers(UserManager):
    """Takes anonymous users; knows no names, so that a name is refused whatever its password."""

    def get_user(
        self,
        iserver: InternalServer,
        username: str | None = None,
        password: str | None = None,
        certificate: Any = None,
    ) -> User | None:
        """The user, never with the role Admin, which would pass every access level; None refuses."""
        return User(role=UserRole.User, name=ANONYMOUS) if username is None else None
