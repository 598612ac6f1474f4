"""Answers that change with the frame alone: made for the first who asks, and kept for all others until the next.

Who asks while a new one is being made gets the one before, if that is young: so nobody waits for the plant's turn.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from twin.host.port import Port

PATIENCE_S = 0.003
"""Time for which somebody is kept waiting for the newest answer when there is a young one."""
YOUNG_S = 1.0
"""Age up to which an answer is young, from the frame that made it old [s]."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, the frame to which it belongs, and when it was made [s of the loop's clock]."""

    content: bytes
    sequence: int
    made: float


class PerFrame:
    """Keeps the newest answer of each kind."""

    def __init__(self, port: Port) -> None:
        self._port = port
        self._kept: dict[str, Kept] = {}
        self._making: dict[str, asyncio.Task[Kept]] = {}

    async def get(self, kind: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """The answer of a kind that belongs to the newest frame, or to the one before."""
        kept = self._kept.get(kind)
        if kept is not None and kept.sequence == self._port.frame.sequence:
            return kept.content
        making = self._making.get(kind)
        if making is None:
            making = self._making[kind] = asyncio.create_task(self._make(kind, make), name=f"answer {kind}")
        if kept is not None and asyncio.get_running_loop().time() - kept.made < YOUNG_S:
            await asyncio.wait({making}, timeout=PATIENCE_S)
            return self._kept[kind].content
        return (await asyncio.shield(making)).content

    async def _make(self, kind: str, make: Callable[[], Awaitable[bytes]]) -> Kept:
        sequence = self._port.frame.sequence
        try:
            content = await make()
        finally:
            del self._making[kind]
        kept = self._kept[kind] = Kept(content, sequence, asyncio.get_running_loop().time())
        return kept
