"""The receiving clients of the comparison, all in one process: `python -m opcua_server.bench.receive ORDER.json`.

Sessions and items are made with asyncua's client. Notifications are read from the decrypted message with NumPy and
never become objects, so that the client does not limit what is measured; how busy it was is told along.
"""

import asyncio
import json
import math
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from asyncua import ua
from asyncua.client.client import Client
from asyncua.common.utils import Buffer
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.ua_binary import nodeid_from_binary, struct_from_binary
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from numpy.typing import NDArray

from opcua_server.own_certificate import self_signed
from opcua_server.wire import make_node_id

URI = "urn:rajola:bench:client"
PUBLISHING_MS = 50.0
QUEUE = 10
LEAST_TICKS, LONGEST = 10, 10.0
LATEST_S = 10.0
"""How long is waited for what was made in time [s]."""
REQUESTS_WAITING = 4
_SIZES = {0x02: 4, 0x04: 8, 0x10: 2, 0x08: 8, 0x20: 2}
"""Bytes that each bit of a DataValue's mask adds after the value."""


def layout(mask: int) -> np.dtype[Any]:
    """A MonitoredItemNotification with a Double, as it lies on the wire for this mask."""
    rest = sum(size for bit, size in _SIZES.items() if mask & bit)
    return np.dtype([("handle", "<u4"), ("mask", "u1"), ("type", "u1"), ("value", "<f8"), ("rest", f"V{rest}")])


def values_of(body: bytes) -> NDArray[np.float64]:
    """The Doubles of a DataChangeNotification, in their order."""
    count = int.from_bytes(body[:4], "little")
    kind = layout(body[8])
    if len(body) - 8 == count * kind.itemsize:
        rows = np.frombuffer(body, dtype=kind, count=count, offset=4)
        if (rows["mask"] == body[8]).all():
            return rows["value"]
    decoded = struct_from_binary(ua.DataChangeNotification, Buffer(body))
    return np.array([each.Value.Value.Value for each in decoded.MonitoredItems], dtype=np.float64)


def notifications(data: Any) -> tuple[int, int, list[bytes]]:
    """Subscription, sequence number and the bodies of a publish response."""
    nodeid_from_binary(data)
    struct_from_binary(ua.ResponseHeader, data)
    number = int.from_bytes(data.read(4), "little")
    available = int.from_bytes(data.read(4), "little", signed=True)
    data.read(4 * max(0, available) + 1)
    sequence = int.from_bytes(data.read(4), "little")
    data.read(8)
    bodies = []
    for _ in range(max(0, int.from_bytes(data.read(4), "little", signed=True))):
        kind = nodeid_from_binary(data)
        data.read(1)
        body = bytes(data.read(int.from_bytes(data.read(4), "little")))
        if kind.Identifier == ObjectIds.DataChangeNotification_Encoding_DefaultBinary:
            bodies.append(body)
    return number, sequence, bodies


@dataclass
class Tally:
    """What one client has received since it began to count, by the instant at which the server made it."""

    counting: bool = False
    ages: list[NDArray[np.float64]] = field(default_factory=list)
    received: Counter[float] = field(default_factory=Counter)

    def take(self, body: bytes) -> None:
        """Count the values of a notification."""
        if not self.counting:
            return
        values = values_of(body)
        if len(values):
            self.ages.append(time.time() - values[:: max(1, len(values) // 50)])
            for instant, count in zip(*np.unique(values, return_counts=True), strict=True):
                self.received[float(instant)] += int(count)

    def delivered(self, begin: float, end: float) -> int:
        """How many values came that were made between two instants [s of wall time]."""
        return sum(count for instant, count in self.received.items() if begin <= instant < end)


class Receiver:
    """One client."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._order = order
        # Its watchdog gives a server up that is busy for a second, which saturated ones are.
        self.client = Client(order["address"], timeout=60, watchdog_intervall=3600.0)
        self.client.session_timeout = 600_000
        self.tally = Tally()
        self._acknowledge: list[ua.SubscriptionAcknowledgement] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def connect(self, folder: Path) -> None:
        """Connect, and monitor all variables."""
        if self._order["encrypt"]:
            self.client.application_uri = URI
            await self.client.set_security(
                SecurityPolicyBasic256Sha256,
                certificate=str(folder / "client.der"),
                private_key=str(folder / "client.pem"),
                mode=ua.MessageSecurityMode.SignAndEncrypt,
            )
        await self.client.connect()
        index = await self.client.get_namespace_index(self._order["namespace"])
        number = await self._subscribe()
        names = self._order["names"]
        for start in range(0, len(names), 500):
            await self._monitor(number, index, list(enumerate(names))[start : start + 500])
        self._tasks = [asyncio.create_task(self._publish()) for _ in range(REQUESTS_WAITING)]

    async def _subscribe(self) -> int:
        wanted = ua.CreateSubscriptionRequest()
        interval = self._order.get("publishing_ms", PUBLISHING_MS)
        wanted.Parameters = ua.CreateSubscriptionParameters(interval, 10_000, 100, 0, True, 0)
        data = await self._send(wanted)
        return int(struct_from_binary(ua.CreateSubscriptionResponse, data).Parameters.SubscriptionId)

    async def _monitor(self, number: int, index: int, names: list[tuple[int, str]]) -> None:
        items: list[Any] = [
            ua.MonitoredItemCreateRequest(
                ua.ReadValueId(make_node_id(name, index), AttributeIds.Value),
                ua.MonitoringMode.Reporting,
                self.terms(handle),
            )
            for handle, name in names
        ]
        wanted: Any = ua.CreateMonitoredItemsParameters(number, ua.TimestampsToReturn.Source, items)
        results = await self.client.uaclient.create_monitored_items(wanted)
        for result in results:
            result.StatusCode.check()

    def terms(self, handle: int) -> ua.MonitoringParameters:
        """How an item is sampled, filtered and queued."""
        plain: list[Any] = [handle, 0.0, ua.ExtensionObject(), QUEUE, True]
        return ua.MonitoringParameters(*plain)

    async def _send(self, request: Any) -> Any:
        protocol: Any = self.client.uaclient.protocol
        request.RequestHeader.AuthenticationToken = self.client.uaclient.session.authentication_token
        return await protocol.send_request(request, 600)

    async def _publish(self) -> None:
        while True:
            request = ua.PublishRequest()
            request.RequestHeader.TimeoutHint = 0
            request.Parameters.SubscriptionAcknowledgements, self._acknowledge = self._acknowledge, []
            number, sequence, bodies = notifications(await self._send(request))
            for body in bodies:
                self.tally.take(body)
            if bodies:
                made: Any = ua.SubscriptionAcknowledgement(number, sequence)
                self._acknowledge.append(made)

    async def stop(self) -> None:
        """Forget everything at once: the server is killed next. Raises what ended a client that should have gone on."""
        for task in self._tasks:
            if task.done():
                task.result()
            task.cancel()
        await asyncio.wait(self._tasks)


def cpu_seconds(process: int) -> float:
    """Processor time that a process has used, from the scheduler's own accounts [s]."""
    used = 0
    for task in Path(f"/proc/{process}/task").iterdir():
        used += int((task / "schedstat").read_text().split()[0])
    return used / 1e9


def ticks_of(receivers: list[Receiver], begin: float, end: float = math.inf) -> int:
    """How many instants of the server between these two any client has seen."""
    return len({each for receiver in receivers for each in receiver.tally.received if begin <= each < end})


def make_certificate(folder: Path) -> None:
    """A certificate for the clients that strict servers take too."""
    key = rsa.generate_private_key(65537, 2048)
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "client.pem").write_bytes(pem)
    hosts = [socket.gethostname(), "127.0.0.1"]
    made = self_signed(key, "bench client", URI, hosts, datetime.now(UTC), timedelta(days=1))
    (folder / "client.der").write_bytes(made.public_bytes(serialization.Encoding.DER))


async def until_told(receivers: list[Receiver], end: float) -> None:
    """Wait until every client has received something that was made after `end`, for `LATEST_S` at most."""
    last = time.time() + LATEST_S
    while time.time() < last and any(max(each.tally.received, default=0.0) < end for each in receivers):  # noqa: ASYNC110
        await asyncio.sleep(0.1)


async def measure(order: dict[str, Any]) -> dict[str, Any]:
    """Receive for some seconds; what came, how old it was, and what it cost."""
    folder = Path(order["folder"])
    if order["encrypt"]:
        make_certificate(folder)
    receivers = [Receiver(order) for _ in range(order["clients"])]
    for receiver in receivers:
        await receiver.connect(folder)
    (folder / "server" / "go").touch()
    await asyncio.sleep(order["settle_s"])
    for receiver in receivers:
        receiver.tally.counting = True
    began, used, own = time.time(), cpu_seconds(order["server"]), time.process_time()
    await asyncio.sleep(order["seconds"])
    # A saturated server makes few values: some instants of it are wanted before anything is said.
    while (  # noqa: ASYNC110 - nobody tells
        ticks_of(receivers, began) < LEAST_TICKS and time.time() - began < LONGEST * order["seconds"]
    ):
        await asyncio.sleep(0.5)
    ended = time.time()
    used, own = cpu_seconds(order["server"]) - used, time.process_time() - own
    await until_told(receivers, ended)
    for receiver in receivers:
        receiver.tally.counting = False
    ages = np.concatenate([age for receiver in receivers for age in receiver.tally.ages] or [np.zeros(1)])
    delivered = sum(receiver.tally.delivered(began, ended) for receiver in receivers)
    for receiver in receivers:
        await receiver.stop()
    return {
        "seconds": ended - began,
        "delivered": delivered,
        "ticks": ticks_of(receivers, began, ended),
        "server_cpu_s": used,
        "client_cpu_share": own / (ended - began),
        "p50_ms": float(np.percentile(ages, 50)) * 1000.0,
        "p99_ms": float(np.percentile(ages, 99)) * 1000.0,
    }


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(json.dumps(asyncio.run(measure(given))) + "\n")
    sys.stdout.flush()
