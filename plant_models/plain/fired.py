"""What becomes of one tile in the kiln and at the sorting line."""

import numpy as np

from plant_models.fired import SMALLEST_WEIGHT, FiredModel
from plant_models.physics.compaction import drying_shrinkage, springback
from plant_models.physics.firing import fired_size, soak_equivalent_temperature
from plant_models.physics.planarity import firing_curvature, pyroplastic_sag, wedge
from plant_models.physics.sorting import allowed_deviation, caliber, shade_distance
from plant_models.plain.kiln import PlainKiln
from plant_models.plain.powder import Powder
from plant_models.plain.tile import Row, Tile
from plant_models.tiles import FIRED_SCRAP, FIRST, SECOND
from twin.line.streams import Stream

SIZE, WEDGE, CURVATURE, CRACK, CHIP, SHADE, BLACK_CORE, COOLING_CRACK, LOST = 0, 1, 2, 4, 5, 9, 11, 12, 15
MEASURED = frozenset({SIZE, WEDGE, CURVATURE, SHADE})
SCRAP = frozenset({CRACK, BLACK_CORE, COOLING_CRACK})


class FiredPhysics:
    """Fires and judges one tile at a time, by the draws of its kiln and its sorting line."""

    def __init__(
        self, model: FiredModel, kiln: PlainKiln, powder: Powder, kiln_path: str, sorter_path: str, seed: int
    ) -> None:
        self.model, self.kiln, self.powder = model, kiln, powder
        self._paths, self._seed = (kiln_path, sorter_path), seed
        self._streams: dict[tuple[int, str], Stream] = {}

    def _draw(self, purpose: str, at_sorter: bool = False) -> Stream:
        key = (int(at_sorter), purpose)
        stream = self._streams.get(key)
        if stream is None:
            stream = self._streams[key] = Stream(self._seed, f"{self._paths[key[0]]}/{purpose}")
        return stream

    def fire(self, tile: Tile, row: Row, lane: int) -> None:
        """The tile comes out of the kiln."""
        m, p, body = self.model, self.kiln.declared.parameters, self.model.body
        peak, difference, soak = self._firing(row)
        cold = p.edge_drop_per_pa * row.pressure * float(self.kiln.declared.lane_cold[lane])
        peak = peak + p.edge_drop * float(self.kiln.declared.lane_shape[lane]) + cold
        temperature = peak + p.peak_sd * self._draw("peak").normal(tile.number)
        equivalent = soak_equivalent_temperature(temperature, soak, p.reference_soak_min, p.degrees_per_doubling)
        equivalent = equivalent - body.index_temperature * self.powder.index(int(tile["lot"]))
        shrinkage = body.firing.shrinkage(tile["density"], equivalent)
        recovery = springback(tile["pressure"], tile["moisture"], body.springback)
        drying = drying_shrinkage(tile["moisture"], body.drying_shrinkage)
        side, thickness = m.format.length_mm, m.format.thickness_mm
        tile.write(
            kiln=self.kiln.number,
            row=row.number,
            lane=lane,
            kiln_entry_at=row.entered_at,
            kiln_exit_at=row.left_at,
            peak_temperature=temperature,
            face_difference=difference,
            shrinkage=float(shrinkage),
            size=float(fired_size(m.presses[tile.line].die_length_mm, recovery, drying, shrinkage)),
            curvature=float(
                m.quality.defects.curvature_bias
                + firing_curvature(difference, side, thickness, body.curvature)
                + pyroplastic_sag(equivalent, body.reference_peak, body.sag_per_degree)
                + m.quality.defects.curvature_sd * self._draw("curvature").normal(tile.number)
            ),
            water_absorption=float(body.firing.water_absorption(tile["density"], equivalent)),
        )
        self._colour(tile, temperature)

    def _firing(self, row: Row) -> tuple[float, float, float]:
        """(peak temperature, below minus above as air, soak) of a row, by the air it met zone after zone."""
        declared = self.kiln.declared
        weights, places = declared.weights, declared.places
        peak, difference = float(weights.peak_temperature), 0.0
        nominal = declared.air.nominal
        for zone, middle in enumerate(declared.zone_middle.tolist()):
            if abs(weights.mean_above[zone]) + abs(weights.mean_below[zone]) > SMALLEST_WEIGHT:
                air = self.kiln.air_at(row.entry_tick + middle)
                above = float(air[0, zone] - nominal[0, zone])
                below = float(air[1, zone] - nominal[1, zone])
                peak += float(weights.mean_above[zone]) * above + float(weights.mean_below[zone]) * below
                difference += (
                    float(weights.difference_above[zone]) * above + float(weights.difference_below[zone]) * below
                )
        difference /= float(weights.difference_below.sum())
        reach, middle = round(0.05 * places), round(weights.peak_position * places)
        first, last = max(0, middle - reach), min(places - 1, middle + reach)
        time = self.kiln.tick_at(row.entry_tick + last) - self.kiln.tick_at(row.entry_tick + first)
        p = declared.parameters
        nominal_time = 60e6 * p.cycle_min * (last - first) / places
        return peak, difference, p.reference_soak_min * time / nominal_time

    def _colour(self, tile: Tile, temperature: float) -> None:
        shade, product = self.model.quality.shade, self.model.products[tile.product]
        causes = (
            (temperature - self.model.body.reference_peak, shade.per_degree),
            (tile["residual_moisture"] - shade.reference_residual, shade.per_residual),
            (tile["glaze"] / product.glaze_g_m2 - 1.0, shade.per_coat),
            ((tile["ink"] - product.ink_g_m2) / max(product.ink_g_m2, 1e-9), shade.per_ink),
        )
        for axis, name in enumerate(("shade_l", "shade_a", "shade_b")):
            total = shade.sd * self._draw(name.replace("_", "-")).normal(tile.number)
            for cause, direction in causes:
                total += direction[axis] * cause
            tile.write(**{name: total})

    def _defects(self, tile: Tile, row: Row) -> set[int]:
        """Defects that do not follow from a measured quantity."""
        d, product = self.model.quality.defects, self.model.products[tile.product]
        dry = d.dry_powder_factor if tile["moisture"] < d.dry_powder else 1.0
        hot = np.exp(d.pinhole_growth * max(tile["print_temperature"] - d.pinhole_reference, 0.0))
        thick = np.exp(d.coat_growth * (tile["glaze"] / product.glaze_g_m2 - 1.0))
        wet = d.wet_tile_factor if tile["residual_moisture"] > d.wet_tile else 1.0
        chances = {
            "lamination": (3, d.lamination * dry),
            "chip": (CHIP, d.chip),
            "pinhole": (6, d.pinhole * hot),
            "crawling": (7, d.crawling * thick),
            "print-line": (8, d.print_line),
            "speck": (10, d.speck),
            "black-core": (BLACK_CORE, d.black_core * wet),
            "cooling-crack": (COOLING_CRACK, d.cooling_crack + row.cracking),
            "roller-mark": (13, d.roller_mark),
            "punch-mark": (14, d.punch_mark),
        }
        found = {bit for bit in (CRACK, 8) if int(tile["defects"]) >> bit & 1}
        for purpose, (bit, probability) in chances.items():
            if self._draw(purpose).uniform(tile.number) < probability:
                found.add(bit)
        return found | {LOST} if row.lost else found

    def judge(self, tile: Tile, row: Row, time: int) -> None:
        """The sorting line measures the tile and decides."""
        m, p, number = self.model, self.model.sorter, tile.number
        nominal = m.format.length_mm
        size = tile["size"] + p.size_sd * self._draw("size", True).normal(number)
        flatness = tile["curvature"] + p.curvature_sd * self._draw("flatness", True).normal(number)
        lightness = tile["shade_l"] + p.shade_sd * self._draw("shade", True).normal(number)
        series = float(caliber(size, nominal, p.caliber_step_mm))
        wrong_size = abs(size - nominal) > allowed_deviation(nominal, p.size_percent, p.size_mm)
        wrong_shape = abs(flatness) > allowed_deviation(nominal, p.flat_percent, p.flat_standard_mm)
        found = self._defects(tile, row)
        if wrong_size or abs(series) > p.calibers:
            found.add(SIZE)
        if wedge(abs(tile["gradient"]), m.presses[tile.line].die_length_mm, m.body.shrinkage_per_density) > p.wedge_mm:
            found.add(WEDGE)
        if abs(flatness) > p.flat_mm:
            found.add(CURVATURE)
        if shade_distance(lightness, tile["shade_a"], tile["shade_b"]) > p.shade_limit:
            found.add(SHADE)
        tile.write(
            defects=sum(1 << bit for bit in found),
            measured_size=size,
            measured_curvature=flatness,
            measured_shade=lightness,
            caliber=series,
            shade=float(np.rint(lightness / p.shade_step)),
            grade=self._grade(number, found, bool(wrong_size or wrong_shape)),
            left_at=time,
        )

    def _grade(self, number: int, found: set[int], out_of_standard: bool) -> int:
        p = self.model.sorter
        seen = self._draw("missed", True).uniform(number) >= p.missed_share
        large = self._draw("chip-size", True).uniform(number) < self.model.quality.defects.scrap_chip_share
        scrap = seen and (bool(found & SCRAP) or (CHIP in found and large))
        if scrap or out_of_standard or LOST in found:
            return FIRED_SCRAP
        if found & MEASURED or (seen and found) or self._draw("false", True).uniform(number) < p.false_share:
            return SECOND
        return FIRST
