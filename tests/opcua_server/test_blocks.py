"""Items that go as blocks report what items that go one by one report: the same values, order, stamps and status."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.server.address_space import AddressSpace, AttributeValue, NodeData
from asyncua.ua.ua_binary import struct_from_binary
from asyncua.ua.uaprotocol_auto import DataChangeFilter
from hypothesis import given, settings
from hypothesis import strategies as st

from opcua_server.event_types import EventTypes
from opcua_server.items_service import ItemsService, Scene
from opcua_server.settings import Settings
from opcua_server.signal_values import SignalNode, SignalValues
from opcua_server.subscription import Subscription, Terms
from tests.support.fake_bakery import bakery
from twin.host.port import Frame

LINE = bakery()
PLAIN = [signal for signal in LINE.signals if signal.axis is None and signal.name != "recipe"]
Told = list[tuple[Any, int, Any, Any]]


@dataclass(frozen=True)
class Wish:
    """What a client wants of an item."""

    signal: int
    interval: float
    queue: int
    discard_oldest: bool
    trigger: ua.DataChangeTrigger
    width: float | None
    timestamps: ua.TimestampsToReturn
    mode: ua.MonitoringMode


@dataclass(frozen=True)
class Step:
    """What happens: some seconds go by, values change, and perhaps messages are sent, or an item is changed."""

    seconds: float
    values: tuple[tuple[int, float], ...]
    status: tuple[tuple[int, int], ...]
    send: bool
    most: int
    mode: tuple[int, ua.MonitoringMode] | None
    resize: tuple[int, int] | None


REPORTING = ua.MonitoringMode.Reporting
NUMBERS = st.one_of(st.sampled_from([0.0, 1.0, 1.5, 2.0, 10.0]), st.just(float("nan")))
WISHES = st.builds(
    Wish,
    signal=st.integers(0, len(PLAIN) - 1),
    interval=st.sampled_from([0.0, 100.0, 250.0, 1000.0, -1.0]),
    queue=st.integers(0, 4),
    discard_oldest=st.booleans(),
    trigger=st.sampled_from(list(ua.DataChangeTrigger)),
    width=st.one_of(st.none(), st.sampled_from([0.0, 0.5, 1.0])),
    timestamps=st.sampled_from(list(ua.TimestampsToReturn)[:4]),
    mode=st.sampled_from(list(ua.MonitoringMode)),
)
STEPS = st.builds(
    Step,
    seconds=st.sampled_from([0.0, 0.05, 0.1, 0.25, 1.0]),
    values=st.lists(st.tuples(st.integers(0, len(PLAIN) - 1), NUMBERS), max_size=4).map(tuple),
    status=st.lists(st.tuples(st.integers(0, len(PLAIN) - 1), st.integers(0, 2)), max_size=1).map(tuple),
    send=st.booleans(),
    most=st.sampled_from([0, 1, 3]),
    mode=st.one_of(st.none(), st.tuples(st.integers(0, 7), st.sampled_from(list(ua.MonitoringMode)))),
    resize=st.one_of(st.none(), st.tuples(st.integers(0, 7), st.integers(0, 4))),
)


def start() -> Frame:
    length = LINE.frame_length
    return Frame(
        1, 1_000_000, 2_000_000, np.zeros(length), np.full(length, 1_000_000), np.zeros(length, np.uint8), {0: ""}
    )


def later(frame: Frame, step: Step) -> Frame:
    """The frame after a step; a counter or a flag is a whole number."""
    values, source, status = frame.values.copy(), frame.source_time.copy(), frame.status.copy()
    now = frame.time + int(step.seconds * 1e6) + 1
    for number, value in step.values:
        signal = PLAIN[number]
        whole = signal.value_type.value != "float"
        values[signal.index] = (0.0 if np.isnan(value) else float(int(value) % 2)) if whole else value
        source[signal.index] = now
    for number, code in step.status:
        status[PLAIN[number].index] = code
    return replace(frame, time=now, wall_time=now + 7, values=values, source_time=source, status=status)


def place(signal_nodes: list[SignalNode]) -> AddressSpace:
    """An address space that holds the values alone."""
    address_space = AddressSpace()
    for node in signal_nodes:
        data = NodeData(node.node_id)
        data.attributes[ua.AttributeIds.Value] = node.value
        address_space[node.node_id] = data
    return address_space


class Client:
    """A subscription with its items, in blocks or one by one, and what it has sent by client handle."""

    def __init__(self, wishes: list[Wish], *, blocks: bool) -> None:
        nodes = [
            SignalNode(signal, ua.NodeId(signal.path, 2), AttributeValue(ua.DataValue())) for signal in LINE.signals
        ]
        address_space = place(nodes)
        self.values = SignalValues(nodes, start())
        scene = Scene(address_space, Settings(), EventTypes(address_space), self.values, blocks)
        self.requests: list[object] = []
        self.told: dict[int, Told] = {}
        terms = Terms(100.0, 1000, 10, 0, 0)
        self.subscription = Subscription(
            1, terms, ua.NodeId(), self._sent, lambda _: object(), enabled=True, kept_messages=10
        )
        self.items = ItemsService(scene, self.subscription, "en")
        for handle, wish in enumerate(wishes):
            self._create(handle, wish)

    def _create(self, handle: int, wish: Wish) -> None:
        wanted = DataChangeFilter(
            Trigger=wish.trigger,
            DeadbandType=ua.DeadbandType.None_ if wish.width is None else ua.DeadbandType.Absolute,
            DeadbandValue=wish.width or 0.0,
        )
        signal = PLAIN[wish.signal]
        is_flag = signal.value_type.value == "boolean"
        request = ua.MonitoredItemCreateRequest(
            ItemToMonitor=ua.ReadValueId(ua.NodeId(signal.path, 2), ua.AttributeIds.Value),
            MonitoringMode=wish.mode,
            RequestedParameters=ua.MonitoringParameters(
                handle, wish.interval, ua.ExtensionObject() if is_flag else wanted, wish.queue, wish.discard_oldest
            ),
        )
        (result,) = self.items.create([request], wish.timestamps, 1, handle)
        assert result.StatusCode.is_good()

    def _sent(self, result: ua.PublishResult, request: object) -> None:
        for data in result.NotificationMessage.NotificationData:
            body = struct_from_binary(ua.DataChangeNotification, Buffer(data.Body))
            for each in body.MonitoredItems:
                value = each.Value
                told = (repr(value.Value), value.StatusCode.value, value.SourceTimestamp, value.ServerTimestamp)
                self.told.setdefault(each.ClientHandle, []).append(told)

    async def do(self, step: Step, frame: Frame, numbers: list[int], now: float) -> None:
        if step.mode is not None:
            self.items.set_mode(step.mode[1], [step.mode[0]])
        if step.resize is not None:
            handle, queue = step.resize
            item = self.subscription.items.get(handle)
            if item is not None:
                item.resize(max(1, queue))
                for block in self.subscription.blocks.values():
                    if item in block.items:
                        block.update(item)
        self.values.show(frame)
        self.subscription.take(self.values, numbers, now)
        self.subscription.terms.most_notifications = step.most
        if step.send:
            self.subscription.publish_results()


def changed(before: Frame, after: Frame) -> list[int]:
    same = (before.values == after.values) | (np.isnan(before.values) & np.isnan(after.values))
    differs = ~same | (before.status != after.status) | (before.source_time != after.source_time)
    return [number for number, signal in enumerate(LINE.signals) if differs[signal.index]]


async def both(wishes: list[Wish], steps: list[Step], clock: Callable[[float], None]) -> tuple[Client, Client]:
    now, frame = 0.0, start()
    clock(now)
    clients = Client(wishes, blocks=True), Client(wishes, blocks=False)
    last = Step(5.0, (), (), True, 0, None, None)
    for step in [*steps, last, last]:
        now += step.seconds
        clock(now)
        following = later(frame, step)
        for client in clients:
            await client.do(step, following, changed(frame, following), now)
        frame = following
    return clients


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@settings(max_examples=60, deadline=None)
@given(st.lists(WISHES, min_size=1, max_size=8), st.lists(STEPS, min_size=1, max_size=20))
def test_both_ways_deliver_the_same_values_in_the_same_order_with_the_same_stamps_and_status(
    wishes: list[Wish], steps: list[Step]
) -> None:
    loop = asyncio.new_event_loop()
    try:
        real = loop.time

        def set_clock(now: float) -> None:
            loop.time = lambda: now  # type: ignore[method-assign]

        in_blocks, one_by_one = loop.run_until_complete(both(wishes, steps, set_clock))
        loop.time = real  # type: ignore[method-assign]
    finally:
        loop.close()
    assert in_blocks.told == one_by_one.told
    assert not in_blocks.subscription.objects
    assert not any(block.items for block in one_by_one.subscription.blocks.values())


async def test_a_subscription_that_has_lost_all_its_items_goes_on_and_serves_new_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = next(number for number, signal in enumerate(PLAIN) if signal.value_type.value == "float")
    wish = Wish(number, 100.0, 2, True, ua.DataChangeTrigger.StatusValue, None, ua.TimestampsToReturn.Both, REPORTING)
    now, frame = 0.0, start()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now)
    client = Client([wish, wish], blocks=True)
    client.items.delete_all()
    for value in (3.0, 4.0, 5.0, 6.0):
        now += 1.0
        step = Step(1.0, ((number, value),), (), True, 0, None, None)
        following = later(frame, step)
        await client.do(step, following, changed(frame, following), now)
        frame = following
        if value == 4.0:
            client._create(7, wish)
    assert set(client.told) == {7}
    assert "6.0" in client.told[7][-1][0]
