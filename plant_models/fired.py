"""What becomes of tiles in the kiln and at the sorter, computed over runs of rows that have been sorted.

The response of a row to the air it met is linear around the nominal firing: each zone's deviation at the instant when
the row was in its middle, weighted by how much of it a tile remembers at its peak.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plant_models.definition.body import Body
from plant_models.definition.product import Format, Product
from plant_models.definition.quality import Quality
from plant_models.grading import Grading
from plant_models.physics.compaction import drying_shrinkage, springback
from plant_models.physics.firing import (
    fired_mass,
    fired_size,
    fired_thickness,
    modulus_of_rupture,
    soak_equivalent_temperature,
    total_porosity,
)
from plant_models.physics.numeric import Array
from plant_models.physics.planarity import (
    delayed_curvature,
    density_curvature,
    firing_curvature,
    glaze_fit_curvature,
    pyroplastic_sag,
    side_curvature,
)
from plant_models.physics.sorting import (
    black_core_factor,
    cooling_crack_factor,
)
from plant_models.rows import Rows
from plant_models.stations.kiln import Kiln
from plant_models.stations.kiln_parts import CONDITIONS
from plant_models.stations.powder import PowderSupply
from plant_models.stations.press_parts import PressParameters
from plant_models.stations.sorter import SorterParameters
from plant_models.tiles import PRESS_STEP, ClosedBlock, Ids, TileTable
from twin.line.streams import Streams
from twin.line.time import HOUR, microseconds

ROWS_AT_ONCE = 512
SMALLEST_WEIGHT = 1e-3
"""Zones that weigh less than this are not asked."""
SMALLEST_COOLING_WEIGHT = 0.02
"""Zones that change the cooling rate by less than this are not asked [K/min per K]."""
SETTLED_DAYS = 60.0
"""Age at which a tile bends no more [days]."""
GREEN_COLUMNS: tuple[str, ...] = (
    "product", "lot", "body_index", "pressure", "density", "gradient", "moisture", "mass", "thickness",
    "residual_moisture", "print_temperature", "glaze", "glaze_density", "printed_at", "ink", "defects", "order",
)  # fmt: skip
SCATTER: tuple[str, ...] = ("peak", "curvature", "face-density", "shade-l", "shade-a", "shade-b")
"""Normal draws about a tile in the kiln; likewise below for chances."""
CHANCE: tuple[str, ...] = (
    "lamination", "chip", "pinhole", "crawling", "print-line", "speck", "black-core", "cooling-crack", "roller-mark",
    "punch-mark",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FiredModel:
    """Coefficients of everything from the kiln on."""

    body: Body
    format: Format
    products: tuple[Product, ...]
    presses: tuple[PressParameters, ...]
    """All presses of the plant; a tile's number tells which one pressed it."""
    sorter: SorterParameters
    quality: Quality


def nominal_side_curvature(kiln: Kiln, body: Body) -> float:
    """Mean over the lanes of what the colder sides of the kiln bend tiles [mm]."""
    return float(side_curvature(kiln.parameters.edge_drop * kiln.lane_tilt.mean(), body.side_per_degree))


@dataclass(frozen=True, slots=True)
class Met:
    """What tiles have met in the kiln, one entry each."""

    peak: Array
    """Peak temperature without the scatter between tiles [degC]."""
    difference: Array
    """Air below minus above at the peak [K]."""
    soak: Array
    """[min]."""
    sides: Array
    """Temperature difference between a tile's sides [K]."""
    oxygen: Array
    """In preheating [%]."""
    haste: Array
    """How much faster than nominally it was heated [-]."""
    cooling: Array
    """Rate through the inversion of quartz [K/min]."""
    beside_gap: Array
    """1 with a gap before or behind the row, else 0."""
    entered_at: Array
    """[microseconds]."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the sorter decided about a run of tiles, in the order in which they were sorted."""

    ids: Ids
    times: NDArray[np.int64]
    order: NDArray[np.int64]
    grade: NDArray[np.int64]
    caliber: NDArray[np.int64]
    shade: NDArray[np.int64]
    defects: NDArray[np.int64]
    closed: list[ClosedBlock]
    columns: dict[str, Array]
    """What firing and sorting gave each tile."""


Pack = Callable[[NDArray[np.int64], Array, Mapping[str, Array], Array], Mapping[str, Array]]
"""(instants of sorting, orders, columns, masses [kg] of sorted tiles) -> columns `carton` and `pallet`."""


def _not_packed(
    _times: NDArray[np.int64], _orders: Array, _columns: Mapping[str, Array], _masses: Array
) -> Mapping[str, Array]:
    return {}


class FiredTiles:
    """Computes the tiles of one kiln and its sorting line."""

    def __init__(self, model: FiredModel, rows: Rows, kiln: Kiln, table: TileTable, powder: PowderSupply) -> None:
        self.model, self.rows, self.kiln, self.table, self.powder = model, rows, kiln, table, powder
        weights = kiln.weights
        total = np.abs(weights.mean_above) + np.abs(weights.mean_below)
        self._zones = np.nonzero(total > SMALLEST_WEIGHT)[0]
        self._cooling_zones = np.nonzero(np.abs(kiln.cooling_weights) > SMALLEST_COOLING_WEIGHT)[0]
        self._full_difference = float(weights.difference_below.sum())
        self._soak = kiln.stretch(weights.peak_position, 0.05)
        self._quartz = kiln.stretch(kiln.quartz_place / kiln.places, 0.05)
        first, last = kiln.parameters.preheat_places
        self._preheat = round(first * kiln.places), round(last * kiln.places)
        self._dies = np.array([press.die_length_mm for press in model.presses])
        self.grading = Grading(model.format, model.body, model.quality, model.sorter, self._dies)
        self._glaze = np.array([product.glaze_g_m2 for product in model.products])
        self._ink = np.array([product.ink_g_m2 for product in model.products])
        side, thickness = model.format.length_mm, model.format.thickness_mm
        fit, ageing, d = model.body.glaze_fit, model.body.ageing, model.quality.defects
        self._nominal_fit = glaze_fit_curvature(model.body.expansion_mismatch, side, thickness, fit)
        self._nominal_sides = nominal_side_curvature(kiln, model.body)
        self._settling = delayed_curvature(SETTLED_DAYS, side, thickness, ageing)
        self._black_core = (d.black_core_oxygen, d.black_core_starved, d.black_core_density, d.black_core_haste)
        self.pack: Pack = _not_packed
        """Gives sorted tiles their carton and pallet."""

    def open(self, seed: int, kiln_path: str, sorter_path: str) -> None:
        """Know the run's seed."""
        self._scatter = Streams(seed, [f"{kiln_path}/{purpose}" for purpose in SCATTER])
        self._chance = Streams(seed, [f"{kiln_path}/{purpose}" for purpose in CHANCE])
        self.grading.open(seed, sorter_path)
        self._fit = Streams(seed, [f"{self.powder.path}/expansion"])

    def fire(self) -> None:
        """Compute what rows that have left the kiln since the last call met in it, while the air still remembers."""
        rows = self.rows
        first, last = len(rows.peak), len(rows.left_at)
        if last > first:
            ticks = np.array(rows.entry_tick[first:last], dtype=np.int64)
            met = *self._firing(ticks), self._beside_gap(first, ticks)
            for column, values in zip(rows.met, met, strict=True):
                column.frombytes(values.tobytes())

    def _beside_gap(self, first: int, ticks: NDArray[np.int64]) -> Array:
        """1 for rows from `first` on that have a gap before or behind them; nothing is before the first row of all."""
        rows, last = self.rows, first + len(ticks)
        before = rows.entry_tick[first - 1] if first else rows.previous_tick
        behind = rows.entry_tick[last] if last < len(rows.entry_tick) else -1
        near = np.concatenate(([ticks[0] - 1 if before < 0 else before], ticks, [behind]))
        gaps = np.diff(near) != 1
        beside: Array = (gaps[:-1] | gaps[1:]).astype(np.float64)
        return beside

    def judge(self) -> list[Judged]:
        """Compute all rows sorted since the last call."""
        self.fire()
        rows, result = self.rows, []
        sorted_rows = rows.base + len(rows.sorted_at)
        while rows.known < sorted_rows:
            last = min(sorted_rows, rows.known + ROWS_AT_ONCE)
            result.append(self._judge_run(rows.known, last))
            rows.known = last
        if result:
            rows.forget()
        return result

    def _judge_run(self, first: int, last: int) -> Judged:
        rows = self.rows
        window = slice(first - rows.base, last - rows.base)
        tiles = np.array(rows.tiles[window], dtype=np.int64)
        place, lane = np.nonzero(tiles >= 0)
        ids = tiles[place, lane]
        peak, difference, soak, pressure, oxygen, haste, cooling, beside_gap = (
            np.array(column[window])[place] for column in rows.met
        )
        conditions = dict(zip(CONDITIONS, rows.conditions(first, last)[:, place], strict=True))
        sorted_at = np.array(rows.sorted_at[window], dtype=np.int64)[place]
        lost = np.isin(np.arange(first, last), rows.lost)[place]
        green: dict[str, Array] = dict(zip(GREEN_COLUMNS, self.table.read(ids, GREEN_COLUMNS), strict=True))
        p = self.kiln.parameters
        colder = p.edge_drop_per_pa * (pressure - p.pressure_pa) + conditions["edge_drop"]
        peaks = peak + p.edge_drop * self.kiln.lane_shape[lane] + colder * self.kiln.lane_cold[lane]
        sides = (p.edge_drop + colder) * self.kiln.lane_tilt[lane]
        entered_at = np.array(rows.entered_at[window], dtype=np.float64)[place]
        met = Met(peaks, difference, soak, sides, oxygen, haste, cooling, beside_gap, entered_at)
        columns = self._fire(ids, green, met, conditions)
        bits = self._defects(ids, green, columns, met, conditions) | (lost.astype(np.int64) << 15)
        gauge = tuple(np.array(column[window])[place] for column in (rows.size_bias, rows.missed))
        columns |= self.grading.sorted(ids, green["gradient"], columns, bits, gauge)
        columns |= {
            "kiln": np.full(len(ids), float(rows.kiln)),
            "row": np.arange(first, last, dtype=np.float64)[place],
            "lane": lane.astype(np.float64),
            "kiln_entry_at": entered_at,
            "kiln_exit_at": np.array(rows.left_at[window], dtype=np.float64)[place],
            "left_at": sorted_at.astype(np.float64),
        }
        columns |= self.pack(sorted_at, green["order"], columns, columns.pop("fired_mass"))
        self.table.write(ids, columns)
        closed = self.table.leave(ids)
        whole = {name: columns[name].astype(np.int64) for name in ("grade", "caliber", "shade", "defects")}
        return Judged(ids, sorted_at, green["order"].astype(np.int64), **whole, closed=closed, columns=columns)

    def _firing(self, entry_ticks: NDArray[np.int64]) -> tuple[Array, ...]:
        """What rows have met: in the order of `Rows.met`."""
        kiln, weights = self.kiln, self.kiln.weights
        tick_at, first_tick = kiln.tick_times(), kiln.state.first_tick
        step = microseconds(kiln.parameters.air.step_s)
        peak = np.full(len(entry_ticks), weights.peak_temperature)
        difference = np.zeros(len(entry_ticks))
        history, nominal, kept = kiln.air.state.history, kiln.air.nominal, len(kiln.air.state.history)
        for zone in self._zones.tolist():
            passed_at = tick_at[entry_ticks + int(kiln.zone_middle[zone]) - first_tick]
            steps = (passed_at - kiln.state.origin) // step % kept
            above = history[steps, 0, zone] - nominal[0, zone]
            below = history[steps, 1, zone] - nominal[1, zone]
            peak += weights.mean_above[zone] * above + weights.mean_below[zone] * below
            difference += weights.difference_above[zone] * above + weights.difference_below[zone] * below
        difference /= self._full_difference

        def slowness(stretch: tuple[int, int]) -> Array:
            begins, ends = (tick_at[entry_ticks + place - first_tick] for place in stretch)
            nominal = 60e6 * kiln.parameters.cycle_min * (stretch[1] - stretch[0]) / kiln.places
            slow: Array = (ends - begins).astype(np.float64) / nominal
            return slow

        soak = np.float64(kiln.parameters.reference_soak_min) * slowness(self._soak)
        draught = kiln.draught.state.history
        pressure = draught[(tick_at[entry_ticks + kiln.peak_place - first_tick] - kiln.state.origin) // step % kept, 0]
        oxygen = draught[(tick_at[entry_ticks + self._preheat[1] - first_tick] - kiln.state.origin) // step % kept, 1]
        haste = 1.0 / slowness(self._preheat) - 1.0
        cooling = kiln.nominal_cooling / slowness(self._quartz)
        for zone in self._cooling_zones.tolist():
            steps = (tick_at[entry_ticks + int(kiln.zone_middle[zone]) - first_tick] - kiln.state.origin) // step % kept
            air = (history[steps, 0, zone] - nominal[0, zone]) + (history[steps, 1, zone] - nominal[1, zone])
            cooling = cooling + kiln.cooling_weights[zone] * (0.5 * air)
        return peak, difference, soak, pressure, oxygen, haste, np.maximum(cooling, 0.0)

    def _fire(self, ids: Ids, green: dict[str, Array], met: "Met", conditions: dict[str, Array]) -> dict[str, Array]:
        m, p, body = self.model, self.kiln.parameters, self.model.body
        scatter: dict[str, Array] = dict(zip(SCATTER, self._scatter.normals(ids), strict=True))
        temperature = met.peak + (p.peak_sd + conditions["firing_scatter"]) * scatter["peak"]
        soaked = soak_equivalent_temperature(temperature, met.soak, p.reference_soak_min, p.degrees_per_doubling)
        equivalent = soaked - body.index_temperature * green["body_index"]
        shrinkage = body.firing.shrinkage(green["density"], equivalent)
        recovery = springback(green["pressure"], green["moisture"], body.springback)
        drying = drying_shrinkage(green["moisture"], body.drying_shrinkage)
        size = np.asarray(fired_size(self._dies[ids // PRESS_STEP], recovery, drying, shrinkage))
        thick = fired_thickness(green["thickness"], shrinkage, body.thickness_excess)
        mass = fired_mass(green["mass"] / (1.0 + green["moisture"] / 100.0), body.loss_on_ignition)
        area = size * (size * (m.format.width_mm / m.format.length_mm)) / 1e6
        porosity = total_porosity(mass, area, thick, body.strength.solid_density)
        curvature = self._bend(green, met, equivalent, scatter, conditions)
        stored_h = (met.entered_at - green["printed_at"]) / HOUR
        return {
            "peak_temperature": temperature,
            "face_difference": met.difference,
            "entry_moisture": green["residual_moisture"] + p.coat_water * np.exp(-stored_h / p.coat_drying_h),
            "shrinkage": np.asarray(shrinkage),
            "size": size,
            "fired_thickness": np.asarray(thick),
            "fired_mass": np.asarray(mass),
            "curvature": curvature,
            "settled_curvature": curvature + self._settling,
            "water_absorption": np.asarray(body.firing.water_absorption(green["density"], equivalent)),
            "strength": np.asarray(modulus_of_rupture(porosity, body.strength.dense, body.strength.porosity_exponent)),
            "overfired": np.asarray(body.firing.overfired(green["density"], equivalent)),
        } | self._shade(scatter, green, met, np.asarray(soaked))

    def _bend(
        self,
        green: dict[str, Array],
        met: "Met",
        equivalent: Array,
        scatter: dict[str, Array],
        conditions: dict[str, Array],
    ) -> Array:
        """Curvature by its five terms; a line is set so that a nominal tile is as flat as `curvature_bias` says."""
        m, body = self.model, self.model.body
        side, thickness = m.format.length_mm, m.format.thickness_mm
        coat = green["glaze"] / self._glaze[green["product"].astype(np.int64)]
        lots = green["lot"].astype(np.int64)
        mismatch = (body.expansion_mismatch + body.expansion_shift) + body.expansion_lot_sd * self._fit.normals(lots)[0]
        by_fit = glaze_fit_curvature(mismatch, side, thickness, body.glaze_fit, coat)
        spread = m.quality.defects.curvature_sd + conditions["waviness"]
        curvature: Array = (
            (m.quality.defects.curvature_bias - self._nominal_fit - self._nominal_sides)
            + firing_curvature(met.difference, side, thickness, body.curvature)
            + by_fit
            + density_curvature(body.face_density_sd * scatter["face-density"], body.curvature_per_face_density)
            + pyroplastic_sag(equivalent, body.reference_peak, body.sag_per_degree)
            + side_curvature(met.sides, body.side_per_degree)
            + self.kiln.parameters.gap_curvature_mm * met.beside_gap
            + spread * scatter["curvature"]
        )
        return curvature

    def _shade(
        self, scatter: dict[str, Array], green: dict[str, Array], met: "Met", temperature: Array
    ) -> dict[str, Array]:
        shade = self.model.quality.shade
        product = green["product"].astype(np.int64)
        causes = (
            (temperature - self.model.body.reference_peak, shade.per_degree),
            (green["residual_moisture"] - shade.reference_residual, shade.per_residual),
            (green["glaze"] / self._glaze[product] - 1.0, shade.per_coat),
            (green["glaze_density"] - shade.reference_glaze_density, shade.per_density),
            # A product without ink has no excess of it.
            ((green["ink"] - self._ink[product]) / np.maximum(self._ink[product], 1e-9), shade.per_ink),
            (np.maximum(shade.reduction_below - met.oxygen, 0.0), shade.per_reduction),
        )
        columns = {}
        for axis, name in enumerate(("shade_l", "shade_a", "shade_b")):
            total = shade.sd * scatter[name.replace("_", "-")]
            for cause, direction in causes:
                total = total + direction[axis] * cause
            columns[name] = total
        return columns

    def _defects(
        self,
        ids: Ids,
        green: dict[str, Array],
        fired: dict[str, Array],
        met: "Met",
        conditions: dict[str, Array],
    ) -> NDArray[np.int64]:
        """Bits of the defects that do not follow from a measured quantity."""
        d = self.model.quality.defects
        product = green["product"].astype(np.int64)
        dry = np.where(green["moisture"] < d.dry_powder, d.dry_powder_factor, 1.0)
        hot = np.exp(d.pinhole_growth * np.maximum(green["print_temperature"] - d.pinhole_reference, 0.0))
        thick = np.exp(d.coat_growth * (green["glaze"] / self._glaze[product] - 1.0))
        wet = np.where(fired["entry_moisture"] > d.wet_tile, d.wet_tile_factor, 1.0)
        denser = green["density"] - self.model.body.firing.reference_density
        core = black_core_factor(met.oxygen, denser, met.haste, self._black_core)
        cracking = cooling_crack_factor(met.cooling, d.cooling_limit, d.cooling_growth)
        bits = green["defects"].astype(np.int64)
        probabilities = {
            "lamination": (3, d.lamination * dry),
            "chip": (5, d.chip + conditions["skew"]),
            "pinhole": (6, d.pinhole * hot),
            "crawling": (7, d.crawling * thick),
            "print-line": (8, d.print_line),
            "speck": (10, d.speck),
            "black-core": (11, d.black_core * wet * core + d.bloating * fired.pop("overfired")),
            "cooling-crack": (12, d.cooling_crack * cracking),
            "roller-mark": (13, d.roller_mark + conditions["roller_marks"]),
            "punch-mark": (14, d.punch_mark),
        }
        for purpose, draws in zip(CHANCE, self._chance.uniforms(ids), strict=True):
            bit, probability = probabilities[purpose]
            bits |= (draws < probability).astype(np.int64) << bit
        return bits
