"""Stations for any line: source, machine, conveyor and sink."""

from twin.line.generic.machine import Machine, MachineParameters, MachineState, ServerState
from twin.line.generic.sink import Sink, SinkState
from twin.line.generic.source import Source, SourceParameters, SourceState
from twin.line.generic.transport import Conveyor, ConveyorParameters, Transport, TransportState

__all__ = [
    "Conveyor",
    "ConveyorParameters",
    "Machine",
    "MachineParameters",
    "MachineState",
    "ServerState",
    "Sink",
    "SinkState",
    "Source",
    "SourceParameters",
    "SourceState",
    "Transport",
    "TransportState",
]
