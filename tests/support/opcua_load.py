"""Clients that keep a server busy and account for all that they are sent: `python -m tests.support.opcua_load ORDER`.

Each client comes back when its connection breaks. One line of JSON tells what it was like.
"""

import asyncio
import contextlib
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from asyncua import ua
from asyncua.ua.ua_binary import struct_from_binary

from opcua_server.bench.receive import Receiver, notifications, values_of

RETRY_S = 0.2
TROUBLE = (ConnectionError, OSError, TimeoutError, asyncio.CancelledError, ua.UaError, RuntimeError)


@dataclass
class Account:
    """What one client was sent."""

    messages: int = 0
    values: int = 0
    lost_messages: int = 0
    """Holes in the sequence numbers."""
    incomplete: int = 0
    """Instants of the server of which some values are missing, but for those at the edges."""
    longest_gap_s: float = 0.0
    """Longest time between two messages of one connection."""
    disconnects: int = 0
    longest_outage_s: float = 0.0
    ticks: dict[float, int] = field(default_factory=dict)


class Accountant(Receiver):
    """A client that checks sequence numbers, and counts the values of each instant of a synthetic server."""

    def __init__(self, order: dict[str, Any], account: Account) -> None:
        super().__init__(order)
        self.account = account
        self._expected: int | None = None
        self._heard = 0.0

    async def _subscribe(self) -> int:
        wanted = ua.CreateSubscriptionRequest()
        wanted.Parameters = ua.CreateSubscriptionParameters(self._order["publishing_ms"], 10_000, 10, 0, True, 0)
        data = await self._send(wanted)
        return int(struct_from_binary(ua.CreateSubscriptionResponse, data).Parameters.SubscriptionId)

    async def _publish(self) -> None:
        while True:
            request = ua.PublishRequest()
            request.RequestHeader.TimeoutHint = 0
            request.Parameters.SubscriptionAcknowledgements, self._acknowledge = self._acknowledge, []
            number, sequence, bodies = notifications(await self._send(request))
            self._note(sequence, bodies)
            if bodies:
                made: Any = ua.SubscriptionAcknowledgement(number, sequence)
                self._acknowledge.append(made)

    def _note(self, sequence: int, bodies: list[bytes]) -> None:
        account, now = self.account, time.monotonic()
        if self._heard:
            account.longest_gap_s = max(account.longest_gap_s, now - self._heard)
        self._heard = now
        if self._expected is not None and sequence != self._expected:
            account.lost_messages += 1
        # A message without a notification tells the number of the next one.
        self._expected = sequence + 1 if bodies else sequence
        account.messages += bool(bodies)
        for body in bodies:
            account.values += int.from_bytes(body[:4], "little")
            if self._order["synthetic"]:
                for tick, count in zip(*np.unique(values_of(body), return_counts=True), strict=True):
                    account.ticks[float(tick)] = account.ticks.get(float(tick), 0) + int(count)

    async def broken(self) -> None:
        """Wait until the connection breaks."""
        await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def leave(self) -> None:
        """Go without a word."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
            for task in self._tasks:
                if not task.cancelled():
                    task.exception()
        with contextlib.suppress(*TROUBLE):
            await asyncio.wait_for(self.client.disconnect(), 10.0)


async def keep_listening(order: dict[str, Any], account: Account, there: "asyncio.Semaphore | None") -> None:
    """Listen until cancelled; come back after every break."""
    gone = 0.0
    while True:
        listener = Accountant(order, account)
        try:
            if there is None:
                await listener.connect(Path(order["folder"]))
            else:
                async with there:
                    await listener.connect(Path(order["folder"]))
        except TROUBLE as error:
            await listener.leave()
            if isinstance(error, asyncio.CancelledError) and asyncio.current_task().cancelling():  # type: ignore[union-attr]
                raise
            gone = gone or time.monotonic()
            await asyncio.sleep(RETRY_S)
            continue
        if gone:
            account.longest_outage_s = max(account.longest_outage_s, time.monotonic() - gone)
        try:
            await listener.broken()
        finally:
            await listener.leave()
        account.disconnects += 1
        gone = time.monotonic()


def told(account: Account) -> dict[str, Any]:
    """An account as it goes out."""
    full = max(account.ticks.values(), default=0)
    inner = [count for _, count in sorted(account.ticks.items())][1:-1]
    account.incomplete = sum(count != full for count in inner)
    return {**asdict(account), "ticks": len(account.ticks)}


async def load(order: dict[str, Any]) -> list[dict[str, Any]]:
    """Keep the server busy for some seconds."""
    accounts = [Account() for _ in range(order["clients"])]
    # A class of clients does not come at the same instant; forty logins at once only wait for one another.
    there = asyncio.Semaphore(4)
    tasks = [asyncio.create_task(keep_listening(order, account, there)) for account in accounts]
    while not all(account.messages for account in accounts):
        await asyncio.sleep(0.1)
        for task in tasks:
            if task.done():
                task.result()
    (Path(order["folder"]) / "all-there").touch()
    for account in accounts:
        account.longest_gap_s = 0.0
        account.ticks.clear()
    await asyncio.sleep(order["seconds"])
    found = [told(account) for account in accounts]
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    return found


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(json.dumps(asyncio.run(load(given))) + "\n")
    sys.stdout.flush()
