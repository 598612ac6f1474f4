"""Laboratories as stations: a signal for each test, stamped when the sample was taken and known when it is done.

Periods and times to the result are estimates of this project; errors are those of the process sheet.
"""

from typing import Any, Literal

from plant_models.definition.product import Definition
from plant_models.stations.dryer import Dryer
from plant_models.stations.glazing import GlazingLine
from plant_models.stations.powder import PowderSupply
from plant_models.stations.press import Press
from plant_models.stations.sorter import Sorter
from twin.line.activity import Activity
from twin.line.signal import Sensor, measurement
from twin.line.station import Parameters, Station
from twin.line.units import (
    GRAM_PER_CUBIC_CENTIMETRE,
    GRAM_PER_SQUARE_METRE,
    MEGAPASCAL,
    MICROMETRE,
    MILLIMETRE,
    PERCENT,
)
from twin.line.units import SECOND as SECONDS

HOUR, MINUTE = 3600.0, 60.0


class Laboratories(Definition):
    """Which laboratories a plant has: a table whose `sensors` say how well and how often it tests, or `false`."""

    powder: Parameters | Literal[False] = Parameters()
    """Moisture and granulometry of the powder."""
    green: Parameters | Literal[False] = Parameters()
    """Pressed tiles, and glaze from the tanks, of each forming line."""
    fired: Parameters | Literal[False] = Parameters()
    """Fired tiles of each kiln."""


class Laboratory(Station):
    """Base of all laboratories."""

    counts_work = False

    def open(self) -> None:
        """Work from the first round on."""
        self.become(Activity.PRODUCING)


class PowderLaboratory(Laboratory):
    """Tests the powder at the press."""

    def bind(self, powder: PowderSupply) -> None:
        """Connect the silos."""
        self.powder = powder

    @measurement(
        PERCENT, "Moisture of the powder by thermobalance", "Humedad del polvo en termobalanza", low=3.0, high=9.0,
        sensor=Sensor(noise=0.08, resolution=0.01, period=2 * HOUR, turnaround=20 * MINUTE), main=True,
    )  # fmt: skip
    def moisture(self) -> float:
        return float(self.powder.moisture)

    @measurement(
        MICROMETRE, "Median granule size d50", "Tamaño medio de gránulo d50", low=100.0, high=800.0,
        sensor=Sensor(noise=4.0, resolution=1.0, period=6 * HOUR, turnaround=1 * HOUR), main=True,
    )  # fmt: skip
    def granule_size(self) -> float:
        return float(self.powder.granule_size)

    @measurement(
        PERCENT, "Granules below 125 um", "Gránulos menores de 125 um", low=0.0, high=40.0,
        sensor=Sensor(noise=0.4, resolution=0.1, period=6 * HOUR, turnaround=1 * HOUR),
    )  # fmt: skip
    def fines(self) -> float:
        return float(self.powder.fines)


class GreenLaboratory(Laboratory):
    """Tests pressed tiles, and engobe and glaze of one line."""

    def bind(self, press: Press, glazing: GlazingLine, dryer: Dryer) -> None:
        """Connect the stations that the samples are taken at."""
        self.press, self.glazing, self.dryer = press, glazing, dryer

    @measurement(
        GRAM_PER_CUBIC_CENTIMETRE, "Bulk density by immersion", "Densidad aparente por inmersión", low=1.7, high=2.2,
        sensor=Sensor(noise=0.003, resolution=0.001, period=3 * HOUR, turnaround=40 * MINUTE), main=True,
    )  # fmt: skip
    def bulk_density(self) -> float:
        return float(self.press.bulk_density)

    @measurement(
        MEGAPASCAL, "Bending strength of the pressed tile", "Resistencia a la flexión en crudo", low=0.0, high=8.0,
        sensor=Sensor(noise=0.15, resolution=0.01, period=4 * HOUR, turnaround=30 * MINUTE),
    )  # fmt: skip
    def green_strength(self) -> float:
        return float(self.press.green_strength)

    @measurement(
        PERCENT, "Residual moisture behind the dryer", "Humedad residual tras el secadero", low=0.0, high=2.0,
        sensor=Sensor(noise=0.05, resolution=0.01, period=4 * HOUR, turnaround=2 * HOUR), main=True,
    )  # fmt: skip
    def residual_moisture(self) -> float:
        return float(self.dryer.residual_moisture)

    @measurement(
        GRAM_PER_CUBIC_CENTIMETRE, "Density of the engobe, weighed", "Densidad del engobe, pesada", low=1.3, high=1.95,
        sensor=Sensor(noise=0.005, resolution=0.005, period=30 * MINUTE, turnaround=5 * MINUTE),
    )  # fmt: skip
    def engobe_density(self) -> float:
        return float(self.glazing.engobe_density)

    @measurement(
        GRAM_PER_CUBIC_CENTIMETRE, "Density of the glaze, weighed", "Densidad del esmalte, pesada", low=1.3, high=1.95,
        sensor=Sensor(noise=0.005, resolution=0.005, period=30 * MINUTE, turnaround=5 * MINUTE),
    )  # fmt: skip
    def glaze_density(self) -> float:
        return float(self.glazing.glaze_density)

    @measurement(
        SECONDS, "Viscosity of the glaze in the Ford cup", "Viscosidad del esmalte en copa Ford", low=8.0, high=100.0,
        sensor=Sensor(noise=0.8, resolution=0.5, period=30 * MINUTE, turnaround=5 * MINUTE),
    )  # fmt: skip
    def glaze_viscosity(self) -> float:
        return float(self.glazing.glaze_viscosity)

    @measurement(
        GRAM_PER_SQUARE_METRE, "Engobe weighed on a tray", "Gramaje de engobe en bandeja", low=0.0, high=1500.0,
        sensor=Sensor(relative_noise=0.01, resolution=1.0, period=30 * MINUTE, turnaround=5 * MINUTE),
    )  # fmt: skip
    def engobe_grammage(self) -> float:
        return float(self.glazing.engobe_grammage)

    @measurement(
        GRAM_PER_SQUARE_METRE, "Glaze weighed on a tray", "Gramaje de esmalte en bandeja", low=0.0, high=2500.0,
        sensor=Sensor(relative_noise=0.01, resolution=1.0, period=30 * MINUTE, turnaround=5 * MINUTE), main=True,
    )  # fmt: skip
    def glaze_grammage(self) -> float:
        return float(self.glazing.glaze_grammage)


class FiredLaboratory(Laboratory):
    """Tests the last row behind one kiln; before the first row there is nothing to test."""

    def bind(self, sorter: Sorter) -> None:
        """Connect the sorting line that the samples are taken at."""
        self.sorter = sorter

    def _last(self, name: str) -> float:
        self.sorter.settle(self.now)
        means: Any = self.sorter.state.means
        return float(means.last[name])

    @measurement(
        PERCENT, "Water absorption", "Absorción de agua", low=0.0, high=30.0,
        sensor=Sensor(noise=0.05, resolution=0.01, period=8 * HOUR, turnaround=6 * HOUR), main=True,
    )  # fmt: skip
    def water_absorption(self) -> float:
        return self._last("water_absorption")

    @measurement(
        MILLIMETRE, "Size, mean of a row", "Dimensión, media de una fila", low=100.0, high=3000.0,
        sensor=Sensor(noise=0.05, resolution=0.1, period=2 * HOUR, turnaround=15 * MINUTE), main=True,
    )  # fmt: skip
    def size(self) -> float:
        return self._last("size")

    @measurement(
        MEGAPASCAL, "Bending strength of the fired tile", "Resistencia a la flexión en cocido", low=0.0, high=120.0,
        sensor=Sensor(noise=1.5, resolution=0.1, period=8 * HOUR, turnaround=2 * HOUR), main=True,
    )  # fmt: skip
    def strength(self) -> float:
        return self._last("strength")
