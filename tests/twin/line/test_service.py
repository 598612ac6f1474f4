"""What a machine is computed to do over a stretch is what its own process does."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.support.line_building import Arrivals, Run, line_of, mode, opened, sink
from twin.line.distributions import Constant, Exponential
from twin.line.generic import Machine, MachineParameters
from twin.line.generic.service import plan
from twin.line.records import Record
from twin.line.time import microseconds

START, END = 100.0003, 900.0007


class Known(Machine):
    """A machine that says how long many tokens take."""

    def cycle_times(self, tokens: NDArray[np.int64]) -> NDArray[np.int64]:
        first = self.state.taken
        return np.array([self.cycle_time(token, first + n) for n, token in enumerate(tokens.tolist())], dtype=np.int64)


def built(seed: int, busy: float, **parameters: object) -> Run:
    """A machine to which tokens come at random instants, at work for a share of the time."""
    seconds = np.cumsum(np.random.default_rng(seed).exponential(10.0, 110)).tolist()
    machine = Known("machine", MachineParameters(cycle_s=Exponential(mean=10.0 * busy), **parameters))
    return opened(line_of(Arrivals(seconds), machine, sink()), seed)


def machine_of(run: Run) -> Machine:
    machine = run.line.stations[1]
    assert isinstance(machine, Machine)
    return machine


def told(run: Run) -> list[list[int]]:
    """What the machine has logged, without what has been written down before."""
    entries: list[list[int]] = np.array(machine_of(run).log, dtype=np.int64).reshape(-1, 4).tolist()
    return entries


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("busy", [0.3, 0.9, 1.5])
def test_a_planned_stretch_leaves_the_machine_and_its_log_as_its_process_does(seed: int, busy: float) -> None:
    begun, whole = built(seed, busy).to(START), built(seed, busy).to(START)
    whole.engine.advance(whole.engine.start + microseconds(END))
    moved, glided = machine_of(whole), machine_of(begun)
    # What came to the machine between the two instants, from the run that went event by event.
    source = np.array(whole.line.stations[0].log, dtype=np.int64).reshape(-1, 4)
    come = source[source[:, 1] == Record.MADE]
    service = plan(glided, come[:, 2], come[:, 0], begun.engine.now, whole.engine.now)
    assert service is not None
    service.carry_out()
    assert told(begun) == told(whole)
    assert glided.state == moved.state
    assert list(glided.inlet.queue) == list(moved.inlet.queue)
    assert glided.faults.state.worked == moved.faults.state.worked


def test_a_stopped_machine_lets_tokens_wait() -> None:
    run = built(1, 0.9, faults={"stop": mode(None)}).to(START)
    machine, now = machine_of(run), run.engine.now
    machine.inject(0, now + microseconds(500.0))
    run.engine.advance(now + 1)
    waiting, before = list(machine.inlet.queue), len(machine.log)
    come = np.array([1000, 1001]), np.array([now + 10, now + 20])
    service = plan(machine, *come, now + 1, now + microseconds(60.0))
    assert service is not None
    service.carry_out()
    assert list(machine.inlet.queue) == [*waiting, 1000, 1001]
    assert len(machine.log) == before


def test_a_token_that_comes_when_another_is_done_is_left_to_the_process() -> None:
    run = opened(line_of(Arrivals([5.0]), Known("machine", MachineParameters(cycle_s=Constant(value=4.0))), sink()))
    machine, now = machine_of(run.to(6.0)), run.engine.now
    done = machine.state.servers[0].due
    assert plan(machine, np.array([1]), np.array([done]), now, done + 10) is None
    assert plan(machine, np.array([1]), np.array([done + 1]), now, done + 10) is not None


def test_a_machine_that_does_not_say_how_long_many_tokens_take_is_left_to_its_process() -> None:
    run = opened(line_of(Arrivals([5.0]), Machine("machine"), sink())).to(5.5)
    assert (
        plan(machine_of(run), np.array([1]), np.array([run.engine.now + 7]), run.engine.now, run.engine.now + 9) is None
    )
