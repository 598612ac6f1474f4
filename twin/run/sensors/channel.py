"""One measured signal on its way out: when its samples are taken, and what it shows of them.

A sample has a number. It is taken at number times period, less the delay; what the sensor makes of it is settled at
number times period, and known after the turnaround. A delay, a turnaround and a dead band need samples that were taken
before: so many that none is older than MEMORY samples.
"""

from dataclasses import dataclass, field

from twin.line.sensing import Ailment, Status, span_of
from twin.line.signal import Sensor, Signal
from twin.line.station import Station
from twin.line.time import microseconds
from twin.run.sensors.errors import Errors, Reading

MEMORY = 16
"""Samples after which an instrument with a dead band takes the process's value whatever it shows."""


def reach_back(sensor: Sensor) -> int:
    """Plant time before an instant from which a sensor has to be read to show then what it showed anyway."""
    samples = MEMORY + 2 if sensor.dead_band else 2
    return microseconds(samples * sensor.period + sensor.delay + sensor.turnaround)


@dataclass(slots=True)
class ChannelState:
    """What a channel keeps of samples already taken."""

    taken: int = -1
    """Number of the last sample taken; likewise below."""
    settled: int = -1
    raw: dict[int, list[float]] = field(default_factory=dict)
    """True values of samples that are taken and not settled yet."""
    held: list[float] = field(default_factory=list)
    """What an instrument with a dead band stands at."""
    results: dict[int, tuple[list[float], int]] = field(default_factory=dict)
    """What is shown of samples that are settled: values and status."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When samples are taken, settled and known [microseconds]; channels of one schedule are looked after together."""

    period: int
    delay: int
    turnaround: int
    remembers: bool

    @property
    def simple(self) -> bool:
        """Whether a sample needs no other instant than its own."""
        return not (self.delay or self.turnaround or self.remembers)

    def known(self, now: int) -> int:
        """The newest sample whose result is known at `now`."""
        return (now - self.turnaround) // self.period

    def oldest(self, now: int) -> int:
        """The oldest sample that matters for what is shown at `now`."""
        known = self.known(now)
        return known - known % MEMORY if self.remembers else known

    def instants(self, after: int, until: int, taken: int) -> list[int]:
        """When samples must be taken and settled in (after, until] so that what is known at `until` is exact."""
        first = max(self.oldest(until), taken + 1)
        found = [number * self.period - self.delay for number in range(first, (until + self.delay) // self.period + 1)]
        if self.delay:
            found += [number * self.period for number in range(max(0, self.known(until)), until // self.period + 1)]
        return [instant for instant in found if after < instant <= until]


class Channel:
    """A measured signal of a station, seen through its sensor."""

    def __init__(self, station: Station, signal: Signal, seed: int, ideal: bool) -> None:
        declared = station.sensing.sensors[signal.name]
        # An ideal instrument still has its period, and a laboratory still needs its time.
        self.sensor = Sensor(period=declared.period, turnaround=declared.turnaround) if ideal else declared
        self.station, self.signal = station, signal
        self.length = 1 if signal.axis is None else len(station.axis_points(signal.axis.name))
        span = span_of(self.sensor, signal.limits(station))
        if ideal:
            span = -float("inf"), float("inf")
        self.errors = Errors(self.sensor, seed, f"{station.path}/{signal.name}", self.length, span)
        self.schedule = Schedule(
            microseconds(self.sensor.period),
            microseconds(self.sensor.delay),
            microseconds(self.sensor.turnaround),
            self.sensor.dead_band > 0.0,
        )
        self.state = ChannelState()

    def take(self, number: int) -> None:
        """Take sample `number` from what is true now."""
        state = self.state
        truth = self.signal.truth(self.station)
        values = [float(truth)] if isinstance(truth, int | float) else [float(each) for each in truth]
        band = self.sensor.dead_band
        if band:
            stands = state.held if number % MEMORY and state.held else values
            values = [new if abs(new - old) >= band else old for old, new in zip(stands, values, strict=True)]
            state.held = values
        state.raw[number] = values
        state.taken = number

    def settle(self, number: int) -> None:
        """Let the sensor make of sample `number`, if it was taken, what will be shown."""
        state = self.state
        values = state.raw.pop(number, None)
        if values is not None:
            shown, status = self.errors.shown(values, number, self.station.sensing.on(self.signal.name))
            state.results[number] = shown, int(status)
            state.settled = number

    def pass_instant(self, now: int) -> None:
        """Take and settle what falls exactly on `now`."""
        s = self.schedule
        if (now + s.delay) % s.period == 0:
            self.take((now + s.delay) // s.period)
        if now % s.period == 0:
            self.settle(now // s.period)

    def catch_up(self, now: int) -> None:
        """Take and settle, from what is true now, the samples that nobody has taken in time."""
        s, state = self.schedule, self.state
        if s.simple:
            number = now // s.period
            if state.taken < number and not state.raw:
                self.take(number)
                self.settle(number)
            return
        first = max(s.oldest(now), state.taken + 1)
        for number in range(first, (now + s.delay) // s.period + 1):
            self.take(number)
        for number in sorted(number for number in state.raw if number <= now // s.period):
            self.settle(number)

    def reading(self, now: int) -> tuple[int, Reading] | None:
        """(number, values and status) of the newest sample that is known, None when there is none."""
        results = self.state.results
        if self.schedule.simple and self.state.settled == self.schedule.known(now):
            number = self.state.settled
            values, status = results[number]
            if len(results) > 1:
                self.state.results = {number: (values, status)}
            return number, (values, Status(status))
        newest = max((number for number in results if number <= self.schedule.known(now)), default=None)
        if newest is None:
            return None
        for number in [number for number in results if number < newest]:
            del results[number]
        values, status = results[newest]
        return newest, (values, Status(status))

    def stamp(self, number: int) -> int:
        """What the instrument's clock said when sample `number` was taken."""
        skew = self.sensor.clock_skew
        time = number * self.schedule.period
        for active in self.station.sensing.on(self.signal.name):
            if active.ailment == Ailment.CLOCK_SKEW.value and active.began < time:
                skew += active.size
        return time + microseconds(skew)
