"""What becomes of tiles before the kiln: pressing, drying, glazing, printing, computed over runs of strokes.

Each function computes all strokes that have passed its station since it was last asked. A tile's values depend on its
number and on what its stroke met, never on which run of strokes computed them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plant_models.definition.body import Body
from plant_models.definition.product import Format, Product
from plant_models.physics.compaction import bulk_density, green_thickness
from plant_models.physics.drying import crack_probability, dry
from plant_models.physics.glazing import belt_temperature, belt_time_constant, evaporation_cooling
from plant_models.physics.numeric import Array
from plant_models.stations.dryer import DryerParameters
from plant_models.stations.glazing import GlazingParameters
from plant_models.stations.powder import PowderSupply
from plant_models.stations.press import PressParameters
from plant_models.stations.printer import Printer, PrinterParameters
from plant_models.strokes import Strokes
from plant_models.tiles import GREEN_SCRAP, PRESS_STEP, Ids, TileTable
from twin.line.streams import Stream
from twin.line.time import HOUR, MINUTE, microseconds

PROCESSED_AT_ONCE = 256
"""Strokes computed together at most: large enough for NumPy, small enough for the cache."""


@dataclass(frozen=True, slots=True)
class GreenModel:
    """Coefficients of everything before the kiln."""

    body: Body
    format: Format
    products: tuple[Product, ...]
    press: PressParameters
    dryer: DryerParameters
    glazing: GlazingParameters
    printer: PrinterParameters


class GreenTiles:
    """Computes the tiles of one pressing-and-glazing line."""

    def __init__(self, model: GreenModel, diary: Strokes, table: TileTable, powder: PowderSupply, path: str) -> None:
        self.model, self.diary, self.table, self.powder, self._path = model, diary, table, powder, path
        products = model.products
        self._engobe = np.array([product.engobe_g_m2 for product in products])
        self._glaze = np.array([product.glaze_g_m2 for product in products])
        self._ink = np.array([product.ink_g_m2 for product in products])

    def open(self, seed: int) -> None:
        """Know the run's seed."""

        def stream(purpose: str) -> Stream:
            return Stream(seed, f"{self._path}/{purpose}")

        cavities = np.arange(self.model.press.cavities)
        self._cavity_offset = self.model.press.cavity_density_sd * stream("cavity").normals(cavities)
        self._stroke_density, self._gradient = stream("stroke-density"), stream("gradient")
        self._mass, self._thickness = stream("mass"), stream("thickness")
        self._broken, self._crack, self._found = stream("broken"), stream("crack"), stream("crack-found")
        self._residual, self._engobe_noise, self._glaze_noise = stream("residual"), stream("engobe"), stream("glaze")
        self._warmth, self._ink_noise = stream("print-temperature"), stream("ink")

    def _numbers(self, first: int, last: int) -> Ids:
        """Numbers of the tiles of strokes first to last - 1 within the press."""
        return np.arange(first * self.diary.cavities, last * self.diary.cavities, dtype=np.int64)

    def _write(self, first: int, columns: dict[str, Array]) -> None:
        self.table.write_run(self.diary.press * PRESS_STEP + first * self.diary.cavities, columns)

    # Pressing.

    def press(self) -> None:
        """Compute the pressing of all strokes so far."""
        diary = self.diary
        while diary.known_pressed < diary.pressed.end:
            first = diary.known_pressed
            last = min(diary.pressed.end, first + PROCESSED_AT_ONCE)
            self._press(first, last)
            diary.known_pressed = last

    def _press(self, first: int, last: int) -> None:
        p, body, diary = self.model.press, self.model.body, self.diary
        times = diary.pressed.times(first, last)
        order, product, pressure, mass, cleaned, stroke_h, gradient, _ = diary.pressed.conditions(first, last)
        strokes = np.arange(first, last, dtype=np.int64)
        moisture, lot, index = self.powder.at(times)
        density = bulk_density(pressure, moisture, body.compaction, body.index_density * index)
        density = density + p.stroke_density_sd * self._stroke_density.normals(strokes)
        n = self._numbers(first, last)

        def each(values: NDArray[np.float64]) -> Array:
            return np.repeat(values, p.cavities)

        tile_density = each(density) + np.tile(self._cavity_offset, last - first)
        tile_moisture = each(moisture)
        tile_mass = each(mass) * (1.0 + p.mass_sd * self._mass.normals(n))
        area = p.die_length_mm * p.die_width_mm / 1e6
        thickness = green_thickness(tile_mass, area, tile_density, tile_moisture)
        dirt = each(np.minimum(p.dirt_mm_per_h * (strokes - cleaned) * stroke_h, p.dirt_limit_mm))
        thickness = thickness + dirt + p.thickness_sd * self._thickness.normals(n)
        if last > diary.opening:
            used = np.rint(tile_mass[max(0, diary.opening - first) * p.cavities :] * 1e6).astype(np.int64)
            self.powder.use(int(used.sum()))
        self._write(
            first,
            {
                "order": each(order),
                "product": each(product),
                "lot": each(lot.astype(np.float64)),
                "press": np.full(len(n), float(diary.press)),
                "stroke": each(strokes.astype(np.float64)),
                "cavity": np.tile(np.arange(p.cavities, dtype=np.float64), last - first),
                "pressed_at": each(times.astype(np.float64)),
                "pressure": each(pressure),
                "density": tile_density,
                "gradient": each(gradient) + p.gradient_sd * self._gradient.normals(n),
                "moisture": tile_moisture,
                "mass": tile_mass,
                "thickness": thickness,
            },
        )

    # Drying and glazing, up to the rejecter.

    def glaze(self) -> None:
        """Compute drying and glazing of all strokes on the glazing line, and what the rejecter will take out."""
        self.press()
        diary = self.diary
        while diary.known_glazed < diary.glazed.end:
            first = diary.known_glazed
            last = min(diary.glazed.end, first + PROCESSED_AT_ONCE)
            self._glaze_run(first, last)
            diary.known_glazed = last

    def _glaze_run(self, first: int, last: int) -> None:
        model, diary = self.model, self.diary
        p, d, body, cavities = model.glazing, model.dryer, model.body, model.press.cavities
        n = self._numbers(first, last)
        pressed, dried, glazed = (s.times(first, last) for s in (diary.pressed, diary.dried, diary.glazed))
        hot, cool = diary.dried.conditions(first, last)
        belt_s, engobe_factor, glaze_factor, broken_more, _ = diary.glazed.conditions(first, last)
        product = diary.pressed.conditions(first, last)[1].astype(np.int64)
        stroke_broken = diary.pressed.conditions(first, last)[7] + broken_more
        number = diary.press * PRESS_STEP + first * cavities
        moisture, gradient, density = self.table.read_run(number, len(n), ("moisture", "gradient", "density"))
        of_stroke = moisture[::cavities]
        minutes = (dried - pressed) / MINUTE
        result = dry(of_stroke, minutes, hot, cool, d.hot_share, model.format.thickness_mm, d.drying)
        rate = np.repeat(result.maximum_rate, cavities)
        cracked = self._crack.uniforms(n) < crack_probability(rate, d.cracking, gradient)
        residual = np.repeat(result.residual_moisture, cavities) + d.residual_sd * self._residual.normals(n)
        exit_temperature = np.repeat(result.exit_temperature, cavities)
        gain = 1.0 + p.density_rise_per_h * (glazed % microseconds(60.0 * p.check_every_min)) / HOUR / p.solid_density
        engobe = np.repeat(self._engobe[product] * engobe_factor * gain, cavities)
        glaze = np.repeat(self._glaze[product] * glaze_factor * gain, cavities)
        engobe = engobe * (1.0 + p.coat_sd * self._engobe_noise.normals(n))
        glaze = glaze * (1.0 + p.coat_sd * self._glaze_noise.normals(n))
        tau = belt_time_constant(density, d.drying.heat_capacity, model.format.thickness_mm, p.heat_transfer)
        warm = belt_temperature(exit_temperature, np.repeat(belt_s / 60.0, cavities), p.ambient, tau)
        per_m2 = d.drying.mass_per_thickness * model.format.thickness_mm
        cooling = evaporation_cooling(p.spray_g_m2, per_m2, d.drying.heat_capacity, d.drying.latent_heat)
        warm = warm - cooling + p.temperature_sd * self._warmth.normals(n)
        broken = self._broken.uniforms(n) < model.press.broken_share + np.repeat(stroke_broken, cavities)
        found = cracked & (self._found.uniforms(n) < d.cracked_found_share)
        scrapped = broken | found | (warm > p.reject_above)
        for tile in n[scrapped].tolist():
            diary.scrap.setdefault(tile // cavities, []).append(tile)
        self._write(
            first,
            {
                "dried_at": np.repeat(dried.astype(np.float64), cavities),
                "residual_moisture": np.maximum(residual, 0.0),
                "dryer_temperature": exit_temperature,
                "drying_rate": rate,
                "glazed_at": np.repeat(glazed.astype(np.float64), cavities),
                "engobe": engobe,
                "glaze": glaze,
                "print_temperature": warm,
                "defects": np.where(cracked, float(1 << 4), 0.0),
                "grade": np.where(scrapped, float(GREEN_SCRAP), 0.0),
            },
        )

    # Printing.

    def print(self, printer: Printer) -> None:
        """Compute the ink of all strokes printed so far."""
        diary = self.diary
        while diary.known_printed < diary.printed.end:
            first = diary.known_printed
            last = min(diary.printed.end, first + PROCESSED_AT_ONCE)
            printer.state.ink_mg += self._print_run(first, last)
            diary.known_printed = last

    def _print_run(self, first: int, last: int) -> int:
        diary, cavities = self.diary, self.model.press.cavities
        n = self._numbers(first, last)
        factor, nozzles = diary.printed.conditions(first, last)
        times = diary.printed.times(first, last)
        number = diary.press * PRESS_STEP + first * cavities
        product, grade, defects = self.table.read_run(number, len(n), ("product", "grade", "defects"))
        kept = grade != GREEN_SCRAP
        ink = self._ink[product.astype(np.int64)] * np.repeat(factor, cavities)
        ink = np.where(kept, ink * (1.0 + self.model.printer.ink_sd * self._ink_noise.normals(n)), 0.0)
        lines = np.repeat(nozzles, cavities) >= 1.0
        self._write(
            first,
            {
                "printed_at": np.where(kept, np.repeat(times.astype(np.float64), cavities), 0.0),
                "ink": ink,
                "defects": defects + np.where(lines & kept, float(1 << 8), 0.0),
            },
        )
        return int(np.rint(ink * (1000.0 * self.model.format.area_m2)).astype(np.int64).sum())
