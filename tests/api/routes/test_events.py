"""KPIs, events and alarms, as a client reads them."""

import httpx

from api.schemas import Alarms, EventPage, KeyFigures
from tests.support.fake_port import FakePort


async def _break(client: httpx.AsyncClient, oven: str) -> None:
    body = {"name": "inject_fault", "target": oven, "arguments": {"fault": "broken_thermocouple"}}
    assert (await client.post("/api/v1/commands", json=body)).status_code == 200


async def test_a_kpi_that_is_not_defined_says_why(client: httpx.AsyncClient) -> None:
    figures = KeyFigures.model_validate((await client.get("/api/v1/kpis")).json())
    defined, undefined = figures.items
    assert (defined.value, defined.unit, defined.source) == (97.5, "%", "ISO 22400-2")
    assert undefined.value is None
    assert undefined.reason is not None
    assert undefined.reason.es == "todavía no se ha entregado nada"


async def test_events_are_read_on_from_the_last_one_known(client: httpx.AsyncClient, port: FakePort, oven: str) -> None:
    await _break(client, oven)
    first = EventPage.model_validate((await client.get("/api/v1/events", params={"limit": 1})).json())
    rest = EventPage.model_validate((await client.get("/api/v1/events", params={"after": first.last})).json())
    assert [event.number for event in first.items + rest.items] == [event.number for event in port.events(truth=True)]
    assert EventPage.model_validate(
        (await client.get("/api/v1/events", params={"after": rest.last})).json()
    ) == EventPage(last=rest.last, items=[])


async def test_an_alarm_stays_until_it_is_over_and_acknowledged(client: httpx.AsyncClient, oven: str) -> None:
    await _break(client, oven)
    (alarm,) = Alarms.model_validate((await client.get("/api/v1/alarms")).json()).items
    assert (alarm.code, alarm.station, alarm.cleared, alarm.acknowledged) == ("OVN-200", oven, None, False)
    for body in (
        {"name": "acknowledge", "target": alarm.id, "arguments": {"comment": "visto"}},
        {"name": "clear_fault", "target": oven, "arguments": {"fault": "broken_thermocouple"}},
    ):
        assert (await client.post("/api/v1/commands", json=body)).status_code == 200
    assert (await client.get("/api/v1/alarms")).json() == {"items": []}
