"""Finds out who somebody is: by password, certificate, token or one-time link."""

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock

from twin.host.access import Role, User
from twin.host.accounts import ROLE_NAMES, Account, AccountFile, new_account
from twin.host.login_delays import LoginDelays
from twin.host.passwords import matches, of_nobody
from twin.run.files import write_whole

TOKEN_S = 12 * 3600
"""How long a token is good [s]."""
LONGEST_TOKEN = 1024
CARD_LINK_S = 12 * 3600
"""How long a link on a card is good [s]."""
MOST_SPENT = 1000
"""Links that are remembered as used; older ones are out of date."""
_LINK = "link"


class Access:
    """The users of one configuration folder, for all gateways of a run.

    It can be pickled, so that a gateway in a process of its own knows the same users, tokens and links.
    """

    def __init__(self, folder: Path, *, open_loopback: bool = False, room: str = "") -> None:
        self.folder = folder
        self.open_loopback = open_loopback
        """Whether everybody on this machine is instructor without a password."""
        self.room = room
        """Which room of a class this is, whose users the others keep out; empty: none."""
        self.file = AccountFile(folder)
        self._links: dict[str, User] = {}
        self._prepare()

    def _prepare(self) -> None:
        self._delays = LoginDelays()
        self._hashing = asyncio.Semaphore(1)
        self._seen_key = secrets.token_bytes(32)
        self._seen: dict[str, bytes] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {
            "folder": self.folder, "open_loopback": self.open_loopback, "room": self.room, "links": self._links,
        }  # fmt: skip

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["folder"], open_loopback=state["open_loopback"], room=state["room"])  # type: ignore[misc]
        self._links = state["links"]

    def first_passwords(self) -> Mapping[str, str]:
        """One new user of each role with its password, when there are no users yet; otherwise nothing."""
        if self.file.exists:
            return {}
        made = {name: new_account(name) for name in ROLE_NAMES}
        with self.file.changed() as users:
            users.update({name: account for name, (account, _) in made.items()})
        return {name: password for name, (_, password) in made.items()}

    def _users(self) -> Mapping[str, Account]:
        """The users that are let in here: not those of another room."""
        return {name: account for name, account in self.file.users().items() if account.room in ("", self.room)}

    # Passwords and certificates.

    async def authenticate(self, name: str, password: str, address: str = "") -> User | None:
        """The user of this name and password; None, after an ever longer pause, when there is none.

        `address` is where the attempt comes from: guesses from elsewhere do not delay anybody else.
        """
        async with self._delays.attempt(address, name) as attempt:
            if not attempt.allowed:
                return None
            account = self._users().get(name)
            attempt.succeeded = await self._is_right(name, account, password)
            return User(name, account.rank) if attempt.succeeded and account is not None else None

    async def _is_right(self, name: str, account: Account | None, password: str) -> bool:
        kept = of_nobody() if account is None or not account.password else account.password
        # What was right a moment ago is known by a digest that never leaves this process: thirty clients of one
        # user that come back at once need not be hashed one by one.
        seen = hmac.digest(self._seen_key, f"{kept}\0{password}".encode(errors="surrogatepass"), "sha256")
        if hmac.compare_digest(self._seen.get(name, b""), seen):
            return True
        async with self._hashing:
            right = await asyncio.to_thread(matches, password, kept)
        if not right:
            return False
        self._seen[name] = seen
        return True

    def user_of_certificate(self, thumbprint: str) -> User | None:
        """The user whose certificate (DER) has this SHA-256 [hexadecimal]; the caller has checked the signature."""
        for name, account in self._users().items():
            if thumbprint in account.certificates:
                return User(name, account.rank)
        return None

    # Tokens.

    def issue_token(self, user: User) -> str:
        """A token for somebody who has just been recognised; good for `TOKEN_S`, and until the account changes."""
        claims = [user.name, int(user.role), int(time.time()) + TOKEN_S, self._stand(user), secrets.token_hex(8)]
        payload = urlsafe_b64encode(json.dumps(claims).encode()).decode()
        return f"{payload}.{self._signature(payload)}"

    def user_of_token(self, token: str) -> User | None:
        """Whose token it is; None when it is forged, out of date, another room's, or the account has changed since."""
        if len(token) > LONGEST_TOKEN or not token.isascii():
            return None
        payload, _, signature = token.partition(".")
        if not hmac.compare_digest(self._signature(payload), signature):
            return None
        name, role, until, stand, _ = json.loads(urlsafe_b64decode(payload))
        user = User(name, Role(role))
        if name in self.file.users() and name not in self._users():
            return None
        return user if until >= time.time() and stand in (_LINK, self._stand(user)) else None

    def _stand(self, user: User) -> str:
        """A fingerprint of the account, which a new password or role changes; of who came by a link, that."""
        account = self.file.users().get(user.name)
        if account is None or account.rank is not user.role:
            return _LINK
        return hashlib.sha256(account.model_dump_json().encode()).hexdigest()[:16]

    def _signature(self, payload: str) -> str:
        return urlsafe_b64encode(hmac.digest(self._key(), payload.encode(), "sha256")).decode().rstrip("=")

    def _key(self) -> bytes:
        """The key of all tokens of this configuration, drawn when it is first asked for."""
        path = self.folder / "token.key"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(path, secrets.token_bytes(32), secret=True)
        return path.read_bytes()

    # One-time links.

    def issue_link(self, role: Role) -> str:
        """A secret that lets somebody in as this role, once."""
        secret = secrets.token_urlsafe(24)
        self._links[_digest(secret)] = User(role.name.lower(), role)
        return secret

    def issue_card_link(self, user: User) -> str:
        """A secret that any process of this configuration redeems, once, as long as the account stays as it is."""
        claims = [user.name, int(user.role), int(time.time()) + CARD_LINK_S, self._stand(user), secrets.token_hex(8)]
        payload = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        return f"{payload}.{self._signature(f'{_LINK} {payload}')}"

    def redeem_link(self, secret: str) -> User | None:
        """Whom the secret lets in; it is worth nothing from then on."""
        return self._links.pop(_digest(secret), None) or self._redeemed_card(secret)

    def _redeemed_card(self, secret: str) -> User | None:
        if len(secret) > LONGEST_TOKEN or not secret.isascii():
            return None
        payload, _, signature = secret.partition(".")
        if not hmac.compare_digest(self._signature(f"{_LINK} {payload}"), signature):
            return None
        name, role, until, stand, _ = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        user = User(name, Role(role))
        good = name in self._users() and until >= time.time() and stand == self._stand(user)
        return user if good and self._spend(_digest(secret)) else None

    def _spend(self, mark: str) -> bool:
        """Note that a link has been used, for all processes; False when it had been."""
        spent = self.folder / "spent-links"
        with FileLock(self.folder / "spent-links.lock"):
            marks = spent.read_text(encoding="ascii").split() if spent.exists() else []
            if mark in marks:
                return False
            write_whole(spent, "\n".join([*marks[-MOST_SPENT:], mark]).encode(), secret=True)
        return True


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
