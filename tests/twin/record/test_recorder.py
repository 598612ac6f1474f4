"""The hash of a run covers every entry before the instant, and can go on from a chapter."""

import copy

import numpy as np
import pytest

from twin.line.records import Record
from twin.record.recorder import EventRecorder
from twin.run.engine import LOG_ENTRY

ENTRIES = np.array([(time, time % 3, Record.MADE, time, 1) for time in range(10, 40)], dtype=LOG_ENTRY)
HEAD = b"d" * 32


def recorder(*parts: np.ndarray, head: bytes = HEAD) -> EventRecorder:
    made = EventRecorder(head, 0)
    for part in parts:
        made.absorb(part, int(part["time"][-1]) + 1 if len(part) else 10)
    return made


def test_the_parts_in_which_entries_come_do_not_matter() -> None:
    whole = recorder(ENTRIES).digest
    assert recorder(ENTRIES[:7], ENTRIES[7:7], ENTRIES[7:]).digest == whole
    assert len(whole) == 64


@pytest.mark.parametrize("field", LOG_ENTRY.names or ())
def test_one_changed_value_gives_another_hash(field: str) -> None:
    changed = ENTRIES.copy()
    changed[field][5] += 1
    assert recorder(changed).digest != recorder(ENTRIES).digest


def test_another_definition_gives_another_hash() -> None:
    assert recorder(ENTRIES, head=b"e" * 32).digest != recorder(ENTRIES).digest
    assert recorder(head=b"e" * 32).digest != recorder().digest


def test_asking_for_the_hash_does_not_change_it() -> None:
    one = recorder(ENTRIES[:5])
    assert one.digest == one.digest
    one.absorb(ENTRIES[5:], 40)
    assert one.digest == recorder(ENTRIES).digest


def test_the_hash_goes_on_from_a_chapter() -> None:
    whole = recorder(ENTRIES[:20])
    whole.chapter(30)
    saved = copy.deepcopy(whole.state)
    at_chapter = whole.digest
    whole.absorb(ENTRIES[20:], 40)

    resumed = recorder()
    resumed.resume(saved)
    assert resumed.digest == at_chapter
    resumed.absorb(ENTRIES[20:], 40)
    assert resumed.digest == whole.digest
    assert resumed.state.entries == 30
    assert resumed.tally == whole.tally


def test_listeners_get_what_is_recorded() -> None:
    made, heard = recorder(), []
    made.listeners.append(lambda entries: heard.extend(entries["time"].tolist()))
    made.absorb(ENTRIES[:4], 14)
    assert heard == [10, 11, 12, 13]
