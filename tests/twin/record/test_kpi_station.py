"""Key figures are signals of a station of their own, so that every gateway has them."""

import math

from tests.support.line_building import line_of, sink, source
from tests.support.runs import START, opened
from twin.line.distributions import Constant
from twin.line.signal import Kind
from twin.line.time import HOUR
from twin.record.kpi_station import add_key_figures
from twin.run.sensors import BAD, GOOD, Instruments


def test_every_key_figure_is_a_signal_named_after_its_station() -> None:
    run = opened()
    station = run.line.stations[-1]
    assert station.path == "hourly-bakery/mill-street/performance/kpi/kpi"
    names = [signal.name for signal in station.signals]
    assert names[-3:] == ["line_1_mixer_availability", "good_share", "per_hour"]
    signal = station.signals[-3]
    assert (signal.kind, signal.unit and signal.unit.symbol, signal.main) == (Kind.STATE, "%", True)
    assert signal.limits(station) == (0.0, 100.0)


def test_a_key_figure_shows_what_the_tally_says() -> None:
    run = opened()
    run.advance(START + 2 * HOUR)
    run.engine.settle()
    for figure, signal in zip(run.line.key_figures(), run.line.stations[-1].signals[-3:], strict=True):
        value = figure.compute(run.recorder.tally)
        assert value
        assert signal.truth(run.line.stations[-1]) == value


def test_a_figure_that_is_not_defined_is_bad_and_becomes_good() -> None:
    run = opened()
    instruments = Instruments(run.line, 1)
    place = next(signal.index for signal in run.line.describe().signals if signal.name == "good_share")
    instruments.read(run.now)
    assert math.isnan(run.line.stations[-1].good_share)
    assert instruments.status[place] == BAD
    run.advance(START + HOUR)
    run.engine.settle()
    instruments.read(run.now)
    assert instruments.status[place] == GOOD
    assert instruments.values[place] > 90.0


def test_a_line_without_key_figures_gets_no_station() -> None:
    line = line_of(source(Constant(value=1.0)), sink())
    assert add_key_figures(line, opened().recorder) is None
    assert len(line.stations) == 2


def test_the_station_of_key_figures_moves_no_hash() -> None:
    run = opened()
    run.advance(START + HOUR)
    assert run.line.stations[-1].log.tolist() == []
