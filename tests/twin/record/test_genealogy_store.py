"""The store of finished pieces: what went in comes out, wherever it is, and a resumed run takes its end back."""

from pathlib import Path

import numpy as np
import pytest

from twin.line.errors import StateError
from twin.record.genealogy_store import PART_BLOCKS, PieceSchema, PieceStore

INSTANTS, WHOLE = frozenset({"baked_at"}), frozenset({"flour"})
SCHEMA = PieceSchema("loaf", ("baked_at", "flour", "weight"), INSTANTS, WHOLE, ("flour",), 4)


def block(number: int) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    numbers = number * 4.0 + np.arange(4)
    return np.array([1000.0 + numbers, numbers // 6, 0.1 * numbers])


def filled(folder: Path, count: int) -> PieceStore:
    store = PieceStore(folder, SCHEMA)
    for number in range(count):
        store.add(number, 1000 * number + 500, block(number))
    return store


def test_pieces_come_out_as_they_went_in_whether_written_or_waiting(tmp_path: Path) -> None:
    store = filled(tmp_path, PART_BLOCKS + 3)
    assert len(store.paths()) == 1
    read = store.read([2, PART_BLOCKS + 1], ("baked_at", "flour", "weight"))
    assert read["loaf"].tolist() == [8, 9, 10, 11, *range(4 * PART_BLOCKS + 4, 4 * PART_BLOCKS + 8)]
    expected = np.concatenate([block(2), block(PART_BLOCKS + 1)], axis=1)
    assert (np.array([read[name] for name in SCHEMA.columns]) == expected).all()


def test_a_store_opened_again_knows_what_was_written(tmp_path: Path) -> None:
    filled(tmp_path, 5).flush()
    again = PieceStore(tmp_path, SCHEMA)
    assert again.blocks == [0, 1, 2, 3, 4]
    assert again.read([4], ("weight",))["weight"].tolist() == block(4)[2].tolist()


def test_only_blocks_that_can_hold_a_key_are_candidates(tmp_path: Path) -> None:
    store = filled(tmp_path, 6)
    store.flush()
    assert store.candidates({"flour": (1, 1)}) == [1, 2]
    assert store.candidates({"flour": (99, 99)}) == []


def test_a_resumed_run_takes_back_what_was_finished_after_its_chapter(tmp_path: Path) -> None:
    store = filled(tmp_path, 3)
    store.flush()
    store.add(3, 3500, block(3))
    store.flush()
    store.add(4, 4500, block(4))
    store.forget_from(3000)
    assert store.blocks == [0, 1, 2]
    assert sorted(path.name for path in tmp_path.glob("part-*.parquet")) == ["part-00000.parquet", "part-00001.parquet"]
    assert PieceStore(tmp_path, SCHEMA).blocks == [0, 1, 2]


def test_a_part_without_its_place_in_the_index_was_never_there(tmp_path: Path) -> None:
    filled(tmp_path, 2).flush()
    (tmp_path / "index.npy").unlink()
    store = PieceStore(tmp_path, SCHEMA)
    assert store.blocks == []
    store.add(0, 500, block(0))
    store.flush()
    assert store.read([0], ("weight",))["weight"].tolist() == block(0)[2].tolist()


def test_a_damaged_index_is_refused_with_a_sentence(tmp_path: Path) -> None:
    filled(tmp_path, 2).flush()
    (tmp_path / "index.npy").write_bytes(b"not an index")
    with pytest.raises(StateError, match="its index is damaged"):
        PieceStore(tmp_path, SCHEMA)


def test_pieces_of_another_kind_are_refused(tmp_path: Path) -> None:
    filled(tmp_path, 2).flush()
    other = PieceSchema("loaf", ("baked_at", "flour"), INSTANTS, WHOLE, ("flour",), 4)
    with pytest.raises(StateError, match="another version of the plant"):
        PieceStore(tmp_path, other)
