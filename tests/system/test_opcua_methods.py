"""Methods of the simulator: their arguments, what they do and how they refuse."""

from typing import Any

import pytest
from asyncua import ua

from tests.support.opcua import MIXER, OVEN, Connection, Served


async def test_pause_and_resume_are_seen_as_soon_as_they_are_answered(client: Connection) -> None:
    running = client.node("Simulator/running")
    assert (await client.call("pause")).StatusCode.is_good()
    assert await running.read_value() is False
    assert (await client.call("resume")).StatusCode.is_good()
    assert await running.read_value() is True
    assert (await client.call("start")).StatusCode.is_good()


async def test_a_step_moves_plant_time_of_a_paused_run(paused: Connection) -> None:
    before = await paused.node("Simulator/time").read_value()
    assert (await paused.call("step", 90.0)).StatusCode.is_good()
    after = await paused.node("Simulator/time").read_value()
    assert (after - before).total_seconds() == pytest.approx(90.0, abs=1e-5)


async def test_the_speed_is_set(client: Connection) -> None:
    assert (await client.call("set_speed", 2.5)).StatusCode.is_good()
    assert await client.node("Simulator/speed").read_value() == 2.5
    assert (await client.call("set_speed", 1.0)).StatusCode.is_good()


async def test_a_fault_is_injected_and_cleared(opcua: Served, client: Connection) -> None:
    state = client.node(f"{MIXER}/state")
    assert (await client.call("inject_fault", MIXER, "belt_slip", 60.0, 1.5)).StatusCode.is_good()
    assert await state.read_value() == 2
    assert (await client.call("clear_fault", MIXER, "belt_slip")).StatusCode.is_good()
    assert await state.read_value() == 1
    user, command = opcua.port.commands[-2]
    assert (user, command.name, command.target) == ("anonymous", "inject_fault", MIXER)
    assert command.arguments == {"fault": "belt_slip", "duration_s": 60.0, "size": 1.5}


@pytest.mark.parametrize(
    ("method", "arguments", "status", "verdicts"),
    [
        ("set_speed", (), "BadArgumentsMissing", []),
        ("set_speed", (1.0, 2.0), "BadTooManyArguments", []),
        ("pause", (1.0,), "BadTooManyArguments", []),
        ("set_speed", (2,), "BadInvalidArgument", ["BadTypeMismatch"]),
        ("set_speed", ("2",), "BadInvalidArgument", ["BadTypeMismatch"]),
        ("set_speed", ([2.0],), "BadInvalidArgument", ["BadTypeMismatch"]),
        ("set_speed", (float("nan"),), "BadInvalidArgument", ["BadOutOfRange"]),
        ("set_speed", (1e9,), "BadOutOfRange", []),
        ("step", (1.0,), "BadInvalidState", []),
        (
            "inject_fault",
            (MIXER, 7, "soon", 1.0),
            "BadInvalidArgument",
            ["Good", "BadTypeMismatch", "BadTypeMismatch", "Good"],
        ),
        ("inject_fault", ("nowhere", "belt_slip", 0.0, 1.0), "BadNotFound", []),
        ("inject_fault", (OVEN, "belt_slip", 0.0, 1.0), "BadNotFound", []),
        ("clear_fault", (OVEN, "broken_thermocouple"), "BadInvalidState", []),
    ],
)
async def test_a_call_that_cannot_be_done_says_why(
    client: Connection, method: str, arguments: tuple[Any, ...], status: str, verdicts: list[str]
) -> None:
    result = await client.call(method, *arguments)
    assert result.StatusCode.name == status
    assert [verdict.name for verdict in result.InputArgumentResults] == verdicts


async def test_arguments_are_described(client: Connection) -> None:
    arguments = await client.property("Simulator/inject_fault", "InputArguments")
    assert [argument.Name for argument in arguments] == ["station", "fault", "duration_s", "size"]
    assert [argument.DataType.Identifier for argument in arguments] == [12, 12, 11, 11]
    assert arguments[1].Description == ua.LocalizedText("Name of the fault.", "en")


async def raw_call(client: Connection, owner: ua.NodeId, method: ua.NodeId) -> str:
    (result,) = await client.client.uaclient.call([ua.CallMethodRequest(ObjectId=owner, MethodId=method)])
    return str(result.StatusCode.name)


async def test_a_method_is_called_on_the_object_that_has_it(client: Connection) -> None:
    pause = client.node("Simulator/pause").nodeid
    assert await raw_call(client, client.node(OVEN).nodeid, pause) == "BadMethodInvalid"
    assert await raw_call(client, client.node("nowhere").nodeid, pause) == "BadNodeIdUnknown"
    assert await raw_call(client, client.node("Simulator").nodeid, client.node(OVEN).nodeid) == "BadMethodInvalid"
    assert await client.node("Simulator/running").read_value() is True


async def test_a_method_of_the_standard_is_marked_and_refused_as_not_executable(client: Connection) -> None:
    server, method = ua.NodeId(ua.ObjectIds.Server), ua.NodeId(ua.ObjectIds.Server_SetSubscriptionDurable)
    executable = await client.client.get_node(method).read_attribute(ua.AttributeIds.Executable)
    assert executable.Value.Value is False
    assert await raw_call(client, server, method) == "BadNotExecutable"
