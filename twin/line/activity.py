"""What a station is doing, in one list of words from which every view (PackML, time model, page) is derived."""

from enum import IntEnum

from twin.line.text import Text


class Activity(IntEnum):
    """The present occupation of a station; the numbers are part of the event log's format."""

    IDLE = 0
    PRODUCING = 1
    STARVED = 2
    BLOCKED = 3
    SETTING_UP = 4
    CLEANING = 5
    DOWN = 6
    MICRO_STOP = 7
    CLOSED = 8


ACTIVITY_TEXTS: tuple[Text, ...] = (
    Text("idle", "inactiva"),
    Text("producing", "produciendo"),
    Text("starved", "sin material"),
    Text("blocked", "bloqueada"),
    Text("changeover", "cambio de formato o de modelo"),
    Text("cleaning", "limpieza"),
    Text("breakdown", "avería"),
    Text("micro-stop", "microparo"),
    Text("no shift", "sin turno"),
)

PACKML_TEXTS: tuple[Text, ...] = tuple(
    Text(word, word)
    for word in (
        "Undefined", "Clearing", "Stopped", "Starting", "Idle", "Suspended", "Execute", "Stopping", "Aborting",
        "Aborted", "Holding", "Held", "Unholding", "Suspending", "Unsuspending", "Resetting", "Completing", "Complete",
    )
)  # fmt: skip

PACKML_STATE: dict[Activity, int] = {
    Activity.IDLE: 4,
    Activity.PRODUCING: 6,
    Activity.STARVED: 5,
    Activity.BLOCKED: 5,
    Activity.SETTING_UP: 15,
    Activity.CLEANING: 2,
    Activity.DOWN: 9,
    Activity.MICRO_STOP: 11,
    Activity.CLOSED: 2,
}
"""Position in PACKML_TEXTS: starved and blocked are Suspended (the cause is outside), a micro-stop is Held."""
