"""Charts are counted, averaged and judged from the rows of a table as anybody could by hand."""

import numpy as np
import pytest

from api.charts import Sample, compare, control_chart, gantt, grid, heat_map, pareto
from tests.support.village_views import BATCHES, INSPECTED, batches, loaves
from twin.line.table import TableRows
from twin.line.text import Text
from twin.line.views import CompareView, ControlChartView, GanttView, GridView, MapView, ParetoView

TITLE = Text("Chart", "Gráfico")
WEIGHT = ControlChartView(name="weight", title=TITLE, table="loaves", column="weight", subgroup=5, upper=30.0)
FLAWS = ParetoView(name="flaws", title=TITLE, table="loaves", column="flaws", thing="loaf", thing_id=("board", "place"))
LOOKS = GridView(name="looks", title=TITLE, table="loaves", across="crust", down="length", weight="place")
BOARDS = MapView(name="boards", title=TITLE, table="loaves", across="place", down="board", column="weight")
PLACES = CompareView(name="places", title=TITLE, table="loaves", by=("place",), column="weight")


def sample(**columns: list[float]) -> Sample:
    """Loaves with these columns, zero in all others."""
    rows = len(next(iter(columns.values())))
    numbers = np.zeros((len(INSPECTED.columns), rows))
    for name, values in columns.items():
        numbers[INSPECTED.place(name)] = values
    return Sample(INSPECTED, TableRows(numbers))


def whole() -> Sample:
    return Sample(INSPECTED, loaves().newest(5000))


def test_limits_follow_from_the_mean_range_of_the_subgroups() -> None:
    drawn = control_chart(sample(weight=[1.0, 2.0, 3.0, 4.0, 5.0] * 10), WEIGHT)
    assert (drawn["centre"], drawn["range_centre"], len(drawn["points"])) == (3.0, 4.0, 10)
    # A2 of five pieces is 0.577.
    assert drawn["high"] - drawn["centre"] == pytest.approx(0.577 * 4.0, rel=2e-3)
    assert drawn["range_high"] == pytest.approx(2.114 * 4.0, rel=2e-3)
    assert drawn["capability"] == pytest.approx((30.0 - 3.0) / (3.0 * np.sqrt(2.0)))
    assert [point["rules"] for point in drawn["points"]] == [[]] * 10


def test_a_shift_a_trend_and_a_point_beyond_the_limits_are_marked() -> None:
    noise = [-1.0, -0.5, 0.0, 0.5, 1.0]
    level = [0.0, 0.1, -0.1, 0.05] * 5 + [0.4 + 0.01 * (place % 2) for place in range(9)] + [9.0]
    drawn = control_chart(sample(weight=[step + each for step in level for each in noise]), WEIGHT)
    rules = [point["rules"] for point in drawn["points"]]
    assert "beyond" in rules[-1]
    rising = [0.0, 0.2] * 6 + [0.1 * place for place in range(8)]
    drawn = control_chart(sample(weight=[step + each for step in rising for each in noise]), WEIGHT)
    assert "trend" in drawn["points"][-1]["rules"]
    low = [-0.2] * 12 + [0.2] * 12
    drawn = control_chart(sample(weight=[step + each for step in low for each in noise]), WEIGHT)
    assert "shift" in drawn["points"][-1]["rules"]


def test_too_few_pieces_give_an_empty_control_chart() -> None:
    assert control_chart(sample(weight=[1.0] * 4), WEIGHT)["points"] == []


def test_flaws_are_counted_by_their_bits_with_their_origin_most_frequent_first() -> None:
    drawn = pareto(sample(flaws=[0.0, 1.0, 3.0, 2.0, 2.0, 4.0]), FLAWS)
    assert [(item["word"]["en"], item["group"]["en"], item["count"]) for item in drawn["items"]] == [
        ("flat", "proofing", 3),
        ("burnt", "oven", 2),
        ("torn", "oven", 1),
    ]
    assert drawn["pieces"] == 6


def test_a_flaw_leads_to_the_newest_pieces_that_have_it() -> None:
    drawn = pareto(sample(flaws=[1.0, 0.0, 1.0], board=[7.0, 8.0, 9.0], place=[1.0, 2.0, 3.0]), FLAWS)
    assert (drawn["thing"], drawn["items"][0]["things"]) == ("loaf", ["9.3", "7.1"])


def test_a_grid_sums_its_weights_in_whole_numbered_cells() -> None:
    drawn = grid(sample(crust=[-1.0, 0.0, 0.0], length=[0.0, 0.0, 1.0], place=[2.0, 3.0, 4.0]), LOOKS)
    assert (drawn["columns"], drawn["rows"]) == ([-1, 0], [0, 1])
    assert drawn["cells"] == [[2.0, 3.0], [0.0, 4.0]]
    assert grid(sample(crust=[], length=[]), LOOKS)["cells"] == []


def test_a_map_shows_where_across_the_boards_the_heavy_loaves_are() -> None:
    drawn = heat_map(whole(), BOARDS)
    assert drawn["columns"] == [1, 2, 3, 4, 5, 6]
    assert int(np.argmax(drawn["means"])) == 3
    assert len(drawn["cells"]) == len(drawn["rows"]) == 24
    assert heat_map(sample(weight=[]), BOARDS)["cells"] == []


def test_groups_are_compared_with_the_uncertainty_of_their_means() -> None:
    drawn = compare(whole(), PLACES)
    assert [group["key"] for group in drawn["groups"]] == [[1], [2], [3], [4], [5], [6]]
    fourth, first = drawn["groups"][3], drawn["groups"][0]
    assert fourth["mean"] - first["mean"] > 3.0 * np.hypot(fourth["error"], first["error"])
    assert first["low"] < first["mean"] < first["high"]
    assert sum(group["count"] for group in drawn["groups"]) == 1200


def test_jobs_have_instants_only_where_they_are_known() -> None:
    view = GanttView(
        name="batches", title=TITLE, table="batches", begin="begin", end="end", due="due", share="share", word="bread"
    )
    drawn = gantt(Sample(BATCHES, batches().read(10)), view)
    assert [(job["label"], job["begin"] is None, job["word"]["es"]) for job in drawn["jobs"]] == [
        ("B1", False, "hogaza"),
        ("B2", False, "baguette"),
        ("B3", True, "hogaza"),
    ]
