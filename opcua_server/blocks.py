"""Many monitored items of one plain type as arrays: compared, queued and put on the wire in one go.

A row is an item, its queue a ring in a row of a table, so that a frame costs a few vector operations for all items of a
subscription, and no Python object for a value. What an item does is what `monitored_items` does with objects; a test
holds the two against each other.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from asyncua import ua
from numpy.typing import NDArray

from opcua_server.signal_values import SignalValues

if TYPE_CHECKING:
    from opcua_server.monitored_items import MonitoredItem

OVERFLOW = 0x480
"""Info bits of a status code: a value was lost here because the queue was full (OPC 10000-4, 7.39.1)."""
NEVER_SENT = 0xFFFF_FFFF
_WIRE_TYPES: dict[ua.VariantType, str] = {
    ua.VariantType.Double: "<f8",
    ua.VariantType.Int64: "<i8",
    ua.VariantType.UInt32: "<u4",
    ua.VariantType.Boolean: "u1",
}
_SOURCE, _SERVER = 0x04, 0x08
_SLACK_S = 0.02

PLAIN_TYPES = frozenset(_WIRE_TYPES)
"""Types that go as blocks, as scalars."""

Rows = NDArray[np.intp]


def _record(variant_type: ua.VariantType, mask: int) -> np.dtype[Any]:
    """What a MonitoredItemNotification of this type is on the wire, packed (OPC 10000-6, 5.2.2.17)."""
    fields: list[tuple[str, str]] = [("handle", "<u4"), ("mask", "u1"), ("type", "u1")]
    fields += [("value", _WIRE_TYPES[variant_type]), ("status", "<u4")]
    if mask & _SOURCE:
        fields.append(("source", "<i8"))
    if mask & _SERVER:
        fields.append(("server", "<i8"))
    return np.dtype(fields)


_STATE = {
    "place": "i8",
    "handle": "u4",
    "trigger": "u1",
    "width": "f8",  # of the dead band; below 0: none
    "interval": "f8",
    "due": "f8",
    "size": "i8",
    "keep_newest": "?",
    "sampling": "?",
    "reporting": "?",
    "value": "f8",  # last one queued
    "status": "u4",
    "source": "i8",
    "head": "i8",
    "count": "i8",
}
_ENTRY = {"value": "f8", "source": "i8", "status": "u4", "server": "i8"}
Columns = dict[str, NDArray[Any]]
"""Arrays by name: a column of its own is several times as fast as a field of a record."""


def _columns(kinds: dict[str, str], shape: tuple[int, ...]) -> Columns:
    return {name: np.zeros(shape, dtype=kind) for name, kind in kinds.items()}


def _joined(first: Columns, second: Columns) -> Columns:
    return {name: np.concatenate([column, second[name]]) for name, column in first.items()}


def _kept(columns: Columns, keep: NDArray[np.bool_]) -> Columns:
    return {name: column[keep] for name, column in columns.items()}


class Block:
    """The items of one subscription with one variant type and one choice of time stamps."""

    def __init__(self, variant_type: ua.VariantType, timestamps: ua.TimestampsToReturn) -> None:
        self.items: list[MonitoredItem] = []
        mask = 0x03
        if timestamps in (ua.TimestampsToReturn.Source, ua.TimestampsToReturn.Both):
            mask |= _SOURCE
        if timestamps in (ua.TimestampsToReturn.Server, ua.TimestampsToReturn.Both):
            mask |= _SERVER
        self._mask, self._type = mask, variant_type
        self._dtype = _record(variant_type, mask)
        self._rows = _columns(_STATE, (0,))
        self._ring = _columns(_ENTRY, (0, 1))
        self._due_early = False

    # Items come and go.

    def add(self, items: "list[MonitoredItem]", now: float) -> None:
        """Take items whose queues are empty; each reports its value with the next sample."""
        first = len(self.items)
        self.items.extend(items)
        rows = _columns(_STATE, (len(items),))
        rows["status"][:], rows["due"][:] = NEVER_SENT, now
        self._rows = _joined(self._rows, rows)
        self._ring = _joined(self._ring, _columns(_ENTRY, (len(items), self._capacity)))
        for row, item in enumerate(items, start=first):
            item.row = row
            self.update(item)

    def update(self, item: "MonitoredItem") -> None:
        """Take over what a client has changed of an item."""
        rows, row = self._rows, item.row
        news = {
            "place": item.place,
            "handle": item.client_handle,
            "trigger": item.trigger.value,
            "width": -1.0 if item.width is None else item.width,
            "interval": item.interval_s,
            "keep_newest": item.discard_oldest,
            "sampling": item.mode != ua.MonitoringMode.Disabled,
            "reporting": item.mode == ua.MonitoringMode.Reporting,
            "size": item.queue_size,
        }
        if not news["sampling"]:
            news |= {"count": 0, "status": NEVER_SENT, "due": 0.0}
        for name, value in news.items():
            rows[name][row] = value
        surplus = max(0, int(rows["count"][row]) - item.queue_size)
        rows["count"][row] -= surplus
        if item.discard_oldest:
            rows["head"][row] = (rows["head"][row] + surplus) % self._capacity

    def remove(self, items: "set[MonitoredItem]") -> None:
        """Let items go, with what they have not sent."""
        keep = np.array([item not in items for item in self.items], dtype=bool)
        self.items = [item for item in self.items if item not in items]
        self._rows, self._ring = _kept(self._rows, keep), _kept(self._ring, keep)
        for row, item in enumerate(self.items):
            item.row = row

    def hand_over(self, item: "MonitoredItem", other: "Block", now: float) -> None:
        """Let another block go on with an item, as if nothing had happened."""
        state = {name: column[item.row] for name, column in self._rows.items()}
        places = (state["head"] + np.arange(state["count"])) % self._capacity
        queue = {name: column[item.row, places] for name, column in self._ring.items()}
        self.remove({item})
        other.adopt(item, state, queue, now)

    def adopt(self, item: "MonitoredItem", state: dict[str, Any], queue: Columns, now: float) -> None:
        """Take an item with what it has sent and what it has queued in another block."""
        self.add([item], now)
        count = int(state["count"])
        self._lengthen(count)
        for name in ("value", "status", "source", "due", "count"):
            self._rows[name][item.row] = state[name]
        for name, column in queue.items():
            self._ring[name][item.row, :count] = column

    def resend(self) -> None:
        """Let every item report its value with the next sample, whether it changed or not."""
        self._rows["status"][:], self._rows["due"][:] = NEVER_SENT, 0.0

    # Values come.

    @property
    def _capacity(self) -> int:
        """Places in each ring."""
        return int(self._ring["value"].shape[1])

    @property
    def has_late(self) -> bool:
        """Whether some item has not sampled the newest frame yet, because its interval was not over."""
        return self._due_early

    def take(self, shown: SignalValues, now: float) -> None:
        """Sample the newest frame for all items that are due at `now` [s of the event loop's clock]."""
        rows = self._rows
        values, codes = shown.values[rows["place"]], shown.codes[rows["place"]]
        ticks = shown.ticks[rows["place"]]
        due = rows["sampling"] & (rows["due"] - np.minimum(_SLACK_S, rows["interval"] / 2.0) <= now)
        changed = self._changed(values, codes, ticks)
        self._due_early = bool((changed & ~due & rows["sampling"]).any())
        late = rows["due"] + rows["interval"] < now
        rows["due"] = np.where(due, np.where(late, now, rows["due"]) + rows["interval"], rows["due"])
        chosen = np.flatnonzero(changed & due)
        if len(chosen):
            self._queue(chosen, values[chosen], ticks[chosen], codes[chosen], shown.server_ticks)

    def _changed(
        self, values: NDArray[np.float64], codes: NDArray[np.uint32], ticks: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        rows = self._rows
        sent, width, trigger = rows["value"], rows["width"], rows["trigger"]
        both_nan = np.isnan(values) & np.isnan(sent)
        with np.errstate(invalid="ignore"):
            moved = np.where(width < 0.0, values != sent, ~(np.abs(values - sent) <= width)) & ~both_nan
        on_value = trigger >= ua.DataChangeTrigger.StatusValue.value
        on_time = trigger == ua.DataChangeTrigger.StatusValueTimestamp.value
        changed: NDArray[np.bool_] = (
            (codes != rows["status"]) | (on_value & moved) | (on_time & (ticks != rows["source"]))
        )
        return changed

    def _queue(
        self,
        chosen: Rows,
        values: NDArray[np.float64],
        ticks: NDArray[np.int64],
        codes: NDArray[np.uint32],
        server_ticks: int,
    ) -> None:
        rows = self._rows
        for name, news in (("value", values), ("status", codes), ("source", ticks)):
            rows[name][chosen] = news
        self._make_room(chosen)
        capacity = self._capacity
        count, size = rows["count"][chosen], rows["size"][chosen]
        full, several = count >= size, size > 1
        oldest_goes = full & rows["keep_newest"][chosen]
        newest_goes = full & ~rows["keep_newest"][chosen]
        rows["head"][chosen] = (rows["head"][chosen] + oldest_goes) % capacity
        count = count - full
        marked = np.flatnonzero(oldest_goes & several)
        if len(marked):
            self._ring["status"][chosen[marked], rows["head"][chosen[marked]]] |= OVERFLOW
        slot = (rows["head"][chosen] + count) % capacity
        codes = np.where(newest_goes & several, codes | np.uint32(OVERFLOW), codes)
        for name, news in (("value", values), ("source", ticks), ("status", codes)):
            self._ring[name][chosen, slot] = news
        self._ring["server"][chosen, slot] = server_ticks
        rows["count"][chosen] = count + 1

    def _make_room(self, chosen: Rows) -> None:
        """Lengthen the rings when a queue that is not full needs it."""
        capacity, rows = self._capacity, self._rows
        wanted = int(np.minimum(rows["count"][chosen] + 1, rows["size"][chosen]).max())
        if wanted > capacity:
            self._lengthen(min(max(wanted, 2 * capacity), int(rows["size"].max())))

    def _lengthen(self, longer: int) -> None:
        capacity = self._capacity
        if longer <= capacity:
            return
        order = (self._rows["head"][:, None] + np.arange(capacity)) % capacity
        ring = _columns(_ENTRY, (len(self.items), longer))
        for name, column in self._ring.items():
            ring[name][:, :capacity] = np.take_along_axis(column, order, axis=1)
        self._ring = ring
        self._rows["head"][:] = 0

    # Values go.

    @property
    def waiting(self) -> int:
        """Notifications that could be sent now."""
        rows = self._rows
        return int(rows["count"][rows["reporting"]].sum())

    def encoded(self, limit: int) -> tuple[bytes, int]:
        """At most `limit` notifications as they go over the wire, the oldest of each item first; and how many."""
        rows = self._rows
        ready = np.where(rows["reporting"], rows["count"], 0)
        capacity, parts, sent = self._capacity, [], 0
        taken = np.zeros(len(self.items), dtype=np.int64)
        for turn in range(int(ready.max(initial=0))):
            chosen = np.flatnonzero(ready > turn)[: limit - sent]
            if not len(chosen):
                break
            parts.append(self._bytes(chosen, (rows["head"][chosen] + turn) % capacity))
            taken[chosen] += 1
            sent += len(chosen)
        rows["head"] = (rows["head"] + taken) % capacity
        rows["count"] -= taken
        return b"".join(parts), sent

    def _bytes(self, chosen: Rows, slots: NDArray[np.int64]) -> bytes:
        ring = self._ring
        wire = np.empty(len(chosen), dtype=self._dtype)
        wire["handle"], wire["mask"], wire["type"] = self._rows["handle"][chosen], self._mask, self._type.value
        wire["value"], wire["status"] = ring["value"][chosen, slots], ring["status"][chosen, slots]
        if self._mask & _SOURCE:
            wire["source"] = ring["source"][chosen, slots]
        if self._mask & _SERVER:
            wire["server"] = ring["server"][chosen, slots]
        return wire.tobytes()
