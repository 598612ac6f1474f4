"""The record of a run: the same whether the run went through or was killed and resumed, and read from its folder."""

from pathlib import Path

import numpy as np

from plant_models.genealogy import TileGenealogy
from tests.support.kept_runs import defined
from twin.host.choose import Choice
from twin.host.installed import families
from twin.host.recorded import recorded
from twin.host.state import StateFolder
from twin.line.time import HOUR
from twin.record.run_record import RunRecord


def pieces(record: RunRecord) -> dict[str, "np.ndarray[tuple[int], np.dtype[np.float64]]"]:
    """All tiles of a record."""
    assert isinstance(record.genealogy, TileGenealogy)
    parts = list(record.genealogy.batches(("density", "grade", "carton", "left_at")))
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(joined["tile"])
    return {name: values[order] for name, values in joined.items()}


def test_a_run_killed_and_resumed_keeps_the_record_of_one_that_went_through(tmp_path: Path) -> None:
    definition = defined()
    end = definition.start + 30 * HOUR
    whole = StateFolder(tmp_path / "whole")
    through = whole.begin(definition, families())
    through.run.advance(end)
    through.run.digest()
    killed = StateFolder(tmp_path / "killed")
    first = killed.begin(definition, families())
    first.run.advance(definition.start + 27 * HOUR)
    killed.allow(definition.start + 27 * HOUR)
    killed.close()
    again = StateFolder(tmp_path / "killed")
    resumed = again.resume(Choice(), families())
    resumed.run.advance(end)
    assert resumed.run.digest() == through.run.digest()
    one, other = pieces(through.record), pieces(resumed.record)
    assert all((one[name] == other[name]).all() for name in one)
    assert (through.record.log.entries() == resumed.record.log.entries()).all()
    whole.close()
    again.close()


def test_a_stopped_run_is_read_from_its_folder_as_it_stood(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    opened = folder.begin(defined(), families())
    opened.run.advance(opened.run.now + 5 * HOUR)
    opened.record.close(opened.run)
    folder.close()
    kept = recorded(tmp_path)
    assert kept.time == opened.run.now
    one, other = pieces(opened.record), pieces(kept.record)
    assert all((one[name] == other[name]).all() for name in one)
    assert (opened.record.log.entries() == kept.record.log.entries()).all()


def test_a_fresh_run_in_the_same_folder_sets_the_old_record_aside(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    opened = folder.begin(defined(), families())
    opened.run.advance(opened.run.now + 2 * HOUR)
    opened.record.close(opened.run)
    folder.close()
    again = StateFolder(tmp_path)
    assert not len(again.begin(defined(), families()).record.log.entries())
    assert len(list(tmp_path.glob("run.before-*/record/log/*.npy"))) == 1
    again.close()
