"""One number for a KPI wherever it is asked for: live, folded again, in the history's SQL, over OPC UA and over HTTP.

The long form takes a week of each shipped plant with its faults; the short one takes hours.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import oee
import pytest
from numpy.typing import NDArray

from opcua_server.gateway import gateway
from plant_models.line import TileLine
from plant_models.tiles import FIRED_SCRAP, FIRST, SECOND
from tests.support.http_client import client_of
from tests.support.opcua import connected
from twin.host.choose import Choice, define
from twin.host.historian import FILE, Historian
from twin.host.installed import families
from twin.host.logins import Access
from twin.host.session import Session
from twin.line.activity import Activity
from twin.line.report import Rows
from twin.line.text import Text
from twin.line.time import DAY, MINUTE, iso
from twin.line.work_unit import WorkUnit, elements
from twin.record.figures import tally_of
from twin.record.historian.reading import FileHistory
from twin.record.kpi_station import figure_signal_name
from twin.record.report import report
from twin.record.run import Run
from twin.record.run_record import RunRecord
from twin.record.windows import Window, fold

PLANTS = ("porcelain-600", "wall-316", "slab-600x1200")
EXACT = 1e-9

Key = tuple[str, str]
Values = dict[Key, float | None]

_TIMES = """
WITH change AS (
    SELECT station, a AS activity, number, epoch_us(time) AS begun, lag(a, 1, 0) OVER each AS before,
        lead(epoch_us(time), 1, $end) OVER each AS ended
    FROM entry WHERE kind = (SELECT id FROM kind WHERE name = 'ACTIVITY')
    WINDOW each AS (PARTITION BY station ORDER BY number))
SELECT station, activity, sum(ended - begun)::BIGINT, count(*) FILTER (activity <> before) FROM change GROUP BY ALL
"""
_PIECES = """
SELECT entry.station, kind.name, CASE kind.name WHEN 'METER' THEN a ELSE -1 END AS meter, sum(b)::HUGEINT
FROM entry JOIN kind ON kind.id = entry.kind WHERE kind.name IN ('MADE', 'SCRAPPED', 'ENTERED', 'LEFT', 'METER')
GROUP BY ALL
"""
_STOCK = """
SELECT entry.station, kind.name, sum(b * (($end - $start) // 1000 - (epoch_us(time) - $start) // 1000))::HUGEINT
FROM entry JOIN kind ON kind.id = entry.kind WHERE kind.name IN ('MADE', 'SCRAPPED', 'ENTERED', 'LEFT') AND b < 65536
GROUP BY ALL
"""


@dataclass
class Recorded:
    """A run with its history, stopped at an instant."""

    run: Run
    entries: NDArray[np.void]
    path: Path
    record: RunRecord

    @property
    def line(self) -> TileLine:
        assert isinstance(self.run.line, TileLine)
        return self.run.line

    def live(self) -> Values:
        tally = self.run.recorder.tally
        return {(f.station, f.name): f.value(tally) for f in self.line.key_figures()}


@pytest.fixture(
    scope="module", params=[pytest.param(name, marks=pytest.mark.slow) for name in PLANTS[1:]] + [PLANTS[0]]
)
def recorded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, in_full_length: bool
) -> Recorded:
    folder = tmp_path_factory.mktemp(request.param)
    run, logged = Run(define(Choice(plant=request.param), None), families()), []
    run.recorder.listeners.append(logged.append)
    run.open()
    record = RunRecord(folder / "record", run)
    record.begin(run, 0)
    historian = Historian(folder, run.definition.digest, period=10 * MINUTE, parts=False)
    historian.follow(run)
    days = 7.0 if in_full_length else 0.4
    run.advance(run.definition.start + round(days * DAY / (10 * MINUTE)) * 10 * MINUTE)
    run.settle()
    historian.close()
    record.keep()
    return Recorded(run, np.concatenate(logged), folder / FILE, record)


def same(found: Mapping[Key, float | None], expected: Mapping[Key, float | None]) -> None:
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key] == (None if value is None else pytest.approx(value, rel=EXACT, abs=1e-12)), key


def test_folding_the_exported_log_again_gives_the_live_figures(recorded: Recorded) -> None:
    run = recorded.run
    tally = fold(recorded.entries, {}, run.definition.start, run.now)
    assert {(f.station, f.name): f.value(tally) for f in run.line.key_figures()} == recorded.live()


def test_the_history_gives_the_live_figures(recorded: Recorded) -> None:
    run = recorded.run
    with duckdb.connect(str(recorded.path), read_only=True) as connection:
        tally = tally_of(FileHistory(connection), Window("run", run.definition.start, run.now))
    assert {(f.station, f.name): f.value(tally) for f in run.line.key_figures()} == recorded.live()


def in_sql(recorded: Recorded) -> tuple[dict[tuple[int, int], tuple[int, int]], dict[tuple[int, str, int], int]]:
    """(time and number by station and activity, sums by station, kind and meter) that SQL finds in the history."""
    end = recorded.run.now
    with duckdb.connect(str(recorded.path), read_only=True) as connection:
        times = connection.execute(_TIMES, {"end": end}).fetchall()
        pieces = connection.execute(_PIECES).fetchall()
    return (
        {(station, activity): (time, count) for station, activity, time, count in times},
        {(station, kind, meter): int(total) for station, kind, meter, total in pieces},
    )


def test_counts_and_times_in_sql_are_those_of_the_fold(recorded: Recorded) -> None:
    times, pieces = in_sql(recorded)
    tally = recorded.run.recorder.tally
    for number in range(len(recorded.line.stations)):
        for activity in Activity:
            if activity is not Activity.IDLE:
                spent, begun = times.get((number, activity), (0, 0))
                assert (spent, begun) == (tally.time_in(number, activity), tally.begun(number, activity))
        for kind, count in (("MADE", tally.made), ("LEFT", tally.left), ("ENTERED", tally.entered)):
            if recorded.line.stations[number].name != "palletiser":
                assert pieces.get((number, kind, -1), 0) == count(number)
    assert pieces


def test_ratios_out_of_sql_are_the_figures(recorded: Recorded) -> None:
    times, pieces = in_sql(recorded)
    line, calendar = recorded.line, recorded.run.recorder.tally.elapsed
    found: Values = {}
    for part in line.firing:
        sorter, kiln = line.stations.index(part.sorter), line.stations.index(part.kiln)
        graded = {grade: pieces.get((sorter, "METER", 4 + grade), 0) for grade in (FIRST, SECOND, FIRED_SCRAP)}
        p, k = part.sorter.parameters, part.kiln.parameters
        total = sum(graded.values())
        cadence = k.lanes * part.kiln.places / k.cycle_min
        left = pieces.get((kiln, "LEFT", -1), 0)
        found |= ratios(part.sorter.path, sorter, times, calendar, total, graded[FIRST], p.tiles_per_minute)
        found |= ratios(part.kiln.path, kiln, times, calendar, left, left - graded[FIRED_SCRAP], cadence)
    for part in line.forming:
        press, glazing = line.stations.index(part.press), line.stations.index(part.glazing)
        made, scrapped = pieces.get((press, "MADE", -1), 0), pieces.get((glazing, "SCRAPPED", -1), 0)
        q = part.press.parameters
        found |= ratios(
            part.press.path, press, times, calendar, made, made - scrapped, q.cavities * q.strokes_per_minute
        )
    first_m2 = line.definition.format.area_m2 * sum(
        pieces.get((line.stations.index(part.sorter), "METER", 4 + FIRST), 0) for part in line.firing
    )
    for name, meter in (("gas_per_first_m2", 2), ("electricity_per_first_m2", 1)):
        found["", name] = metered(pieces, meter) / 3.6e6 / first_m2
    kilns = [line.stations.index(part.kiln) for part in line.firing]
    fired = sum(pieces.get((kiln, "LEFT", -1), 0) for kiln in kilns)
    co2, eur = emitted_and_paid(line, metered(pieces, 2) / 3.6e6, metered(pieces, 1) / 3.6e6, metered(pieces, 3), fired)
    found["", "co2_per_first_m2"], found["", "energy_eur_per_first_m2"] = co2 / first_m2, eur / first_m2
    live = recorded.live()
    assert {name for _, name in found} >= {"oee", "nee", "gas_per_first_m2", "co2_per_first_m2"}
    same(found, {key: live[key] for key in found})


def test_stocks_out_of_sql_are_the_figures(recorded: Recorded) -> None:
    run, line, live = recorded.run, recorded.line, recorded.live()
    start, end = run.definition.start, run.now
    with duckdb.connect(str(recorded.path), read_only=True) as connection:
        found = connection.execute(_STOCK, {"start": start, "end": end}).fetchall()
    held = {(station, kind): int(piece_ms) / ((end - start) / 1000.0) for station, kind, piece_ms in found}
    _, pieces = in_sql(recorded)
    index = line.stations.index
    kilns, store = [index(part.kiln) for part in line.firing], index(line.store)
    inside = line.opening_tiles + sum(
        held.get((index(part.press), "MADE"), 0.0) - held.get((index(part.glazing), "SCRAPPED"), 0.0)
        for part in line.forming
    ) - sum(held.get((kiln, "LEFT"), 0.0) for kiln in kilns)  # fmt: skip
    fired = sum(pieces.get((kiln, "LEFT", -1), 0) for kiln in kilns)
    boxed = line.opening_boxed + held.get((store, "ENTERED"), 0.0)
    boxed -= sum(held.get((kiln, "ENTERED"), 0.0) for kiln in kilns)
    stocks = {
        ("", "inventory_turns"): fired / ((end - start) / DAY) / inside,
        ("", "kiln_autonomy"): max(0.0, boxed) / line.store.kiln_rate,
    }
    same(stocks, {key: live[key] for key in stocks})


def metered(pieces: Mapping[tuple[int, str, int], int], meter: int) -> int:
    """Sum of a meter over all stations."""
    return sum(total for (_, kind, which), total in pieces.items() if (kind, which) == ("METER", meter))


def emitted_and_paid(line: TileLine, gas: float, electricity: float, grams: int, fired: int) -> tuple[float, float]:
    """(CO2 [kg], money [EUR]) of gas and electricity [kWh], water [g] and tiles fired, by the plant's tariffs."""
    plant, t = line.definition, line.definition.energy
    moist_kg, moisture = plant.forming[0].press.moist_mass, plant.body.reference_moisture
    tonnes = fired * moist_kg / (1.0 + moisture / 100.0) * (1.0 - plant.body.loss_on_ignition / 100.0) / 1000.0
    co2 = gas * t.co2_kg_per_kwh + tonnes * t.process_co2_kg_per_t
    gas_eur, electricity_eur = gas * t.higher_over_lower * t.gas_eur_per_mwh, electricity * t.electricity_eur_per_mwh
    water_eur = grams / 1e6 * t.water_eur_per_m3
    return co2, (gas_eur + electricity_eur + co2 * t.co2_eur_per_t) / 1000.0 + water_eur


def test_the_report_shows_the_live_figures(recorded: Recorded) -> None:
    shown, line, live = report(recorded.run, recorded.record, truth=False), recorded.line, recorded.live()
    of_line = [figure for figure in line.key_figures() if not figure.station]
    assert [card.value for card in shown.cards] == [live["", figure.name] for figure in of_line]
    (table,) = [part for part in shown.parts if isinstance(part, Rows)]
    values = [None if isinstance(row[1], Text) else row[1][0] for row in table.rows]
    assert values == [live[figure.station, figure.name] for figure in line.key_figures()]


def ratios(
    path: str, number: int, times: Mapping[tuple[int, int], tuple[int, int]], calendar: int, made: int, good: int,
    cadence: float,
) -> Values:  # fmt: skip
    """Figures of a station on paper, out of what SQL has summed up."""
    spent = {activity: times.get((number, int(activity)), (0, 0))[0] for activity in Activity}
    first = calendar - sum(spent.values())
    outside = first + spent[Activity.IDLE] + spent[Activity.CLOSED] + spent[Activity.CLEANING]
    planned, producing = calendar - outside, spent[Activity.PRODUCING]
    if not (planned and producing and made):
        return {}
    ideal = made / cadence * 60e6
    result: Values = {
        (path, "availability"): 100.0 * producing / planned,
        (path, "effectiveness"): 100.0 * ideal / producing,
        (path, "quality_ratio"): 100.0 * good / made,
        (path, "oee"): 100.0 * (good / cadence * 60e6) / planned,
        (path, "nee"): 100.0 * (producing + spent[Activity.SETTING_UP]) / planned * ideal / producing * good / made,
        (path, "throughput_rate"): made / (calendar / 3.6e9),
        (path, "setup_ratio"): 100.0 * spent[Activity.SETTING_UP] / (producing + spent[Activity.SETTING_UP]),
    }
    failures = times.get((number, int(Activity.DOWN)), (0, 0))[1]
    if failures:
        result[path, "mttr"] = spent[Activity.DOWN] / 60e6 / failures
        busy = producing + spent[Activity.SETTING_UP] + spent[Activity.DOWN] + spent[Activity.MICRO_STOP]
        result[path, "mtbf"] = busy / 3.6e9 / failures
    return result


def test_an_independent_library_agrees_about_oee(recorded: Recorded) -> None:
    """`oee` from PyPI, fed with the planned time, the stops by reason and the pieces of each work unit."""
    compared = 0
    for unit in recorded.line.work_units():
        found = by_library(unit, recorded)
        if found is not None:
            live = recorded.live()
            assert live[unit.path, "oee"] == pytest.approx(100.0 * found.oee, rel=EXACT)
            assert live[unit.path, "availability"] == pytest.approx(100.0 * found.availability, rel=EXACT)
            compared += 1
    assert compared


def by_library(unit: WorkUnit, recorded: Recorded) -> Any:
    e = elements(unit, recorded.run.recorder.tally)
    if not 0 < e.gq <= e.pq or not e.apt or e.ideal > e.apt:
        return None
    stops = (("set-up", e.aust), ("down", e.down), ("micro", e.micro), ("starved", e.starved), ("blocked", e.blocked))
    return oee.from_log(
        e.pbt / MINUTE,
        runs=[{"count": e.pq, "good": e.gq, "ideal_rate": unit.ideal_per_minute}],
        downtime_events=[{"duration": time / MINUTE, "reason": reason} for reason, time in stops],
        all_time=e.calendar / MINUTE,
    )


async def test_opc_ua_and_http_show_the_live_figures(recorded: Recorded) -> None:
    live = recorded.live()
    with duckdb.connect(str(recorded.path), read_only=True) as connection:
        session = Session(
            recorded.run, speed=1.0, stamps="plant", language="en", allow=lambda _: None, append=lambda _: None,
            history=FileHistory(connection),
        )  # fmt: skip
        access = Access(Path("no-such-folder"), open_loopback=True)
        running = await gateway.start(session, "127.0.0.1", 0, {"access": access})
        client, service = client_of(session, access=access)
        try:
            async with client, connected(running.address) as line:
                same(await over_http(client), live)
                same(await over_http_window(client, recorded), live)
                same(await over_opc_ua(line, recorded), live)
        finally:
            await service.broadcast.close()
            await running.stop()


async def over_http(client: Any) -> Values:
    items = (await client.get("/api/v1/kpis")).json()["items"]
    return {(item["station"], item["name"]): item["value"] for item in items}


async def over_http_window(client: Any, recorded: Recorded) -> Values:
    run = recorded.run
    window = {"start": iso(run.definition.start), "end": iso(run.now)}
    ((found),) = (await client.get("/api/v1/kpis/window", params=window)).json()["windows"]
    return {(item["station"], item["name"]): item["value"] for item in found["items"]}


async def over_opc_ua(line: Any, recorded: Recorded) -> Values:
    station = recorded.line.stations[-1].path

    async def value(name: str) -> float | None:
        found = await line.node(f"{station}/{name}").read_data_value(raise_on_bad_status=False)
        return float(found.Value.Value) if found.StatusCode.is_good() else None

    figures = recorded.line.key_figures()
    values = await asyncio.gather(*(value(figure_signal_name(figure)) for figure in figures))
    return {(f.station, f.name): found for f, found in zip(figures, values, strict=True)}
