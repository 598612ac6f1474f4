"""What a scenario changes for good: causes that last from the start, each with how the plant would be without it."""

from collections.abc import Iterator, Mapping, Sequence, Set
from copy import deepcopy
from pathlib import Path
from typing import Any

from plant_models.definition.load import DATA, Scenario, merged, read_tables, resolve, shipped
from plant_models.definition.plant import Plant
from twin.line.errors import DefinitionError

Tables = dict[str, Any]
Place = tuple[str, ...]
ABSENT = "absent"
INSTRUMENTS = ("sensors", "control", "operators")
"""Tables that change what is measured and who acts, and nothing that is done to a tile by itself."""


def alterations(tables: Mapping[str, Any], path: Path, scenario: Scenario, changed: Plant) -> list[Tables]:
    """The scenario's changes as plain data, one for each key whose value differs: `key`, `was`, `is`, and `undo`.

    `undo` says what is to be changed in the resolved plant to take the change back: places with the values of before.
    It is None for what says only which instruments there are, which is no cause of anything in a tile.
    """
    before = merged(read_tables(DATA / "common.toml"), tables)
    body = before.get("body")
    if isinstance(body, str):
        body = read_tables(shipped("bodies")[body])
    before["body_changes"] = merged(dict(body or {}), before.get("body_changes", {}))
    found, after = [], changed.model_dump(mode="json")
    for place, was, value in _leaves(scenario.changes, before, ()):
        if was == value:
            continue
        undo = None
        if not set(place) & set(INSTRUMENTS):
            undo = _undo(dict(tables), path, scenario, place, after)
        found.append({"key": ".".join(place), "was": was, "is": value, "undo": undo})
    return found


def without(plant: Mapping[str, Any], altered: Sequence[Mapping[str, Any]], numbers: Set[int]) -> Tables:
    """A resolved plant without some of the scenario's changes, which are counted from 1."""
    result: Tables = deepcopy(dict(plant))
    for number in sorted(numbers):
        for place, value in altered[number - 1]["undo"] or ():
            table: Any = result
            for key in place[:-1]:
                table = table[key]
            if value == ABSENT:
                del table[place[-1]]
            else:
                table[place[-1]] = deepcopy(value)
    return result


def _leaves(change: Mapping[str, Any], base: Mapping[str, Any], place: Place) -> Iterator[tuple[Place, Any, Any]]:
    """(place, value before, value) of every key of a change; a table that was not there is one value."""
    for key, value in change.items():
        old = base.get(key)
        if isinstance(value, Mapping) and isinstance(old, Mapping) and "distribution" not in value:
            yield from _leaves(value, old, (*place, key))
        else:
            yield (*place, key), old, value


def _undo(
    tables: Tables, path: Path, scenario: Scenario, place: Place, after: Tables
) -> list[tuple[list[str | int], Any]] | None:
    """What differs in the resolved plant without one change; None when it is no plant without it."""
    try:
        plant = resolve(merged(tables, _dropped(scenario.changes, place)), path, scenario.fault_scale)
    except DefinitionError:
        return None
    return list(_differences(after, plant.model_dump(mode="json"), []))


def _dropped(change: Mapping[str, Any], place: Place) -> Tables:
    """A change without one of its keys."""
    result = {key: value for key, value in change.items() if key != place[0] or len(place) > 1}
    if len(place) > 1:
        result[place[0]] = _dropped(result[place[0]], place[1:])
    return result


def _differences(now: Any, then: Any, place: list[str | int]) -> Iterator[tuple[list[str | int], Any]]:
    """(place, value in `then`) of everything that differs; ABSENT for what `then` does not have."""
    if isinstance(now, Mapping) and isinstance(then, Mapping):
        for key, value in now.items():
            if key in then:
                yield from _differences(value, then[key], [*place, key])
            else:
                yield [*place, key], ABSENT
        for key, value in then.items():
            if key not in now:
                yield [*place, key], value
    elif isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
        for number, (one, other) in enumerate(zip(now, then, strict=True)):
            yield from _differences(one, other, [*place, number])
    elif now != then:
        yield place, then
