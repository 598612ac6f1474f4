"""Files that survive a kill."""

from pathlib import Path

import pytest

from twin.run.files import free_name, write_whole


def test_a_file_is_replaced_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"one, and longer")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")
    (tmp_path / ".file.new").mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"


def test_a_free_name_is_one_that_no_file_has(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    assert free_name(path, "damaged").name == "journal.damaged-1"
    (tmp_path / "journal.damaged-1").touch()
    assert free_name(path, "damaged").name == "journal.damaged-2"
