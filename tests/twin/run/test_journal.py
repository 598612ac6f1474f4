"""The journal: whatever a kill or a bad disk does to it, its good part is read and nothing is lost."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.runs import START, definition
from twin.line.errors import StateError
from twin.line.time import SECOND
from twin.run.journal import (
    Entry,
    Journal,
    JournalWriter,
    begin_journal,
    read_horizon,
    read_journal,
    set_damage_aside,
    write_horizon,
)

ENTRIES = tuple(
    Entry(number, START + number * SECOND, "write", "a/b/señal", {"value": 0.1 * number}, "María \ud800", 7)
    for number in range(1, 6)
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal"
    begin_journal(path, definition())
    writer = JournalWriter(path)
    for entry in ENTRIES:
        writer.append(entry)
    writer.close()
    return path


def test_a_journal_is_read_back_as_it_was_written(path: Path) -> None:
    journal = read_journal(path)
    assert journal.definition == definition()
    assert journal.entries == ENTRIES
    assert journal.damage is None
    assert journal.good_bytes == path.stat().st_size


def test_a_journal_goes_on_where_it_ended(path: Path) -> None:
    writer = JournalWriter(path)
    writer.append(replace(ENTRIES[-1], number=6))
    writer.close()
    assert [entry.number for entry in read_journal(path).entries] == [1, 2, 3, 4, 5, 6]


def test_a_tail_torn_anywhere_costs_the_last_command_alone(path: Path) -> None:
    whole = path.read_bytes()
    last = whole.rindex(b"\n", 0, -1) + 1
    for length in range(last + 1, len(whole)):
        path.write_bytes(whole[:length])
        journal = read_journal(path)
        assert journal.entries == ENTRIES[:4]
        assert journal.damage is not None
        assert f"{path}, line 6: damaged; the 4 commands before it are kept" in journal.damage


def test_any_flipped_byte_of_a_line_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    begin = len(lines[0]) + len(lines[1])
    for place in range(begin, begin + len(lines[2])):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        journal = read_journal(path)
        assert journal.entries == ENTRIES[:1]
        assert journal.damage is not None


def test_the_damaged_file_is_kept_beside_its_good_part(path: Path) -> None:
    whole = path.read_bytes()
    damaged = whole[:-40] + b"\0" * 40
    for number in (1, 2):
        path.write_bytes(damaged)
        aside = set_damage_aside(path, read_journal(path))
        assert aside.name == f"journal.damaged-{number}"
        assert aside.read_bytes() == damaged
        assert read_journal(path) == Journal(definition(), ENTRIES[:4], path.stat().st_size, None)


def _with(path: Path, *entries: Entry) -> Journal:
    begin_journal(path, definition())
    writer = JournalWriter(path)
    for entry in entries:
        writer.append(entry)
    writer.close()
    return read_journal(path)


def test_commands_out_of_order_are_no_commands(path: Path) -> None:
    assert _with(path, ENTRIES[0], ENTRIES[2]).entries == ENTRIES[:1]
    assert _with(path, ENTRIES[0], replace(ENTRIES[1], time=START)).entries == ENTRIES[:1]


@pytest.mark.parametrize("change", [{"time": "soon"}, {"arguments": [1]}, {"target": None}, {"number": 1.0}])
def test_a_line_with_something_else_than_a_command_ends_what_is_good(path: Path, change: dict[str, object]) -> None:
    assert _with(path, replace(ENTRIES[0], **change)).entries == ()


@pytest.mark.parametrize("content", [b"", b"hello\n", b"\0" * 100, b"00000000 {}\n", b"zzzzzzzz []\n"])
def test_a_file_that_is_no_journal_is_refused_with_the_way_out(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StateError, match=r"journal: its first line is not the definition.*--fresh"):
        read_journal(path)


def test_a_journal_that_begins_with_a_command_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes().split(b"\n", 1)[1])
    with pytest.raises(StateError, match="not the definition"):
        read_journal(path)


def test_a_journal_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StateError, match=r"none: cannot be read \(No such file"):
        read_journal(tmp_path / "none")


def test_a_value_that_is_no_number_cannot_be_written(path: Path) -> None:
    before = path.read_bytes()
    writer = JournalWriter(path)
    with pytest.raises(ValueError, match="JSON"):
        writer.append(replace(ENTRIES[0], arguments={"value": float("inf")}))
    writer.close()
    assert path.read_bytes() == before


def test_the_horizon_is_the_last_one_written(tmp_path: Path) -> None:
    path = tmp_path / "horizon"
    assert read_horizon(path) is None
    write_horizon(path, START)
    write_horizon(path, START + 1)
    assert read_horizon(path) == START + 1


def test_a_horizon_damaged_anywhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "horizon"
    write_horizon(path, START)
    whole = path.read_bytes()
    cut = [whole[:length] for length in range(len(whole))]
    flipped = [whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :] for place in range(len(whole))]
    for content in (*cut, *flipped):
        path.write_bytes(content)
        with pytest.raises(StateError, match="horizon: is damaged"):
            read_horizon(path)


def test_a_horizon_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "horizon").mkdir()
    with pytest.raises(StateError, match="cannot be read"):
        read_horizon(tmp_path / "horizon")


def test_arguments_keep_whole_numbers_whole(path: Path) -> None:
    arguments = {"value": 5, "other": 5.0, "text": "ñ", "flag": True}
    (entry,) = _with(path, replace(ENTRIES[0], arguments=arguments)).entries
    assert json.dumps(dict(entry.arguments)) == json.dumps(arguments)
