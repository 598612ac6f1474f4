"""What ties a room to its supervisor: when that is gone, however it ended, the room's standard input ends."""

import asyncio
import os
import sys
from collections.abc import Callable


def when_alone(stop: Callable[[], None]) -> None:
    """Call `stop` in the running event loop once standard input has ended."""
    loop, number = asyncio.get_running_loop(), sys.stdin.fileno()

    def look() -> None:
        if not os.read(number, 1024):
            loop.remove_reader(number)
            stop()

    loop.add_reader(number, look)
