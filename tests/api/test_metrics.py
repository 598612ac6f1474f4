"""What Prometheus reads."""

import httpx
from prometheus_client.parser import text_string_to_metric_families as families

from tests.support.fake_port import FakePort


async def read(client: httpx.AsyncClient) -> dict[str, list[tuple[dict[str, str], float]]]:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        family.name: [(dict(sample.labels), sample.value) for sample in family.samples]
        for family in families(answer.text)
    }


async def test_every_number_of_the_newest_frame_is_told_with_station_name_and_unit(
    client: httpx.AsyncClient, port: FakePort, oven: str
) -> None:
    told = {(labels["station"], labels["signal"]): value for labels, value in (await read(client))["rajola_signal"]}
    described = next(signal for signal in port.description.signals if signal.path == f"{oven}/temperature_set")
    assert told[oven, "temperature_set"] == port.frame.value(described)


async def test_clock_alarms_and_process_are_told(client: httpx.AsyncClient, port: FakePort) -> None:
    told = await read(client)
    assert told["rajola_plant_time_seconds"][0][1] == port.clock.time / 1e6
    assert told["rajola_running"][0][1] == 1.0
    assert "rajola_alarms_active" in told
    assert told["process_resident_memory_bytes"][0][1] > 1e6


async def test_no_metric_tells_of_a_planted_cause(client: httpx.AsyncClient, oven: str) -> None:
    planted = {"name": "inject_fault", "target": oven, "arguments": {"fault": "broken_thermocouple"}}
    assert (await client.post("/api/v1/commands", json=planted)).status_code == 200
    after = (await client.get("/metrics")).text
    assert "broken_thermocouple" not in after
    assert "inject" not in after
