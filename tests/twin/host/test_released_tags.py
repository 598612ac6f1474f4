"""What a release has called a signal, it is called for good: paths and types are what clients have written down.

A tag that is new is added with `python -m tests.twin.host.test_released_tags`. One that is gone, or of another type,
needs a new number in the namespace of the line (`opcua_server.address_space.NAMESPACE`), a line in CHANGELOG.md under
"Model changes", and the same command with `--break`.
"""

import csv
import sys
from pathlib import Path

import pytest

from twin.host.choose import Choice, define
from twin.host.installed import families
from twin.record.run import Run

RELEASED = Path(__file__).parents[2] / "released"
PLANTS = ("porcelain-600", "slab-600x1200", "wall-316")
Tags = dict[str, tuple[str, str, str]]


def present(plant: str) -> Tags:
    """Kind, type and unit of every signal, by path."""
    line = Run(define(Choice(plant), None), families()).line
    return {
        signal.path: (
            signal.kind.value,
            signal.value_type.value if signal.axis is None else f"{signal.value_type.value}[{signal.length}]",
            "" if signal.unit is None else signal.unit.symbol,
        )
        for signal in line.describe().signals
    }


def released(plant: str) -> Tags:
    """The same, as released."""
    with (RELEASED / f"{plant}.csv").open(encoding="utf-8", newline="") as file:
        return {path: (kind, value_type, unit) for path, kind, value_type, unit in csv.reader(file)}


@pytest.mark.parametrize("plant", PLANTS)
def test_no_tag_of_the_last_release_is_gone_or_of_another_type(plant: str) -> None:
    now = present(plant)
    assert {path: now.get(path) for path in released(plant)} == released(plant)


@pytest.mark.parametrize("plant", PLANTS)
def test_every_new_tag_is_written_down(plant: str) -> None:
    assert sorted(present(plant)) == sorted(released(plant))


def record(*, whole: bool) -> None:
    """Write down the tags of all plants, keeping what was released unless `whole`."""
    for plant in PLANTS:
        file = RELEASED / f"{plant}.csv"
        kept = {} if whole or not file.exists() else released(plant)
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerows((path, *facts) for path, facts in sorted((present(plant) | kept).items()))


if __name__ == "__main__":
    record(whole="--break" in sys.argv[1:])
