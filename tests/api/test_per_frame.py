"""An answer is made once a frame, and nobody who could have a young one waits for the next."""

import asyncio

import pytest

from api import per_frame
from api.per_frame import PerFrame
from tests.support.fake_port import FakePort


class Maker:
    """Makes numbered answers, once it is let."""

    def __init__(self) -> None:
        self.made = 0
        self.may = asyncio.Event()
        self.may.set()

    async def __call__(self) -> bytes:
        await self.may.wait()
        self.made += 1
        return b"%d" % self.made


async def test_an_answer_is_made_once_a_frame_for_however_many(port: FakePort) -> None:
    answers, make = PerFrame(port), Maker()
    assert {*await asyncio.gather(*(answers.get("kpis", make) for _ in range(50)))} == {b"1"}
    port.advance(1.0)
    assert await answers.get("kpis", make) == b"2"
    assert await answers.get("other", make) == b"3"
    assert await answers.get("kpis", make) == b"2"


async def test_who_asks_while_the_next_is_made_gets_the_one_before(port: FakePort) -> None:
    answers, make = PerFrame(port), Maker()
    await answers.get("kpis", make)
    port.advance(1.0)
    make.may.clear()
    assert await answers.get("kpis", make) == b"1"
    make.may.set()
    assert await answers.get("kpis", make) == b"2"
    assert make.made == 2


async def test_an_old_answer_is_not_given_any_more(port: FakePort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(per_frame, "YOUNG_S", 0.0)
    answers, make = PerFrame(port), Maker()
    await answers.get("kpis", make)
    port.advance(1.0)
    make.may.clear()
    waiting = asyncio.ensure_future(answers.get("kpis", make))
    await asyncio.sleep(4 * per_frame.PATIENCE_S)
    assert not waiting.done()
    make.may.set()
    assert await waiting == b"2"


async def test_a_failure_is_told_to_those_who_wait_and_the_next_one_is_tried(port: FakePort) -> None:
    answers, make = PerFrame(port), Maker()

    async def fail() -> bytes:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await answers.get("kpis", fail)
    assert await answers.get("kpis", make) == b"1"
