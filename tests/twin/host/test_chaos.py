import asyncio
from pathlib import Path

import pytest

from twin.host.access import Role, User, check_right
from twin.host.chaos import CHAOS_COMMANDS, KINDS, chaos_of
from twin.host.chaos_script import AUTHOR, play, read_script
from twin.host.port import Command, Outcome
from twin.line.errors import DefinitionError, Reason, RefusedCommand
from twin.line.signal import Value


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))
def test_every_kind_has_usual_values_within_its_limits(kind: object) -> None:
    made = next(each for each in KINDS if each is kind)
    chaos = chaos_of("start_chaos", {"kind": made.name, "duration_s": 0.0, "size": 0.0}, 7)
    assert chaos.duration_s <= made.longest <= 600.0
    assert made.sizes is None or made.sizes.low <= chaos.size <= made.sizes.high
    assert made.name in chaos.told


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({}, Reason.UNKNOWN_TARGET),
        ({"kind": "earthquake"}, Reason.UNKNOWN_TARGET),
        ({"kind": "black_hole", "duration_s": 121.0}, Reason.OUT_OF_RANGE),
        ({"kind": "black_hole", "duration_s": -1.0}, Reason.OUT_OF_RANGE),
        ({"kind": "black_hole", "size": 1.0}, Reason.OUT_OF_RANGE),
        ({"kind": "drop_sessions", "duration_s": 1.0}, Reason.OUT_OF_RANGE),
        ({"kind": "delay_answers", "size": 30_001.0}, Reason.OUT_OF_RANGE),
        ({"kind": "delay_answers", "size": float("nan")}, Reason.WRONG_TYPE),
        ({"kind": "delay_answers", "size": True}, Reason.WRONG_TYPE),
        ({"kind": "delay_answers", "for": 2.0}, Reason.WRONG_TYPE),
    ],
)
def test_what_is_unknown_or_without_bounds_is_refused(arguments: dict[str, Value], reason: Reason) -> None:
    with pytest.raises(RefusedCommand) as refused:
        chaos_of("start_chaos", arguments, 0)
    assert refused.value.reason is reason


@pytest.mark.parametrize("command", sorted(CHAOS_COMMANDS))
def test_nobody_below_an_instructor_may_disturb(command: str) -> None:
    check_right(User("anna", Role.INSTRUCTOR), command, "", {})
    with pytest.raises(RefusedCommand):
        check_right(User("bert", Role.ENGINEER), command, "", {})


def test_a_script_is_played_in_the_order_of_time(tmp_path: Path) -> None:
    file = tmp_path / "chaos.csv"
    file.write_text("after_s,kind,duration_s,size\n0.01,black_hole,2,\n0,drop_sessions,,\n")
    heard: list[Command] = []

    async def submit(command: Command, user: User) -> Outcome:
        assert user == AUTHOR
        heard.append(command)
        return Outcome(True, 0, 0)

    asyncio.run(play(read_script(file), submit))
    assert [each.arguments["kind"] for each in heard] == ["drop_sessions", "black_hole"]
    assert heard[1].arguments["duration_s"] == 2.0


@pytest.mark.parametrize(
    "text",
    [
        "kind\nblack_hole\n",
        "after_s,kind,how\n1,black_hole,2\n",
        "after_s,kind\n1,black_hole,2\n",
        "after_s,kind\nsoon,black_hole\n",
        "after_s,kind\n-1,black_hole\n",
        "after_s,kind\nnan,black_hole\n",
        "after_s,kind\n1,earthquake\n",
        "after_s,kind,duration_s\n1,black_hole,1e9\n",
    ],
)
def test_a_script_that_cannot_be_played_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "chaos.csv"
    file.write_text(text)
    with pytest.raises(DefinitionError, match=r"chaos\.csv: line 2"):
        read_script(file)


def test_a_script_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="cannot be read"):
        read_script(tmp_path / "none.csv")
