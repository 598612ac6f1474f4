"""The port as a gateway in another process sees it agrees with the run's own."""

import asyncio
import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.support.fake_port import FakePort
from tests.support.remote_port import apart, say
from twin.host.access import Role, User
from twin.host.logins import Access
from twin.host.port import Command
from twin.host.questions import Answer, QueryRefused, Question
from twin.host.remote.frames import SLOTS
from twin.host.remote.messages import Alive
from twin.line.genealogy import UnknownThing
from twin.line.table import Column, Ring, TableDescription
from twin.line.text import Text
from twin.record.history import HistoryRefused

ENGINEER = User("maria", Role.ENGINEER)
INSTRUCTOR = User("ana", Role.INSTRUCTOR)
OVEN = "bakery/corner/baking/line-1/oven"


async def test_a_frame_is_the_one_that_was_published() -> None:
    async with apart(FakePort()) as there:
        number = there.advance(7.0)
        frame = await asyncio.wait_for(there.port.next_frame(number - 1), 30)
        published = there.run.port.frame
        assert (frame.sequence, frame.time, frame.wall_time) == (number, published.time, published.wall_time)
        assert np.array_equal(frame.values, published.values)
        assert np.array_equal(frame.source_time, published.source_time)
        assert np.array_equal(frame.status, published.status)
        assert frame.texts == published.texts
        assert not frame.values.flags.writeable
        for signal in there.port.description.signals:
            assert frame.value(signal) == published.value(signal)


async def test_a_frame_that_a_gateway_holds_never_changes() -> None:
    async with apart(FakePort()) as there:
        held = there.port.frame
        before = held.values.copy()
        number = 0
        for _ in range(SLOTS + 2):
            number = there.advance(11.0)
        frame = await asyncio.wait_for(there.port.next_frame(number - 1), 30)
        assert np.array_equal(held.values, before)
        assert not np.array_equal(frame.values, before)


async def test_what_a_command_did_shows_in_everything_that_is_asked_after_it() -> None:
    async with apart(FakePort()) as there:
        assert there.port.alarms() == []
        fault = Command("inject_fault", OVEN, {"fault": "broken_thermocouple", "duration_s": 0.0})
        outcome = await there.port.submit(fault, INSTRUCTOR)
        assert outcome.accepted
        assert there.port.frame.sequence >= outcome.sequence
        (alarm,) = there.port.alarms()
        assert alarm == there.run.port.alarms()[0]
        assert there.port.events(0, 1000, True) == there.run.port.events(0, 1000, True)
        assert [event.kind for event in there.port.events()] == ["alarm"]
        assert (await there.port.submit(Command("pause"), INSTRUCTOR)).accepted
        assert not there.port.clock.running


async def test_a_command_that_is_refused_says_why() -> None:
    async with apart(FakePort()) as there:
        outcome = await there.port.submit(Command("write", f"{OVEN}/nothing", {"value": 1.0}), ENGINEER)
        assert outcome == await there.run.port.submit(Command("write", f"{OVEN}/nothing", {"value": 1.0}), ENGINEER)
        assert "nothing is not a signal" in outcome.message


async def test_questions_are_answered_as_the_run_answers_them() -> None:
    async with apart(FakePort()) as there:
        number = there.advance(30.0)
        await asyncio.wait_for(there.port.next_frame(number - 1), 30)
        remote, port = there.port, there.run.port
        assert remote.description == port.description
        assert (remote.run, remote.language) == (port.run, port.language)
        assert remote.key_figures() == port.key_figures()
        assert remote.passport_kinds() == port.passport_kinds()
        assert await remote.passport("loaf", "7", truth=True) == await port.passport("loaf", "7", truth=True)
        assert await remote.query(Question("SELECT 1")) == Answer(("sql",), (("SELECT 1",),), False)
        signal = f"{OVEN}/temperature"
        samples = await remote.history(signal, 0, 2**62, 10, bounds=True)
        own = await port.history(signal, 0, 2**62, 10, bounds=True)
        assert len(samples.times) == len(own.times) > 0
        assert repr(samples) == repr(own)
        for mine, theirs in zip(remote.trend(3, 0), port.trend(3, 0), strict=True):
            assert np.array_equal(mine, theirs)


async def test_what_is_raised_comes_back_as_itself() -> None:
    async with apart(FakePort()) as there:
        with pytest.raises(QueryRefused, match="ask one SELECT"):
            await there.port.query(Question("DROP"))
        with pytest.raises(UnknownThing, match="the bakery has no such thing"):
            await there.port.passport("brick", "7")
        with pytest.raises(HistoryRefused, match="exchange them"):
            await there.port.key_figures_of("shift", 2, 1)
        with pytest.raises(KeyError, match="nothing"):
            there.port.table("nothing")


async def test_an_answer_holds_until_the_next_frame() -> None:
    port = FakePort()
    table = Ring(TableDescription("loaves", Text("loaves", "panes"), (Column("mass", Text("mass", "masa")),)), 10)
    port.tables["loaves"] = table
    async with apart(port) as there:
        assert there.port.table("loaves").numbers.shape == (1, 0)
        there.run.do(lambda: table.add({"mass": np.ones(3)}))
        assert there.port.table("loaves").numbers.shape == (1, 0)
        number = there.advance(1.0)
        await asyncio.wait_for(there.port.next_frame(number - 1), 30)
        assert there.port.table("loaves").numbers.shape == (1, 3)
        assert there.port.table("loaves", limit=2).numbers.shape == (1, 2)


async def test_more_events_than_fit_into_one_message_come_in_order() -> None:
    port = FakePort()
    for _ in range(2500):
        port._tell("state", OVEN, Text("bakes", "hornea"), 100)
    async with apart(port) as there:
        number = there.advance(1.0)
        await asyncio.wait_for(there.port.next_frame(number - 1), 30)
        assert [event.number for event in there.port.events(0, 10_000)] == list(range(1, 2501))
        assert [event.number for event in there.port.events(2490, 5)] == [2491, 2492, 2493, 2494, 2495]
        assert there.port.events(2500) == []


async def test_passwords_are_tried_and_links_spent_in_one_place(tmp_path: Path) -> None:
    access = Access(tmp_path)
    passwords = access.first_passwords()
    async with apart(FakePort(), access) as there:
        seen = there.access
        assert seen is not None
        link = access.issue_link(Role.OBSERVER)
        assert seen.redeem_link(link) == User("observer", Role.OBSERVER)
        assert access.redeem_link(link) is None
        assert access.redeem_link(seen.issue_link(Role.INSTRUCTOR)) == User("instructor", Role.INSTRUCTOR)
        user = await seen.authenticate("operator", passwords["operator"], "10.0.0.1")
        assert user is not None
        assert user == User("operator", Role.OPERATOR)
        assert access.user_of_token(seen.issue_token(user)) == user
        assert await seen.authenticate("operator", "wrong", "10.0.0.1") is None
        assert access._delays._record("10.0.0.1", "operator").failures == 1


async def test_what_is_no_question_is_not_answered_but_heard() -> None:
    async with apart(FakePort()) as there:
        say(there, Alive())
        with pytest.raises(AttributeError, match="the port has no first_passwords"):
            await there.port._questions.ask("access.first_passwords")
        assert there.run.heard == [Alive()]


class Sly:
    """What a gateway that was taken over would send."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (print, ("taken over",))


@dataclass
class Foreign:
    """No data of the kernel's."""


@pytest.mark.parametrize("sent", [Sly(), Foreign(), pickle.loads])
async def test_a_gateway_that_sends_anything_but_plain_data_is_cut_off(
    sent: object, capfd: pytest.CaptureFixture[str]
) -> None:
    async with apart(FakePort()) as there:
        say(there, sent)
        await asyncio.to_thread(there.run.cut_off)
        assert "taken over" not in capfd.readouterr().out
