"""Control loops: stations that read measurements inside the run, and write set points as an operator would.

A loop knows what the instruments show, never the truth. It scans in plant time whether or not anybody listens, and what
it writes takes the way of a command and stands in the event log as an intervention.
"""

import struct
from dataclasses import dataclass, field
from typing import Any

import simpy
from pydantic import Field

from twin.line.activity import Activity
from twin.line.errors import DefinitionError
from twin.line.records import Record
from twin.line.sensing import Status
from twin.line.signal import counter, quantity, set_point
from twin.line.station import Parameters, Place, Station, StationState
from twin.line.time import microseconds
from twin.line.units import ONE
from twin.run.sensors.channel import Channel, ChannelState


def intervene(station: Station, name: str, value: float) -> bool:
    """Write a set point now, held within its range, and log it; whether that changed anything."""
    signal = station.signals_by_name[name]
    low, high = signal.limits(station)
    value = max(value, low) if low is not None else value
    value = min(value, high) if high is not None else value
    if value == station.set_points[name]:
        return False
    position = [declared.name for declared in type(station).signals].index(name)
    station.record(Record.INTERVENTION, position, struct.unpack("<q", struct.pack("<d", value))[0])
    station.write(name, value)
    return True


class LoopParameters(Parameters):
    """What every control loop has."""

    every_s: float = Field(default=60.0, ge=1, le=86400)
    """Time between two scans [s]; a multiple of the sensor's period."""
    automatic: float = Field(default=1.0, ge=0, le=1)
    """1: the loop acts; 0: it only looks."""


@dataclass(slots=True)
class LoopState(StationState):
    """What every control loop keeps."""

    channels: list[ChannelState] = field(default_factory=list)
    interventions: int = 0
    output: float = 0.0
    """What the loop asked for last."""
    held: bool = False
    """Whether it does nothing because its measurement is not good."""


class ControlLoop(Station):
    """Base of all loops. A subclass says what it reads in `bind`, by `reads`, and what it does in `act`."""

    counts_work = False
    parameters_type = LoopParameters
    parameters: LoopParameters
    state: Any

    def __init__(self, name: str, parameters: Parameters | None = None, place: Place | None = None) -> None:
        super().__init__(name, parameters, place)
        self._inputs: list[tuple[Station, str]] = []
        self._channels: list[Channel] = []
        self._every = microseconds(self.parameters.every_s)
        self.scan_period = self._every

    def initial_state(self) -> LoopState:
        """A fresh state."""
        return LoopState()

    def reads(self, station: Station, name: str) -> None:
        """Read a measurement; raises DefinitionError when the plant has not got its sensor, or it is too slow."""
        if name not in station.sensing.sensors or not station.sensing.installed(name):
            raise DefinitionError(
                f"control loop {self.name}: reads {station.name}/{name}, which this plant does not measure: "
                "install that sensor, or leave the loop out"
            )
        period = microseconds(station.sensing.sensors[name].period)
        if self._every % period:
            raise DefinitionError(
                f"control loop {self.name}: every_s is {self.parameters.every_s:g}, no multiple of the "
                f"{period / 1e6:g} s between two samples of {station.name}/{name}"
            )
        sensor = station.sensing.sensors[name]
        if sensor.dead_band or sensor.delay or sensor.turnaround:
            # Such an instrument must be asked at all of its samples.
            self.scan_period = period
        self._inputs.append((station, name))

    def ready(self, ideal: bool) -> None:
        """Build the channels, once the seed is known."""
        self._channels = [
            Channel(station, station.signals_by_name[name], self.seed, ideal) for station, name in self._inputs
        ]

    def open(self) -> None:
        """Look on from now."""
        self.state.channels = [ChannelState() for _ in self._inputs]
        self.become(Activity.PRODUCING)

    def attach(self, env: simpy.Environment) -> None:
        """Go on with the samples that the state remembers."""
        for channel, state in zip(self._channels, self.state.channels, strict=True):
            channel.state = state
        super().attach(env)

    def scan(self, now: int) -> None:
        """Take what falls on now, and act when it is time to."""
        for channel in self._channels:
            channel.pass_instant(now)
        if now % self._every:
            return
        shown = [channel.reading(now) for channel in self._channels]
        values = [reading[1][0][0] for reading in shown if reading is not None and reading[1][1] is Status.GOOD]
        self.state.held = len(values) < len(self._channels)
        if self.state.held:
            self.become(Activity.IDLE)
            return
        self.become(Activity.PRODUCING)
        self.act(now, values)

    def act(self, now: int, values: list[float]) -> None:
        """React to the measurements, all of them good, in the order in which they were asked for."""
        raise NotImplementedError

    def writes(self, station: Station, name: str, value: float) -> None:
        """Ask for a set point; nothing happens when the loop is not on automatic."""
        self.state.output = value
        if self.set_points["automatic_set_point"] >= 0.5 and intervene(station, name, value):
            self.state.interventions += 1

    automatic_set_point = set_point(
        ONE, "Automatic (1) or by hand (0)", "Automático (1) o manual (0)", low=0.0, high=1.0
    )

    @counter(ONE, "Set points written", "Consignas escritas", main=True)
    def interventions(self) -> int:
        return int(self.state.interventions)

    @quantity(ONE, "Held, as a measurement is not good", "Retenido: una medida no es buena", low=0.0, high=1.0)
    def held(self) -> float:
        return float(self.state.held)
