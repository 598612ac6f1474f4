"""Search, metadata, newest values and trends of signals."""

import httpx
import pytest

from api.schemas import SignalPage, SignalWithValue, Trend, Values
from tests.support.fake_port import FakePort


async def test_a_search_finds_words_of_path_and_meaning_in_both_languages(client: httpx.AsyncClient, oven: str) -> None:
    for words in ("oven humidity", "steam", "VAPOR cámara"):
        page = SignalPage.model_validate((await client.get("/api/v1/signals", params={"q": words})).json())
        assert [signal.path for signal in page.items] == [f"{oven}/humidity"]


async def test_pages_of_a_search_make_up_the_whole(client: httpx.AsyncClient, port: FakePort) -> None:
    found: list[str] = []
    offset: int | None = 0
    while offset is not None:
        answer = await client.get("/api/v1/signals", params={"offset": offset, "limit": 5})
        page = SignalPage.model_validate(answer.json())
        found += [signal.path for signal in page.items]
        offset = page.next
    assert found == [signal.path for signal in port.description.signals]


async def test_a_search_can_be_narrowed_to_a_station_and_a_kind(client: httpx.AsyncClient, oven: str) -> None:
    answer = await client.get("/api/v1/signals", params={"station": oven, "kind": "set-point"})
    assert [signal["name"] for signal in answer.json()["items"]] == ["temperature_set"]


async def test_a_signal_tells_unit_range_and_value(client: httpx.AsyncClient, oven: str) -> None:
    answer = await client.get(f"/api/v1/signals/{oven}/temperature_set")
    signal = SignalWithValue.model_validate(answer.json())
    assert (signal.unit and signal.unit.unece, signal.low, signal.high) == ("CEL", 100.0, 300.0)
    assert (signal.value, signal.status, signal.writable) == (220.0, "good", True)


async def test_values_have_the_type_of_their_signal(client: httpx.AsyncClient, oven: str, mixer: str) -> None:
    values = Values.model_validate((await client.get("/api/v1/values")).json()).values
    shown = {tail: values[f"{mixer}/{tail}"].value for tail in ("state", "batches", "lid_closed", "recipe")}
    assert shown == {"state": 1, "batches": 0, "lid_closed": False, "recipe": "baguette"}
    assert values[f"{oven}/set_profile"].value == [220.0] * 5


async def test_values_can_be_asked_by_path_and_tell_their_status(
    client: httpx.AsyncClient, port: FakePort, oven: str
) -> None:
    await client.post(
        "/api/v1/commands",
        json={"name": "inject_fault", "target": oven, "arguments": {"fault": "broken_thermocouple"}},
    )
    path = f"{oven}/temperature"
    values = Values.model_validate((await client.get("/api/v1/values", params={"path": [path]})).json())
    assert list(values.values) == [path]
    assert values.values[path].status == "bad"


@pytest.mark.parametrize("address", ["values?path=no/such", "signals/no/such", "trend?path=no/such"])
async def test_an_unknown_path_is_a_problem_that_tells_how_to_find_the_right_one(
    client: httpx.AsyncClient, address: str
) -> None:
    answer = await client.get(f"/api/v1/{address}")
    assert answer.status_code == 404
    assert "no/such" in answer.json()["detail"]
    assert "/api/v1/signals?q=" in answer.json()["detail"]


async def test_a_trend_gives_kept_values_since_an_instant(client: httpx.AsyncClient, port: FakePort, oven: str) -> None:
    for _ in range(10):
        port.advance(1.0)
    parameters = {"path": f"{oven}/temperature", "since": "2026-01-05T07:00:06Z"}
    trend = Trend.model_validate((await client.get("/api/v1/trend", params=parameters)).json())
    assert trend.times[0] == "2026-01-05T07:00:06Z"
    assert len(trend.values) == 5
    assert trend.unit == "°C"
    assert trend.values == sorted(trend.values, key=lambda value: value or 0.0)


async def test_a_trend_of_one_place_of_a_profile_stays_inside_the_profile(
    client: httpx.AsyncClient, port: FakePort, oven: str
) -> None:
    port.advance(1.0)
    path = f"{oven}/temperature_profile"
    first, last = [
        (await client.get("/api/v1/trend", params={"path": path, "element": element})).json()["values"][0]
        for element in (0, 4)
    ]
    assert first - last == pytest.approx(8.0)
    outside = await client.get("/api/v1/trend", params={"path": path, "element": 5})
    assert (outside.status_code, "0 to 4" in outside.json()["detail"]) == (404, True)
