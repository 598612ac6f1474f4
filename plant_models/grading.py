"""Class, caliber and shade of tiles, from what the gauges of the sorting line measure and its cameras see."""

import numpy as np
from numpy.typing import NDArray

from plant_models.definition.body import Body
from plant_models.definition.product import Format
from plant_models.definition.quality import Quality
from plant_models.physics.numeric import Array
from plant_models.physics.planarity import wedge
from plant_models.physics.sorting import allowed_deviation, caliber, shade_distance, shade_group
from plant_models.stations.sorter import SorterParameters
from plant_models.tiles import FIRED_SCRAP, FIRST, PRESS_STEP, SECOND, Ids
from twin.line.streams import Streams

GAUGES = ("size", "flatness", "shade")
"""Normal draws about a tile at the sorter; likewise below for chances."""
SORTING = ("missed", "false", "chip-size")
MEASURED_BITS = 0b10_0000_0111
"""Defects that a gauge finds: size, wedge, curvature, shade."""
SCRAP_BITS = 0b1_1000_0001_1000
"""Defects that make a tile scrap: lamination, drying crack, black core, cooling crack."""


class Grading:
    """Decides about the tiles of one sorting line."""

    def __init__(self, form: Format, body: Body, quality: Quality, sorter: SorterParameters, dies: Array) -> None:
        """Know the limits; `dies`: length of each press's die [mm]."""
        self._format, self._body, self._quality, self._sorter, self._dies = form, body, quality, sorter, dies

    def open(self, seed: int, sorter_path: str) -> None:
        """Know the run's seed."""
        self._gauges = Streams(seed, [f"{sorter_path}/{purpose}" for purpose in GAUGES])
        self._chance = Streams(seed, [f"{sorter_path}/{purpose}" for purpose in SORTING])

    def sorted(
        self, ids: Ids, gradient: Array, fired: dict[str, Array], bits: NDArray[np.int64], gauge: tuple[Array, ...]
    ) -> dict[str, Array]:
        """Class, caliber and shade from what is measured; `gauge`: bias of the size gauge, and more that is missed."""
        p, nominal = self._sorter, self._format.length_mm
        size_error, flatness_error, shade_error = self._gauges.normals(ids)
        unseen, false_alarm, chip_size = self._chance.uniforms(ids)
        bias, missed = gauge
        size = fired["size"] + p.size_sd * size_error + bias
        flatness = fired["curvature"] + p.curvature_sd * flatness_error
        lightness = fired["shade_l"] + p.shade_sd * shade_error
        number = np.asarray(caliber(size, nominal, p.caliber_step_mm))
        distance = shade_distance(lightness, fired["shade_a"], fired["shade_b"])
        side = wedge(np.abs(gradient), self._dies[ids // PRESS_STEP], self._body.shrinkage_per_density)
        bent = np.abs(flatness)
        wrong_size = np.abs(size - nominal) > allowed_deviation(nominal, p.size_percent, p.size_mm)
        thickness = self._format.thickness_mm
        thick_limit = allowed_deviation(thickness, p.thickness_percent, p.thickness_mm)
        wrong_size = wrong_size | (np.abs(fired["fired_thickness"] - thickness) > thick_limit)
        bits |= (wrong_size | (np.abs(number) > p.calibers)).astype(np.int64)
        bits |= np.greater(side, p.wedge_mm).astype(np.int64) << 1
        bits |= (bent > p.flat_mm).astype(np.int64) << 2
        bits |= np.greater(distance, p.shade_limit).astype(np.int64) << 9
        seen, heard = unseen >= p.missed_share + missed, unseen >= p.missed_crack_share + missed
        cracked = heard & ((bits & SCRAP_BITS) != 0)
        measured = (bits & MEASURED_BITS) != 0
        visible = measured | cracked | (seen & ((bits & ~(MEASURED_BITS | SCRAP_BITS)) != 0))
        large_chip = ((bits >> 5) & 1 == 1) & (chip_size < self._quality.defects.scrap_chip_share)
        out_of_standard = wrong_size | (bent > allowed_deviation(nominal, p.flat_percent, p.flat_standard_mm))
        broken = cracked | (seen & large_chip)
        rejected = false_alarm < p.false_share
        grade = np.where(visible | rejected, float(SECOND), float(FIRST))
        grade = np.where(broken | out_of_standard | (bits >> 15 == 1), float(FIRED_SCRAP), grade)
        return {
            "defects": bits.astype(np.float64),
            "measured_size": size,
            "measured_curvature": flatness,
            "measured_shade": lightness,
            "caliber": number,
            "shade": np.asarray(shade_group(lightness, fired["shade_a"], fired["shade_b"], (p.shade_step, p.hue_step))),
            "grade": grade,
        }
