"""Who is recognised: passwords, certificates, tokens and one-time links."""

import asyncio
import pickle
import stat
import time
from pathlib import Path

import pytest

from twin.host import login_delays, logins
from twin.host.access import Role, User
from twin.host.accounts import AccountFile, new_account
from twin.host.cli import main
from twin.host.login_delays import LoginDelays
from twin.host.logins import Access
from twin.host.passwords import hashed, matches, new_password
from twin.line.errors import DefinitionError


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failures cost next to no time."""
    monkeypatch.setattr(login_delays, "FIRST_DELAY_S", 0.001)


@pytest.fixture
def access(tmp_path: Path) -> Access:
    return Access(tmp_path / "config")


def test_a_password_is_kept_as_a_salted_hash_only() -> None:
    password = new_password()
    first, second = hashed(password), hashed(password)
    assert password not in first
    assert first != second
    assert matches(password, first)
    assert matches(password, second)
    assert not matches(password + "x", first)


def test_first_passwords_are_told_once_and_stand_nowhere(access: Access) -> None:
    passwords = access.first_passwords()
    assert sorted(passwords) == ["engineer", "instructor", "observer", "operator"]
    assert access.first_passwords() == {}
    kept = access.file.path.read_text()
    assert not any(password in kept for password in passwords.values())
    assert stat.S_IMODE(access.file.path.stat().st_mode) == 0o600


async def test_the_right_password_gives_name_and_role_and_every_other_nothing(access: Access, quick: None) -> None:
    passwords = access.first_passwords()
    assert await access.authenticate("engineer", passwords["engineer"]) == User("engineer", Role.ENGINEER)
    assert await access.authenticate("engineer", passwords["operator"]) is None
    assert await access.authenticate("engineer", "") is None
    assert await access.authenticate("nobody", "") is None
    assert await access.authenticate("engineer", passwords["engineer"]) == User("engineer", Role.ENGINEER)


async def test_a_removed_user_and_a_new_password_count_at_once(access: Access, quick: None) -> None:
    passwords = access.first_passwords()
    assert await access.authenticate("observer", passwords["observer"]) is not None
    assert main(["users", "remove", "observer", "--config", str(access.folder)]) == 0
    assert await access.authenticate("observer", passwords["observer"]) is None
    assert await access.authenticate("operator", passwords["operator"]) is not None
    assert main(["users", "password", "operator", "--config", str(access.folder)]) == 0
    assert await access.authenticate("operator", passwords["operator"]) is None


async def test_guesses_of_one_address_for_one_user_wait_and_hinder_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(login_delays, "FIRST_DELAY_S", 0.05)
    delays = LoginDelays()

    async def guess(address: str, user: str, *, right: bool = False) -> float:
        began = time.monotonic()
        async with delays.attempt(address, user) as attempt:
            assert attempt.allowed
            attempt.succeeded = right
        return time.monotonic() - began

    for _ in range(3):
        await guess("1.1.1.1", "anna")
    # After three failures: 0.05 s, 0.1 s and 0.2 s; the last one still lies ahead.
    last = asyncio.ensure_future(guess("1.1.1.1", "anna", right=True))
    assert await guess("1.1.1.1", "berta", right=True) < 0.15
    assert await guess("2.2.2.2", "anna", right=True) < 0.15
    assert await last > 0.15
    assert await guess("1.1.1.1", "anna", right=True) < 0.05


async def test_who_guesses_under_many_names_or_in_a_crowd_is_not_heard_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1000.0]
    delays = LoginDelays(lambda: now[0])
    heard = 0
    for number in range(2 * login_delays.SPRAY):
        async with delays.attempt("1.1.1.1", f"name-{number}") as attempt:
            heard += attempt.allowed
    assert heard == login_delays.SPRAY
    now[0] += login_delays.SPRAY / login_delays.SPRAY_PER_S
    async with delays.attempt("1.1.1.1", "anna") as attempt:
        assert attempt.allowed


def test_a_token_is_good_until_it_is_old_forged_or_the_account_changes(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    access.first_passwords()
    user = User("operator", Role.OPERATOR)
    token = access.issue_token(user)
    assert access.user_of_token(token) == user
    assert Access(access.folder).user_of_token(token) == user
    payload, _, signature = token.partition(".")
    other = access.issue_token(User("operator", Role.INSTRUCTOR))
    for forged in ("", ".", payload, f"{payload}.", f"{other.partition('.')[0]}.{signature}", "x" * 5000, "ñ.ñ"):
        assert access.user_of_token(forged) is None
    monkeypatch.setattr(logins.time, "time", lambda: time.monotonic() + 1e10)
    assert access.user_of_token(token) is None
    monkeypatch.undo()
    main(["users", "password", "operator", "--config", str(access.folder)])
    assert access.user_of_token(token) is None


def test_a_link_lets_somebody_in_once_also_in_another_process(access: Access) -> None:
    secret = access.issue_link(Role.INSTRUCTOR)
    elsewhere: Access = pickle.loads(pickle.dumps(access))  # noqa: S301 - our own
    user = elsewhere.redeem_link(secret)
    assert user == User("instructor", Role.INSTRUCTOR)
    assert elsewhere.redeem_link(secret) is None
    assert access.redeem_link("guess") is None
    assert access.user_of_token(elsewhere.issue_token(user)) == user


def test_a_class_gets_its_users_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "class.csv"
    order = ["users", "add", "--count", "3", "--csv", str(sheet), "--role", "operator", "--config", str(tmp_path)]
    assert main(order) == 0
    rows = [line.split(",") for line in sheet.read_text().splitlines()]
    assert [row[:2] for row in rows] == [
        ["name", "role"], ["student-01", "operator"], ["student-02", "operator"], ["student-03", "operator"],
    ]  # fmt: skip
    users = AccountFile(tmp_path).users()
    assert all(matches(password, users[name].password) for name, _, password in rows[1:])
    assert main(order) == 2
    assert "student-01' is there already" in capsys.readouterr().err


def test_a_user_may_have_a_certificate_in_place_of_a_password(tmp_path: Path) -> None:
    certificate = tmp_path / "anna.der"
    certificate.write_bytes(b"\x30\x82certificate")
    assert main(["users", "add", "anna", "--certificate", str(certificate), "--config", str(tmp_path)]) == 0
    (thumbprint,) = AccountFile(tmp_path).users()["anna"].certificates
    access = Access(tmp_path)
    assert access.user_of_certificate(thumbprint) == User("anna", Role.OBSERVER)
    assert access.user_of_certificate("0" * 64) is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[users.anna]\nrole = 'boss'\n", "users.anna.role"),
        ("[users.anna]\nrole = 'observer'\nadmin = true\n", "users.anna.admin"),
        ("[users.anna]\nrole = 'observer'\npassword = 'secret'\n", "users.anna.password"),
        ("[users\n", "correct it"),
    ],
)
def test_a_file_of_users_that_cannot_be_used_is_refused_with_its_key(
    tmp_path: Path, content: str, sentence: str
) -> None:
    (tmp_path / "users.toml").write_text(content)
    with pytest.raises(DefinitionError, match=sentence):
        AccountFile(tmp_path).users()


async def test_a_user_of_one_room_is_kept_out_of_the_others(access: Access, quick: None) -> None:
    account, password = new_account("operator")
    with access.file.changed() as users:
        users["room-01"] = account.model_copy(update={"room": "room-01", "certificates": ("a" * 64,)})
    here, there = Access(access.folder, room="room-01"), Access(access.folder, room="room-02")
    user = User("room-01", Role.OPERATOR)
    assert await here.authenticate("room-01", password) == user
    assert here.user_of_certificate("a" * 64) == user
    token = here.issue_token(user)
    assert pickle.loads(pickle.dumps(here)).user_of_token(token) == user  # noqa: S301 - our own
    for other in (there, access):
        assert await other.authenticate("room-01", password) is None
        assert other.user_of_certificate("a" * 64) is None
        assert other.user_of_token(token) is None


def test_who_may_enter_every_room_needs_no_word_about_it(access: Access) -> None:
    access.first_passwords()
    token = access.issue_token(User("instructor", Role.INSTRUCTOR))
    assert Access(access.folder, room="room-02").user_of_token(token) == User("instructor", Role.INSTRUCTOR)
    assert "room" not in access.file.path.read_text()


async def test_users_of_a_room_are_added_and_listed_with_it_and_keep_it(
    access: Access, capsys: pytest.CaptureFixture[str], quick: None
) -> None:
    config = ["--config", str(access.folder)]
    assert main(["users", "add", "anna", "--role", "operator", "--room", "room-02", *config]) == 0
    assert main(["users", "password", "anna", *config]) == 0
    password = capsys.readouterr().out.split()[-1]
    assert await Access(access.folder, room="room-02").authenticate("anna", password) == User("anna", Role.OPERATOR)
    assert await Access(access.folder, room="room-01").authenticate("anna", password) is None
    assert main(["users", "list", *config]) == 0
    assert capsys.readouterr().out.split() == ["anna", "operator", "password", "room-02"]


async def test_a_link_on_a_card_lets_in_once_whichever_process_redeems_it(tmp_path: Path) -> None:
    wall, room, other = (Access(tmp_path, room=name) for name in ("", "room-01", "room-02"))
    account, _ = new_account("operator")
    with room.file.changed() as users:
        users["room-01"] = account.model_copy(update={"room": "room-01"})
    user = User("room-01", Role.OPERATOR)
    secret = wall.issue_card_link(user)
    assert other.redeem_link(secret) is None
    assert room.user_of_token(secret) is None
    assert room.redeem_link(secret) == user
    assert Access(tmp_path, room="room-01").redeem_link(secret) is None
    for forged in (secret[:-1] + ("A" if secret[-1] != "A" else "B"), room.issue_token(user), "", ".", "x.y", "ñ"):
        assert room.redeem_link(forged) is None


async def test_a_link_on_a_card_is_good_no_more_after_a_new_password(tmp_path: Path) -> None:
    room = Access(tmp_path, room="room-01")
    secrets = []
    for _ in range(2):
        account, _ = new_account("operator")
        with room.file.changed() as users:
            users["room-01"] = account.model_copy(update={"room": "room-01"})
        secrets.append(room.issue_card_link(User("room-01", Role.OPERATOR)))
    assert [room.redeem_link(secret) is not None for secret in secrets] == [False, True]
