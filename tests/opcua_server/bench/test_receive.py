"""The thin client of the comparison reads what asyncua's own decoder reads."""

from datetime import UTC, datetime

import numpy as np
import pytest
from asyncua import ua
from asyncua.ua.ua_binary import struct_to_binary

from opcua_server.bench.receive import Tally, values_of

STAMP = datetime(2026, 1, 5, tzinfo=UTC)


def body(values: list[float], **stamps: datetime) -> bytes:
    notification = ua.DataChangeNotification()
    notification.MonitoredItems = [
        ua.MonitoredItemNotification(
            ClientHandle=number, Value=ua.DataValue(ua.Variant(value, ua.VariantType.Double), **stamps)
        )
        for number, value in enumerate(values)
    ]
    return bytes(struct_to_binary(notification))


@pytest.mark.parametrize(
    "stamps", [{}, {"SourceTimestamp": STAMP}, {"SourceTimestamp": STAMP, "ServerTimestamp": STAMP}]
)
def test_values_are_read_whatever_stamps_they_carry(stamps: dict[str, datetime]) -> None:
    assert values_of(body([1.5, -2.0, 3.25], **stamps)).tolist() == [1.5, -2.0, 3.25]


def test_values_of_different_shapes_are_read_one_by_one() -> None:
    notification = ua.DataChangeNotification()
    notification.MonitoredItems = [
        ua.MonitoredItemNotification(1, ua.DataValue(ua.Variant(1.0, ua.VariantType.Double), SourceTimestamp=STAMP)),
        ua.MonitoredItemNotification(2, ua.DataValue(ua.Variant(2.0, ua.VariantType.Double))),
    ]
    found = values_of(bytes(struct_to_binary(notification)))
    assert np.array_equal(found, [1.0, 2.0])


def test_values_count_by_the_instant_at_which_they_were_made() -> None:
    tally = Tally(counting=True)
    for instants in ([10.0] * 3, [11.0] * 3 + [12.0] * 2, [12.0]):
        tally.take(body(instants))
    assert tally.delivered(11.0, 12.0) == 3
    assert tally.delivered(10.0, 13.0) == 9


def test_nothing_counts_before_it_begins() -> None:
    tally = Tally()
    tally.take(body([1.0]))
    assert tally.delivered(0.0, 2.0) == 0
