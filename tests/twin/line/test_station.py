"""What all stations have in common: signals from the declaration, set points, times, waking and starting again."""

import pytest

from tests.support.line_building import START, line_of, opened, source
from twin.line.activity import ACTIVITY_TEXTS, PACKML_STATE, PACKML_TEXTS, Activity
from twin.line.distributions import Constant
from twin.line.errors import DefinitionError
from twin.line.records import Record
from twin.line.signal import Axis, measurement, profile, set_point
from twin.line.station import Parameters, Process, ProcessAlarm, Station
from twin.line.text import Text
from twin.line.time import SECOND
from twin.line.units import CELSIUS, METRE


class OvenParameters(Parameters):
    heat: float = 200.0


class Oven(Station):
    parameters_type = OvenParameters
    process_alarms = (ProcessAlarm("cold", "OVN-1", Text("Cold", "Frío"), 500),)

    heat_set_point = set_point(CELSIUS, "Heat wanted", "Calor pedido", low=0.0, high=300.0)

    @measurement(CELSIUS, "Heat", "Calor", low=0.0, high=lambda station: 2.0 * station.parameters.heat)
    def heat(self) -> float:
        return self.set_points["heat_set_point"] - 1.0


class BetterOven(Oven):
    @measurement(CELSIUS, "Heat at the door", "Calor en la puerta", low=0.0, high=500.0)
    def door(self) -> float:
        return 50.0

    @measurement(CELSIUS, "Heat inside", "Calor interior", low=10.0, high=400.0)
    def heat(self) -> float:
        return 7.0


def test_a_station_has_the_signals_of_its_class_and_of_its_bases_in_their_order() -> None:
    assert [signal.name for signal in Station.signals] == ["activity", "packml_state", "held_by"]
    assert [signal.name for signal in Oven.signals] == ["activity", "packml_state", "held_by", "heat_set_point", "heat"]
    assert [signal.name for signal in BetterOven.signals] == [
        "activity",
        "packml_state",
        "held_by",
        "heat_set_point",
        "heat",
        "door",
    ]


def test_a_signal_declared_again_replaces_that_of_the_base() -> None:
    assert BetterOven.signals[4].meaning.en == "Heat inside"
    assert BetterOven("oven").heat == 7.0
    assert Oven("oven").heat == 199.0


def test_a_limit_may_depend_on_the_parameters() -> None:
    assert Oven.heat.limits(Oven("oven", OvenParameters(heat=150.0))) == (0.0, 300.0)


def test_a_set_point_starts_at_its_parameter_and_tells_what_was_last_asked_for() -> None:
    oven = Oven("oven", OvenParameters(heat=150.0))
    assert oven.heat_set_point == 150.0
    oven.set_points["heat_set_point"] = 180.0
    assert (oven.heat_set_point, oven.heat) == (180.0, 179.0)


def test_a_profile_without_points_is_refused_in_a_sentence() -> None:
    class Kiln(Station):
        @profile(
            CELSIUS, "Curve", "Curva", axis=Axis("position", METRE, Text("along", "a lo largo")), low=0.0, high=1300.0
        )
        def curve(self) -> tuple[float, ...]:
            return (20.0,)

    with pytest.raises(DefinitionError, match="station kiln has a profile over 'position' but does not say"):
        line_of(Kiln("kiln")).describe()


def test_every_activity_has_words_and_a_packml_state() -> None:
    assert len(ACTIVITY_TEXTS) == len(Activity)
    assert {PACKML_TEXTS[PACKML_STATE[activity]].en for activity in Activity} >= {
        "Execute",
        "Suspended",
        "Aborted",
        "Held",
    }


def test_a_change_of_activity_is_logged_once_and_its_time_is_counted() -> None:
    oven = Oven("oven")
    run = opened(line_of(oven)).to(10.0)
    oven.become(Activity.PRODUCING)
    oven.become(Activity.PRODUCING)
    run.to(25.0)
    oven.become(Activity.DOWN, cause=2)
    oven.become(Activity.DOWN, cause=3)
    run.to(30.0)

    assert run.told(oven, Record.ACTIVITY) == [
        (10.0, Activity.PRODUCING, -1),
        (25.0, Activity.DOWN, 2),
        (25.0, Activity.DOWN, 3),
    ]
    assert [oven.time_in(activity) // SECOND for activity in Activity] == [10, 15, 0, 0, 0, 0, 5, 0, 0]
    assert (oven.activity, oven.packml_state) == (Activity.DOWN, 9)


def test_a_process_alarm_is_logged_when_it_changes_only() -> None:
    oven = Oven("oven")
    run = opened(line_of(oven)).to(1.0)
    for active in (False, True, True, False, False):
        oven.alarm(0, active)
    run.to(2.0)

    assert run.told(oven, Record.ALARM_RAISED) == run.told(oven, Record.ALARM_CLEARED) == [(1.0, 0, 0)]


def test_streams_of_a_station_follow_its_seed_and_its_path() -> None:
    oven, other = Oven("oven"), Oven("other")
    opened(line_of(oven, other), seed=5)

    assert oven.path == "works/site/area/line/oven"
    assert oven.stream("heat").uniform(0) != other.stream("heat").uniform(0)
    assert oven.stream("heat").uniform(0) != oven.stream("gas").uniform(0)
    draw = oven.stream("heat").uniform(0)
    opened(line_of(other, oven), seed=5)
    assert oven.stream("heat").uniform(0) == draw
    opened(line_of(oven), seed=6)
    assert oven.stream("heat").uniform(0) != draw


class Sleeper(Station):
    """Notes when it is started and when it looks again."""

    def __init__(self, name: str = "sleeper") -> None:
        super().__init__(name)
        self.starts: list[int] = []
        self.looks: list[int] = []

    def run(self) -> Process:
        self.starts.append((self.now - START) // SECOND)
        while True:
            yield self.woken()
            self.looks.append((self.now - START) // SECOND)


def test_all_who_wait_look_again_when_they_are_woken_and_only_then() -> None:
    sleeper = Sleeper()
    run = opened(line_of(sleeper)).to(10.0)
    sleeper.wake()
    sleeper.wake()
    run.to(20.0)
    sleeper.changed()
    run.to(30.0)

    assert (sleeper.starts, sleeper.looks) == ([0], [10, 20])


def test_a_station_that_is_started_again_runs_once() -> None:
    sleeper = Sleeper()
    run = opened(line_of(sleeper)).to(10.0)
    sleeper.restart()
    sleeper.restart()
    run.to(20.0)
    sleeper.wake()
    run.to(30.0)

    assert (sleeper.starts, sleeper.looks) == ([0, 10], [20])


def test_a_process_may_start_its_station_again_without_losing_itself() -> None:
    class Restless(Sleeper):
        def run(self) -> Process:
            self.starts.append((self.now - START) // SECOND)
            while True:
                yield self.until(self.now + 5 * SECOND)
                self.looks.append((self.now - START) // SECOND)
                self.restart()

    restless = Restless()
    opened(line_of(restless)).to(21.0)

    assert (restless.starts, restless.looks) == ([0], [5, 10, 15, 20])


def test_a_station_that_is_started_again_while_it_waits_for_an_instant_waits_on() -> None:
    feed = source(Constant(value=4.0))
    run = opened(line_of(feed, Oven("oven"))).to(6.0)
    feed.restart()
    run.to(9.0)

    assert run.seconds(feed, Record.MADE) == [4.0, 8.0]


def test_parameters_refuse_unknown_keys_and_what_is_no_number() -> None:
    for wrong in (
        {"heta": 1.0},
        {"heat": float("nan")},
        {"heat": float("inf")},
        {"fault_scale": -1.0},
        {"fault_scale": 101.0},
    ):
        with pytest.raises(ValueError, match="validation error"):
            OvenParameters.model_validate(wrong)
