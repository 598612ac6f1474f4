"""Who a request comes from: by a token in its head, by the cookie of a browser that has logged in, or nobody known."""

import ipaddress
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from twin.host.access import Role, User
from twin.host.logins import TOKEN_S, Access

COOKIE = "rajola-session"

OPEN = User("http", Role.INSTRUCTOR)
"""Everybody, where a run is served without users."""
LOCAL = User("local", Role.INSTRUCTOR)
"""Everybody on this machine, where it was opened on request."""
ANONYMOUS = User("anonymous", Role.OBSERVER)
"""Somebody on this machine who has not logged in: reads what an observer reads."""


class Identity:
    """Recognises users; without `access` everybody may do everything."""

    def __init__(self, access: Access | None) -> None:
        self._access = access

    def user(self, scope: Scope) -> User | None:
        """The user; None for a token that is not good (any more), and for strangers from elsewhere."""
        if self._access is None:
            return OPEN
        headers = Headers(scope=scope)
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind:
            return self._access.user_of_token(token.strip()) if kind.lower() == "bearer" else None
        kept = _cookie(headers)
        known = self._access.user_of_token(kept) if kept else None
        if known is not None or not is_local(scope):
            return known
        return LOCAL if self._access.open_loopback else ANONYMOUS

    async def login(self, name: str, password: str, address: str) -> tuple[User, str] | None:
        """The user of a name and password, with a new token; None when there is no such user."""
        if self._access is None:
            return None
        user = await self._access.authenticate(name, password, address)
        return None if user is None else (user, self._access.issue_token(user))

    def redeem(self, secret: str) -> str | None:
        """A token for whoever brings a link that nobody has used yet."""
        user = None if self._access is None else self._access.redeem_link(secret)
        return None if user is None or self._access is None else self._access.issue_token(user)


def is_local(scope: Scope) -> bool:
    """Whether the request comes from this machine."""
    client = scope.get("client")
    if client is None:
        return True
    try:
        return ipaddress.ip_address(client[0]).is_loopback
    except ValueError:
        # Starlette's test client has a name where others have an address.
        return bool(client[0] == "testclient")


def remember(response: Response, token: str) -> None:
    """Let a browser keep a token where its scripts cannot read it."""
    response.set_cookie(COOKIE, token, max_age=TOKEN_S, path="/", httponly=True, samesite="lax")


def forget(response: Response) -> None:
    """Let a browser forget its token."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")


def _cookie(headers: Headers) -> str:
    try:
        kept = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return kept.value if kept is not None else ""
