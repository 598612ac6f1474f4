"""What disturbed a live run is known while it goes on, with who planted it."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.support.exercise import HandClock, exercise
from tests.support.runs import START
from twin.host import session as session_module
from twin.host.disturbances import Disturbances
from twin.host.history import AskHistory
from twin.line.time import HOUR
from twin.line.truth import TruthKind
from twin.record.memory_history import MemoryHistory


async def test_a_planted_cause_is_told_for_as_long_as_it_lasted(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = HandClock()
    monkeypatch.setattr(session_module, "time", clock)
    live = exercise(clock)
    powder = live.session.description.stations[0].path
    await live.go_on(0.25)
    await live.command("inject_fault", powder, fault="wet_lot", duration_s=1800.0, size=2.0)
    await live.go_on(1.0)
    (planted,) = [each for each in await live.session.disturbances(START, START + HOUR) if each.planted]
    assert (planted.kind, planted.station, planted.name, planted.size) == (TruthKind.FAULT, powder, "wet_lot", 2.0)
    assert planted.end is not None
    assert planted.end - planted.begin == HOUR // 2
    after = await live.session.disturbances(planted.end + 1, planted.end + HOUR)
    assert not [each for each in after if each.planted]


class Before:
    """The event log as it was recorded before a restart."""

    def __init__(self) -> None:
        self.parts: list[NDArray[np.void]] = []

    def absorb(self, entries: NDArray[np.void]) -> None:
        self.parts.append(entries.copy())

    def entries_of(self, kinds: Sequence[int], until: int) -> NDArray[np.void]:
        entries = np.concatenate(self.parts)
        return entries[np.isin(entries["kind"], kinds) & (entries["time"] < until)]


async def test_what_was_planted_before_a_restart_is_still_told_as_planted(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, before = HandClock(), Before()
    monkeypatch.setattr(session_module, "time", clock)
    live = exercise(clock)
    live.run.recorder.listeners.append(before.absorb)
    powder = live.session.description.stations[0].path
    await live.go_on(0.1)
    await live.command("inject_fault", powder, fault="wet_lot", duration_s=600.0, size=2.0)
    await live.go_on(0.3)
    now = live.session.frame.time
    asking = AskHistory(live.session.description, MemoryHistory())
    for journal, told in ((live.journal, [("command/1", 2.0)]), ([], [])):
        anew = Disturbances(live.run.line, START, asking, before, now, journal)
        assert [(each.cause, each.size) for each in await anew.between(START, now, now) if each.planted] == told
