"""Who may do what, and what is kept from whom."""

import pytest

from tests.support.fake_bakery import bakery
from tests.support.fake_port import FakePort
from twin.host.access import Role, User, check_right, needed, sees_truth
from twin.host.port import Command
from twin.line.description import SignalDescription
from twin.line.errors import Reason, RefusedCommand
from twin.line.signal import Kind, ValueType
from twin.line.text import Text
from twin.run.commands import JOURNALED

PACE = ("start", "pause", "resume", "set_speed", "step")


def set_point(*, engineering: bool) -> SignalDescription:
    return SignalDescription(
        "a/b", "b", 0, 1, Kind.SET_POINT, ValueType.FLOAT, None, 0.0, 1.0, Text("b", "b"), engineering=engineering
    )


def test_roles_are_ordered() -> None:
    assert sorted(Role, reverse=True) == [Role.INSTRUCTOR, Role.ENGINEER, Role.OPERATOR, Role.OBSERVER]


def test_observers_may_hand_in_nothing() -> None:
    assert all(needed(name) > Role.OBSERVER for name in (*JOURNALED, *PACE))


def test_faults_and_clock_are_the_instructors() -> None:
    assert {needed(name) for name in ("inject_fault", "clear_fault", *PACE)} == {Role.INSTRUCTOR}


def test_a_command_that_no_table_names_needs_the_highest_role() -> None:
    assert needed("explode") is Role.INSTRUCTOR


@pytest.mark.parametrize(("engineering", "least"), [(False, Role.OPERATOR), (True, Role.ENGINEER)])
def test_a_set_point_says_who_may_change_it(engineering: bool, least: Role) -> None:
    signal = set_point(engineering=engineering)
    assert needed("write", signal) is least
    for role in Role:
        if role >= least:
            check_right(User("somebody", role), "write", "a/b", {"a/b": signal})
            continue
        with pytest.raises(RefusedCommand) as refused:
            check_right(User("somebody", role), "write", "a/b", {"a/b": signal})
        assert refused.value.reason is Reason.NOT_ALLOWED
        assert str(refused.value) == (
            f"write a/b: somebody is {role.name.lower()}, and this needs {least.name.lower()}; log in as one"
        )


def test_the_truth_is_for_the_instructor_alone() -> None:
    assert [role for role in Role if sees_truth(role)] == [Role.INSTRUCTOR]


async def test_a_planted_fault_leaves_no_hole_in_the_numbers_of_events_that_others_read() -> None:
    port, instructor = FakePort(), User("teacher", Role.INSTRUCTOR)
    oven = bakery().stations[1].path
    assert (await port.submit(Command("pause"), instructor)).accepted
    planted = Command("inject_fault", oven, {"fault": "broken_thermocouple", "duration_s": 0.0})
    assert (await port.submit(planted, instructor)).accepted
    assert (await port.submit(Command("resume"), instructor)).accepted
    told = port.events()
    assert [event.number for event in told] == list(range(1, len(told) + 1))
    assert not any("inject_fault" in event.message.en for event in told)
    assert any(event.truth for event in port.events(truth=True))
