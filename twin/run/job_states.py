"""In which states a job can be, which command leads from one to another, and what is told of a job.

Plain data: what speaks of jobs needs no line to do it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from twin.line.work_orders import Amount
from twin.run.job_orders import JobOrder

MOST_JOBS = 200
"""Jobs that a line keeps at once; what is done with has to be cleared."""
JOB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
"""What a job order's id looks like."""


class JobState(StrEnum):
    """The states of a job order, in the standard's words."""

    NOT_ALLOWED_TO_START = "NotAllowedToStart"
    ALLOWED_TO_START = "AllowedToStart"
    RUNNING = "Running"
    INTERRUPTED = "Interrupted"
    ENDED = "Ended"
    ABORTED = "Aborted"


class Substate(StrEnum):
    """The states within a state."""

    NONE = ""
    WAITING = "Waiting"
    """Not begun, and its wished start has not come."""
    READY = "Ready"
    """Not begun, and nothing is in the way."""
    HELD = "Held"
    """Interrupted by the line, which goes on with it when it can."""
    SUSPENDED = "Suspended"
    """Interrupted by people."""
    COMPLETED = "Completed"
    """All of it is made that will be."""
    CLOSED = "Closed"
    """All of it has left the line and is counted."""


NOT_BEGUN = frozenset({JobState.NOT_ALLOWED_TO_START, JobState.ALLOWED_TO_START})
BEGUN = frozenset({JobState.RUNNING, JobState.INTERRUPTED})
OVER = frozenset({JobState.ENDED, JobState.ABORTED})
POSSIBLE: Mapping[str, frozenset[JobState]] = {
    "start_job": frozenset({JobState.NOT_ALLOWED_TO_START}),
    "revoke_start_job": frozenset({JobState.ALLOWED_TO_START}),
    "pause_job": frozenset({JobState.RUNNING}),
    "resume_job": frozenset({JobState.INTERRUPTED}),
    "update_job": NOT_BEGUN,
    "stop_job": BEGUN,
    "abort_job": NOT_BEGUN | BEGUN,
    "cancel_job": NOT_BEGUN,
    "clear_job": OVER,
}
"""In which states each command can be given."""
STORING = ("store_job", "store_and_start_job")
ORDERING = (*STORING, "update_job")
"""Commands that say what is to be made."""
REMOVING = ("cancel_job", "clear_job")
NEXT: Mapping[str, JobState] = {
    "store_job": JobState.NOT_ALLOWED_TO_START,
    "store_and_start_job": JobState.ALLOWED_TO_START,
    "start_job": JobState.ALLOWED_TO_START,
    "revoke_start_job": JobState.NOT_ALLOWED_TO_START,
    "pause_job": JobState.INTERRUPTED,
    "resume_job": JobState.INTERRUPTED,
    "stop_job": JobState.ENDED,
    "abort_job": JobState.ABORTED,
}
"""The state that each command leads to; a resumed job runs again when the line takes it up."""
WITHIN: Mapping[str, Substate] = {
    "pause_job": Substate.SUSPENDED,
    "resume_job": Substate.HELD,
    "stop_job": Substate.COMPLETED,
    "abort_job": Substate.NONE,
}
JOB_COMMANDS = (*STORING, *POSSIBLE)
"""All commands on jobs; their target is the job order's id."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """A state that a job took on, and who asked for it with which words; nobody did where the line did it itself."""

    time: int
    state: JobState
    substate: Substate
    command: str = ""
    user: str = ""
    comment: str = ""


@dataclass(slots=True)
class Job:
    """A job order and how far it has come. Times are plant instants [microseconds since 1970 UTC], 0: not yet."""

    order: JobOrder
    state: JobState
    substate: Substate
    begun: int = 0
    """When the line took it up first."""
    ended: int = 0
    """When the last of it was made, or it was stopped or aborted."""
    closed: int = 0
    """When the last of it left the line; from then on its amounts stay the same."""
    history: list[StateChange] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class JobReport:
    """A job as it stands, with what it has come to so far by the plant's own counters and instruments."""

    order: JobOrder
    state: JobState
    substate: Substate
    begun: int
    ended: int
    closed: int
    history: tuple[StateChange, ...]
    amounts: tuple[Amount, ...] = ()
