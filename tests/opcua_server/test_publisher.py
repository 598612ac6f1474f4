import asyncio
from dataclasses import replace
from typing import Any

import numpy as np
from asyncua import ua
from asyncua.server.address_space import AttributeValue

from opcua_server.address_space import SignalNode
from opcua_server.data_types import moment
from opcua_server.publisher import Publisher
from tests.support.fake_port import FakePort
from tests.support.opcua import MIXER, OVEN
from twin.host.port import UNCERTAIN, Frame


class Written:
    """A publisher whose written values are counted."""

    def __init__(self) -> None:
        self.port = FakePort()
        self.nodes = [
            SignalNode(signal, ua.NodeId(), AttributeValue(ua.DataValue())) for signal in self.port.description.signals
        ]
        self.publisher = Publisher(self.port, self.nodes, None)
        self.paths: list[str] = []
        for node in self.nodes:
            self._watch(node)

    def _watch(self, node: SignalNode) -> None:
        async def told(handle: int, value: ua.DataValue) -> None:
            self.paths.append(node.signal.path)

        node.value.datachange_callbacks[1] = told

    async def publish(self, frame: Frame) -> list[str]:
        self.paths.clear()
        await self.publisher.publish(frame)
        return list(self.paths)

    def value(self, path: str) -> Any:
        return next(node.value.value for node in self.nodes if node.signal.path == path)


def changed(frame: Frame, **arrays: dict[int, float]) -> Frame:
    news: dict[str, Any] = {}
    for name, places in arrays.items():
        array = np.array(getattr(frame, name))
        for place, value in places.items():
            array[place] = value
        news[name] = array
    return replace(frame, sequence=frame.sequence + 1, **news)


async def test_the_first_frame_is_written_whole() -> None:
    written = Written()
    assert len(await written.publish(written.port.frame)) == len(written.nodes)


async def test_only_what_changed_is_written() -> None:
    written = Written()
    frame = written.port.frame
    await written.publish(frame)
    load = written.port.description.signal(f"{MIXER}/load").index
    profile = written.port.description.signal(f"{OVEN}/temperature_profile").index
    fuel = written.port.description.signal(f"{OVEN}/fuel").index
    second = changed(frame, values={load: 1.0, profile + 3: 2.0}, status={fuel: UNCERTAIN})
    assert await written.publish(second) == [f"{MIXER}/load", f"{OVEN}/temperature_profile", f"{OVEN}/fuel"]
    assert await written.publish(replace(second, sequence=9)) == []
    third = changed(second, source_time={load: frame.time + 5})
    assert await written.publish(third) == [f"{MIXER}/load"]
    assert written.value(f"{MIXER}/load").SourceTimestamp == moment(frame.time + 5)


async def test_a_value_that_stays_unknown_is_not_written_again() -> None:
    written = Written()
    load = written.port.description.signal(f"{MIXER}/load").index
    unknown = changed(written.port.frame, values={load: np.nan})
    await written.publish(unknown)
    assert await written.publish(replace(unknown, sequence=9)) == []


async def test_a_text_that_changes_under_its_key_is_written() -> None:
    written = Written()
    await written.publish(written.port.frame)
    renamed = replace(written.port.frame, texts={0: "rye"})
    assert await written.publish(renamed) == [f"{MIXER}/recipe"]
    assert written.value(f"{MIXER}/recipe").Value.Value == "rye"


async def test_a_written_value_is_never_changed_afterwards() -> None:
    written = Written()
    await written.publish(written.port.frame)
    first = written.value(f"{MIXER}/load")
    kept = first.Value.Value
    written.port.advance(1.0)
    await written.publish(written.port.frame)
    assert written.value(f"{MIXER}/load") is not first
    assert first.Value.Value == kept


async def test_who_waits_for_a_frame_is_told_when_it_can_be_read() -> None:
    written = Written()
    await written.publish(written.port.frame)
    waiting = asyncio.create_task(written.publisher.shown(written.port.frame.sequence + 1))
    await asyncio.sleep(0)
    assert not waiting.done()
    written.port.advance(1.0)
    await written.publish(written.port.frame)
    async with asyncio.timeout(5):
        await waiting
