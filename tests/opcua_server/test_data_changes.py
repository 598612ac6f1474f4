import math
from datetime import UTC, datetime

import pytest
from asyncua import ua

from opcua_server.data_changes import exceeds, is_reported

EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)


def data_value(value: float, status: int = ua.StatusCodes.Good, time: datetime = EARLY) -> ua.DataValue:
    return ua.DataValue(ua.Variant(value, ua.VariantType.Double), ua.StatusCode(status), time)


@pytest.mark.parametrize(
    ("sent", "value", "width", "expected"),
    [
        (1.0, 2.0, 1.0, False),
        (1.0, 2.1, 1.0, True),
        (1.0, 0.0, 0.5, True),
        ([1.0, 1.0], [1.0, 1.4], 0.5, False),
        ([1.0, 1.0], [1.0, 1.6], 0.5, True),
        ([1.0], [1.0, 1.0], 0.5, True),
        (math.nan, 1.0, 1e9, True),
        (1.0, math.nan, 1e9, True),
        (math.nan, math.nan, 0.0, False),
    ],
)
def test_a_value_outside_the_dead_band_is_recognised(
    sent: float | list[float], value: float | list[float], width: float, expected: bool
) -> None:
    assert exceeds(ua.Variant(sent), ua.Variant(value), width) is expected


def test_a_change_of_status_is_always_reported() -> None:
    bad = data_value(1.0, ua.StatusCodes.Bad)
    for trigger in ua.DataChangeTrigger:
        assert is_reported(data_value(1.0), bad, trigger, 100.0)


def test_a_trigger_on_status_lets_no_value_through() -> None:
    assert not is_reported(data_value(1.0), data_value(9.0), ua.DataChangeTrigger.Status, None)


def test_a_new_time_is_reported_only_to_who_asked_for_times() -> None:
    later = data_value(1.0, time=LATE)
    assert is_reported(data_value(1.0), later, ua.DataChangeTrigger.StatusValueTimestamp, None)
    assert not is_reported(data_value(1.0), later, ua.DataChangeTrigger.StatusValue, None)


def test_without_a_filter_every_new_value_is_reported() -> None:
    assert is_reported(data_value(1.0), data_value(1.0000001), ua.DataChangeTrigger.StatusValue, None)
