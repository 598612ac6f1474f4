"""The stages of a passport: what happened to a tile station by station, and what is known of a set of tiles."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from plant_models.physics.firing import fired_mass
from plant_models.tile_columns import WHOLE, meaning
from plant_models.tiles import COLUMNS, DEFECTS, FIRST, GRADES, PRESS_STEP
from twin.line.genealogy import Fact, Stage
from twin.line.text import Text
from twin.record.genealogy_store import Columns

if TYPE_CHECKING:
    from plant_models.line import TileLine


@dataclass(frozen=True, slots=True)
class _Step:
    """A station of a tile's way: columns of its begin and end, and from which column on facts belong to it."""

    name: str
    title: Text
    begin: str | None
    end: str | None
    facts: tuple[str, ...]
    """Columns in front; all others up to the next step's columns follow by themselves."""


_STEPS: tuple[_Step, ...] = (
    _Step("press", Text("pressing", "prensado"), None, "pressed_at",
          ("order", "product", "lot", "press", "stroke", "cavity")),
    _Step("dryer", Text("drying", "secado"), "pressed_at", "dried_at", ("dried_at",)),
    _Step("glazing", Text("glazing", "esmaltado"), "glazed_at", None, ("glazed_at",)),
    _Step("printer", Text("printing", "impresión"), None, "printed_at", ("printed_at",)),
    _Step("boxes", Text("in the store", "en el parque"), "printed_at", "kiln_entry_at", ("box",)),
    _Step("kiln", Text("firing", "cocción"), "kiln_entry_at", "kiln_exit_at", ("kiln",)),
    _Step("sorter", Text("sorting", "clasificación"), "kiln_exit_at", "left_at", ("measured_size",)),
    _Step("palletiser", Text("packing", "encajado"), "left_at", None, ("carton",)),
)  # fmt: skip
_SORTED = ("defects", "measured_size", "measured_curvature", "measured_shade", "grade", "caliber", "shade")


def stages_of(tile: dict[str, float], line: "TileLine", *, truth: bool) -> tuple[Stage, ...]:
    """The way of a tile as far as it has come."""
    stages = []
    for step in _STEPS:
        begin = None if step.begin is None else int(tile[step.begin]) or None
        end = None if step.end is None else int(tile[step.end]) or None
        green = step.name in ("boxes", "kiln", "sorter", "palletiser") and tile["grade"] == len(GRADES) - 1
        if (begin or end) is None or green or (step.name == "palletiser" and not tile["carton"]):
            continue
        facts = tuple(_facts(_columns_of(step), tile, line, truth=truth))
        stages.append(Stage(step.name, step.title, _station(step.name, tile, line), begin, end, facts))
    return tuple(stages)


def _columns_of(step: _Step) -> list[str]:
    """Columns of a step: from its first to the next step's first, instants left out as they are begin and end."""
    if step.name == "sorter":
        return list(_SORTED)
    places = [COLUMNS.index(each.facts[0]) for each in _STEPS] + [len(COLUMNS)]
    number = _STEPS.index(step)
    names = COLUMNS[places[number] : places[number + 1]]
    return [name for name in names if not name.endswith("_at") and name not in _SORTED]


def _facts(names: list[str], tile: dict[str, float], line: "TileLine", *, truth: bool) -> Iterator[Fact]:
    for name in names:
        column = meaning(name)
        if column.known or truth:
            yield Fact(name, column.title, _value(name, tile[name], line), column.unit, not column.known)
        if name == "defects":
            # What the sorting line did not see, it does not know.
            found = int(tile["defects"]) if tile["grade"] > FIRST else 0
            yield Fact("defects_found", Text("defects found", "defectos hallados"), defect_codes(found))


def _value(name: str, value: float, line: "TileLine") -> float | int | str:
    words: dict[str, Callable[[int], str]] = {
        "order": lambda number: line.order_name(number) if number >= 0 else "",
        "product": lambda number: tuple(line.definition.products)[number],
        "lot": lambda number: f"L{number:05d}",
        "grade": lambda number: GRADES[number],
        "defects": defect_codes,
    }
    if name in words:
        return words[name](int(value))
    return int(value) + meaning(name).from_one if name in WHOLE else value


def defect_codes(bits: int) -> str:
    """Codes of the defects of a tile, such as `D01 D10`.

    >>> defect_codes(0b10_0000_0001)
    'D01 D10'
    """
    return " ".join(defect.code for bit, defect in enumerate(DEFECTS) if bits >> bit & 1)


def _station(name: str, tile: dict[str, float], line: "TileLine") -> str:
    if name == "boxes":
        return line.store.path
    part = line.forming[int(tile["tile"]) // PRESS_STEP]
    if hasattr(part, name):
        return str(getattr(part, name).path)
    return str(getattr(line.firing[int(tile["kiln"])], name).path)


def lot_stage(number: int, line: "TileLine", *, truth: bool) -> Stage:
    """What is known of a powder lot."""
    state = line.powder.state
    begin = state.lot_starts[number]
    end = state.lot_starts[number + 1] if number + 1 < len(state.lot_starts) else None
    facts = []
    if truth:
        deviation = Text("moisture against the mean of lots", "humedad respecto a la media de lotes")
        index = Text("body index", "índice de pasta")
        facts = [
            Fact("lot_moisture", deviation, state.lot_moisture[number], "%", truth=True),
            Fact("body_index", index, state.lot_index[number], "", truth=True),
        ]
    return Stage("powder", Text("powder lot", "lote de polvo"), line.powder.path, begin, end, tuple(facts))


def summary_stage(tiles: Columns, line: "TileLine") -> Stage:
    """When the tiles of a thing were made, and what they are."""
    left = tiles["left_at"][tiles["left_at"] > 0.0]
    products = tuple(line.definition.products)
    facts = [
        Fact("tiles", Text("tiles", "piezas"), len(tiles["tile"])),
        Fact("area", Text("area", "superficie"), len(tiles["tile"]) * line.definition.format.area_m2, "m²"),
        Fact("products", Text("products", "productos"), _names(tiles["product"], lambda n: products[n])),
        Fact("calibers", Text("calibers", "calibres"), _mix(tiles, "caliber")),
        Fact("shades", Text("shades", "tonos"), _mix(tiles, "shade")),
        Fact("not_left", Text("still in the line", "aún en la línea"), len(tiles["tile"]) - len(left)),
    ]
    if len(left):
        facts.append(Fact("last_left_at", Text("last one left", "salida de la última"), int(left.max()), "instant"))
    return Stage(
        "tiles", Text("its tiles", "sus piezas"), "", int(tiles["pressed_at"].min()), int(tiles["pressed_at"].max()),
        tuple(facts),
    )  # fmt: skip


def packing_stage(tiles: Columns, line: "TileLine", *, on_pallet: bool) -> Stage:
    """What a box or a pallet weighs."""
    palletiser = line.firing[int(tiles["kiln"][0])].palletiser
    p, body = palletiser.parameters, line.definition.body
    dry = tiles["mass"] / (1.0 + tiles["moisture"] / 100.0)
    net = float(np.sum(fired_mass(dry, body.loss_on_ignition)))
    boxes = len(np.unique(tiles["carton"]))
    gross = net + boxes * p.box_kg + (p.pallet_kg if on_pallet else 0.0)
    facts = (
        Fact("boxes", Text("boxes", "cajas"), boxes),
        Fact("net_mass", Text("mass of its tiles", "masa de sus piezas"), round(net, 2), "kg"),
        Fact("gross_mass", Text("mass with packaging", "masa con embalaje"), round(gross, 2), "kg"),
    )
    first, last = int(tiles["left_at"].min()), int(tiles["left_at"].max())
    return Stage("palletiser", Text("packing", "encajado"), palletiser.path, first, last, facts)


def _names(values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", name: object) -> str:
    named = name if callable(name) else str
    return ", ".join(str(named(value)) for value in np.unique(values.astype(np.int64)).tolist())


def _mix(tiles: Columns, name: str) -> str:
    """Tiles of first quality by caliber or shade, such as `-1: 12, 0: 340`."""
    first = tiles[name][tiles["grade"] == FIRST].astype(np.int64)
    found, counts = (side.tolist() for side in np.unique(first, return_counts=True))
    return ", ".join(f"{value:+d}: {n}" if value else f"0: {n}" for value, n in zip(found, counts, strict=True))
