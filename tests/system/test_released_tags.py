"""Tags that were released stay: clients have their paths and types in their configuration.

An intended change of a released tag raises the number in the namespace URI, is written under "Model changes" in
CHANGELOG.md, and is recorded with `RAJOLA_WRITE_TAGS=1 pytest tests/system/test_released_tags.py`. New tags need
none of this; that command adds them when a release is made.
"""

import os
from pathlib import Path

import pytest

from twin.host.choose import Choice, define
from twin.host.installed import families
from twin.record.run import Run

LIST = Path(__file__).parent / "released_tags.txt"
PLANTS = ("porcelain-600", "slab-600x1200", "wall-316")


def tags(plant: str) -> dict[str, str]:
    """Type of every tag of a shipped plant by its path."""
    description = Run(define(Choice(plant=plant), None), families()).line.describe()
    return {
        signal.path: f"{signal.value_type.value}{'' if signal.axis is None else '[]'} {signal.kind.value}"
        for signal in description.signals
    }


@pytest.mark.parametrize("plant", PLANTS)
def test_every_released_tag_is_there_with_its_type(plant: str) -> None:
    found = tags(plant)
    assert found
    if os.environ.get("RAJOLA_WRITE_TAGS") == "1":
        kept = [line for line in read() if not line.startswith(f"{plant}/")]
        lines = sorted((*kept, *(f"{path} {told}" for path, told in found.items())))
        LIST.write_text("\n".join(lines) + "\n", encoding="utf-8")
    released = dict(line.split(" ", 1) for line in read() if line.startswith(f"{plant}/"))
    assert released
    changed = {path: (told, found.get(path, "gone")) for path, told in released.items() if found.get(path) != told}
    assert changed == {}


def read() -> list[str]:
    """The lines of the list: path and type."""
    return LIST.read_text(encoding="utf-8").splitlines() if LIST.exists() else []
