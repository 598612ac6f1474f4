"""The example of a firm: it loads, and runs three days with its orders and curve."""

from plant_models.definition.load import load_plant
from plant_models.definition.orders import read_orders
from plant_models.line import TileLine
from tests.support.tile_lines import EXAMPLE, START, LineRun, NoRecorder
from twin.run.engine import Engine


def test_the_example_plant_runs_its_order_book() -> None:
    definition = load_plant(str(EXAMPLE / "plant.toml"))
    line = TileLine(definition, read_orders(EXAMPLE / "orders.csv", definition))
    engine = Engine(line, 2, START, NoRecorder())
    engine.open("running")
    run = LineRun(line, engine).to(3)
    tiles = run.tiles
    assert 0.85 <= run.first_share <= 0.96
    assert 9000.0 <= run.sorted_tiles * definition.format.area_m2 / 3.0 <= 11500.0
    out = tiles["green_scrap"] + tiles["in_process"] + tiles["fired_scrap"] + tiles["first"] + tiles["second"]
    assert tiles["opening"] + tiles["pressed"] == out
    assert [part.press.tiles_pressed > 0 for part in line.forming] == [True, True]
    assert {order.name for order in line.book.state.orders if order.begun} >= {"26-0101", "26-0102"}
