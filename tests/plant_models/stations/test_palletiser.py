"""Packing: cartons and pallets of one order, class, caliber and shade."""

import numpy as np

from plant_models.stations.palletiser import Palletiser, PalletiserParameters

ORDER = np.zeros(40)


def palletiser() -> Palletiser:
    parameters = PalletiserParameters(tiles_per_box=4, boxes_per_pallet=3, box_kg=0.25, pallet_kg=20.0, power_kw=1.0)
    return Palletiser("palletiser", parameters)


def columns(grade: list[float], caliber: list[float] | None = None) -> dict[str, np.ndarray]:
    count = len(grade)
    return {
        "grade": np.array(grade),
        "caliber": np.array(caliber or [0.0] * count),
        "shade": np.zeros(count),
    }


def pack(station: Palletiser, grade: list[float], caliber: list[float] | None = None) -> dict[str, np.ndarray]:
    masses = np.array([8.0 + 0.001 * tile for tile in range(len(grade))])
    return station.pack(np.arange(len(grade)), ORDER[: len(grade)], columns(grade, caliber), masses)


def test_tiles_of_one_kind_fill_cartons_and_cartons_fill_pallets() -> None:
    station = palletiser()
    packed = pack(station, [1.0] * 13)
    assert packed["carton"].tolist() == [1] * 4 + [2] * 4 + [3] * 4 + [4]
    assert packed["pallet"].tolist() == [1] * 12 + [2]
    assert (station.boxes, station.pallets) == (3, 1)


def test_a_full_pallet_weighs_its_tiles_boxes_wood_and_film() -> None:
    station = palletiser()
    pack(station, [1.0] * 11)
    assert station.pallet_mass == 0.0
    station = palletiser()
    pack(station, [1.0] * 13)
    assert station.pallet_mass == 12 * 8.0 + 0.001 * sum(range(12)) + 3 * 0.25 + 20.0


def test_every_caliber_and_class_has_cartons_of_its_own() -> None:
    station = palletiser()
    packed = pack(station, [1.0, 1.0, 2.0, 2.0], [0.0, 1.0, 0.0, 1.0])
    assert len(set(packed["carton"].tolist())) == 4
    assert station.boxes == 0


def test_scrap_is_not_packed() -> None:
    station = palletiser()
    packed = pack(station, [3.0] * 8)
    assert packed["carton"].tolist() == [0.0] * 8
    assert station.boxes == 0


def test_packing_in_parts_is_packing_at_once() -> None:
    once, parts = palletiser(), palletiser()
    grades = [1.0, 1.0, 2.0, 1.0, 3.0, 1.0, 1.0, 2.0, 1.0, 1.0]
    whole = pack(once, grades)
    first, last = pack(parts, grades[:3]), pack(parts, grades[3:])
    assert whole["carton"].tolist() == [*first["carton"].tolist(), *last["carton"].tolist()]
    assert once.boxes == parts.boxes
