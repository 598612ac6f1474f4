"""Writes of clients: what is taken, what is refused, and that nothing else happens."""

import math
from typing import Any

import pytest
from asyncua import ua

from tests.support.opcua import MIXER, OVEN, Connection, Served
from twin.host.port import Command

SET_POINT = f"{OVEN}/temperature_set"


async def test_a_set_point_reads_back_as_soon_as_the_write_is_answered(opcua: Served, client: Connection) -> None:
    for value in (250.0, 230.0, 220.0):
        assert await client.write(SET_POINT, value) == "Good"
        assert await client.node(SET_POINT).read_value() == value
    assert opcua.port.commands[-1] == ("anonymous", Command("write", SET_POINT, {"value": 220.0}, "opcua"))


async def test_a_source_time_does_not_hinder_a_write_and_is_not_taken_over(client: Connection) -> None:
    await client.node(SET_POINT).write_value(221.0)
    value = await client.node(SET_POINT).read_data_value()
    assert (value.Value.Value, value.SourceTimestamp.year, value.SourceTimestamp.month) == (221.0, 2026, 1)


@pytest.mark.parametrize(
    ("path", "value", "fields", "status"),
    [
        (SET_POINT, 300.001, {}, "BadOutOfRange"),
        (SET_POINT, 99.999, {}, "BadOutOfRange"),
        (SET_POINT, math.nan, {}, "BadOutOfRange"),
        (SET_POINT, math.inf, {}, "BadOutOfRange"),
        (SET_POINT, 200, {}, "BadTypeMismatch"),
        (SET_POINT, "200", {}, "BadTypeMismatch"),
        (SET_POINT, [200.0], {}, "BadTypeMismatch"),
        (SET_POINT, None, {}, "BadTypeMismatch"),
        (SET_POINT, ua.Variant(200.0, ua.VariantType.Float), {}, "BadTypeMismatch"),
        (SET_POINT, 200.0, {"IndexRange": "0"}, "BadIndexRangeNoData"),
        (SET_POINT, 200.0, {"IndexRange": "x"}, "BadIndexRangeInvalid"),
        (SET_POINT, 200.0, {"StatusCode": ua.StatusCode(ua.StatusCodes.Bad)}, "BadWriteNotSupported"),
        (SET_POINT, 200.0, {"AttributeId": ua.AttributeIds.DisplayName}, "BadNotWritable"),
        (SET_POINT, 200.0, {"AttributeId": ua.AttributeIds.Executable}, "BadAttributeIdInvalid"),
        (f"{OVEN}/temperature", 200.0, {}, "BadNotWritable"),
        (f"{OVEN}/temperature_profile", 200.0, {"IndexRange": "1"}, "BadNotWritable"),
        (f"{MIXER}/lid_closed", True, {}, "BadNotWritable"),
        ("Simulator/speed", 2.0, {}, "BadNotWritable"),
        (f"{OVEN}/nothing", 200.0, {}, "BadNodeIdUnknown"),
    ],
)
async def test_a_write_that_cannot_be_taken_is_refused_and_changes_nothing(
    opcua: Served, client: Connection, path: str, value: Any, fields: dict[str, Any], status: str
) -> None:
    before = await client.node(SET_POINT).read_value()
    handed_in = len(opcua.port.commands)
    assert await client.write(path, value, **fields) == status
    assert await client.node(SET_POINT).read_value() == before
    assert len(opcua.port.commands) == handed_in


async def test_a_server_time_cannot_be_written(client: Connection) -> None:
    stamp = (await client.node(SET_POINT).read_data_value()).SourceTimestamp
    assert await client.write(SET_POINT, 200.0, ServerTimestamp=stamp) == "BadWriteNotSupported"


async def test_each_item_of_a_request_has_its_own_fate(client: Connection) -> None:
    items = [
        ua.WriteValue(client.node(path).nodeid, ua.AttributeIds.Value, None, ua.DataValue(ua.Variant(value)))
        for path, value in ((f"{OVEN}/temperature", 1.0), (SET_POINT, 1000.0), (SET_POINT, 222.0))
    ]
    statuses = await client.client.uaclient.write(ua.WriteParameters(NodesToWrite=items))
    assert [status.name for status in statuses] == ["BadNotWritable", "BadOutOfRange", "Good"]
    assert await client.node(SET_POINT).read_value() == 222.0


async def test_a_variable_of_the_server_object_cannot_be_written(client: Connection) -> None:
    level = client.client.get_node(ua.ObjectIds.Server_ServiceLevel)
    with pytest.raises(ua.uaerrors.BadNotWritable):
        await level.write_value(ua.Variant(1, ua.VariantType.Byte))
