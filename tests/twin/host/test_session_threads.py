"""A run does not wait for what clients have asked."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from tests.support.runs import opened
from twin.host.session import Session


async def test_a_run_goes_on_while_questions_take_all_threads() -> None:
    over, taken = threading.Event(), threading.Event()

    def long_question() -> None:
        taken.set()
        over.wait(60)

    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    asked = asyncio.ensure_future(asyncio.to_thread(long_question))
    durable: list[int] = []
    session = Session(opened(), speed=60.0, stamps="plant", language="en", allow=durable.append, append=lambda _: None)
    living = asyncio.create_task(session.live())
    try:
        async with asyncio.timeout(60):
            while not taken.is_set():  # noqa: ASYNC110 - it is another thread that sets it
                await asyncio.sleep(0.01)
        begun = session.frame.time
        async with asyncio.timeout(60):
            while session.frame.time <= begun:
                await session.next_frame(session.frame.sequence)
        assert durable[-1] >= session.frame.time
        assert not asked.done()
    finally:
        over.set()
        living.cancel()
        await asyncio.wait([living, asked])
