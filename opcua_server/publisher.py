"""From frames to clients: the newest frame is shown to readers and sampled by all subscriptions."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import numpy as np
from asyncua import ua
from asyncua.server.address_space import AttributeValue
from numpy.typing import NDArray

from opcua_server.signal_values import SignalValues
from opcua_server.simulator import Clockwork
from opcua_server.subscriptions import SubscriptionsService
from twin.host.port import Frame, Port
from twin.line.signal import ValueType

CLOCK_PERIOD_S = 1.0
"""Longest time between two looks at the clock, also of a paused run [s of wall time]."""


async def put(place: AttributeValue, value: ua.DataValue) -> None:
    """Make `value` the newest one and tell the monitored items.

    Unlike asyncua's own way it keeps the value beside a bad status, so that no client ever reads a null.
    """
    place.value = value
    for handle, tell in list(place.datachange_callbacks.items()):
        await tell(handle, value)


class Shower(Protocol):
    """Variables of other origin that go on with every frame."""

    async def show(self, frame: Frame) -> None:
        """Go on to this frame."""
        ...


async def _nothing() -> None:
    pass


class Publisher:
    """Shows the newest frame to readers and subscribers whenever there is one."""

    def __init__(
        self, port: Port, values: SignalValues, subscriptions: SubscriptionsService, clockwork: Clockwork | None
    ) -> None:
        self.sequence = 0
        """The newest frame that clients can read."""
        self._port = port
        self._values = values
        self._subscriptions = subscriptions
        self._clockwork = clockwork
        self._last: Frame | None = None
        self._published = asyncio.Event()
        self.on_frame: Callable[[], Awaitable[None]] = _nothing
        """Called with every frame, before those who wait for it go on."""
        self.load: Shower | None = None
        """Shown every frame besides, where a load profile is served."""

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            try:
                async with asyncio.timeout(CLOCK_PERIOD_S):
                    frame = await self._port.next_frame(self.sequence)
            except TimeoutError:
                await self._show_clock()
            else:
                await self.publish(frame)

    async def shown(self, sequence: int) -> None:
        """Wait until clients can read frame `sequence`."""
        while self.sequence < sequence:
            await self._published.wait()

    async def publish(self, frame: Frame) -> None:
        """Let `frame` be what clients read, and what their items sample."""
        changed = self._changed(frame)
        self._values.show(frame)
        self._last = frame
        self._subscriptions.sample(changed)
        await self.on_frame()
        if self.load is not None:
            await self.load.show(frame)
        await self._show_clock()
        self.sequence = frame.sequence
        published, self._published = self._published, asyncio.Event()
        published.set()

    async def _show_clock(self) -> None:
        if self._clockwork is not None:
            for place, value in self._clockwork.read(self._port.clock):
                await put(place, value)

    def _changed(self, frame: Frame) -> list[int]:
        """Which of the signals that are watched one by one are not what they were."""
        watched, last = sorted(self._subscriptions.watched), self._last
        if last is None or not watched:
            return watched
        same_value = (frame.values == last.values) | (np.isnan(frame.values) & np.isnan(last.values))
        changed = ~same_value | (frame.status != last.status) | (frame.source_time != last.source_time)
        return [number for number in watched if self._has_changed(number, frame, last, changed)]

    def _has_changed(self, number: int, frame: Frame, last: Frame, changed: NDArray[np.bool_]) -> bool:
        signal = self._values.nodes[number].signal
        if changed[signal.index : signal.index + signal.length].any():
            return True
        return signal.value_type is ValueType.TEXT and frame.value(signal) != last.value(signal)
