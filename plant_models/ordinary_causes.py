"""Ordinary causes of defects: what a lot, the kiln's temperature and the coats add to a tile's size and shade.

Size follows the equations of pressing and firing, taken as straight lines around the body's reference: what each
deviation adds is its slope times the deviation. Shade is a sum of such terms anyhow.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plant_models.physics.compaction import bulk_density, drying_shrinkage, springback
from plant_models.physics.numeric import Array
from plant_models.physics.sorting import shade_distance
from twin.line.text import Text

if TYPE_CHECKING:
    from plant_models.line import TileLine

Judgement = tuple[str, Text, NDArray[np.bool_], NDArray[np.float64]]
"""(cause, its title, tiles that name it, how much nearer to good they are without it)."""
SIZE_BIT, SHADE_BIT = 0, 9
STEP = 1e-3
"""Small difference of moisture [%], density [g/cm3] or temperature [K] over which a slope is taken."""
LOT = Text("powder lot out of the middle", "lote de polvo apartado de la media")
WANDER = Text("moisture within the lot", "humedad dentro del lote")
HEAT = Text("temperature in the kiln", "temperatura en el horno")
DRYNESS = Text("residual moisture", "humedad residual")
GLAZE = Text("glaze laid on", "esmalte aplicado")
INK = Text("ink laid on", "tinta aplicada")


class Ordinary:
    """Judges ordinary causes of a line's tiles."""

    def __init__(self, line: "TileLine") -> None:
        self._line = line
        plant, body = line.definition, line.definition.body
        press = plant.forming[0].press
        self._sorter = plant.firing[0].sorter
        self._nominal = plant.format.length_mm
        shrinkage = body.firing.shrinkage
        density, peak = body.firing.reference_density, body.reference_peak

        def slope(high: float, low: float) -> float:
            return (high - low) / (2.0 * STEP)

        per_density = slope(float(shrinkage(density + STEP, peak)), float(shrinkage(density - STEP, peak)))
        per_degree = slope(float(shrinkage(density, peak + STEP)), float(shrinkage(density, peak - STEP)))
        wetness = body.reference_moisture
        per_moisture = slope(
            float(bulk_density(press.specific_pressure, wetness + STEP, body.compaction, 0.0)),
            float(bulk_density(press.specific_pressure, wetness - STEP, body.compaction, 0.0)),
        )
        millimetre = -press.die_length_mm / 100.0
        pressure = press.specific_pressure
        recovery = slope(
            float(springback(pressure, wetness + STEP, body.springback)),
            float(springback(pressure, wetness - STEP, body.springback)),
        )
        drying = slope(
            float(drying_shrinkage(wetness + STEP, body.drying_shrinkage)),
            float(drying_shrinkage(wetness - STEP, body.drying_shrinkage)),
        )
        self.mm_per_moisture = millimetre * (per_density * per_moisture - recovery + drying)
        """Size that a tile gains per percent of moisture [mm]."""
        self.mm_per_degree = millimetre * per_degree
        """Size that it gains per degree of peak temperature [mm]; negative."""
        self.mm_per_index = millimetre * (per_density * body.index_density - per_degree * body.index_temperature)
        """Size that it gains per unit of the body index [mm]."""

    def judged(self, tiles: dict[str, Array], bits: NDArray[np.int64]) -> Iterator[Judgement]:
        """What each ordinary cause has to do with defective tiles."""
        yield from self._size(tiles, (bits >> SIZE_BIT & 1) == 1)
        yield from self._shade(tiles, (bits >> SHADE_BIT & 1) == 1)

    def _size(self, tiles: dict[str, Array], wrong: NDArray[np.bool_]) -> Iterator[Judgement]:
        plant, state = self._line.definition, self._line.powder.state
        lots = tiles["lot"].astype(np.int64)
        moisture = np.array(state.lot_moisture)[lots]
        index = np.array(state.lot_index)[lots]
        wander = tiles["moisture"] - plant.powder.moisture - moisture
        hot = np.where(tiles["peak_temperature"] > 0.0, tiles["peak_temperature"] - plant.body.reference_peak, 0.0)
        parts = (
            ("ordinary/lot", LOT, self.mm_per_moisture * moisture + self.mm_per_index * index),
            ("ordinary/moisture", WANDER, self.mm_per_moisture * wander),
            ("ordinary/firing", HEAT, self.mm_per_degree * hot),
        )
        deviation = tiles["measured_size"] - self._nominal
        limit = (self._sorter.calibers + 0.5) * self._sorter.caliber_step_mm
        for cause, title, part in parts:
            within = np.abs(deviation - part) <= limit
            nearer = (np.abs(deviation) - np.abs(deviation - part)) / np.maximum(np.abs(deviation), 1e-12)
            yield cause, title, wrong & within, np.clip(nearer, 0.05, 1.0)

    def _shade(self, tiles: dict[str, Array], wrong: NDArray[np.bool_]) -> Iterator[Judgement]:
        plant, shade = self._line.definition, self._line.definition.quality.shade
        products = tuple(plant.products.values())
        number = tiles["product"].astype(np.int64)
        glaze = np.array([product.glaze_g_m2 for product in products])[number]
        ink = np.array([product.ink_g_m2 for product in products])[number]
        parts = (
            ("ordinary/firing", HEAT, tiles["peak_temperature"] - plant.body.reference_peak, shade.per_degree),
            ("ordinary/drying", DRYNESS, tiles["residual_moisture"] - shade.reference_residual, shade.per_residual),
            ("ordinary/glaze", GLAZE, tiles["glaze"] / glaze - 1.0, shade.per_coat),
            ("ordinary/ink", INK, (tiles["ink"] - ink) / np.maximum(ink, 1e-9), shade.per_ink),
        )
        axes = tiles["measured_shade"], tiles["shade_a"], tiles["shade_b"]
        distance = np.maximum(np.asarray(shade_distance(*axes)), 1e-12)
        for cause, title, amount, direction in parts:
            rest = np.asarray(
                shade_distance(*(axis - step * amount for axis, step in zip(axes, direction, strict=True)))
            )
            within = rest <= self._sorter.shade_limit
            yield cause, title, wrong & within, np.clip((distance - rest) / distance, 0.05, 1.0)
