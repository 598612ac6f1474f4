import asyncio
from typing import Any, cast

from opcua_server.weather import Outgoing, Weather


class Wire:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def get_extra_info(self, name: str) -> None:
        return None

    def is_closing(self) -> bool:
        return False

    def write(self, data: bytes) -> None:
        self.written.append(data)


class Reader:
    """A connection that notes whether it may write."""

    paused = False

    def pause_writing(self) -> None:
        self.paused = True

    def resume_writing(self) -> None:
        self.paused = False


def outgoing(most: int = 100) -> tuple[Outgoing, Weather, Wire, Reader]:
    weather, wire, reader = Weather(), Wire(), Reader()
    transport: Any = wire
    return Outgoing(cast("Any", reader), transport, weather, most), weather, wire, reader


async def test_in_fair_weather_answers_go_out_at_once() -> None:
    way, _, wire, _ = outgoing()
    way.write(b"1")
    assert wire.written == [b"1"]


async def test_late_answers_come_in_their_order_and_all_when_the_delay_ends() -> None:
    way, weather, wire, _ = outgoing()
    weather.delay_s = 3600.0
    way.write(b"1")
    way.write(b"2")
    assert wire.written == []
    weather.delay_s = 0.0
    way.go_on()
    way.write(b"3")
    assert wire.written == [b"1", b"2", b"3"]


async def test_a_delay_passes_without_anybody_asking() -> None:
    way, weather, wire, _ = outgoing()
    weather.delay_s = 0.01
    way.write(b"1")
    way.write(b"2")
    assert wire.written == []
    async with asyncio.timeout(60):
        while len(wire.written) < 2:  # noqa: ASYNC110 - a timer of the loop sends
            await asyncio.sleep(0.01)
    assert wire.written == [b"1", b"2"]


async def test_a_black_hole_lets_nothing_out_and_stops_the_writer_when_it_is_full() -> None:
    way, weather, wire, reader = outgoing(most=5)
    weather.is_black_hole = True
    way.write(b"1234")
    assert not reader.paused
    way.write(b"5678")
    assert reader.paused
    assert wire.written == []
    weather.is_black_hole = False
    way.go_on()
    assert wire.written == [b"1234", b"5678"]
    assert not reader.paused
