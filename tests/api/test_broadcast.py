"""The stream: one encoding for all, the newest frame wins, and nobody waits for anybody."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from api.broadcast import END, HEARTBEAT, NOBODY, QUEUE_LENGTH, Broadcast, Listener
from api.problems import ProblemError
from api.settings import Settings
from tests.support.fake_port import FakePort


def broadcast_of(port: FakePort, **settings: Any) -> Broadcast:
    return Broadcast(port, Settings(frame_interval=0.0, **settings))


def parsed(message: bytes) -> tuple[str, Any]:
    lines = message.decode().splitlines()
    event = next(line.removeprefix("event: ") for line in lines if line.startswith("event: "))
    data = next(line.removeprefix("data: ") for line in lines if line.startswith("data: "))
    return event, orjson.loads(data)


async def frame_of(messages: AsyncIterator[bytes]) -> dict[str, Any]:
    while True:
        message = await anext(messages)
        if message == HEARTBEAT:
            continue
        event, content = parsed(message)
        if event == "frame":
            frame: dict[str, Any] = content
            return frame


async def test_signals_are_introduced_once_and_frames_follow(port: FakePort) -> None:
    broadcast = broadcast_of(port)
    messages = broadcast.listen(None)
    event, signals = parsed(await anext(messages))
    assert event == "signals"
    assert signals["paths"] == [signal.path for signal in port.description.signals]
    assert sum(signals["length"]) == port.description.frame_length
    first = await frame_of(messages)
    assert first["values"] == port.frame.values.tolist()
    port.advance(1.0)
    second = await frame_of(messages)
    assert (second["sequence"], second["time"]) == (first["sequence"] + 1, "2026-01-05T07:00:01Z")
    await broadcast.close()


async def test_a_frame_is_encoded_once_however_many_listen(port: FakePort) -> None:
    broadcast = broadcast_of(port)
    listeners = [broadcast.listen(port.frame.sequence) for _ in range(20)]
    for messages in listeners:
        await anext(messages)
    before = broadcast.encodings
    port.advance(1.0)
    frames = [await frame_of(messages) for messages in listeners]
    assert len({frame["sequence"] for frame in frames}) == 1
    assert broadcast.encodings - before == 1
    await broadcast.close()


async def test_one_who_does_not_read_misses_frames_but_never_the_newest() -> None:
    listener = Listener(NOBODY)
    for number in range(100):
        listener.put(b"%d" % number)
    kept = [await listener.get(1.0) for _ in range(QUEUE_LENGTH)]
    assert kept == [b"96", b"97", b"98", b"99"]
    assert await listener.get(0.01) == HEARTBEAT


async def test_a_returning_client_is_not_told_again_what_it_knows(port: FakePort) -> None:
    broadcast = broadcast_of(port, heartbeat=0.02)
    known = broadcast.listen(port.frame.sequence)
    await anext(known)
    assert await anext(known) == HEARTBEAT
    behind = broadcast.listen(port.frame.sequence - 1)
    await anext(behind)
    assert (await frame_of(behind))["sequence"] == port.frame.sequence
    await broadcast.close()


async def test_only_places_in_doubt_have_a_status(port: FakePort) -> None:
    oven = port.description.stations[1]
    port._faults.add(("oven", "broken_thermocouple"))
    port.advance(1.0)
    broadcast = broadcast_of(port)
    frame = await frame_of(broadcast.listen(None))
    assert frame["status"] == {str(oven.signals[0].index): 2}
    await broadcast.close()


async def test_a_change_of_the_clock_is_told_without_a_frame(port: FakePort) -> None:
    broadcast = broadcast_of(port)
    messages = broadcast.listen(port.frame.sequence)
    await anext(messages)
    waiting = asyncio.ensure_future(anext(messages))
    await asyncio.sleep(0.05)
    port._speed = 60.0
    assert parsed(await waiting) == ("clock", {"speed": 60.0, "running": True, "lag": 0.0})
    await broadcast.close()


async def test_closing_ends_every_stream(port: FakePort) -> None:
    broadcast = broadcast_of(port)
    listeners = [broadcast.listen(port.frame.sequence) for _ in range(3)]
    for messages in listeners:
        await anext(messages)
    await broadcast.close()
    for messages in listeners:
        assert [message async for message in messages][-1] == END
    assert [message async for message in broadcast.listen(None)][-1] == END


async def test_streams_are_limited_in_number(port: FakePort) -> None:
    broadcast = broadcast_of(port, stream_clients=1)
    messages = broadcast.listen(None)
    await anext(messages)
    with pytest.raises(ProblemError, match="Too many streams"):
        broadcast.listen(None)
    await broadcast.close()
