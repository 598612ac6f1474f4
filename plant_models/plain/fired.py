"""What becomes of one tile in the kiln and at the sorting line."""

import numpy as np

from plant_models.fired import (
    SETTLED_DAYS,
    SMALLEST_COOLING_WEIGHT,
    SMALLEST_WEIGHT,
    FiredModel,
    nominal_side_curvature,
)
from plant_models.physics.compaction import drying_shrinkage, springback
from plant_models.physics.firing import (
    fired_mass,
    fired_size,
    fired_thickness,
    modulus_of_rupture,
    soak_equivalent_temperature,
    total_porosity,
)
from plant_models.physics.planarity import (
    delayed_curvature,
    density_curvature,
    firing_curvature,
    glaze_fit_curvature,
    pyroplastic_sag,
    side_curvature,
    wedge,
)
from plant_models.physics.sorting import (
    allowed_deviation,
    black_core_factor,
    caliber,
    cooling_crack_factor,
    shade_distance,
    shade_group,
)
from plant_models.plain.kiln import PlainKiln
from plant_models.plain.powder import Powder
from plant_models.plain.tile import Row, Tile
from plant_models.tiles import DEFECTS, FIRED_SCRAP, FIRST, SECOND
from twin.line.streams import Stream
from twin.line.time import HOUR

SIZE, WEDGE, CURVATURE, LAMINATION, CRACK, CHIP = range(6)
SHADE, BLACK_CORE, COOLING_CRACK, LOST = 9, 11, 12, 15
MEASURED = frozenset({SIZE, WEDGE, CURVATURE, SHADE})
SCRAP = frozenset({LAMINATION, CRACK, BLACK_CORE, COOLING_CRACK})


class FiredPhysics:
    """Fires and judges one tile at a time, by the draws of its kiln and its sorting line."""

    def __init__(
        self,
        model: FiredModel,
        kiln: PlainKiln,
        powder: Powder,
        kiln_path: str,
        sorter_path: str,
        powder_path: str,
        seed: int,
    ) -> None:
        self.model, self.kiln, self.powder = model, kiln, powder
        self._paths, self._seed = (kiln_path, sorter_path), seed
        self._streams: dict[tuple[int, str], Stream] = {}
        self._lots = Stream(seed, f"{powder_path}/expansion")

    def _draw(self, purpose: str, at_sorter: bool = False) -> Stream:
        key = (int(at_sorter), purpose)
        stream = self._streams.get(key)
        if stream is None:
            stream = self._streams[key] = Stream(self._seed, f"{self._paths[key[0]]}/{purpose}")
        return stream

    def fire(self, tile: Tile, row: Row, lane: int) -> None:
        """The tile comes out of the kiln."""
        m, p, body = self.model, self.kiln.declared.parameters, self.model.body
        declared = self.kiln.declared
        peak, difference, soak = self._firing(row)
        row.oxygen, row.haste = self._preheating(row)
        row.cooling = self._cooling(row)
        pressure, _ = self.kiln.draught_at(row.entry_tick + declared.peak_place)
        colder = p.edge_drop_per_pa * (pressure - p.pressure_pa) + row.conditions["edge_drop"]
        cold = colder * float(declared.lane_cold[lane])
        peak = peak + p.edge_drop * float(declared.lane_shape[lane]) + cold
        spread = p.peak_sd + row.conditions["firing_scatter"]
        temperature = peak + spread * self._draw("peak").normal(tile.number)
        soaked = soak_equivalent_temperature(temperature, soak, p.reference_soak_min, p.degrees_per_doubling)
        equivalent = soaked - body.index_temperature * tile["body_index"]
        shrinkage = body.firing.shrinkage(tile["density"], equivalent)
        recovery = springback(tile["pressure"], tile["moisture"], body.springback)
        drying = drying_shrinkage(tile["moisture"], body.drying_shrinkage)
        size = float(fired_size(m.presses[tile.line].die_length_mm, recovery, drying, shrinkage))
        thick = fired_thickness(tile["thickness"], shrinkage, body.thickness_excess)
        dry_mass = tile["mass"] / (1.0 + tile["moisture"] / 100.0)
        area = size * (size * (m.format.width_mm / m.format.length_mm)) / 1e6
        porosity = total_porosity(fired_mass(dry_mass, body.loss_on_ignition), area, thick, body.strength.solid_density)
        sides = (p.edge_drop + colder) * float(declared.lane_tilt[lane])
        curvature = self._bend(tile, row, difference, sides, float(equivalent))
        settling = delayed_curvature(SETTLED_DAYS, m.format.length_mm, m.format.thickness_mm, body.ageing)
        coat_water = p.coat_water * np.exp(-((row.entered_at - tile["printed_at"]) / HOUR) / p.coat_drying_h)
        row.overfired[tile.number] = float(body.firing.overfired(tile["density"], equivalent))
        tile.write(
            entry_moisture=float(tile["residual_moisture"] + coat_water),
            fired_thickness=float(thick),
            settled_curvature=float(curvature + settling),
            strength=float(modulus_of_rupture(porosity, body.strength.dense, body.strength.porosity_exponent)),
            kiln=self.kiln.number,
            row=row.number,
            lane=lane,
            kiln_entry_at=row.entered_at,
            kiln_exit_at=row.left_at,
            peak_temperature=temperature,
            face_difference=difference,
            shrinkage=float(shrinkage),
            size=size,
            curvature=curvature,
            water_absorption=float(body.firing.water_absorption(tile["density"], equivalent)),
        )
        self._colour(tile, row, float(soaked))

    def _bend(self, tile: Tile, row: Row, difference: float, sides: float, equivalent: float) -> float:
        """Curvature by firing, glaze fit, density, sag and the kiln's sides."""
        m, body, n = self.model, self.model.body, tile.number
        side, thickness, d = m.format.length_mm, m.format.thickness_mm, m.quality.defects
        lot = self._lots.normal(int(tile["lot"]))
        coat = tile["glaze"] / m.products[tile.product].glaze_g_m2
        set_for = glaze_fit_curvature(body.expansion_mismatch, side, thickness, body.glaze_fit)
        mismatch = (body.expansion_mismatch + body.expansion_shift) + body.expansion_lot_sd * lot
        uneven = body.face_density_sd * self._draw("face-density").normal(n)
        return float(
            (d.curvature_bias - set_for - nominal_side_curvature(self.kiln.declared, body))
            + firing_curvature(difference, side, thickness, body.curvature)
            + glaze_fit_curvature(mismatch, side, thickness, body.glaze_fit, coat)
            + density_curvature(uneven, body.curvature_per_face_density)
            + pyroplastic_sag(equivalent, body.reference_peak, body.sag_per_degree)
            + side_curvature(sides, body.side_per_degree)
            + self.kiln.declared.parameters.gap_curvature_mm * self.kiln.beside_gap(row.entry_tick)
            + (d.curvature_sd + row.conditions["waviness"]) * self._draw("curvature").normal(n)
        )

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
        slow = self._slowness(row, max(0, middle - reach), min(places - 1, middle + reach))
        return peak, difference, declared.parameters.reference_soak_min * slow

    def _slowness(self, row: Row, first: int, last: int) -> float:
        """Time that the row took between two places over the nominal time."""
        declared = self.kiln.declared
        time = self.kiln.tick_at(row.entry_tick + last) - self.kiln.tick_at(row.entry_tick + first)
        return time / (60e6 * declared.parameters.cycle_min * (last - first) / declared.places)

    def _cooling(self, row: Row) -> float:
        """Cooling rate of the row at the inversion of quartz [K/min]."""
        declared, nominal = self.kiln.declared, self.kiln.declared.air.nominal
        places, middle = declared.places, declared.quartz_place
        reach = round(0.05 * places)
        slow = self._slowness(row, max(0, middle - reach), min(places - 1, middle + reach))
        rate = declared.nominal_cooling / slow
        for zone, weight in enumerate(declared.cooling_weights.tolist()):
            if abs(weight) > SMALLEST_COOLING_WEIGHT:
                air = self.kiln.air_at(row.entry_tick + int(declared.zone_middle[zone]))
                above = float(air[0, zone] - nominal[0, zone])
                below = float(air[1, zone] - nominal[1, zone])
                rate += weight * (0.5 * (above + below))
        return max(rate, 0.0)

    def _preheating(self, row: Row) -> tuple[float, float]:
        """(oxygen, haste) of the row in preheating."""
        declared = self.kiln.declared
        first, last = (round(share * declared.places) for share in declared.parameters.preheat_places)
        _, oxygen = self.kiln.draught_at(row.entry_tick + last)
        return oxygen, 1.0 / self._slowness(row, first, last) - 1.0

    def _colour(self, tile: Tile, row: Row, temperature: float) -> None:
        shade, product = self.model.quality.shade, self.model.products[tile.product]
        causes = (
            (temperature - self.model.body.reference_peak, shade.per_degree),
            (tile["residual_moisture"] - shade.reference_residual, shade.per_residual),
            (tile["glaze"] / product.glaze_g_m2 - 1.0, shade.per_coat),
            (tile["glaze_density"] - shade.reference_glaze_density, shade.per_density),
            ((tile["ink"] - product.ink_g_m2) / max(product.ink_g_m2, 1e-9), shade.per_ink),
            (max(shade.reduction_below - row.oxygen, 0.0), shade.per_reduction),
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
        wet = d.wet_tile_factor if tile["entry_moisture"] > d.wet_tile else 1.0
        denser = tile["density"] - self.model.body.firing.reference_density
        coefficients = (d.black_core_oxygen, d.black_core_starved, d.black_core_density, d.black_core_haste)
        core = black_core_factor(row.oxygen, denser, row.haste, coefficients)
        bloated = d.bloating * row.overfired[tile.number]
        chances = {
            "lamination": (LAMINATION, d.lamination * dry),
            "chip": (CHIP, d.chip + row.conditions["skew"]),
            "pinhole": (6, d.pinhole * hot),
            "crawling": (7, d.crawling * thick),
            "print-line": (8, d.print_line),
            "speck": (10, d.speck),
            "black-core": (BLACK_CORE, d.black_core * wet * core + bloated),
            "cooling-crack": (
                COOLING_CRACK,
                d.cooling_crack * cooling_crack_factor(row.cooling, d.cooling_limit, d.cooling_growth),
            ),
            "roller-mark": (13, d.roller_mark + row.conditions["roller_marks"]),
            "punch-mark": (14, d.punch_mark),
        }
        found = {bit for bit in range(len(DEFECTS)) if int(tile["defects"]) >> bit & 1}
        for purpose, (bit, probability) in chances.items():
            if self._draw(purpose).uniform(tile.number) < probability:
                found.add(bit)
        return found | {LOST} if row.lost else found

    def judge(self, tile: Tile, row: Row, time: int) -> None:
        """The sorting line measures the tile and decides."""
        m, p, number = self.model, self.model.sorter, tile.number
        nominal = m.format.length_mm
        size = tile["size"] + p.size_sd * self._draw("size", True).normal(number) + row.size_bias
        flatness = tile["curvature"] + p.curvature_sd * self._draw("flatness", True).normal(number)
        lightness = tile["shade_l"] + p.shade_sd * self._draw("shade", True).normal(number)
        series = float(caliber(size, nominal, p.caliber_step_mm))
        wrong_size = abs(size - nominal) > allowed_deviation(nominal, p.size_percent, p.size_mm)
        thickness = m.format.thickness_mm
        thick_limit = allowed_deviation(thickness, p.thickness_percent, p.thickness_mm)
        wrong_size = wrong_size or abs(tile["fired_thickness"] - thickness) > thick_limit
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
            shade=float(shade_group(lightness, tile["shade_a"], tile["shade_b"], (p.shade_step, p.hue_step))),
            grade=self._grade(number, found, row.missed, bool(wrong_size or wrong_shape)),
            left_at=time,
        )

    def _grade(self, number: int, found: set[int], missed: float, out_of_standard: bool) -> int:
        p = self.model.sorter
        unseen = self._draw("missed", True).uniform(number)
        seen = unseen >= p.missed_share + missed
        cracked = bool(found & SCRAP) and unseen >= p.missed_crack_share + missed
        large = self._draw("chip-size", True).uniform(number) < self.model.quality.defects.scrap_chip_share
        scrap = cracked or (seen and CHIP in found and large)
        if scrap or out_of_standard or LOST in found:
            return FIRED_SCRAP
        if found & MEASURED or (seen and found - SCRAP) or self._draw("false", True).uniform(number) < p.false_share:
            return SECOND
        return FIRST
