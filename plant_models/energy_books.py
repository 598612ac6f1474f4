"""Who used the energy: gas, electricity, water, emissions and money by station, order, class and square metre.

Each station's meters are read every ten minutes. What a station drew between two readings belongs in equal parts to the
tiles that left it in between; where none left it, it was idle, and nobody's. So the parts always add up to the meters.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from plant_models.definition.tariffs import Tariffs
from plant_models.meters import ELECTRICITY, GAS, WATER
from plant_models.physics.firing import fired_mass
from plant_models.tiles import GRADES, GREEN_SCRAP, PRESS_STEP
from twin.line.export_table import ExportTable
from twin.line.records import Record
from twin.line.text import Text
from twin.record.genealogy_store import Columns

if TYPE_CHECKING:
    from plant_models.line import TileLine

CARRIERS: Mapping[str, tuple[int, float]] = {
    "gas_kwh": (GAS, 3.6e6), "electricity_kwh": (ELECTRICITY, 3.6e6), "water_m3": (WATER, 1e6),
}  # fmt: skip
"""What is metered: the meter's number, and what one unit is in it."""
NEEDED = (
    "order", "grade", "kiln", "pressed_at", "dried_at", "glazed_at", "printed_at", "kiln_exit_at", "left_at",
)  # fmt: skip
IDLE = "idle"


@dataclass(slots=True)
class Used:
    """What somebody used."""

    tiles: int = 0
    area_m2: float = 0.0
    gas_kwh: float = 0.0
    """Lower heating value."""
    electricity_kwh: float = 0.0
    water_m3: float = 0.0
    co2_kg: float = 0.0
    """Of combustion and of the body."""
    eur: float = 0.0
    """Gas, electricity, water and rights to emit."""

    def priced(self, tariffs: Tariffs, fired_t: float) -> "Used":
        """With emissions and money that follow from the rest; `fired_t` tonnes of tiles were fired for it."""
        self.co2_kg = self.gas_kwh * tariffs.co2_kg_per_kwh + fired_t * tariffs.process_co2_kg_per_t
        self.eur = (
            tariffs.gas_eur(self.gas_kwh)
            + tariffs.electricity_eur(self.electricity_kwh)
            + self.water_m3 * tariffs.water_eur_per_m3
            + self.co2_kg / 1000.0 * tariffs.co2_eur_per_t
        )
        return self


@dataclass(slots=True)
class Books:
    """The books of a run; each of the three sums up to the same."""

    stations: dict[str, Used] = field(default_factory=dict)
    orders: dict[str, Used] = field(default_factory=dict)
    """By name; `idle` is what no tile used, the empty name are tiles without an order."""
    grades: dict[str, Used] = field(default_factory=dict)
    """By class of the tiles; `idle` as above."""


@dataclass(slots=True)
class _Counting:
    """Adds up shares of stations by group while tiles are read batch by batch."""

    edges: dict[tuple[int, int], NDArray[np.int64]]
    """Instants of the readings of a station's meter."""
    read: dict[tuple[int, int], NDArray[np.float64]]
    """What was drawn up to each."""
    passed: dict[tuple[int, int], NDArray[np.int64]] = field(default_factory=dict)
    """Tiles that left its station up to each."""


def tile_tonnes(line: "TileLine") -> float:
    """Mass of a fired tile [t]."""
    plant = line.definition
    dry = plant.forming[0].press.moist_mass / (1.0 + plant.body.reference_moisture / 100.0)
    return float(fired_mass(dry, plant.body.loss_on_ignition)) / 1000.0


def energy_books(line: "TileLine", entries: NDArray[np.void], batches: Sequence[Columns]) -> Books:
    """The books of a run out of its event log and its tiles (columns NEEDED)."""
    counting = _readings(line, entries)
    for (index, meter), edges in counting.edges.items():
        counts = np.zeros(len(edges), dtype=np.int64)
        for tiles in batches:
            counts += np.bincount(_interval(edges, _passing(line, index, tiles))[0], minlength=len(edges) + 1)[:-1]
        counting.passed[index, meter] = counts
    books = Books()
    fired: dict[str, dict[str, int]] = {"orders": {}, "grades": {}}
    for tiles in batches:
        _share(line, counting, tiles, books, fired)
    _idle(line, counting, books)
    tonnes = tile_tonnes(line)
    for kind, group in (("orders", books.orders), ("grades", books.grades)):
        for name, used in group.items():
            used.area_m2 = used.tiles * line.definition.format.area_m2
            used.priced(line.definition.energy, fired[kind].get(name, 0) * tonnes)
    kilns = {_tail(part.kiln.path): 0 for part in line.firing}
    total = sum(fired["grades"].values()) * tonnes
    for name, used in books.stations.items():
        used.priced(line.definition.energy, total / len(kilns) if name in kilns else 0.0)
    return books


def _tail(path: str) -> str:
    return "/".join(path.split("/")[3:])


def _readings(line: "TileLine", entries: NDArray[np.void]) -> _Counting:
    """Meter readings by (station, meter)."""
    metered = entries[entries["kind"] == Record.METER]
    counting = _Counting({}, {})
    for index in range(len(line.stations)):
        own = metered[metered["station"] == index]
        for meter, unit in CARRIERS.values():
            chosen = own[own["a"] == meter]
            if len(chosen):
                counting.edges[index, meter] = chosen["time"].astype(np.int64)
                counting.read[index, meter] = chosen["b"].astype(np.float64) / unit
    return counting


def _passing(line: "TileLine", index: int, tiles: Columns) -> NDArray[np.float64]:
    """When tiles left a station; 0 for those that have not, or have not been there."""
    station = line.stations[index]
    press = tiles["tile"].astype(np.int64) // PRESS_STEP
    for number, part in enumerate(line.forming):
        for member, name in (
            (part.press, "pressed_at"), (part.dryer, "dried_at"), (part.glazing, "glazed_at"),
            (part.printer, "printed_at"),
        ):  # fmt: skip
            if station is member:
                return np.where(press == number, tiles[name], 0.0)
    for number, line_of in enumerate(line.firing):
        own = (tiles["kiln"] == number) & (tiles["kiln_exit_at"] > 0.0)
        if station is line_of.kiln:
            return np.where(own, tiles["kiln_exit_at"], 0.0)
        if station in (line_of.sorter, line_of.palletiser):
            return np.where(own & (tiles["grade"] != GREEN_SCRAP), tiles["left_at"], 0.0)
    return np.zeros(len(press))


def _interval(edges: NDArray[np.int64], times: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Reading that each instant is counted in, len(edges) for none, and which have one."""
    if not len(edges):
        return np.zeros(len(times), dtype=np.int64), np.zeros(len(times), dtype=bool)
    period = int(edges[1] - edges[0]) if len(edges) > 1 else int(edges[0])
    known = (times > edges[0] - period) & (times <= edges[-1])
    return np.where(known, np.searchsorted(edges, times, side="left"), len(edges)), known


def _share(
    line: "TileLine", counting: _Counting, tiles: Columns, books: Books, fired: dict[str, dict[str, int]]
) -> None:
    """Add a batch of tiles to the books."""
    orders, of_order = _groups(tiles["order"], lambda n: line.order_name(n) if n >= 0 else "")
    grades, of_grade = _groups(tiles["grade"], GRADES.__getitem__)
    through = tiles["kiln_exit_at"] > 0.0
    sides = (("orders", books.orders, orders, of_order), ("grades", books.grades, grades, of_grade))
    for kind, group, names, number in sides:
        for name, count, done in zip(
            names, np.bincount(number, minlength=len(names)).tolist(),
            np.bincount(number, weights=through, minlength=len(names)).tolist(), strict=True,
        ):  # fmt: skip
            group.setdefault(name, Used()).tiles += count
            fired[kind][name] = fired[kind].get(name, 0) + int(done)
    for carrier, (meter, _) in CARRIERS.items():
        each = np.zeros(len(tiles["tile"]))
        for (index, number_of), edges in counting.edges.items():
            if number_of == meter:
                place, known = _interval(edges, _passing(line, index, tiles))
                rate = counting.read[index, meter] / np.maximum(counting.passed[index, meter], 1)
                each[known] += rate[place[known]]
        for _, group, names, number in sides:
            for name, amount in zip(names, np.bincount(number, weights=each, minlength=len(names)), strict=True):
                used = group[name]
                setattr(used, carrier, getattr(used, carrier) + float(amount))


def _groups(values: NDArray[np.float64], name: Any) -> tuple[list[str], NDArray[np.int64]]:
    found, number = np.unique(values.astype(np.int64), return_inverse=True)
    return [name(value) for value in found.tolist()], number.reshape(-1)


def _idle(line: "TileLine", counting: _Counting, books: Books) -> None:
    """Book what no tile used, and the meters of every station."""
    orders, grades = books.orders.setdefault(IDLE, Used()), books.grades.setdefault(IDLE, Used())
    for carrier, (meter, _) in CARRIERS.items():
        for (index, number), drawn in counting.read.items():
            if number == meter:
                idle = float(drawn[counting.passed[index, number] == 0].sum())
                station = books.stations.setdefault(_tail(line.stations[index].path), Used())
                for used, amount in ((orders, idle), (grades, idle), (station, float(drawn.sum()))):
                    setattr(used, carrier, getattr(used, carrier) + amount)


_SCHEMA = pa.schema(
    [("by", pa.string()), ("name", pa.string()), ("tiles", pa.int64())]
    + [(each.name, pa.float64()) for each in fields(Used) if each.name != "tiles"]
)


def energy_table(line: "TileLine", entries: NDArray[np.void], batches: Sequence[Columns]) -> ExportTable:
    """The books as a table."""

    def rows() -> Iterator[Any]:
        books = energy_books(line, entries, batches)
        columns: list[list[Any]] = [[] for _ in _SCHEMA]
        for by, group in (("station", books.stations), ("order", books.orders), ("class", books.grades)):
            for name, used in group.items():
                row = (by, name, *(getattr(used, each.name) for each in fields(Used)))
                for column, value in zip(columns, row, strict=True):
                    column.append(value)
        yield pa.table(columns, schema=_SCHEMA)

    title = Text("energy by station, order and class", "energía por estación, orden y clase")
    return ExportTable("energy", title, _SCHEMA, rows)
