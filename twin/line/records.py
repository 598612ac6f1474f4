"""The kinds of entries in the event log; every entry is (time, station, sequence, kind, a, b), all whole numbers."""

from enum import IntEnum


class Record(IntEnum):
    """What happened; the numbers are part of the log's format and are never reused."""

    ACTIVITY = 1
    """The station became `a` (an Activity) because of fault `b` (-1: no fault)."""
    ENTERED = 2
    """Token `a` of `b` pieces entered the station."""
    LEFT = 3
    """Token `a` of `b` pieces left the station."""
    MADE = 4
    """The station made token `a` of `b` pieces out of other material."""
    SCRAPPED = 5
    """`b` pieces of token `a` were scrapped."""
    FAULT_BEGAN = 6
    """Failure mode `a` began for the `b`-th time."""
    FAULT_ENDED = 7
    """Failure mode `a` ended for the `b`-th time."""
    ALARM_RAISED = 8
    """Process alarm `a` became active."""
    ALARM_CLEARED = 9
    """Process alarm `a` returned to normal."""
    COMMAND = 10
    """Command with journal sequence `a` (0: of the scenario) was applied; `b` is a digest of what it asked for."""
    METER = 11
    """`b` joules, grams or pieces of meter `a` were counted since the last entry of that meter."""
    ORDER = 12
    """Order `a` began here."""
    BLOCK_CLOSED = 13
    """Tile block `a` left the line for good; `b` is the first half of its columns' digest."""
    LOST = 14
    """An arriving token `a` found no place and was turned away."""
    SENSOR_FAULT_BEGAN = 30
    """A sensor got an ailment for the `b`-th time; `a` is signal times number of ailments plus ailment, by position."""
    SENSOR_FAULT_ENDED = 31
    """A sensor lost an ailment; `a` and `b` as above."""
    INTERVENTION = 32
    """A control loop or an operator wrote set point `a` (position of the signal); `b` is the value's 64 bits."""
    FAULT_ONSET = 15
    """Failure mode `a` showed its first signs for the `b`-th time; its alarm comes with FAULT_BEGAN."""
    ORDER_MADE = 16
    """The last piece of work order `a` has been made here."""
    ORDER_GONE = 17
    """Nothing of work order `a` is inside the line any more; `b` pieces of it were begun."""
    ORDER_LEFT = 18
    """This station goes on with another order before work order `a` is made; `b` pieces of it were begun here."""
