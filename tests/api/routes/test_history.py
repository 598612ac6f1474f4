"""Recorded values, windows of KPIs and questions in SQL, as a client asks for them."""

import io

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.fake_port import FakePort

ALL = {"start": "2026-01-05T00:00:00Z", "end": "2026-01-06T00:00:00Z"}


@pytest.fixture
def path(port: FakePort, oven: str) -> str:
    for _ in range(30):
        port.advance(1.0)
    return f"{oven}/temperature"


async def test_raw_values_are_paged_by_time(client: httpx.AsyncClient, path: str) -> None:
    first = (await client.get("/api/v1/history", params={"path": path, **ALL, "limit": 10})).json()
    assert (len(first["times"]), first["more"]) == (10, True)
    rest = (await client.get("/api/v1/history", params={"path": path, **ALL, "start": first["next"]})).json()
    assert rest["times"][0] > first["times"][-1]
    assert rest["next"] is None


async def test_an_aggregate_has_one_value_for_every_interval(client: httpx.AsyncClient, path: str) -> None:
    window = {"start": "2026-01-05T07:00:00Z", "end": "2026-01-05T07:00:30Z"}
    asked = {"path": path, **window, "form": "Average", "interval_s": 10}
    found = (await client.get("/api/v1/history", params=asked)).json()
    assert found["times"] == [f"2026-01-05T07:00:{second:02d}Z" for second in (0, 10, 20)]
    assert all(status in {"good", "uncertain"} for status in found["status"])


async def test_values_come_as_csv_arrow_and_parquet(client: httpx.AsyncClient, path: str) -> None:
    answers = {
        encoding: await client.get("/api/v1/history", params={"path": path, **ALL, "encoding": encoding})
        for encoding in ("json", "csv", "arrow", "parquet")
    }
    values = answers["json"].json()["values"]
    lines = answers["csv"].text.splitlines()
    assert lines[0] == "time,value,status"
    assert [float(line.split(",")[1]) for line in lines[1:]] == values
    assert pa.ipc.open_stream(answers["arrow"].content).read_all()["value"].to_pylist() == values
    assert pq.read_table(io.BytesIO(answers["parquet"].content))["value"].to_pylist() == values


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"form": "Mode"}, 422),
        ({"limit": "0"}, 422),
        ({"start": "2026-01-05T00:00:00"}, 422),
        ({"path": "no/such/signal"}, 404),
        ({"form": "Average", "interval_s": "0.000001"}, 422),
        ({"interval_s": "nan"}, 422),
    ],
)
async def test_a_question_that_cannot_be_answered_is_a_problem(
    client: httpx.AsyncClient, path: str, changed: dict[str, str], status: int
) -> None:
    answer = await client.get("/api/v1/history", params={"path": path, **ALL, **changed})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_windows_of_kpis_refuse_what_is_no_window(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/kpis/shift", params=ALL)).json() == {"windows": []}
    assert (await client.get("/api/v1/losses", params=ALL)).json() == {"units": []}
    reversed_ = {"start": ALL["end"], "end": ALL["start"]}
    window = await client.get("/api/v1/kpis/window", params=ALL)
    assert (await client.get("/api/v1/kpis/window", params=reversed_)).json() == window.json()
    assert (await client.get("/api/v1/kpis/week", params=ALL)).status_code == 422


async def test_sql_is_answered_or_refused_with_a_sentence(client: httpx.AsyncClient) -> None:
    asked = await client.post("/api/v1/query", json={"sql": "SELECT 1"})
    assert asked.json() == {"columns": ["sql"], "rows": [["SELECT 1"]], "more": False}
    refused = await client.post("/api/v1/query", json={"sql": "DROP TABLE entry"})
    assert (refused.status_code, refused.json()["detail"]) == (422, "ask one SELECT")
