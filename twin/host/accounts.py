"""The file of users, CONFIG/users.toml: their roles, the hashes of their passwords and their certificates."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from twin.host.access import NAME, Role
from twin.host.passwords import hashed, new_password
from twin.line.errors import DefinitionError
from twin.run.files import write_whole

_HASH = r"^scrypt:(16384|32768):8:[A-Za-z0-9+/=]{24}:[A-Za-z0-9+/=]{44}$"
RoleName = Literal["observer", "operator", "engineer", "instructor"]
Thumbprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
UserName = Annotated[str, StringConstraints(pattern=f"^{NAME.pattern}$")]
ROLE_NAMES: tuple[RoleName, ...] = ("observer", "operator", "engineer", "instructor")


class Account(BaseModel):
    """One user."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: RoleName
    password: str = Field(default="", pattern=f"{_HASH}|^$")
    """scrypt hash; empty for somebody who logs in with a certificate only."""
    certificates: tuple[Thumbprint, ...] = ()
    """SHA-256 of the user's certificates (DER), in hexadecimal."""
    room: str = Field(default="", pattern=f"^({NAME.pattern})?$")
    """The one room of a class that lets this user in; empty: every room, and a run that is no room."""

    @property
    def rank(self) -> Role:
        """The role as a rank."""
        return Role[self.role.upper()]


class Accounts(BaseModel):
    """All users by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    users: dict[UserName, Account] = Field(default_factory=dict)


class AccountFile:
    """Reads and changes CONFIG/users.toml; what another process writes is seen at the next question."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "users.toml"
        self._read: tuple[tuple[int, int], Accounts] | None = None

    @property
    def exists(self) -> bool:
        """Whether there is such a file."""
        return self.path.exists()

    def users(self) -> Mapping[str, Account]:
        """All users; raises DefinitionError when the file cannot be used."""
        try:
            state = self.path.stat()
        except FileNotFoundError:
            return {}
        stamp = (state.st_mtime_ns, state.st_size)
        if self._read is None or self._read[0] != stamp:
            self._read = (stamp, self._parsed())
        return self._read[1].users

    def _parsed(self) -> Accounts:
        try:
            return Accounts.model_validate(tomllib.loads(self.path.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DefinitionError(f"{self.path}: {error}; correct it, or move it away for new users") from None
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise DefinitionError(f"{self.path}: {key}: {first['msg']}; correct it or use `rajola users`") from None

    @contextmanager
    def changed(self) -> Iterator[dict[str, Account]]:
        """The users to change; written when the block ends without an error."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(self.path.with_name(".users.lock")):
            users = dict(self.users())
            yield users
            write_whole(self.path, _as_toml(users).encode(), secret=True)
            self._read = None


def new_account(role: RoleName, thumbprint: str | None = None) -> tuple[Account, str]:
    """An account and its new password; with a certificate's thumbprint there is no password."""
    if thumbprint is not None:
        return Account(role=role, certificates=(thumbprint,)), ""
    password = new_password()
    return Account(role=role, password=hashed(password)), password


def check_name(name: str) -> str:
    """The name; raises DefinitionError when it cannot be one."""
    if re.fullmatch(NAME, name) is None:
        raise DefinitionError(f"user {name!r}: a name has 1 to 64 of the characters A-Z a-z 0-9 . _ -; choose another")
    return name


def _as_toml(users: Mapping[str, Account]) -> str:
    lines = ["# Users of rajola; change them with `rajola users`. Passwords are kept as scrypt hashes only."]
    for name in sorted(users):
        account = users[name]
        lines += ["", f'[users."{name}"]', f'role = "{account.role}"']
        if account.password:
            lines.append(f'password = "{account.password}"')
        if account.certificates:
            lines.append("certificates = [" + ", ".join(f'"{each}"' for each in account.certificates) + "]")
        if account.room:
            lines.append(f'room = "{account.room}"')
    return "\n".join(lines) + "\n"
