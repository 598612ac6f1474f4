"""What every machine with an electric drive has: its power, and a meter that counts it."""

from typing import ClassVar

from plant_models.meters import ELECTRICITY
from twin.line.records import Record
from twin.line.signal import Sensor, counter, measurement
from twin.line.station import Station
from twin.line.time import SECOND
from twin.line.units import KILOWATT, KILOWATT_HOUR


class Powered(Station):
    """A station with an electricity meter; unless it says otherwise it draws `power_kw` all the time.

    Its state has `electricity_j`, what the meter has counted [J], and `metered_at`, when it was read.
    """

    highest_power: ClassVar[float] = 500.0
    """Upper end of the power signal's range [kW]."""

    def open(self) -> None:
        """Start counting now."""
        self.state.metered_at = self.now

    @property
    def unmetered_s(self) -> float:
        """Plant time since the meter was read [s]."""
        return (self.now - int(self.state.metered_at)) / SECOND

    def meter(self) -> None:
        """Count electricity."""
        self.count_electricity(1000.0 * self.parameters.power_kw * self.unmetered_s)

    def count_electricity(self, joules: float) -> None:
        """Add what was drawn since the meter was read, and log it [J]."""
        whole = round(joules)
        self.state.electricity_j += whole
        self.state.metered_at = self.now
        self.record(Record.METER, ELECTRICITY, whole)

    @measurement(
        KILOWATT,
        "Electrical power",
        "Potencia eléctrica",
        low=0.0,
        high=lambda s: s.highest_power,
        sensor=Sensor(relative_noise=0.01, resolution=0.1, period=1.0),
    )
    def power(self) -> float:
        return self.power_now()

    def power_now(self) -> float:
        """Power drawn at this instant [kW]."""
        return float(self.parameters.power_kw)

    @counter(KILOWATT_HOUR, "Electricity used", "Electricidad consumida", real=True)
    def electricity(self) -> float:
        return float(self.state.electricity_j) / 3.6e6
