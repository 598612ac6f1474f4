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
    "slack": "f8",
    "early": "f8",  # when it may sample next: due less slack; never while it does not sample
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
        self._soonest = -np.inf
        self._waiting: int | None = 0
        self._forget_shape()

    def _forget_shape(self) -> None:
        """Find out anew what all items have in common."""
        self._picked: slice | Rows | None = None
        self._soonest = -np.inf
        self._waiting = None
        self._plain = False
        self._wire: NDArray[np.void] = np.empty(0, dtype=self._dtype)

    def _learn_shape(self) -> "slice | Rows":
        """Where the values of all items stand in a frame: a slice if they follow each other."""
        rows = self._rows
        places: Rows = rows["place"]
        first, count = (int(places[0]) if len(places) else 0), len(places)
        in_order = bool((places == np.arange(first, first + count)).all())
        on_value = rows["trigger"] == ua.DataChangeTrigger.StatusValue.value
        self._plain = bool(((rows["width"] < 0.0) & on_value).all())
        self._wire = np.zeros(count, dtype=self._dtype)
        self._wire["handle"], self._wire["mask"], self._wire["type"] = rows["handle"], self._mask, self._type.value
        self._picked = slice(first, first + count) if in_order else places
        return self._picked

    # Items come and go.

    def add(self, items: "list[MonitoredItem]", now: float) -> None:
        """Take items whose queues are empty; each reports its value with the next sample."""
        first = len(self.items)
        self.items.extend(items)
        rows = _columns(_STATE, (len(items),))
        rows["status"][:], rows["early"][:] = NEVER_SENT, now
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
            "slack": min(_SLACK_S, item.interval_s / 2.0),
            "keep_newest": item.discard_oldest,
            "sampling": item.mode != ua.MonitoringMode.Disabled,
            "reporting": item.mode == ua.MonitoringMode.Reporting,
            "size": item.queue_size,
        }
        if not news["sampling"]:
            news |= {"count": 0, "status": NEVER_SENT, "early": np.inf}
        elif not rows["sampling"][row]:
            news["early"] = min(0.0, float(rows["early"][row]))
        for name, value in news.items():
            rows[name][row] = value
        self._forget_shape()
        surplus = max(0, int(rows["count"][row]) - item.queue_size)
        rows["count"][row] -= surplus
        if item.discard_oldest:
            rows["head"][row] = (rows["head"][row] + surplus) % self._capacity

    def remove(self, items: "set[MonitoredItem]") -> None:
        """Let items go, with what they have not sent."""
        keep = np.array([item not in items for item in self.items], dtype=bool)
        self.items = [item for item in self.items if item not in items]
        self._forget_shape()
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
        for name in ("value", "status", "source", "early", "count"):
            self._rows[name][item.row] = state[name]
        for name, column in queue.items():
            self._ring[name][item.row, :count] = column

    def resend(self) -> None:
        """Let every item report its value with the next sample, whether it changed or not."""
        self._rows["status"][:] = NEVER_SENT
        self._rows["early"][self._rows["sampling"]] = 0.0
        self._soonest = -np.inf

    # Values come.

    @property
    def _capacity(self) -> int:
        """Places in each ring."""
        return int(self._ring["value"].shape[1])

    @property
    def has_late(self) -> bool:
        """Whether some item has not sampled the newest frame yet, because its interval was not over."""
        return self._due_early

    def take(self, shown: SignalValues, now: float, *, again: bool = False) -> None:
        """Sample the newest frame for all items that are due at `now` [s of the event loop's clock].

        `again`: the frame has been there before.
        """
        if now < self._soonest:
            # Nothing samples yet; whether this frame has news is found out when something does.
            self._due_early = True
            return
        rows = self._rows
        picked = self._learn_shape() if self._picked is None else self._picked
        values, codes, ticks = shown.values[picked], shown.codes[picked], shown.ticks[picked]
        changed = self._changed(values, codes, ticks)
        if again and not changed.any():
            self._due_early = False
            return
        due = rows["early"] <= now
        following = rows["early"] + rows["interval"]
        late = following + rows["slack"] < now
        if late.any():
            following = np.where(late, now + rows["interval"] - rows["slack"], following)
        if due.all():
            rows["early"], self._due_early = following, False
        else:
            self._due_early = bool((changed & ~due & rows["sampling"]).any())
            rows["early"] = np.where(due, following, rows["early"])
            changed &= due
        self._soonest = float(rows["early"].min(initial=np.inf))
        chosen = np.flatnonzero(changed)
        if not len(chosen):
            return
        if len(chosen) == len(self.items):
            self._queue(slice(None), chosen, values, ticks, codes, shown.server_ticks)
        else:
            self._queue(chosen, chosen, values[chosen], ticks[chosen], codes[chosen], shown.server_ticks)

    def _changed(
        self, values: NDArray[np.float64], codes: NDArray[np.uint32], ticks: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        rows = self._rows
        sent = rows["value"]
        moved: NDArray[np.bool_] = values != sent
        if not self._plain:
            width = rows["width"]
            with np.errstate(invalid="ignore"):
                moved = np.where(width < 0.0, moved, ~(np.abs(values - sent) <= width))
        unknown = np.isnan(values)
        if unknown.any():
            moved &= ~(unknown & np.isnan(sent))
        news: NDArray[np.bool_] = codes != rows["status"]
        if self._plain:
            return news | moved
        on_value = rows["trigger"] >= ua.DataChangeTrigger.StatusValue.value
        on_time = rows["trigger"] == ua.DataChangeTrigger.StatusValueTimestamp.value
        news |= (on_value & moved) | (on_time & (ticks != rows["source"]))
        return news

    def _queue(
        self,
        which: "slice | Rows",
        chosen: Rows,
        values: NDArray[np.float64],
        ticks: NDArray[np.int64],
        codes: NDArray[np.uint32],
        server_ticks: int,
    ) -> None:
        """Queue a value for each of the `chosen` rows; `which` names the same rows, all of them as a slice."""
        rows = self._rows
        for name, news in (("value", values), ("status", codes), ("source", ticks)):
            rows[name][which] = news
        self._waiting = None
        self._make_room(which)
        count = rows["count"][which]
        full = count >= rows["size"][which]
        if full.any():
            count, codes = self._lose(chosen, full, count - full, codes)
        if self._capacity == 1:
            place: Any = (which, 0)
        else:
            place = (chosen, (rows["head"][which] + count) % self._capacity)
        for name, news in (("value", values), ("source", ticks), ("status", codes)):
            self._ring[name][place] = news
        self._ring["server"][place] = server_ticks
        rows["count"][which] = count + 1

    def _lose(
        self, chosen: Rows, full: NDArray[np.bool_], count: NDArray[np.int64], codes: NDArray[np.uint32]
    ) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Drop the oldest value of full queues, or let the new one replace the newest, and mark where one was lost."""
        rows = self._rows
        several = rows["size"][chosen] > 1
        oldest_goes = full & rows["keep_newest"][chosen]
        rows["head"][chosen] = (rows["head"][chosen] + oldest_goes) % self._capacity
        marked = chosen[oldest_goes & several]
        self._ring["status"][marked, rows["head"][marked]] |= np.uint32(OVERFLOW)
        newest_goes = full & ~oldest_goes & several
        return count, np.where(newest_goes, codes | np.uint32(OVERFLOW), codes)

    def _make_room(self, which: "slice | Rows") -> None:
        """Lengthen the rings when a queue that is not full needs it."""
        capacity, rows = self._capacity, self._rows
        wanted = int(np.minimum(rows["count"][which] + 1, rows["size"][which]).max())
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
        if self._waiting is None:
            rows = self._rows
            self._waiting = int(rows["count"].sum(where=rows["reporting"]))
        return self._waiting

    def encoded(self, limit: int) -> tuple[bytes, int]:
        """At most `limit` notifications as they go over the wire, the oldest of each item first; and how many."""
        rows = self._rows
        ready = np.where(rows["reporting"], rows["count"], 0)
        most = int(ready.max(initial=0))
        if not most:
            return b"", 0
        capacity, parts, sent = self._capacity, [], 0
        taken = np.zeros(len(self.items), dtype=np.int64)
        for turn in range(most):
            chosen = np.flatnonzero(ready > turn)[: limit - sent]
            if not len(chosen):
                break
            slots = (rows["head"][chosen] + turn) % capacity
            parts.append(self._bytes(chosen, slots))
            taken[chosen] += 1
            sent += len(chosen)
        self._waiting = None
        rows["head"] = (rows["head"] + taken) % capacity
        rows["count"] -= taken
        return b"".join(parts), sent

    def _bytes(self, chosen: Rows, slots: NDArray[np.int64]) -> bytes:
        if self._picked is None:
            self._learn_shape()
        place: Any = (chosen, slots)
        if len(chosen) == len(self.items):
            wire = self._wire
            if self._capacity == 1:
                place = (slice(None), 0)
        else:
            wire = self._wire[chosen]
        wire["value"], wire["status"] = self._ring["value"][place], self._ring["status"][place]
        if self._mask & _SOURCE:
            wire["source"] = self._ring["source"][place]
        if self._mask & _SERVER:
            wire["server"] = self._ring["server"][place]
        return wire.tobytes()
