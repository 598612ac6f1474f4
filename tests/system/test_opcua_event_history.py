"""What has happened can be read in pages, forwards and backwards, while more happens."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from asyncua import ua

from tests.support.opcua import Connection, Served, connected, served
from twin.host.port import Command

MESSAGE, TIME = (
    ua.SimpleAttributeOperand(
        ua.NodeId(ua.ObjectIds.BaseEventType), [ua.QualifiedName(name, 0)], ua.AttributeIds.Value, ""
    )
    for name in ("Message", "Time")
)
SERVER = ua.NodeId(ua.ObjectIds.Server)
NONE = datetime(1601, 1, 1, tzinfo=UTC)
BEGIN, END = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def line() -> Iterator[Served]:
    with served() as server:
        for number in range(25):
            do(server, number)
        yield server


def do(server: Served, number: int) -> None:
    """Let something happen that can be told from all else."""
    assert server.submit(Command("set_speed", f"nr {number:02}", {"factor": 1.0})).accepted


def details(start: datetime, end: datetime, count: int, where: Any = None) -> ua.ReadEventDetails:
    made: Any = ua.ReadEventDetails()
    made.NumValuesPerNode, made.StartTime, made.EndTime = count, start, end
    made.Filter = ua.EventFilter(SelectClauses=[MESSAGE, TIME], WhereClause=where or ua.ContentFilter())
    return made  # type: ignore[no-any-return]


async def ask(
    client: Connection, wanted: ua.ReadEventDetails, point: bytes | None = None, node: ua.NodeId = SERVER
) -> tuple[str, list[str], bytes | None]:
    """Status, the messages' last words, and where it goes on."""
    item: Any = ua.HistoryReadValueId(NodeId=node, ContinuationPoint=point)
    params: Any = ua.HistoryReadParameters(wanted, ua.TimestampsToReturn.Source, False, [item])
    (result,) = await client.client.uaclient.history_read(params)
    data: Any = result.HistoryData
    events = data.Events if isinstance(data, ua.HistoryEvent) else []
    told = [str(event.EventFields[0].Value.Text)[-5:] for event in events]
    return str(result.StatusCode.name), told, result.ContinuationPoint


async def pages(client: Connection, line: Served, wanted: ua.ReadEventDetails) -> list[list[str]]:
    """All pages, while something happens between each two."""
    _, told, point = await ask(client, wanted)
    found = [told]
    while point:
        do(line, 99)
        _, told, point = await ask(client, wanted, point)
        found.append(told)
        assert len(found) < 100
    return found


ALL = [f"nr {number:02}" for number in range(25)]


async def test_forwards_nothing_is_told_twice_and_what_has_happened_meanwhile_comes_last(line: Served) -> None:
    async with connected(line.address) as client:
        found = await pages(client, line, details(BEGIN, END, 7))
    assert {len(page) for page in found[:-1]} == {7}
    told = list(chain(*found))
    assert told[:25] == ALL
    assert set(told[25:]) == {"nr 99"}


async def test_backwards_nothing_is_told_twice_and_what_has_happened_meanwhile_does_not_come(line: Served) -> None:
    async with connected(line.address) as client:
        found = list(chain(*await pages(client, line, details(END, BEGIN, 7))))
    assert [each for each in found if each != "nr 99"] == ALL[::-1]
    assert found[-25:] == ALL[::-1]


async def test_the_newest_are_read_without_a_begin_and_the_oldest_without_an_end(line: Served) -> None:
    async with connected(line.address) as client:
        assert (await ask(client, details(NONE, END, 3)))[1] == ["nr 99"] * 3
        assert (await ask(client, details(BEGIN, NONE, 3)))[1] == ALL[:3]


async def test_a_filter_lets_through_what_it_wants(line: Served) -> None:
    like = ua.ContentFilterElement(
        ua.FilterOperator.Like,
        [MESSAGE, ua.LiteralOperand(ua.Variant("%nr 0[1-3]", ua.VariantType.String))],  # type: ignore[list-item]
    )
    async with connected(line.address) as client:
        wanted = details(BEGIN, END, 2, ua.ContentFilter([like]))
        status, told, point = await ask(client, wanted)
        assert (status, told) == ("Good", ALL[1:3])
        assert (await ask(client, wanted, point))[1:] == ([ALL[3]], None)


async def test_a_window_is_half_open_and_may_be_empty(line: Served) -> None:
    frame = line.do(lambda port: port.events(0, 1, truth=True)[0].time)
    first = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=frame)
    async with connected(line.address) as client:
        assert (await ask(client, details(BEGIN, first, 0)))[:2] == ("GoodNoData", [])
        assert (await ask(client, details(first, END, 1)))[1] == ALL[:1]


@pytest.mark.parametrize(
    ("wanted", "node", "status"),
    [
        (details(NONE, NONE, 3), SERVER, "BadHistoryOperationInvalid"),
        (details(BEGIN, NONE, 0), SERVER, "BadHistoryOperationInvalid"),
        (details(BEGIN, END, 3), ua.NodeId(ua.ObjectIds.ObjectsFolder), "BadHistoryOperationUnsupported"),
        (details(BEGIN, END, 3), ua.NodeId("nowhere", 2), "BadNodeIdUnknown"),
    ],
)
async def test_what_cannot_be_read_says_why(
    line: Served, wanted: ua.ReadEventDetails, node: ua.NodeId, status: str
) -> None:
    async with connected(line.address) as client:
        assert (await ask(client, wanted, node=node))[0] == status
        assert (await ask(client, wanted, point=b"nothing", node=SERVER))[0] == "BadContinuationPointInvalid"
