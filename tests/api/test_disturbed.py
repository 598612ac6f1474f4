"""From a piece to what disturbed it: for the instructor alone."""

from pathlib import Path

import httpx

from api.disturbed import met
from api.index import Index
from tests.support.fake_port import START, FakePort
from tests.support.http_client import client_of
from twin.host.access import Role, User
from twin.host.logins import Access
from twin.line.genealogy import Passport, Stage
from twin.line.text import Text
from twin.line.time import MINUTE
from twin.line.truth import TruthEntry, TruthKind


async def disturbances_told(port: FakePort, folder: Path, role: Role) -> object:
    access = Access(folder)
    client, service = client_of(port, access=access)
    async with client:
        token = access.issue_token(User("somebody", role))
        answer: httpx.Response = await client.get(
            "/api/v1/things/loaf/12", headers={"authorization": f"Bearer {token}"}
        )
    await service.broadcast.close()
    return [each["cause"] for each in answer.json()["disturbances"]]


async def test_the_instructor_alone_is_told_what_a_piece_met(port: FakePort, tmp_path: Path) -> None:
    told = {role: await disturbances_told(port, tmp_path, role) for role in Role}
    assert told == {role: ["command/1"] if role is Role.INSTRUCTOR else [] for role in Role}


def entry(station: str, begin: int, end: int | None, *, planted: bool = False) -> TruthEntry:
    return TruthEntry(f"{station}@{begin}", TruthKind.FAULT, station, "x", Text("x", "x"), begin, end, planted=planted)


def test_a_piece_met_what_went_on_where_it_was_and_nothing_else(port: FakePort, oven: str, mixer: str) -> None:
    """A station that is no stage of the piece, it met when it was begun."""
    stage = Stage("oven", Text("baking", "horneado"), oven, START + 10 * MINUTE, START + 20 * MINUTE, ())
    passport = Passport("loaf", "1", Text("loaf", "pan"), 1, (stage,), (), (), {}, piece=1)
    log = (
        entry(oven, START, START + 9 * MINUTE),
        entry(oven, START + 15 * MINUTE, None),
        entry(oven, START + 21 * MINUTE, None),
        entry(mixer, START, START + 11 * MINUTE, planted=True),
        entry(mixer, START + 12 * MINUTE, None),
    )
    causes = [each["cause"] for each in met(passport, log, Index(port, simulator=True))]
    assert causes == [log[3].cause, log[1].cause]
