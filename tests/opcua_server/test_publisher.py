import asyncio
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from asyncua import ua
from asyncua.server.address_space import AttributeValue

from opcua_server.data_types import moment
from opcua_server.publisher import Publisher
from opcua_server.signal_values import SignalNode, SignalValues
from tests.support.fake_port import FakePort
from tests.support.opcua import MIXER, OVEN
from twin.host.port import UNCERTAIN, Frame


class Watched:
    """Stands for all subscriptions: watches signals, and hears which have changed."""

    def __init__(self, watched: set[int]) -> None:
        self.watched = watched
        self.numbers: list[int] = []

    def sample(self, numbers: list[int]) -> None:
        self.numbers = numbers


class Published:
    """A publisher over a fake port, with what its subscriptions hear."""

    def __init__(self) -> None:
        self.port = FakePort()
        self.nodes = [
            SignalNode(signal, ua.NodeId(str(number), 2), AttributeValue(ua.DataValue()))
            for number, signal in enumerate(self.port.description.signals)
        ]
        self.values = SignalValues(self.nodes, self.port.frame)
        self.watched: Any = Watched(set(range(len(self.nodes))))
        self.publisher = Publisher(self.port, self.values, self.watched, None)

    async def publish(self, frame: Frame) -> list[str]:
        await self.publisher.publish(frame)
        return [self.nodes[number].signal.path for number in self.watched.numbers]

    def value(self, path: str) -> Any:
        node = next(node for node in self.nodes if node.signal.path == path)
        assert node.value.value_callback is not None
        return node.value.value_callback(node.node_id, ua.AttributeIds.Value)


@pytest.fixture
def published() -> Published:
    return Published()


def changed(frame: Frame, **arrays: dict[int, float]) -> Frame:
    news: dict[str, Any] = {}
    for name, places in arrays.items():
        array = np.array(getattr(frame, name))
        for place, value in places.items():
            array[place] = value
        news[name] = array
    return replace(frame, sequence=frame.sequence + 1, **news)


async def test_with_the_first_frame_all_signals_are_new(published: Published) -> None:
    assert len(await published.publish(published.port.frame)) == len(published.nodes)


async def test_subscribers_are_told_what_changed_and_nothing_else(published: Published) -> None:
    frame = published.port.frame
    await published.publish(frame)
    load = published.port.description.signal(f"{MIXER}/load").index
    profile = published.port.description.signal(f"{OVEN}/temperature_profile").index
    fuel = published.port.description.signal(f"{OVEN}/fuel").index
    second = changed(frame, values={load: 1.0, profile + 3: 2.0}, status={fuel: UNCERTAIN})
    assert await published.publish(second) == [f"{MIXER}/load", f"{OVEN}/temperature_profile", f"{OVEN}/fuel"]
    assert await published.publish(replace(second, sequence=9)) == []
    third = changed(second, source_time={load: frame.time + 5})
    assert await published.publish(third) == [f"{MIXER}/load"]
    assert published.value(f"{MIXER}/load").SourceTimestamp == moment(frame.time + 5)


async def test_signals_that_nobody_watches_one_by_one_are_not_looked_at(published: Published) -> None:
    published.watched.watched = {3}
    await published.publish(published.port.frame)
    published.port.advance(1.0)
    assert set(await published.publish(published.port.frame)) <= {published.nodes[3].signal.path}


async def test_a_value_that_stays_unknown_has_not_changed(published: Published) -> None:
    load = published.port.description.signal(f"{MIXER}/load").index
    unknown = changed(published.port.frame, values={load: np.nan})
    await published.publish(unknown)
    assert await published.publish(replace(unknown, sequence=9)) == []


async def test_a_text_that_changes_under_its_key_is_new(published: Published) -> None:
    await published.publish(published.port.frame)
    renamed = replace(published.port.frame, texts={0: "rye"})
    assert await published.publish(renamed) == [f"{MIXER}/recipe"]
    assert published.value(f"{MIXER}/recipe").Value.Value == "rye"


async def test_a_value_that_was_read_is_never_changed_afterwards(published: Published) -> None:
    await published.publish(published.port.frame)
    first = published.value(f"{MIXER}/load")
    kept = first.Value.Value
    published.port.advance(1.0)
    await published.publish(published.port.frame)
    assert published.value(f"{MIXER}/load") is not first
    assert first.Value.Value == kept


async def test_who_waits_for_a_frame_is_told_when_it_can_be_read(published: Published) -> None:
    await published.publish(published.port.frame)
    waiting = asyncio.create_task(published.publisher.shown(published.port.frame.sequence + 1))
    await asyncio.sleep(0)
    assert not waiting.done()
    published.port.advance(1.0)
    await published.publish(published.port.frame)
    async with asyncio.timeout(5):
        await waiting
