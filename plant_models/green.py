"""What becomes of tiles before the kiln: pressing, drying, glazing, printing, computed over runs of strokes.

Each function computes all strokes that have passed its station since it was last asked. A tile's values depend on its
number and on what its stroke met, never on which run of strokes computed them.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plant_models.definition.body import Body
from plant_models.definition.product import Format, Product
from plant_models.physics.compaction import bulk_density, green_thickness
from plant_models.physics.drying import crack_probability, dry
from plant_models.physics.glazing import belt_temperature, belt_time_constant, coat_gain, evaporation_cooling
from plant_models.physics.numeric import Array, Numeric
from plant_models.physics.printing import nozzle_wear
from plant_models.stations.dryer import DryerParameters
from plant_models.stations.glazing import GlazingParameters
from plant_models.stations.powder import PowderSupply
from plant_models.stations.press_parts import PressParameters
from plant_models.stations.printer import Printer, PrinterParameters
from plant_models.strokes import Strokes
from plant_models.tiles import GREEN_SCRAP, PRESS_STEP, Ids, TileTable
from twin.line.streams import Streams
from twin.line.time import HOUR, MINUTE, SECOND, microseconds

SPOILING: dict[str, int] = {
    "lamination": 3,
    "press-chip": 5,
    "speck": 10,
    "punch-mark": 14,
    "dryer-chip": 5,
    "glazing-chip": 5,
    "bare": 7,
    "edge": 13,
    "glazing-speck": 10,
    "printing-chip": 5,
}
"""What spoils tiles before the kiln, with the bit of the defect that it makes; glaze on the edges sticks to rollers."""
ON_THE_WAY = ("dryer-chip", "glazing-chip", "bare", "edge", "glazing-speck")
"""What happens between dryer and printer, in the order of the conditions."""
PRESSED_COLUMNS = ("moisture", "gradient", "density", "defects")
FILLED = 3
"""Place of the powder filled into a cavity [kg] among the conditions of pressing."""
FARTHEST = 9.0
"""Standard normal draws are never farther from 0, as they come from 52 bits [-]."""
PROCESSED_AT_ONCE = 1024
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

        def streams(*purposes: str) -> Streams:
            return Streams(seed, [f"{self._path}/{purpose}" for purpose in purposes])

        cavities = np.arange(self.model.press.cavities)
        density, thickness = streams("cavity", "cavity-thickness").normals(cavities)
        self._cavity_density = self.model.press.cavity_density_sd * density
        self._cavity_thickness = self.model.press.cavity_thickness_sd * thickness
        self._of_stroke = streams("stroke-density")
        self._of_pressing = streams("gradient", "mass", "thickness")
        self._of_chance = streams("crack", "crack-found", "broken")
        self._of_coating = streams("residual", "engobe", "glaze", "print-temperature")
        self._of_printing = streams("ink")
        self._spoiling = {purpose: streams(f"{purpose}-defect") for purpose in SPOILING}

    def _numbers(self, first: int, last: int) -> Ids:
        """Numbers of the tiles of strokes first to last - 1 within the press."""
        return np.arange(first * self.diary.cavities, last * self.diary.cavities, dtype=np.int64)

    def _write(self, first: int, columns: dict[str, Array]) -> None:
        self.table.write_run(self.diary.press * PRESS_STEP + first * self.diary.cavities, columns)

    def _spoiled(self, purpose: str, n: Ids, share: Array) -> NDArray[np.int64]:
        """The bit of a defect for the tiles that get it, of a share of each stroke's tiles."""
        if not share.any():
            return np.zeros(len(n), dtype=np.int64)
        draws = self._spoiling[purpose].uniforms(n)[0]
        spoiled: NDArray[np.bool_] = draws < np.repeat(share, self.model.press.cavities)
        return spoiled * np.int64(1 << SPOILING[purpose])

    # Pressing.

    def press(self) -> None:
        """Compute the pressing of all strokes so far."""
        diary = self.diary
        while diary.known_pressed < diary.pressed.end:
            first = diary.known_pressed
            last = min(diary.pressed.end, first + PROCESSED_AT_ONCE)
            self._press(first, last)
            diary.known_pressed = last

    @property
    def most_powder_owed(self) -> int:
        """Powder that strokes not computed yet took, at most [mg]."""
        p, diary = self.model.press, self.diary
        fills = [conditions[FILLED] for _, conditions in diary.pressed.epochs]
        heaviest = max(fills, default=0.0) * (1.0 + FARTHEST * p.mass_sd)
        return math.ceil(1e6 * heaviest) * p.cavities * (diary.pressed.end - diary.known_pressed)

    def _press(self, first: int, last: int) -> None:
        p, body, diary = self.model.press, self.model.body, self.diary
        times = diary.pressed.times(first, last)
        order, product, pressure, mass, *dirt, gradient, _, lamination, chip = (
            conditions := diary.pressed.conditions(first, last)
        )[:11]
        leaks = conditions[11:].T.ravel()
        strokes = np.arange(first, last, dtype=np.int64)
        moisture, lot, index = self.powder.at(times)
        density = bulk_density(pressure, moisture, body.compaction, body.index_density * index)
        density = density + p.stroke_density_sd * self._of_stroke.normals(strokes)[0]
        n = self._numbers(first, last)
        gradient_draw, mass_draw, thickness_draw = self._of_pressing.normals(n)

        def each(values: NDArray[np.float64]) -> Array:
            return np.repeat(values, p.cavities)

        tile_density = each(density) + np.tile(self._cavity_density, last - first) + leaks
        tile_moisture = each(moisture)
        tile_mass = each(mass) * (1.0 + p.mass_sd * mass_draw)
        area = p.die_length_mm * p.die_width_mm / 1e6
        thickness = green_thickness(tile_mass, area, tile_density, tile_moisture)
        dirty = np.minimum(dirt[0] + dirt[2] * (strokes - dirt[1]), p.dirt_limit_mm)
        thickness = thickness + each(dirty) + np.tile(self._cavity_thickness, last - first)
        thickness = thickness + p.thickness_sd * thickness_draw
        defects = (
            self._spoiled("lamination", n, lamination)
            | self._spoiled("press-chip", n, chip)
            | self._spoiled("speck", n, np.full(last - first, self.powder.faults.condition("specks")))
            | self._spoiled("punch-mark", n, p.marks_per_mm * np.maximum(dirty - p.dirt_clean_mm, 0.0))
        )
        if last > diary.opening:
            used = np.rint(tile_mass[max(0, diary.opening - first) * p.cavities :] * 1e6).astype(np.int64)
            self.powder.use(int(used.sum()))
        self._write(
            first,
            {
                "order": each(order),
                "product": each(product),
                "lot": each(lot.astype(np.float64)),
                "body_index": each(index),
                "press": np.full(len(n), float(diary.press)),
                "stroke": each(strokes.astype(np.float64)),
                "cavity": np.tile(np.arange(p.cavities, dtype=np.float64), last - first),
                "pressed_at": each(times.astype(np.float64)),
                "pressure": each(pressure),
                "density": tile_density,
                "gradient": each(gradient) + p.gradient_sd * gradient_draw,
                "moisture": tile_moisture,
                "mass": tile_mass,
                "thickness": thickness,
                "defects": defects.astype(np.float64),
            },
        )

    # Drying and glazing, up to the rejecter.

    def glaze(self) -> None:
        """Compute drying and glazing of all strokes on the glazing line, and what the rejecter will take out."""
        diary = self.diary
        if diary.known_pressed < diary.dried.end:
            self.press()
        while diary.known_glazed < diary.dried.end:
            first = diary.known_glazed
            last = min(diary.dried.end, first + PROCESSED_AT_ONCE)
            self._glaze_run(first, last)
            diary.known_glazed = last

    def _glaze_run(self, first: int, last: int) -> None:
        diary, cavities = self.diary, self.model.press.cavities
        n = self._numbers(first, last)
        number = diary.press * PRESS_STEP + first * cavities
        moisture, gradient, density, defects = self.table.read_run(number, len(n), PRESSED_COLUMNS)
        pressing = diary.pressed.conditions(first, last)
        air, line = diary.dried.conditions(first, last), diary.glazing.conditions(first, last)
        dried_at = diary.dried.times(first, last)
        drying = self._dry(first, last, dried_at, moisture[::cavities], air)
        coating = self._coat(dried_at, pressing[1].astype(np.int64), line)
        residual, exit_temperature, rate, engobe, glaze, thinned, belt_s, cooling, broken = np.repeat(
            np.array([*drying, *coating]), cavities, axis=1
        )
        chance = self._of_chance.uniforms(n)
        residual_draw, engobe_draw, glaze_draw, warmth_draw = self._of_coating.normals(n)
        warm = self.warmth(exit_temperature, belt_s, cooling, density)
        warm = warm + self.model.glazing.temperature_sd * warmth_draw
        cracked = chance[0] < crack_probability(rate, self.model.dryer.cracking, gradient)
        found = cracked & (chance[1] < self.model.dryer.cracked_found_share)
        broken_share = broken + np.repeat(pressing[8], cavities)
        scrapped = (chance[2] < broken_share) | found | (warm > self.model.glazing.reject_above)
        for tile in n[scrapped].tolist():
            diary.scrap.setdefault(tile // cavities, []).append(tile)
        self._note_wear(warm, scrapped)
        spoiled = self._spoiled_on_the_way(n, np.array([air[-1], *line[-4:]]))
        times = np.repeat(dried_at.astype(np.float64), cavities)
        coat_sd = self.model.glazing.coat_sd
        self._write(
            first,
            {
                "dried_at": times,
                "residual_moisture": np.maximum(residual + self.model.dryer.residual_sd * residual_draw, 0.0),
                "dryer_temperature": exit_temperature,
                "drying_rate": rate,
                "glazed_at": times,
                "engobe": engobe * (1.0 + coat_sd * engobe_draw),
                "glaze": glaze * (1.0 + coat_sd * glaze_draw),
                "glaze_density": thinned,
                "print_temperature": warm,
                "defects": (defects.astype(np.int64) | cracked.astype(np.int64) << 4 | spoiled).astype(np.float64),
                "grade": np.where(scrapped, float(GREEN_SCRAP), 0.0),
            },
        )

    def _dry(
        self, first: int, last: int, dried_at: NDArray[np.int64], moisture: Array, air: Array
    ) -> tuple[Array, Array, Array]:
        """(residual moisture, exit temperature, maximum rate) of each stroke, dried under the conditions `air`."""
        d, pressed_at = self.model.dryer, self.diary.pressed.times(first, last)
        minutes = (dried_at - pressed_at) / MINUTE
        hot, cool, speed, hotter, _ = air
        restarted_at, pause = self.diary.restarts.conditions(first, last)
        hot = hot + d.restart_heat(pressed_at - restarted_at, pause)
        share = d.share_in_hot_air(minutes)
        result = dry(moisture, minutes, hot, cool, share, self.model.format.thickness_mm, d.drying, speed)
        residual, exit_temperature, rate = (np.asarray(values) for values in result)
        return residual, exit_temperature + hotter, rate

    def _coat(
        self, times: NDArray[np.int64], product: NDArray[np.int64], line: Array
    ) -> tuple[Array, Array, Array, Array, Array, Array]:
        """(engobe, glaze, its density, time on the belt, how much the belt cools, share broken) of each stroke."""
        p = self.model.glazing
        belt_s, engobe_factor, glaze_factor, thicker, cooling, broken, *_ = line
        since_check = times % microseconds(60.0 * p.check_every_min)
        risen = p.density_rise_per_h * since_check / HOUR
        glaze_density = p.glaze_density + (risen + thicker)
        return (
            self._engobe[product] * engobe_factor * coat_gain(p.engobe_density + risen, p.engobe_density),
            self._glaze[product] * glaze_factor * coat_gain(glaze_density, p.glaze_density),
            glaze_density,
            belt_s,
            cooling,
            broken + self.model.press.broken_share,
        )

    def _spoiled_on_the_way(self, n: Ids, shares: Array) -> NDArray[np.int64]:
        """Bits of what dryer and glazing line do to the surface and edges of tiles, by the share of each."""
        spoiled = np.zeros(len(n), dtype=np.int64)
        if shares.any():
            for purpose, share in zip(ON_THE_WAY, shares, strict=True):
                spoiled |= self._spoiled(purpose, n, share)
        return spoiled

    def _note_wear(self, warm: Array, scrapped: NDArray[np.bool_]) -> None:
        """Note what the tiles of each stroke will add to the wear of the printheads."""
        cavities = self.model.press.cavities
        usual = SECOND * 60.0 / self.model.press.strokes_per_minute / cavities
        wear = np.rint(usual * nozzle_wear(warm, self.model.printer.nozzles)).astype(np.int64)
        strokes = np.where(scrapped, 0, wear).reshape(-1, cavities).sum(axis=1)
        self.diary.wear.at.frombytes(strokes.tobytes())

    def warmth(self, exit_temperature: Numeric, belt_s: Numeric, cooling: Numeric, density: Numeric) -> Array:
        """Temperature of tiles at the printer, before its scatter [degC]."""
        p, drying, thickness = self.model.glazing, self.model.dryer.drying, self.model.format.thickness_mm
        tau = belt_time_constant(density, drying.heat_capacity, thickness, p.heat_transfer * cooling)
        warm = belt_temperature(exit_temperature, belt_s / 60.0, p.ambient, tau)
        per_m2 = drying.mass_per_thickness * thickness
        wetting = evaporation_cooling(p.spray_g_m2, per_m2, drying.heat_capacity, drying.latent_heat)
        return np.asarray(warm - wetting)

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
        factor, nozzles, chip = diary.printed.conditions(first, last)
        times = diary.printed.times(first, last)
        number = diary.press * PRESS_STEP + first * cavities
        product, grade, defects = self.table.read_run(number, len(n), ("product", "grade", "defects"))
        kept = grade != GREEN_SCRAP
        ink = self._ink[product.astype(np.int64)] * np.repeat(factor, cavities)
        ink = np.where(kept, ink * (1.0 + self.model.printer.ink_sd * self._of_printing.normals(n)[0]), 0.0)
        lines = (np.repeat(nozzles, cavities) >= 1.0).astype(np.int64) << 8
        spoiled = lines | self._spoiled("printing-chip", n, chip)
        self._write(
            first,
            {
                "printed_at": np.where(kept, np.repeat(times.astype(np.float64), cavities), 0.0),
                "ink": ink,
                "defects": (defects.astype(np.int64) | np.where(kept, spoiled, 0)).astype(np.float64),
            },
        )
        return int(np.rint(ink * (1000.0 * self.model.format.area_m2)).astype(np.int64).sum())
