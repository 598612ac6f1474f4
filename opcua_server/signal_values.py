"""The newest frame as OPC UA sees it: ticks and status codes as arrays, and single values made when somebody asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from asyncua import ua
from asyncua.server.address_space import AttributeValue
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.status_codes import StatusCodes
from numpy.typing import NDArray

from opcua_server.data_types import STATUS_CODES, moment, variant
from opcua_server.server_clock import ServerClock
from opcua_server.wire import data_value
from twin.host.port import Frame
from twin.line.description import SignalDescription

TICKS_OF_1970 = 116_444_736_000_000_000
"""1970-01-01 in the ticks of OPC UA [100 ns since 1601]."""
_CODES = np.array([StatusCodes.Good, StatusCodes.Uncertain, StatusCodes.Bad], dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class SignalNode:
    """A signal with its variable and the place where the variable keeps its value."""

    signal: SignalDescription
    node_id: ua.NodeId
    value: AttributeValue


class SignalValues:
    """All signals of the newest frame. `values`, `ticks` [100 ns since 1601] and `codes` are by frame place."""

    def __init__(self, signal_nodes: Sequence[SignalNode], frame: Frame) -> None:
        self.nodes = signal_nodes
        self.number_of = {node.node_id: number for number, node in enumerate(signal_nodes)}
        for number, node in enumerate(signal_nodes):
            node.value.value = None
            node.value.value_callback = self._reader(number)
        self.clock = ServerClock()
        self._made: dict[int, ua.DataValue] = {}
        self._moments: dict[int, datetime] = {}
        self.show(frame)

    def show(self, frame: Frame) -> None:
        """Let `frame` be the newest one."""
        self.frame = frame
        self.values = frame.values
        self.ticks: NDArray[np.int64] = frame.source_time * 10 + TICKS_OF_1970
        self.codes: NDArray[np.uint32] = _CODES[frame.status]
        self.server_time = self.clock.told(frame.wall_time)
        self.server_ticks = self.server_time * 10 + TICKS_OF_1970
        self._made.clear()
        self._moments.clear()

    def data_value(self, number: int) -> ua.DataValue:
        """The value of a signal; nobody may change it, as it is made once for a frame."""
        made = self._made.get(number)
        if made is None:
            made = self._made[number] = self._make(self.nodes[number].signal)
        return made

    def _make(self, signal: SignalDescription) -> ua.DataValue:
        frame = self.frame
        places = slice(signal.index, signal.index + signal.length)
        code = STATUS_CODES[int(frame.status[places].max())]
        source_time = self._moment(int(frame.source_time[places].max()))
        return data_value(variant(signal, frame.value(signal)), source_time, self._moment(self.server_time), code)

    def _moment(self, microseconds: int) -> datetime:
        made = self._moments.get(microseconds)
        if made is None:
            made = self._moments[microseconds] = moment(microseconds)
        return made

    def _reader(self, number: int) -> Callable[[ua.NodeId, AttributeIds], ua.DataValue]:
        return lambda node_id, attribute: self.data_value(number)
