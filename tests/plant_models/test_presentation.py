"""The pictures of a tile line name what is there, for any number of lines and kilns, and none stands on another."""

from itertools import combinations
from typing import Any

import pytest

from plant_models.line import TileLine
from tests.support.tile_lines import opened
from twin.line.presentation import StationPicture
from twin.line.views import CurveView, SankeyView, ScatterView, ShareView, TableView, TrendView, View

LINES = [{"name": f"line-{number}"} for number in (1, 2, 3)]
KILNS = [{"name": f"kiln-{number}"} for number in (1, 2)]


@pytest.fixture(scope="module", params=[(1, 1), (2, 1), (3, 2)], ids=str)
def line(request: pytest.FixtureRequest) -> TileLine:
    lines, kilns = request.param
    changes: dict[str, Any] = {"forming": LINES[:lines], "firing": KILNS[:kilns]}
    return opened(opening="empty", changes=changes).line


def test_every_machine_is_drawn_once(line: TileLine) -> None:
    drawn = [picture.station for picture in line.presentation.stations]
    machines = [station for station in line.stations if station.place.area not in {"laboratory", "people"}]
    assert sorted(drawn) == sorted(station.path for station in machines)


def test_every_name_is_a_signal_of_the_line(line: TileLine) -> None:
    shown = line.presentation
    known = {signal.path for signal in line.describe().signals}
    for picture in shown.stations:
        names = [*picture.figures, *(fill.signal for fill in picture.fills), *(strip.signal for strip in picture.cells)]
        names += [picture.beats] if picture.beats else []
        assert {f"{picture.station}/{name}" for name in names} <= known
    assert {flow.counter for flow in shown.flows} <= known
    assert set(shown.headline) <= known
    tails = {"/".join(path.split("/")[-2:]) for path in known}
    for view in shown.views:
        assert signals_of(view) <= known | tails | {"kpi/gas_per_first_m2", "kpi/electricity_per_first_m2"}


def signals_of(view: View) -> set[str]:
    """The signals that a view names."""
    match view:
        case ShareView():
            return set(view.parts)
        case CurveView() | TrendView():
            return set(view.lines)
        case ScatterView():
            return {view.across, view.up, view.colour or view.up}
        case SankeyView():
            return {counter for stream in view.streams for counter in stream.counters}
        case _:
            return set()


def test_every_table_and_column_that_a_view_names_is_there(line: TileLine) -> None:
    tables = {table.name: {column.name for column in table.columns} for table in line.describe().tables}
    drawn = [view for view in line.presentation.views if isinstance(view, TableView)]
    assert {view.kind for view in drawn} == {"control", "pareto", "grid", "map", "compare", "gantt"}
    for view in drawn:
        named = {getattr(view, name, None) for name in ("column", "across", "down", "weight", "begin", "due", "share")}
        assert named - {None} <= tables[view.table]


def test_every_view_stands_on_a_page_and_every_page_has_its_views(line: TileLine) -> None:
    views = [view.name for view in line.presentation.views]
    placed = [name for page in line.presentation.pages for name in page.views]
    assert sorted(placed) == sorted(views)


def test_flows_follow_the_links_and_move_with_counters(line: TileLine) -> None:
    kinds = {signal.path: signal.kind for signal in line.describe().signals}
    assert {kinds[flow.counter] for flow in line.presentation.flows if flow.counter} == {"counter"}
    # A glazing line is drawn on its flow, from dryer to printer; behind each palletiser the pallets leave.
    assert len(line.presentation.flows) == len(line.links) - len(line.forming) + len(line.firing)


def test_each_kiln_shows_its_firing_curve_set_and_measured_with_minutes(line: TileLine) -> None:
    curves = [view for view in line.presentation.views if isinstance(view, CurveView) and view.second_axis]
    assert len(curves) == len(line.firing)
    for curve, part in zip(curves, line.firing, strict=True):
        names = [path.removeprefix(f"{part.kiln.path}/") for path in curve.lines]
        assert names == ["set_points_above", "set_points_below", "temperature_above", "temperature_below"]
        assert curve.second_axis == f"{part.kiln.path}/minutes_inside"
    names = [view.name for view in line.presentation.views]
    assert len(set(names)) == len(names)


def extent(picture: StationPicture) -> tuple[float, float, float, float]:
    (x, y), (width, height) = picture.at, picture.size
    return x, y, x + width, y + height


def test_no_station_stands_on_another_or_outside_the_plane(line: TileLine) -> None:
    shown = line.presentation
    for picture in shown.stations:
        left, top, right, bottom = extent(picture)
        assert 0.0 <= left < right <= shown.width
        assert 30.0 <= top < bottom <= shown.height - 60.0
    for one, other in combinations(shown.stations, 2):
        (a, b, c, d), (e, f, g, h) = extent(one), extent(other)
        assert c <= e or g <= a or d <= f or h <= b, f"{one.station} stands on {other.station}"


def test_the_single_line_fits_a_wide_screen() -> None:
    shown = opened(opening="empty").line.presentation
    assert shown.width / shown.height == pytest.approx(3.6, abs=0.15)


def test_stations_are_numbered_only_where_there_are_several(line: TileLine) -> None:
    titles = [part.press.place.title.en for part in line.forming]
    assert titles == (["Press"] if len(titles) == 1 else [f"Press {n}" for n in range(1, len(titles) + 1)])


def test_the_minutes_inside_follow_the_cycle() -> None:
    kiln = opened(opening="empty").line.firing[0].kiln
    assert kiln.minutes_inside[-1] == pytest.approx(45.0, abs=1.0)
    kiln.set_points["cycle_min_set_point"] = 60.0
    assert kiln.minutes_inside[-1] == pytest.approx(60.0, abs=1.3)
