"""Runs of a tile plant that are kept in a folder, for tests of what is asked of them later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plant_models.genealogy import TileGenealogy
from plant_models.line import TileLine
from twin.host.choose import Choice, define
from twin.host.installed import families
from twin.line.time import HOUR
from twin.record.run import Run
from twin.record.run_record import RunRecord
from twin.run.definition import Definition


@dataclass
class KeptRun:
    """A run and its record."""

    run: Run
    record: RunRecord

    @property
    def line(self) -> TileLine:
        """Its line."""
        assert isinstance(self.run.line, TileLine)
        return self.run.line

    @property
    def genealogy(self) -> TileGenealogy:
        """Its passports."""
        assert isinstance(self.record.genealogy, TileGenealogy)
        return self.record.genealogy


def defined(
    timeline: Sequence[Mapping[str, Any]] = (), folder: Path | None = None, scenario: str = "standard"
) -> Definition:
    """The definition of the reference plant, with a scenario of one's own when there is a timeline."""
    if not timeline:
        return define(Choice(scenario=scenario), None)
    assert folder is not None
    entries = "".join(
        "[[timeline]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in entry.items()) for entry in timeline
    )
    path = folder / "planted.toml"
    path.write_text(f'title_en = "planted"\ntitle_es = "plantado"\nfault_scale = 0.5\n{entries}', encoding="utf-8")
    return define(Choice(scenario=str(path)), None)


def _toml(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def kept(folder: Path, hours: float, definition: Definition | None = None) -> KeptRun:
    """Run the reference plant for some hours, and keep it in a folder."""
    run = Run(definition or defined(), families())
    record = RunRecord(folder, run)
    record.begin(run, 0)
    run.on_chapter = lambda chapter: record.keep()
    run.open()
    run.advance(run.definition.start + round(hours * HOUR))
    run.engine.settle()
    record.keep()
    return KeptRun(run, record)
