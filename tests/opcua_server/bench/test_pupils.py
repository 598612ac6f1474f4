"""Half of a class's items have dead bands, and what they receive is counted without being decoded."""

from typing import Any

from asyncua import ua
from asyncua.ua.ua_binary import struct_to_binary
from asyncua.ua.uaprotocol_auto import DataChangeFilter

from opcua_server.bench.pupils import Count, Pupil

ORDER: dict[str, Any] = {"address": "opc.tcp://127.0.0.1:1/", "ranged": [True, True, False, False]}


async def test_every_second_item_has_a_dead_band_in_per_cent_where_there_is_a_range() -> None:
    terms = [Pupil(ORDER).terms(handle).Filter for handle in range(4)]
    kinds = [each.DeadbandType.name if isinstance(each, DataChangeFilter) else "" for each in terms]
    assert kinds == ["", "Percent", "", "Absolute"]


def test_values_are_counted_by_the_head_of_the_notification() -> None:
    notification = ua.DataChangeNotification()
    notification.MonitoredItems = [ua.MonitoredItemNotification() for _ in range(7)]
    count = Count()
    count.take(bytes(struct_to_binary(notification)))
    assert count.values == 7
