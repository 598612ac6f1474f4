"""From frames to values: one new, never changed DataValue for every signal that is not what it was."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from asyncua import ua
from asyncua.server.address_space import AttributeValue
from numpy.typing import NDArray

from opcua_server.address_space import SignalNode
from opcua_server.data_types import STATUS_CODES, moment, variant
from opcua_server.simulator import Clockwork
from opcua_server.wire import data_value
from twin.host.port import Frame, Port
from twin.line.signal import ValueType

BREATHER = 200
"""Values that are put in one go before the event loop serves others."""
CLOCK_PERIOD_S = 1.0
"""Longest time between two looks at the clock, also of a paused run [s of wall time]."""


async def put(place: AttributeValue, value: ua.DataValue) -> None:
    """Make `value` the newest one and tell the monitored items.

    Unlike asyncua's own way it keeps the value beside a bad status, so that no client ever reads a null.
    """
    place.value = value
    for handle, tell in list(place.datachange_callbacks.items()):
        await tell(handle, value)


class Publisher:
    """Writes the newest frame into the address space whenever there is one."""

    def __init__(self, port: Port, signal_nodes: Sequence[SignalNode], clockwork: Clockwork | None) -> None:
        self.sequence = 0
        """The newest frame that clients can read."""
        self._port = port
        self._signal_nodes = signal_nodes
        self._clockwork = clockwork
        self._owners = _owners(signal_nodes, port.description.frame_length)
        self._texts = [number for number, node in enumerate(signal_nodes) if node.signal.value_type is ValueType.TEXT]
        self._last: Frame | None = None
        self._published = asyncio.Event()

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
        """Put every signal whose value, status or source time is not that of the frame before."""
        moments: dict[int, datetime] = {}
        wall_time = moment(frame.wall_time)
        for count, number in enumerate(self._changed(frame), start=1):
            node = self._signal_nodes[number]
            await put(node.value, _data_value(frame, node, moments, wall_time))
            if count % BREATHER == 0:
                await asyncio.sleep(0)
        self._last = frame
        await self._show_clock()
        self.sequence = frame.sequence
        published, self._published = self._published, asyncio.Event()
        published.set()

    async def _show_clock(self) -> None:
        if self._clockwork is not None:
            for place, value in self._clockwork.read(self._port.clock):
                await put(place, value)

    def _changed(self, frame: Frame) -> list[int]:
        last = self._last
        if last is None:
            return list(range(len(self._signal_nodes)))
        same_value = (frame.values == last.values) | (np.isnan(frame.values) & np.isnan(last.values))
        changed = ~same_value | (frame.status != last.status) | (frame.source_time != last.source_time)
        numbers = {int(number) for number in np.unique(self._owners[changed]) if number >= 0}
        for number in self._texts:
            signal = self._signal_nodes[number].signal
            if frame.value(signal) != last.value(signal):
                numbers.add(number)
        return sorted(numbers)


def _owners(signal_nodes: Sequence[SignalNode], frame_length: int) -> NDArray[np.int64]:
    """For every place of a frame the number of its signal, -1 where there is none."""
    owners = np.full(frame_length, -1, dtype=np.int64)
    for number, node in enumerate(signal_nodes):
        owners[node.signal.index : node.signal.index + node.signal.length] = number
    return owners


def _data_value(frame: Frame, node: SignalNode, moments: dict[int, datetime], wall_time: datetime) -> ua.DataValue:
    signal = node.signal
    places = slice(signal.index, signal.index + signal.length)
    source_time = int(frame.source_time[places].max())
    if source_time not in moments:
        moments[source_time] = moment(source_time)
    return data_value(
        variant(signal, frame.value(signal)),
        moments[source_time],
        wall_time,
        STATUS_CODES[int(frame.status[places].max())],
    )
