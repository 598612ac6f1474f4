"""What the arguments of `rajola run --rooms N` become."""

import argparse
from pathlib import Path

import pytest

from twin.host.options import Address
from twin.host.rooms.plan import RoomPlan, plans
from twin.host.run_live import RunLive
from twin.line.errors import DefinitionError

GATEWAYS = ("opcua", "http")


def planned(folder: Path, *given: str) -> tuple[RoomPlan, ...]:
    parser = argparse.ArgumentParser()
    RunLive().configure(parser)
    return plans(parser.parse_args(given), folder, GATEWAYS)


def test_rooms_have_names_folders_and_seeds_that_follow_one_another(tmp_path: Path) -> None:
    found = planned(tmp_path, "--rooms", "3", "--seed", "7")
    assert [room.name for room in found] == ["room-01", "room-02", "room-03"]
    assert [room.seed for room in found] == [7, 8, 9]
    assert [room.folder for room in found] == [tmp_path / room.name for room in found]
    assert [room.seed for room in planned(tmp_path, "--rooms", "3", "--same-seed")] == [1, 1, 1]


def test_ports_follow_the_given_ones_and_zero_stays_any(tmp_path: Path) -> None:
    found = planned(tmp_path, "--rooms", "2", "--opcua", "0.0.0.0:5000", "--http", "127.0.0.1:0")
    assert dict(found[1].places) == {"opcua": Address("0.0.0.0", 5001), "http": Address("127.0.0.1", 0)}  # noqa: S104
    with pytest.raises(DefinitionError, match="need ports up to 65536"):
        planned(tmp_path, "--rooms", "2", "--http", "127.0.0.1:65535")


def test_a_room_is_run_with_all_options_but_those_of_the_rooms(tmp_path: Path) -> None:
    first, _ = planned(
        tmp_path, "--rooms", "2", "--plant", "wall-316", "--speed", "60", "--opcua", "off", "--http", "[::1]:8000",
        "--no-history", "--backfill", "1.5h", "--config", "c", "--instructor", "127.0.0.1:0", "--ready-file", "all",
    )  # fmt: skip
    given = first.arguments({}, None)
    assert given[:3] == ["run", "--room", "room-01"]
    options = dict(zip(given[1::2], given[2::2], strict=False))
    assert options["--ready-file"] == str(first.ready)
    assert options["--http"] == "[::1]:8000"
    text = " ".join(given)
    for wanted in (
        "--plant wall-316",
        "--speed 60.0",
        "--opcua off",
        "--no-history",
        "--backfill 90.000m",
        "--config c",
    ):
        assert wanted in text
    for foreign in ("--rooms", "--instructor", "--fresh", "--start", "--same-seed"):
        assert foreign not in given
    # What the room itself makes of them.
    parser = argparse.ArgumentParser()
    RunLive().configure(parser)
    own = parser.parse_args(given[1:])
    assert (own.room, own.seed, own.speed, own.opcua, own.backfill) == ("room-01", 1, 60.0, None, 5_400_000_000)


def test_a_room_begins_where_it_is_told_and_is_found_where_it_was(tmp_path: Path) -> None:
    (room,) = planned(tmp_path, "--rooms", "1", "--opcua", "off")
    given = room.arguments({"http": "127.0.0.1:4711"}, "2026-01-05T06:00:00+00:00")
    assert given[-3:] == ["--start", "2026-01-05T06:00:00+00:00", "--fresh"]
    assert given[given.index("--http") + 1] == "127.0.0.1:4711"
    (room,) = planned(tmp_path, "--rooms", "1", "--start", "2026-01-05T06:00")
    assert room.arguments({}, None)[-2:] == ["--start", "2026-01-05T06:00"]


def test_the_last_of_the_rooms_has_a_seed_too(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="choose less"):
        planned(tmp_path, "--rooms", "2", "--seed", str((1 << 63) - 1))


@pytest.mark.parametrize("count", ["0", "51", "-1", "two", "٣"])
def test_a_number_of_rooms_that_cannot_be_is_refused(
    tmp_path: Path, count: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        planned(tmp_path, "--rooms", count)
    assert "no number from 1 to 50" in capsys.readouterr().err
