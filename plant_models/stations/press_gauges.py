"""What is measured at a press, and the conditions behind it."""

import numpy as np

from plant_models.definition.body import Body
from plant_models.physics.compaction import (
    bulk_density,
    density_cells,
    green_strength,
    green_thickness,
    springback,
    thickness_cells,
)
from plant_models.physics.numeric import Array
from plant_models.stations.powder import PowderSupply
from plant_models.stations.powered import Powered
from plant_models.stations.press_parts import FASTEST, PressParameters, PressState, dirt_at
from twin.line.activity import Activity
from twin.line.signal import Axis, Sensor, measurement, profile, set_point
from twin.line.text import Text
from twin.line.time import HOUR, SECOND, microseconds
from twin.line.units import (
    BAR,
    CELSIUS,
    GRAM_PER_CUBIC_CENTIMETRE,
    KILOGRAM_FORCE_PER_SQUARE_CENTIMETRE,
    MEGAPASCAL,
    MILLIMETRE,
    ONE,
    PERCENT,
    STROKES_PER_MINUTE,
)
from twin.line.units import SECOND as SECONDS

CAVITY = Axis("cavity", ONE, Text("Number of the cavity", "Número del alveolo"), Text("Cavity", "Alveolo"))
CELL = Axis("cell", ONE, Text("Number of the cell, nine to a cavity", "Número de la celda, nueve por alveolo"))


def _listed(values: Array) -> list[float]:
    return [float(value) for value in values]


class PressGauges(Powered):
    """The signals of a press over its state and the powder it is given."""

    parameters: PressParameters
    state: PressState
    powder: PowderSupply
    body: Body

    @property
    def cavity_area(self) -> float:
        """Face of one cavity [m2]."""
        return self.parameters.die_length_mm * self.parameters.die_width_mm / 1e6

    @property
    def stroke_time(self) -> int:
        """Time of one stroke [microseconds]."""
        share = self.parameters.cadence_share * (1.0 + self.faults.condition("cadence"))
        return microseconds(60.0 / (self.set_points["strokes_per_minute_set_point"] * share))

    @property
    def powder_t_per_h(self) -> float:
        """Powder that the press takes now [t/h]."""
        if self.state.activity != Activity.PRODUCING:
            return 0.0
        return self.parameters.moist_mass * self.parameters.cavities * (HOUR / self.stroke_time) / 1000.0

    @property
    def _moist_mass(self) -> float:
        """Powder filled into each cavity [kg]."""
        return self.parameters.moist_mass * (1.0 + self.faults.condition("mass"))

    @property
    def dirt_now(self) -> float:
        """Dirt on the punch [mm]."""
        return dirt_at(self.state.dirt, self.state.strokes, self.parameters)

    @property
    def pressure_now(self) -> float:
        """True specific pressure [kgf/cm2]."""
        return self.set_points["specific_pressure_set_point"] * (1.0 + self.faults.condition("pressure"))

    specific_pressure_set_point = set_point(
        KILOGRAM_FORCE_PER_SQUARE_CENTIMETRE,
        "Set point of the specific pressure",
        "Consigna de presión específica",
        low=150.0,
        high=550.0,
    )
    strokes_per_minute_set_point = set_point(
        STROKES_PER_MINUTE, "Set point of the cadence", "Consigna de cadencia", low=1.0, high=FASTEST
    )

    @measurement(
        KILOGRAM_FORCE_PER_SQUARE_CENTIMETRE,
        "Specific pressure, maximum of the stroke",
        "Presión específica, máximo de la prensada",
        low=0.0,
        high=600.0,
        sensor=Sensor(relative_noise=0.004, resolution=0.1, period=5.0),
        main=True,
    )
    def specific_pressure(self) -> float:
        return self.pressure_now

    @measurement(
        STROKES_PER_MINUTE,
        "Cadence",
        "Cadencia",
        low=0.0,
        high=30.0,
        sensor=Sensor(noise=0.02, resolution=0.01, period=5.0),
    )
    def strokes_per_minute(self) -> float:
        return 60.0 * SECOND / self.stroke_time if self.state.activity == Activity.PRODUCING else 0.0

    @measurement(
        GRAM_PER_CUBIC_CENTIMETRE,
        "Dry bulk density of the pressed tile",
        "Densidad aparente seca de la pieza prensada",
        low=1.7,
        high=2.2,
        sensor=Sensor(noise=0.003, resolution=0.001, period=10.0),
        main=True,
    )
    def bulk_density(self) -> float:
        shift = self.body.index_density * self.powder.body_index
        return float(bulk_density(self.pressure_now, self.powder.moisture, self.body.compaction, shift))

    @measurement(
        PERCENT,
        "Moisture of the pressed tile, dry basis",
        "Humedad de la pieza prensada, base seca",
        low=3.0,
        high=9.0,
        sensor=Sensor(noise=0.05, resolution=0.01, period=5.0),
    )
    def tile_moisture(self) -> float:
        return float(self.powder.moisture)

    @measurement(
        MILLIMETRE,
        "Thickness of the pressed tile",
        "Espesor de la pieza prensada",
        low=4.0,
        high=30.0,
        sensor=Sensor(noise=0.03, resolution=0.01, period=10.0),
    )
    def tile_thickness(self) -> float:
        thickness = green_thickness(self._moist_mass, self.cavity_area, self.bulk_density, self.tile_moisture)
        return float(thickness) + self.dirt_now

    @profile(
        GRAM_PER_CUBIC_CENTIMETRE,
        "Dry bulk density of the last stroke by cavity",
        "Densidad aparente seca de la última prensada por alveolo",
        axis=CAVITY,
        low=1.7,
        high=2.2,
        sensor=Sensor(noise=0.003, resolution=0.001, period=300.0),
    )
    def cavity_density(self) -> list[float]:
        return _listed(self._densities())

    @profile(
        MILLIMETRE,
        "Thickness of the last stroke by cavity",
        "Espesor de la última prensada por alveolo",
        axis=CAVITY,
        low=4.0,
        high=30.0,
        sensor=Sensor(noise=0.03, resolution=0.01, period=300.0),
    )
    def cavity_thickness(self) -> list[float]:
        thickness = green_thickness(self._moist_mass, self.cavity_area, self._densities(), self.tile_moisture)
        offsets = self._cavity_offsets("cavity-thickness", self.parameters.cavity_thickness_sd)
        return _listed(np.asarray(thickness + self.dirt_now + offsets))

    @profile(
        GRAM_PER_CUBIC_CENTIMETRE,
        "Dry bulk density of the last stroke by cell, nine for each cavity, front left first",
        "Densidad aparente seca de la última prensada por celda, nueve por alveolo, delante a la izquierda la primera",
        axis=CELL,
        low=1.7,
        high=2.2,
        sensor=Sensor(noise=0.003, resolution=0.001, period=14400.0),
    )
    def density_map(self) -> list[float]:
        p = self.parameters
        gradient = p.gradient + self.faults.condition("gradient")
        return _listed(density_cells(self._densities(), gradient, p.map_density_sd * self.cell_pattern()).ravel())

    @profile(
        MILLIMETRE,
        "Thickness of the last stroke by cell, nine for each cavity, front left first",
        "Espesor de la última prensada por celda, nueve por alveolo, delante a la izquierda la primera",
        axis=CELL,
        low=4.0,
        high=30.0,
        sensor=Sensor(noise=0.03, resolution=0.01, period=14400.0),
    )
    def thickness_map(self) -> list[float]:
        thickness = np.array(self.cavity_thickness)[:, None]
        cells = np.array(self.density_map).reshape(-1, 9)
        return _listed(thickness_cells(thickness, cells, self.parameters.punch_yield).ravel())

    def cell_pattern(self) -> Array:
        """Draw of each cell's density, (cavities, 9), the same for all strokes of a run."""
        draws = self.stream("cell").normals(np.arange(9 * self.parameters.cavities)).reshape(-1, 9)
        return np.asarray(draws - draws.mean(axis=1, keepdims=True))

    def _densities(self) -> Array:
        """Density of the last stroke by cavity."""
        offsets = self._cavity_offsets("cavity", self.parameters.cavity_density_sd)
        return np.asarray(self.bulk_density + offsets + self._leaks())

    def _cavity_offsets(self, purpose: str, sd: float) -> Array:
        return np.asarray(sd * self.stream(purpose).normals(np.arange(self.parameters.cavities)))

    def _leaks(self) -> Array:
        condition = self.faults.condition
        return np.array([condition(f"cavity_{cavity + 1}") for cavity in range(self.parameters.cavities)])

    def axis_points(self, axis: str) -> tuple[float, ...]:
        """Numbers of cavities, or of their cells."""
        cells = {CAVITY.name: 1, CELL.name: 9}
        if axis not in cells:
            return super().axis_points(axis)
        return tuple(float(number + 1) for number in range(cells[axis] * self.parameters.cavities))

    @measurement(
        SECONDS,
        "Time of one stroke",
        "Duración de la prensada",
        low=0.0,
        high=60.0,
        sensor=Sensor(noise=0.02, resolution=0.01, period=5.0),
    )
    def stroke_duration(self) -> float:
        return self.stroke_time / SECOND

    @measurement(
        PERCENT,
        "Springback of the side on leaving the die",
        "Expansión posprensado del lado",
        low=0.0,
        high=3.0,
        sensor=Sensor(noise=0.01, resolution=0.01, period=3600.0),
    )
    def springback(self) -> float:
        return float(springback(self.pressure_now, self.tile_moisture, self.body.springback))

    @measurement(
        MEGAPASCAL,
        "Bending strength of the pressed tile",
        "Resistencia mecánica en verde",
        low=0.0,
        high=8.0,
        sensor=Sensor(noise=0.03, resolution=0.01, period=14400.0),
    )
    def green_strength(self) -> float:
        return float(green_strength(self.bulk_density, self.tile_moisture, self.body.green_strength))

    @measurement(
        KILOGRAM_FORCE_PER_SQUARE_CENTIMETRE,
        "Pressure of the first pressing",
        "Presión de la primera prensada",
        low=0.0,
        high=200.0,
        sensor=Sensor(relative_noise=0.01, resolution=0.1, period=5.0),
    )
    def first_pressure(self) -> float:
        return self.parameters.first_pressure + self.faults.condition("first_pressure")

    @measurement(
        BAR,
        "Pressure of the extractor",
        "Presión del extractor",
        low=0.0,
        high=250.0,
        sensor=Sensor(noise=0.5, resolution=0.1, period=5.0),
    )
    def ejection_pressure(self) -> float:
        return self.parameters.ejection_pressure + self.faults.condition("ejection")

    @measurement(
        CELSIUS,
        "Temperature of the hydraulic oil",
        "Temperatura del aceite hidráulico",
        low=0.0,
        high=90.0,
        sensor=Sensor(noise=0.3, resolution=0.1, period=10.0),
    )
    def oil_temperature(self) -> float:
        return self.parameters.oil_temperature + self.faults.condition("oil_temperature")

    @measurement(
        CELSIUS,
        "Temperature of the upper punch",
        "Temperatura del punzón superior",
        low=20.0,
        high=120.0,
        sensor=Sensor(noise=0.5, resolution=0.1, period=5.0),
    )
    def punch_temperature(self) -> float:
        return self.parameters.punch_temperature + self.faults.condition("punch_temperature")
