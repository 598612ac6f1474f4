"""`rajola users`: who may log in, in which role, and with what."""

import argparse
import hashlib
import re
from pathlib import Path

from twin.host.accounts import ROLE_NAMES, Account, AccountFile, RoleName, check_name, new_account
from twin.host.options import add_config, config_of
from twin.host.rooms.options import room_name
from twin.line.errors import DefinitionError
from twin.run.files import write_whole

MOST_AT_ONCE = 500
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----")


class UsersCommand:
    """Lists, adds and removes users."""

    name = "users"
    help = "list, add and remove the users of OPC UA and HTTP"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        add_config(actions.add_parser("list", help="names and roles"))
        add = actions.add_parser("add", help="add a user, or many for a class; prints the new passwords once")
        add_config(add)
        add.add_argument("name", nargs="?", default="student", help="name, or what the names of many begin with")
        add.add_argument("--role", choices=ROLE_NAMES, default="observer", help="what they may do (default observer)")
        add.add_argument("--count", type=_count, help="add NAME-01, NAME-02, ... as many as this")
        add.add_argument("--csv", metavar="FILE", type=Path, help="write name,role,password into this file")
        add.add_argument("--certificate", metavar="FILE", type=Path, help="DER file: log in by it, without a password")
        add.add_argument(
            "--room", type=room_name, default="", help="let them in to this room of a class only (room-01 ...)"
        )
        for action, help_text in (("remove", "remove a user"), ("password", "draw a new password for a user")):
            sub = actions.add_parser(action, help=help_text)
            add_config(sub)
            sub.add_argument("name")

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it."""
        file = AccountFile(config_of(arguments))
        match arguments.action:
            case "list":
                for name, account in sorted(file.users().items()):
                    print(_line(name, account))
            case "add":
                _add(file, arguments)
            case "remove":
                with file.changed() as users:
                    del users[_known(file, arguments.name)]
            case _:
                _renew(file, arguments.name)
        return 0


def _line(name: str, account: Account) -> str:
    """A user in the list."""
    words = f"{name:<24} {account.role:<12} {'password' if account.password else 'certificate'}"
    return f"{words:<50} {account.room}".rstrip()


def _add(file: AccountFile, arguments: argparse.Namespace) -> None:
    names = [check_name(name) for name in _names(arguments.name, arguments.count)]
    if arguments.certificate is not None and len(names) > 1:
        raise DefinitionError("--certificate is for one user; leave out --count")
    thumbprint = None if arguments.certificate is None else _thumbprint(arguments.certificate)
    role: RoleName = arguments.role
    taken = [name for name in names if name in file.users()]
    if taken:
        raise DefinitionError(f"user {taken[0]!r} is there already; choose another name or remove it first")
    made = {name: new_account(role, thumbprint) for name in names}
    with file.changed() as users:
        users.update({name: account.model_copy(update={"room": arguments.room}) for name, (account, _) in made.items()})
    _hand_out({name: password for name, (_, password) in made.items()}, role, arguments.csv)


def _hand_out(passwords: dict[str, str], role: str, path: Path | None) -> None:
    rows = [(name, role, password) for name, password in passwords.items()]
    if path is None:
        for name, _, password in rows:
            print(f"{name:<24} {role:<12} {password}")
        return
    lines = "".join(",".join(row) + "\n" for row in [("name", "role", "password"), *rows])
    write_whole(path, lines.encode(), secret=True)
    print(f"{len(rows)} users, with their passwords in {path}")


def _renew(file: AccountFile, name: str) -> None:
    account = file.users()[_known(file, name)]
    fresh, password = new_account(account.role)
    with file.changed() as users:
        users[name] = account.model_copy(update={"password": fresh.password})
    print(f"{name:<24} {account.role:<12} {password}")


def _known(file: AccountFile, name: str) -> str:
    if name not in file.users():
        raise DefinitionError(f"there is no user {name!r} in {file.path}; see `rajola users list`")
    return name


def _names(stem: str, count: int | None) -> list[str]:
    if count is None:
        return [stem]
    width = max(2, len(str(count)))
    return [f"{stem}-{number:0{width}d}" for number in range(1, count + 1)]


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_AT_ONCE:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 to {MOST_AT_ONCE}")
    return int(text)


def _thumbprint(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DefinitionError(f"--certificate {path}: {error.strerror}; name a DER file") from None
    if _PEM.search(content) or not content.startswith(b"\x30"):
        raise DefinitionError(
            f"--certificate {path} is no DER file; convert it with `openssl x509 -in FILE -outform der`"
        )
    return hashlib.sha256(content).hexdigest()


command = UsersCommand()
