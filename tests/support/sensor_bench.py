"""One sensor on a bench: a truth that the test sets, sampled and read through instruments."""

import math
from collections.abc import Sequence

from tests.support.line_building import line_of
from twin.line.faults import NEVER
from twin.line.sensing import Ailment, Status
from twin.line.signal import Sensor, measurement
from twin.line.station import Station
from twin.line.time import SECOND, microseconds
from twin.line.units import CELSIUS
from twin.run.sensors import Channel, Instruments


class Thermometer(Station):
    """Its truth is what the bench says."""

    bench: "Bench"

    @property
    def now(self) -> int:
        return self.bench.now


def thermometer_with(sensor: Sensor) -> type[Thermometer]:
    """A thermometer of its own class, as sensors are declared on classes."""

    class Seen(Thermometer):
        @measurement(CELSIUS, "Heat", "Calor", low=0.0, high=100.0, sensor=sensor)
        def heat(self) -> float:
            bench = self.bench
            return 50.0 + 30.0 * math.sin(bench.now / SECOND / 90.0) if bench.wave else bench.truth

    return Seen


class Bench:
    """Steps from sample to sample; a result is (value, source time [s], status)."""

    def __init__(self, sensor: Sensor, *, seed: int = 1, ideal: bool = False, wave: bool = False) -> None:
        self.sensor, self.wave = sensor, wave
        self.station = thermometer_with(sensor)("thermometer")
        self.station.bench = self
        line = line_of(self.station)
        line.ideal_sensors = ideal
        self.station.sensing.open(seed, self.station.path, 1.0, 0)
        self.instruments = Instruments(line, seed)
        self.place = next(signal.index for signal in line.describe().signals if signal.name == "heat")
        signal = self.station.signals_by_name["heat"]
        self.channel = Channel(self.station, signal, seed, ideal)
        self.now = 0
        self.truth = 20.0
        self.jumps = 0
        self._begun = False

    def step(self, truth: float, seconds: float | None = None) -> tuple[float, float, Status]:
        """Let the truth be something at the next sample, or `seconds` later, and read it."""
        if self._begun:
            self.now += microseconds(self.sensor.period if seconds is None else seconds)
        self._begun = True
        self.truth = truth
        self.instruments.sample(self.now)
        self.instruments.read(self.now)
        return self.shown()

    def shown(self) -> tuple[float, float, Status]:
        """What was read last."""
        read, place = self.instruments, self.place
        return float(read.values[place]), read.source_time[place] / SECOND, Status(int(read.status[place]))

    def values(self, count: int) -> list[float]:
        """What is shown of a truth of 20 in `count` samples."""
        return [self.step(20.0)[0] for _ in range(count)]

    def follow(self, truth: Sequence[float]) -> list[float]:
        """What is shown of a truth that changes from sample to sample."""
        return [self.step(value)[0] for value in truth]

    def jump(self, until: int) -> None:
        """Go on to an instant as a session does: taking in time what will be seen then."""
        for instant in self.instruments.instants(self.now, until):
            self.now = instant
            self.instruments.sample(instant, until)
        self.now = until
        self.instruments.read(until)
        self.jumps += 1

    def begin(self, ailment: Ailment, size: float = 1.0) -> None:
        """Give the sensor an ailment of a size in the signal's own unit, until it is ended."""
        self.station.sensing.begin(self.station, "heat", ailment, NEVER, 1.0, self.now)
        self.station.sensing.on("heat")[-1].size = size

    def end(self, ailment: Ailment) -> None:
        """Rid the sensor of it."""
        self.station.sensing.end(self.station.log, "heat", ailment, self.now)
