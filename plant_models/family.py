"""Tile plants as a family of plants: what is shipped, how names and files become a definition, and how it is built."""

from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any

from plant_models.definition.alterations import alterations, without
from plant_models.definition.load import load_plant, load_scenario, locate, read_tables, shipped
from plant_models.definition.orders import read_orders
from plant_models.definition.plant import Plant
from plant_models.definition.timeline import Happening, planned
from plant_models.line import TileLine
from plant_models.orders import Order
from twin.line.line import Line
from twin.line.planned import Altered
from twin.line.text import Text
from twin.line.validation import validated

DEFAULT_PLANT, DEFAULT_SCENARIO = "porcelain-600", "standard"


class CeramicPlants:
    """The family `ceramics`."""

    name = "ceramics"

    def plants(self) -> Mapping[str, Text]:
        """Shipped plants with their titles, the default first."""
        return _titles("plants", DEFAULT_PLANT, "plant")

    def scenarios(self) -> Mapping[str, Text]:
        """Shipped scenarios with their titles, the default first."""
        return _titles("scenarios", DEFAULT_SCENARIO, None)

    def resolve(self, plant: str, scenario: str, orders: str | None) -> Mapping[str, Any]:
        """Plant, scenario and order book as plain data; raises DefinitionError."""
        laid_over = load_scenario(scenario)
        definition = load_plant(plant, laid_over)
        book = None if orders is None else read_orders(Path(orders), definition)
        path = locate(plant, "plants")
        altered = alterations(read_tables(path), path, laid_over, definition) if laid_over.changes else []
        return {
            "plant": definition.model_dump(mode="json"),
            "ideal_sensors": laid_over.ideal_sensors,
            "orders": None if book is None else [order.model_dump(mode="json") for order in book],
            "timeline": [happening.model_dump(mode="json") for happening in laid_over.timeline],
        } | ({"altered": altered} if altered else {})

    def plant_id(self, content: Mapping[str, Any]) -> str:
        """The plant's own id."""
        return str(content["plant"]["plant"]["id"])

    def build(self, content: Mapping[str, Any]) -> Line:
        """The line of resolved content."""
        plant = validated(Plant, content["plant"], "the definition in the journal")
        orders = content["orders"]
        source = "the order book in the journal"
        book = None if orders is None else [validated(Order, order, source) for order in orders]
        line = TileLine(plant, book)
        line.ideal_sensors = bool(content["ideal_sensors"])
        timeline = [validated(Happening, each, "the scenario") for each in content["timeline"]]
        line.planned = planned(timeline, line, "the scenario")
        line.altered = tuple(_altered(each, line) for each in content.get("altered", ()))
        return line

    def without(self, content: Mapping[str, Any], altered: Set[int]) -> Mapping[str, Any]:
        """Content without some of what its scenario changed from the start."""
        return {**content, "plant": without(content["plant"], content["altered"], altered)}


def _altered(change: Mapping[str, Any], line: TileLine) -> Altered:
    was, value = change["was"], change["is"]
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (was, value))
    table = change["key"].partition(".")[0]
    paths = (station.path for station in line.stations if station.name == table)
    return Altered(
        change["key"], next(paths, ""), _shown(was), _shown(value), round(value - was, 9) if numbers else 1.0,
        removable=change["undo"] is not None,
    )  # fmt: skip


def _shown(value: Any) -> str:
    """A value of a plant file in a few words."""
    return "-" if value is None else "a table" if isinstance(value, Mapping) else str(value)


def _titles(folder: str, first: str, table: str | None) -> dict[str, Text]:
    files = shipped(folder)
    result = {}
    for name in (first, *(name for name in files if name != first)):
        tables = read_tables(files[name])
        titles = tables[table] if table else tables
        result[name] = Text(titles["title_en"], titles["title_es"])
    return result
