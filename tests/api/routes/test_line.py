"""Structure, pictures and facts of the run, as a client reads them."""

import httpx

from api.schemas import LineOut, RunOut
from tests.support.fake_port import FakePort
from tests.support.http_client import client_of


async def test_the_structure_names_every_station_and_signal_of_the_description(
    client: httpx.AsyncClient, port: FakePort
) -> None:
    line = LineOut.model_validate((await client.get("/api/v1/line")).json())
    assert [station.path for station in line.stations] == [station.path for station in port.description.stations]
    paths = [path for station in line.stations for path in station.signals]
    assert paths == [signal.path for signal in port.description.signals]
    assert (line.links[0].capacity, line.title.es) == (4, "Panadería de la esquina")


async def test_faults_are_told_only_where_the_simulator_may_be_controlled(port: FakePort) -> None:
    shown: dict[bool, list[str]] = {}
    for simulator in (True, False):
        client, _ = client_of(port, simulator=simulator)
        async with client:
            line = LineOut.model_validate((await client.get("/api/v1/line")).json())
            commands = (await client.get("/api/v1/commands")).json()["items"]
        shown[simulator] = [fault.name for station in line.stations for fault in station.faults]
        shown[simulator] += [command["name"] for command in commands if "fault" in command["name"]]
    assert shown == {True: ["belt_slip", "broken_thermocouple", "inject_fault", "clear_fault"], False: []}


async def test_the_run_tells_where_other_protocols_connect(client: httpx.AsyncClient) -> None:
    run = RunOut.model_validate((await client.get("/api/v1/run")).json())
    assert run.addresses["opcua"] == "opc.tcp://127.0.0.1:4840/rajola/"
    assert (run.start, run.seed, run.language) == ("2026-01-05T07:00:00Z", 1, "en")


async def test_the_presentation_names_signals_by_their_whole_path(client: httpx.AsyncClient, oven: str) -> None:
    presentation = (await client.get("/api/v1/presentation")).json()
    assert presentation["headline"] == [f"{oven}/loaves", f"{oven}/temperature"]
    assert presentation["stations"][1]["cells"][0]["signal"] == f"{oven}/temperature_profile"
    assert presentation["views"][0]["lines"] == [f"{oven}/set_profile", f"{oven}/temperature_profile"]
