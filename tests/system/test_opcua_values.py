"""Values as clients receive them: stamps, status, subscriptions and dead bands."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from asyncua import Node, ua
from asyncua.common.subscription import Subscription

from opcua_server.data_types import moment
from tests.support.opcua import MIXER, OVEN, Connection, Served


class Notifications:
    """Collects what a subscription reports."""

    def __init__(self) -> None:
        self.values: asyncio.Queue[Any] = asyncio.Queue()

    def datachange_notification(self, node: Node, value: Any, data: Any) -> None:
        self.values.put_nowait(value)

    async def next(self) -> Any:
        async with asyncio.timeout(10):
            return await self.values.get()

    async def quiet(self) -> bool:
        await asyncio.sleep(0.3)
        return self.values.empty()


@asynccontextmanager
async def subscription(client: Connection) -> AsyncIterator[tuple[Subscription, Notifications]]:
    notifications = Notifications()
    subscribed = await client.client.create_subscription(50, notifications)
    yield subscribed, notifications
    await subscribed.delete()


async def test_source_time_is_plant_time_to_the_microsecond(opcua: Served, paused: Connection) -> None:
    opcua.do(lambda port: port.advance(0.001234))
    await paused.call("step", 0.000013)
    value = await paused.node(f"{OVEN}/humidity").read_data_value()
    assert value.SourceTimestamp == moment(opcua.port.frame.time)
    assert value.SourceTimestamp.microsecond % 1000 != 0


async def test_a_measurement_carries_the_time_of_its_sample(opcua: Served, paused: Connection) -> None:
    value = await paused.node(f"{OVEN}/temperature").read_data_value()
    assert value.SourceTimestamp.microsecond == 0
    assert timedelta() <= moment(opcua.port.frame.time) - value.SourceTimestamp < timedelta(seconds=1)


async def test_server_time_is_wall_time(client: Connection) -> None:
    wanted = ua.ReadParameters(TimestampsToReturn=ua.TimestampsToReturn.Both)
    wanted.NodesToRead = [ua.ReadValueId(client.node(f"{OVEN}/humidity").nodeid, ua.AttributeIds.Value)]
    (value,) = await client.client.uaclient.read(wanted)
    assert abs(datetime.now(UTC) - value.ServerTimestamp) < timedelta(minutes=1)


async def test_a_faulty_sensor_reads_bad_and_still_not_null(client: Connection) -> None:
    await client.call("inject_fault", OVEN, "broken_thermocouple", 0.0, 1.0)
    await client.call("inject_fault", MIXER, "belt_slip", 0.0, 1.0)
    temperature = await client.node(f"{OVEN}/temperature").read_data_value(raise_on_bad_status=False)
    load = await client.node(f"{MIXER}/load").read_data_value(raise_on_bad_status=False)
    await client.call("clear_fault", OVEN, "broken_thermocouple")
    await client.call("clear_fault", MIXER, "belt_slip")
    assert (temperature.StatusCode.name, isinstance(temperature.Value.Value, float)) == ("Bad", True)
    assert load.StatusCode.name == "Uncertain"
    assert (await client.node(f"{OVEN}/temperature").read_data_value()).StatusCode.name == "Good"


async def test_a_subscriber_sees_values_move(client: Connection) -> None:
    async with subscription(client) as (subscribed, notifications):
        await subscribed.subscribe_data_change(client.node(f"{OVEN}/humidity"))
        values = [await notifications.next() for _ in range(5)]
    assert len(set(values)) == 5


async def test_an_unchanged_value_is_not_reported_again(client: Connection) -> None:
    async with subscription(client) as (subscribed, notifications):
        await subscribed.subscribe_data_change(client.node(f"{OVEN}/temperature_set"))
        await notifications.next()
        assert await notifications.quiet()


async def test_an_absolute_dead_band_reports_a_slow_drift(paused: Connection) -> None:
    async with subscription(paused) as (subscribed, notifications):
        await subscribed.deadband_monitor(paused.node(f"{OVEN}/fuel"), 1.0, queuesize=10)
        reported = [await notifications.next()]
        for _ in range(24):  # 0.15 kg each
            assert (await paused.call("step", 15.0)).StatusCode.is_good()
        reported += [await notifications.next() for _ in range(3)]
        assert await notifications.quiet()
    steps = [after - before for before, after in pairwise(reported)]
    assert steps == pytest.approx([1.05, 1.05, 1.05])


async def test_a_percent_dead_band_is_a_share_of_the_range(client: Connection) -> None:
    path = f"{OVEN}/temperature_set"
    assert await client.write(path, 220.0) == "Good"
    async with subscription(client) as (subscribed, notifications):
        await subscribed.deadband_monitor(client.node(path), 10.0, deadbandtype=2, queuesize=10)
        assert await notifications.next() == 220.0
        for value in (230.0, 240.0, 241.0, 225.0, 220.0):
            assert await client.write(path, value) == "Good"
        assert [await notifications.next(), await notifications.next()] == [241.0, 220.0]
        assert await notifications.quiet()


async def monitor(client: Connection, path: str, wanted: ua.DataChangeFilter | None, **item: Any) -> str:
    async with subscription(client) as (subscribed, _):
        request = ua.MonitoredItemCreateRequest(
            ItemToMonitor=ua.ReadValueId(client.node(path).nodeid, ua.AttributeIds.Value, **item),
            MonitoringMode=ua.MonitoringMode.Reporting,
            RequestedParameters=ua.MonitoringParameters(ClientHandle=1, QueueSize=1, Filter=wanted),
        )
        parameters = ua.CreateMonitoredItemsParameters(
            SubscriptionId=subscribed.subscription_id, ItemsToCreate=[request]
        )
        (result,) = await client.client.uaclient.create_monitored_items(parameters)
        return str(result.StatusCode.name)


@pytest.mark.parametrize(
    ("path", "kind", "width", "status"),
    [
        (f"{MIXER}/recipe", ua.DeadbandType.Absolute, 1.0, "BadFilterNotAllowed"),
        (f"{OVEN}/temperature", ua.DeadbandType.Absolute, -1.0, "BadDeadbandFilterInvalid"),
        (f"{OVEN}/temperature", ua.DeadbandType.Absolute, float("nan"), "BadDeadbandFilterInvalid"),
        (f"{OVEN}/temperature", ua.DeadbandType.Percent, 101.0, "BadDeadbandFilterInvalid"),
        ("Simulator/lag", ua.DeadbandType.Percent, 1.0, "BadMonitoredItemFilterUnsupported"),
        (f"{OVEN}/temperature_profile", ua.DeadbandType.Percent, 1.0, "Good"),
    ],
)
async def test_a_dead_band_that_cannot_be_kept_is_refused(
    client: Connection, path: str, kind: ua.DeadbandType, width: float, status: str
) -> None:
    wanted = ua.DataChangeFilter(Trigger=ua.DataChangeTrigger.StatusValue, DeadbandType=kind, DeadbandValue=width)
    assert await monitor(client, path, wanted) == status


@pytest.mark.parametrize(
    ("part", "status"), [("1:2", "Good"), ("2:1", "BadIndexRangeInvalid"), ("a", "BadIndexRangeInvalid")]
)
async def test_a_part_of_an_array_is_monitored(client: Connection, part: str, status: str) -> None:
    assert await monitor(client, f"{OVEN}/temperature_profile", None, IndexRange=part) == status


@pytest.mark.parametrize(("wanted", "revised"), [(0.0, 50.0), (-5.0, 50.0), (1e12, 3_600_000.0), (250.0, 250.0)])
async def test_the_publishing_interval_is_revised(client: Connection, wanted: float, revised: float) -> None:
    result = await client.client.uaclient.create_subscription(
        ua.CreateSubscriptionParameters(
            RequestedPublishingInterval=wanted,
            RequestedLifetimeCount=100,
            RequestedMaxKeepAliveCount=10,
            PublishingEnabled=True,
        ),
        lambda _: None,
    )
    assert result.RevisedPublishingInterval == revised
    await client.client.uaclient.delete_subscriptions([result.SubscriptionId])


async def test_a_monitored_item_gets_another_dead_band_and_a_bounded_queue(client: Connection) -> None:
    path = f"{OVEN}/temperature_set"
    assert await client.write(path, 220.0) == "Good"
    async with subscription(client) as (subscribed, notifications):
        handle = await subscribed.deadband_monitor(client.node(path), 1.0, queuesize=10)
        await notifications.next()

        async def modify(item: int, width: float, queue: int) -> ua.MonitoredItemModifyResult:
            wanted = ua.DataChangeFilter(
                Trigger=ua.DataChangeTrigger.StatusValue, DeadbandType=ua.DeadbandType.Absolute, DeadbandValue=width
            )
            request = ua.MonitoredItemModifyRequest(MonitoredItemId=item)
            known = next(iter(subscribed._monitored_items))
            request.RequestedParameters = ua.MonitoringParameters(ClientHandle=known, QueueSize=queue, Filter=wanted)
            parameters = ua.ModifyMonitoredItemsParameters(
                SubscriptionId=subscribed.subscription_id, ItemsToModify=[request]
            )
            (result,) = await client.client.uaclient.modify_monitored_items(parameters)
            return result

        assert (await modify(handle, -1.0, 5)).StatusCode.name == "BadDeadbandFilterInvalid"
        assert (await modify(handle + 1000, 1.0, 5)).StatusCode.name == "BadMonitoredItemIdInvalid"
        modified = await modify(handle, 30.0, 1_000_000)
        assert (modified.StatusCode.name, modified.RevisedQueueSize) == ("Good", 1000)
        for value in (230.0, 240.0, 251.0):
            assert await client.write(path, value) == "Good"
        assert await notifications.next() == 251.0
