"""What disturbed a live run is known while it goes on, with who planted it."""

import pytest

from tests.support.exercise import HandClock, exercise
from tests.support.runs import START
from twin.host import session as session_module
from twin.line.time import HOUR
from twin.line.truth import TruthKind


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
