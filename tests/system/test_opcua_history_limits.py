"""History without end: refused, or told in pieces."""

from datetime import UTC, datetime
from typing import Any

from asyncua import ua

from tests.support.opcua import Connection, connected
from tests.support.opcua_plant import plant

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


async def answer(connection: Connection, paths: list[str]) -> str:
    """What a client is told that asks for all history of these signals."""
    details: Any = ua.ReadRawModifiedDetails(IsReadModified=False, StartTime=START, EndTime=END)
    asked = [ua.HistoryReadValueId(NodeId=connection.node(path).nodeid) for path in paths]
    params = ua.HistoryReadParameters(details, ReleaseContinuationPoints=False, NodesToRead=asked)
    try:
        await connection.client.uaclient.history_read(params)
    except ua.UaStatusCodeError as refused:
        return type(refused).__name__
    return "Good"


async def test_history_of_many_nodes_or_of_too_many_values_is_refused() -> None:
    with plant(limits={"history_values_per_answer": 5, "history_nodes": 3}) as made:
        async with connected(made.address) as connection:
            signals = made.do(lambda session: session.description.signals)
            paths = [signal.path for signal in signals if signal.length == 1 and signal.period > 0.0][:1]
            assert await answer(connection, paths * 4) == "BadTooManyOperations"
            said = "Good"
            while said == "Good":
                said = await answer(connection, paths * 3)
            assert said == "BadResponseTooLarge"
