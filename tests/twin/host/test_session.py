"""A live run: paced, published only as far as is durable, and commanded between two events."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest

from tests.support.runs import FAMILIES, START, definition, opened
from twin.host import session as session_module
from twin.host.access import Role, User
from twin.host.port import BAD, Command, Frame, Outcome
from twin.host.session import LEAD_S, LONGEST_LAG_S, TICK_S, Session
from twin.line.errors import Reason
from twin.line.time import HOUR, MINUTE, SECOND
from twin.record.run import Run
from twin.run.journal import Entry

TESTER = User("tester", Role.INSTRUCTOR)
ROOT = "hourly-bakery/mill-street"
OVEN, MIXER = f"{ROOT}/baking/line-1/oven", f"{ROOT}/dough/line-1/mixer"
HEAT = f"{OVEN}/temperature_set_point"


@dataclass
class Clock:
    """A clock that goes when it is told to, in place of the module `time`."""

    now: float = 1000.0
    wall: int = START + 5 * HOUR

    def monotonic(self) -> float:
        return self.now

    def perf_counter(self) -> float:
        return self.now

    def time_ns(self) -> int:
        return self.wall * 1000

    def go(self, seconds: float) -> None:
        self.now += seconds
        self.wall += round(seconds * SECOND)


@dataclass
class Kept:
    """What a session has made durable."""

    horizons: list[int] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


@dataclass
class Paced:
    """A session under a clock of its own."""

    clock: Clock
    kept: Kept
    session: Session

    async def tick(self, seconds: float = TICK_S) -> Frame:
        """Let wall time pass, and do what the session does at a tick."""
        self.clock.go(seconds)
        await self.session._advance(self.clock.now)
        self.session._publish()
        return self.session.frame

    async def do(self, name: str, target: str = "", **arguments: float | str) -> Outcome:
        """Hand a command in and tick until it is answered."""
        waiting = asyncio.ensure_future(self.session.submit(Command(name, target, arguments), TESTER))
        await asyncio.sleep(0)
        await self.tick(0.0)
        return await waiting

    @property
    def seconds(self) -> float:
        """Plant seconds since the start."""
        return (self.session.clock.time - START) / SECOND


Make = Callable[..., Paced]


def session_of(run: Run, kept: Kept, speed: float = 1.0, stamps: str = "plant") -> Session:
    return Session(
        run, speed=speed, stamps=stamps, language="en", allow=kept.horizons.append, append=kept.entries.append
    )


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Make:
    clock = Clock()
    monkeypatch.setattr(session_module, "time", clock)

    def made(speed: float = 1.0, stamps: str = "plant", run: Run | None = None) -> Paced:
        kept = Kept()
        return Paced(clock, kept, session_of(run or opened(), kept, speed, stamps))

    return made


async def test_plant_time_follows_the_clock_at_the_speed_asked_for(make: Make) -> None:
    paced = make(60.0)
    frames = [await paced.tick() for _ in range(8)]
    assert [(frame.time - START) / SECOND for frame in frames] == [15.0 * tick for tick in range(1, 9)]
    assert [frame.sequence for frame in frames] == list(range(2, 10))
    assert frames[-1].wall_time == paced.clock.wall


async def test_nothing_is_published_that_is_not_allowed_on_disk_before(make: Make) -> None:
    paced = make(500.0)
    assert paced.kept.horizons == [START]
    for seconds in (0.25, 0.1, 3.0, 0.25, 1.0, 0.0, 0.25):
        frame = await paced.tick(seconds)
        assert frame.time <= paced.kept.horizons[-1]
        assert paced.session.clock.time <= paced.kept.horizons[-1]
    assert paced.kept.horizons == sorted(paced.kept.horizons)


async def test_the_horizon_is_written_about_once_a_second_and_leads_by_little(make: Make) -> None:
    paced = make(100.0)
    for _ in range(40):
        frame = await paced.tick()
        assert paced.kept.horizons[-1] - frame.time <= LEAD_S * 100.0 * SECOND
    assert 8 <= len(paced.kept.horizons) <= 14


async def test_a_pause_stands_still_and_frames_go_on(make: Make) -> None:
    paced = make(10.0)
    await paced.tick()
    outcome = await paced.do("pause")
    assert outcome.accepted
    assert outcome.time == paced.session.frame.time
    for _ in range(5):
        frame = await paced.tick(2.0)
        assert (frame.time - START) / SECOND == 2.5
    assert not paced.session.clock.running
    await paced.do("resume")
    assert (await paced.tick(1.0)).time == START + round(12.5 * SECOND)


async def test_a_pause_during_a_long_tick_stops_at_once(make: Make) -> None:
    paced = make(1000.0)
    waiting = asyncio.ensure_future(paced.session.submit(Command("pause"), TESTER))
    await asyncio.sleep(0)
    frame = await paced.tick(0.25)
    assert (await waiting).time == frame.time == START


async def test_steps_run_their_length_and_no_further(make: Make) -> None:
    paced = make()
    refused = await paced.do("step", seconds=10.0)
    assert (refused.accepted, refused.reason) == (False, Reason.NOT_NOW)
    await paced.do("pause")
    assert (await paced.do("step", seconds=90.0)).accepted
    await paced.tick()
    assert paced.seconds == 90.0
    await paced.do("step", seconds=0.5)
    await paced.tick(100.0)
    assert paced.seconds == 90.5
    assert max(paced.kept.horizons) >= paced.session.frame.time


async def test_a_step_of_a_day_takes_many_ticks_and_arrives(make: Make) -> None:
    paced = make()
    await paced.do("pause")
    await paced.do("step", seconds=86_400.0)
    for _ in range(10):
        frame = await paced.tick()
        assert frame.time <= paced.kept.horizons[-1]
    assert paced.seconds == 86_400.0


async def test_another_speed_holds_from_now_on(make: Make) -> None:
    paced = make(1.0)
    await paced.tick(4.0)
    assert (await paced.do("set_speed", factor=100)).accepted
    assert paced.session.clock.speed == 100.0
    await paced.tick(0.5)
    assert paced.seconds == 54.0


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("set_speed", {}, Reason.WRONG_TYPE),
        ("set_speed", {"factor": "fast"}, Reason.WRONG_TYPE),
        ("set_speed", {"factor": float("nan")}, Reason.WRONG_TYPE),
        ("set_speed", {"factor": 10**400}, Reason.WRONG_TYPE),
        ("set_speed", {"factor": 0.0}, Reason.OUT_OF_RANGE),
        ("set_speed", {"factor": 1e9}, Reason.OUT_OF_RANGE),
        ("fly", {}, Reason.UNKNOWN_COMMAND),
        ("write", {"value": 200.0}, Reason.UNKNOWN_TARGET),
        ("acknowledge", {}, Reason.UNKNOWN_TARGET),
    ],
)
async def test_a_refused_command_is_answered_in_a_sentence_and_not_written_down(
    make: Make, name: str, arguments: dict[str, float], reason: Reason
) -> None:
    paced = make()
    outcome = await paced.do(name, **arguments)
    assert not outcome.accepted
    assert outcome.reason is reason
    assert len(outcome.message) > 10
    assert paced.kept.entries == []
    assert paced.session.clock.speed == 1.0


async def test_a_command_is_on_disk_before_it_is_applied(make: Make) -> None:
    paced = make()
    oven = paced.session._run.line.station(OVEN)
    asked: list[float] = []
    paced.session._append = lambda entry: asked.append(oven.set_points["temperature_set_point"])
    await paced.do("write", HEAT, value=250.0)
    assert asked == [230.0]
    assert oven.set_points["temperature_set_point"] == 250.0


async def test_a_command_is_written_down_with_number_instant_and_user(make: Make) -> None:
    paced = make(10.0)
    await paced.tick(1.0)
    await paced.do("write", HEAT, value=250.0)
    await paced.tick(1.0)
    await paced.do("inject_fault", MIXER, fault="jam", duration_s=60.0)
    first, second = paced.kept.entries
    assert first == Entry(1, START + 10 * SECOND, "write", HEAT, {"value": 250.0}, "tester", paced.clock.wall - SECOND)
    assert (second.number, second.time, second.user) == (2, START + 20 * SECOND, "tester")


async def test_the_frame_of_the_outcome_shows_the_command(make: Make) -> None:
    paced = make()
    signal = paced.session.description.signal(HEAT)
    for running in (True, False):
        if not running:
            await paced.do("pause")
        for value in (200.0, 300.0):
            outcome = await paced.do("write", HEAT, value=value)
            frame = await paced.session.next_frame(outcome.sequence - 1)
            assert frame.sequence == outcome.sequence
            assert frame.value(signal) == value


async def test_commands_between_two_ticks_are_all_answered_by_the_next_frame(make: Make) -> None:
    paced = make()
    waiting = [
        asyncio.ensure_future(paced.session.submit(Command("write", HEAT, {"value": 200.0 + number}), TESTER))
        for number in range(20)
    ]
    await asyncio.sleep(0)
    await paced.tick()
    outcomes = [await each for each in waiting]
    assert {outcome.sequence for outcome in outcomes} == {paced.session.frame.sequence}
    assert [entry.arguments["value"] for entry in paced.kept.entries] == [200.0 + number for number in range(20)]


async def test_a_client_that_leaves_before_its_answer_does_no_harm(make: Make) -> None:
    paced = make()
    waiting = asyncio.ensure_future(paced.session.submit(Command("write", HEAT, {"value": 250.0}), TESTER))
    await asyncio.sleep(0)
    waiting.cancel()
    await paced.tick()
    assert len(paced.kept.entries) == 1
    assert (await paced.do("pause")).accepted


async def test_a_short_delay_is_caught_up_and_a_long_one_slips(make: Make) -> None:
    paced = make(10.0)
    await paced.tick(LONGEST_LAG_S - 1.0)
    assert paced.seconds == 10.0 * (LONGEST_LAG_S - 1.0)

    advance = paced.session._run.advance

    def slowly(until: int) -> None:
        advance(min(until, paced.session._run.now + SECOND))
        paced.clock.go(0.5)

    paced.session._run.advance = slowly  # type: ignore[method-assign]
    lags = []
    for _ in range(40):
        await paced.tick()
        lags.append(paced.session.clock.lag)
    assert 0.0 < max(lags) <= (LONGEST_LAG_S + 2.0) * 10.0
    paced.session._run.advance = advance  # type: ignore[method-assign]
    before = paced.seconds
    await paced.tick(1.0)
    assert paced.seconds - before <= (LONGEST_LAG_S + 2.0) * 10.0


async def test_a_clock_that_stands_still_or_jumps_never_takes_plant_time_back(make: Make) -> None:
    paced = make(20.0)
    times = [(await paced.tick(seconds)).time for seconds in (1.0, 0.0, 0.0, 10.0, 3600.0, 0.25, 0.25)]
    assert times == sorted(times)
    assert times[-1] - times[-2] <= 5 * SECOND


async def test_two_paces_are_one_run(make: Make) -> None:
    fast, slow = make(500.0), make(77.7)
    while fast.seconds < 3600.0:
        await fast.tick()
    while slow.seconds < 3600.0:
        await slow.tick(0.9)
    end = START + 2 * HOUR
    plain = opened()
    for run in (fast.session._run, slow.session._run, plain):
        run.advance(end)
    assert fast.session._run.digest() == slow.session._run.digest() == plain.digest()


async def test_a_live_run_with_commands_equals_its_replay(make: Make) -> None:
    paced = make(333.0)
    for number in range(60):
        await paced.tick(0.1)
        match number % 4:
            case 0:
                await paced.do("write", HEAT, value=200.0 + number)
            case 1:
                await paced.do("inject_fault", MIXER, fault="jam", duration_s=20.0)
            case 2:
                await paced.do("clear_fault", MIXER, fault="pause")
            case _:
                await paced.do("set_speed", factor=100.0 + 10.0 * number)
    replayed = opened()
    replayed.replay(paced.kept.entries, paced.session._run.now)
    assert replayed.commands == 45
    assert replayed.digest() == paced.session._run.digest()


# Frames.


async def test_frames_cannot_be_changed_by_who_reads_them(make: Make) -> None:
    paced = make()
    frame = paced.session.frame
    for array in (frame.values, frame.source_time, frame.status):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    values = frame.values.copy()
    await paced.tick(60.0)
    assert (frame.values == values).all()


async def test_no_source_time_is_in_the_future_or_goes_back(make: Make) -> None:
    paced = make(50.0)
    frames = [paced.session.frame] + [await paced.tick() for _ in range(30)]
    for before, after in pairwise(frames):
        assert (after.source_time >= before.source_time).all()
        assert (after.source_time <= after.time).all()
    assert (frames[0].source_time == START).all()


async def test_wall_stamps_are_never_in_the_future_and_never_go_back(make: Make) -> None:
    paced = make(500.0, "wall")
    before = paced.session.frame
    unchanged = paced.session.description.signal(HEAT).index
    assert before.source_time[unchanged] == paced.clock.wall
    first = before.source_time[unchanged]
    for number in range(30):
        if number % 7 == 3:
            await paced.do("set_speed", factor=[0.5, 3.0, 4000.0, 1.0][number // 7 % 4])
        if number == 20:
            await paced.do("pause")
        frame = await paced.tick(0.3)
        assert (frame.source_time <= paced.clock.wall).all()
        assert (frame.source_time >= before.source_time).all()
        assert frame.source_time[unchanged] == first
        before = frame
    await paced.do("write", HEAT, value=250.0)
    assert paced.session.frame.source_time[unchanged] == paced.clock.wall


async def test_a_figure_that_is_not_defined_yet_is_bad_in_the_first_frame(make: Make) -> None:
    session = make().session
    place = next(signal.index for signal in session.description.signals if signal.name == "good_share")
    assert session.frame.status[place] == BAD
    figures = {figure.name: figure for figure in session.key_figures()}
    assert figures["good_share"].value is None
    assert figures["good_share"].reason is not None
    assert figures["availability"].value is None


async def test_key_figures_come_from_the_tally(make: Make) -> None:
    paced = make(1000.0)
    for _ in range(20):
        await paced.tick(0.5)
    figures = {figure.name: figure for figure in paced.session.key_figures()}
    assert 0.0 < (figures["availability"].value or 0.0) < 100.0
    assert (figures["availability"].station, figures["availability"].unit) == (MIXER, "%")
    assert figures["availability"].reason is None


async def test_a_trend_has_what_was_published(make: Make) -> None:
    paced = make(10.0)
    signal = paced.session.description.signal(f"{OVEN}/temperature")
    frames = [paced.session.frame] + [await paced.tick() for _ in range(10)]
    times, values = paced.session.trend(signal.index, 0)
    assert times.tolist() == [frame.time for frame in frames[1:]]
    assert values == pytest.approx([frame.values[signal.index] for frame in frames[1:]], abs=1e-3)


async def test_events_and_alarms_tell_of_a_fault(make: Make) -> None:
    paced = make(10.0)
    await paced.do("inject_fault", OVEN, fault="door", duration_s=5.0)
    await paced.tick()
    (alarm,) = paced.session.alarms()
    assert (alarm.id, alarm.code, alarm.cleared, alarm.acknowledged) == (f"{OVEN}/door", "OVN-200", None, False)
    await paced.tick(2.0)
    (alarm,) = paced.session.alarms()
    assert alarm.cleared == START + 5 * SECOND
    assert (await paced.do("acknowledge", f"{OVEN}/door", comment="seen")).accepted
    assert paced.session.alarms() == []
    kinds = [event.kind for event in paced.session.events(truth=True)]
    assert kinds == ["command", "alarm", "alarm-cleared", "alarm-acknowledged", "command"]


async def test_a_resumed_session_knows_its_alarms_and_shows_settled_values() -> None:
    run = opened()
    run.apply("inject_fault", OVEN, {"fault": "door"})
    run.advance(START + 50 * MINUTE)
    session = session_of(run, Kept())
    codes = [alarm.code for alarm in session.alarms()]
    assert "OVN-200" in codes
    assert "OVN-110" in codes
    assert run.recorder.tally.now == run.now
    assert (session.frame.source_time == run.now).all()
    assert session.run.definition_sha256 == definition().digest


# With the real clock.


@asynccontextmanager
async def living(session: Session) -> AsyncIterator["asyncio.Task[None]"]:
    """The session alive."""
    task = asyncio.create_task(session.live())
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await task


async def test_a_live_session_publishes_and_answers_while_paused() -> None:
    kept = Kept()
    session = session_of(opened(), kept, 100.0)
    async with living(session), asyncio.timeout(30.0):
        frame = await session.next_frame(3)
        assert frame.time > START
        assert (await session.submit(Command("pause"), TESTER)).accepted
        for number in range(20):
            outcome = await session.submit(Command("write", HEAT, {"value": 200.0 + number}), TESTER)
            shown = await session.next_frame(outcome.sequence - 1)
            assert shown.value(session.description.signal(HEAT)) == 200.0 + number
            assert shown.time == outcome.time
    assert len(kept.entries) == 20


async def test_readers_that_come_and_go_do_not_change_the_run() -> None:
    run = opened("corner-bakery")
    session = session_of(run, Kept(), 2000.0)

    async def reader(number: int) -> None:
        while True:
            frame = await session.next_frame(session.frame.sequence)
            session.trend(number, frame.time - HOUR)
            session.key_figures()
            session.events(number)
            session.alarms()

    async with living(session), asyncio.timeout(30.0):
        readers = [asyncio.create_task(reader(number)) for number in range(5)]
        await session.next_frame(6)
        for each in readers[:3]:
            each.cancel()
        await session.next_frame(10)
        for each in readers:
            each.cancel()
    plain = Run(run.definition, FAMILIES)
    plain.open()
    plain.advance(run.now)
    assert run.now > START + 5 * MINUTE
    assert plain.digest() == run.digest()


async def test_a_disk_that_fails_ends_the_session_with_the_disks_own_error() -> None:
    kept = Kept()
    session = session_of(opened(), kept, 10.0)

    def full(horizon: int) -> None:
        raise OSError(28, "No space left on device")

    session._allow = full
    async with living(session) as task:
        done, _ = await asyncio.wait({task}, timeout=30.0)
        assert task in done
        assert isinstance(task.exception(), OSError)
    assert session.frame.time == START


async def test_a_frame_has_arrays_of_its_own(make: Make) -> None:
    session = make().session
    instruments = session._instruments
    for mine, theirs in (
        (session.frame.values, instruments.values),
        (session.frame.source_time, instruments.source_time),
        (session.frame.status, instruments.status),
    ):
        assert not np.shares_memory(mine, theirs)


async def test_what_a_user_has_no_right_to_is_refused_and_never_journaled(make: Make) -> None:
    paced = make()
    waiting = asyncio.ensure_future(
        paced.session.submit(Command("write", HEAT, {"value": 250.0}), User("guest", Role.OBSERVER))
    )
    await asyncio.sleep(0)
    await paced.tick()
    outcome = await waiting
    assert (outcome.accepted, outcome.reason) == (False, Reason.NOT_ALLOWED)
    assert outcome.message == f"write {HEAT}: guest is observer, and this needs operator; log in as one"
    assert paced.kept.entries == []


async def test_events_without_the_truth_tell_of_no_planted_fault_and_have_no_holes(make: Make) -> None:
    paced = make()
    assert (await paced.do("write", HEAT, value=250.0)).accepted
    fault = paced.session.description.stations[0].faults or paced.session.description.stations[1].faults
    station = next(s for s in paced.session.description.stations if s.faults == fault)
    assert (await paced.do("inject_fault", station.path, fault=fault[0].name)).accepted
    assert (await paced.do("write", HEAT, value=240.0)).accepted
    told, all_of_them = paced.session.events(), paced.session.events(truth=True)
    assert [event.number for event in told] == list(range(1, len(told) + 1))
    assert not any(event.truth or "inject" in event.message.en for event in told)
    assert len(all_of_them) == len(told) + 1
