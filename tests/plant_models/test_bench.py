"""`rajola bench line` on a plant small enough for a test; how fast it is, is nothing that a test may depend on."""

import argparse
from pathlib import Path

import pytest

from plant_models import bench
from plant_models.definition.load import locate
from twin.host.choose import Choice, define
from twin.host.usage import peak_memory_mb, processor_seconds
from twin.line.errors import DefinitionError


@pytest.fixture
def small_plant(tmp_path: Path) -> str:
    """A plant file like the reference line, with a slow press and a short kiln."""
    text = locate("porcelain-600", "plants").read_text(encoding="utf-8")
    for old, new in (
        ("strokes_per_minute = 12.2", "strokes_per_minute = 1.5"),
        ("length_m = 110.0", "length_m = 40.0"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = tmp_path / "small.toml"
    path.write_text(text + "\n[store]\nboxes = 20\nbox_m2 = 15.0\n", encoding="utf-8")
    return str(path)


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    bench.command.configure(parser)
    return bench.command.run(parser.parse_args(arguments))


def test_the_bench_prints_speed_and_ratio(
    small_plant: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "ENGINE_RUNS", 2)
    assert run("line", "--plant", small_plant, "--plain-hours", "1", "--long", "1.5") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == small_plant
    assert "times one day" in lines[2]
    assert lines[3].startswith("  peak memory") == (peak_memory_mb() is not None)
    assert "engine, best of 2" in lines[-4]
    assert "times real time" in lines[-4]
    assert "scaled from 1 h" in lines[-3]
    assert float(lines[-2].split()[1]) > 0.0
    assert int(lines[-1].split()[2].rstrip(",")) > 100


def test_the_ratio_compares_equal_times() -> None:
    speed = bench.Speed(engine_s=0.5, plain_s=4.0, tiles=20_000, digest="0" * 64)
    assert speed.ratio == 8.0
    assert speed.factor == 172_800.0


def test_the_plain_model_is_timed_slice_by_slice(small_plant: str) -> None:
    definition = define(Choice(plant=small_plant), None)
    spent = list(bench.plain_slices(definition, 0.5, 3))
    assert len(spent) == 3
    assert all(seconds >= 0.0 for seconds in spent)


def test_a_plant_that_is_not_there_is_refused() -> None:
    with pytest.raises(DefinitionError, match="no-such"):
        run("line", "--plant", "no-such")


def test_processor_time_passes_and_memory_is_held() -> None:
    before = processor_seconds()
    assert sum(range(100_000)) > 0
    assert processor_seconds() >= before
    peak = peak_memory_mb()
    assert peak is None or 10.0 < peak < 100_000.0
