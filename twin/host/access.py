"""Who may do what: roles, the right that each command needs, and the truth that the instructor alone sees.

The session refuses what a user has no right to; gateways only find out who the user is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from twin.host.chaos import CHAOS_COMMANDS
from twin.line.description import SignalDescription
from twin.line.errors import Reason, RefusedCommand
from twin.run.job_states import JOB_COMMANDS


class Role(IntEnum):
    """What somebody is to the plant; a higher role may do all that a lower one may."""

    OBSERVER = 1
    """Reads measured values, alarms, history and reports."""
    OPERATOR = 2
    """Handles alarms and jobs, and changes the set points of daily operation."""
    ENGINEER = 3
    """Changes every set point and takes alarms out of service."""
    INSTRUCTOR = 4
    """Plants faults, controls the clock, and sees the truth."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who has been recognised; the name goes into the journal."""

    name: str
    role: Role


NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
"""What a user's name looks like."""

_NEEDED: Mapping[str, Role] = {
    "write": Role.OPERATOR,
    "acknowledge": Role.OPERATOR,
    "confirm": Role.OPERATOR,
    "comment": Role.OPERATOR,
    "shelve": Role.OPERATOR,
    "unshelve": Role.OPERATOR,
    "enable": Role.ENGINEER,
    "disable": Role.ENGINEER,
    **dict.fromkeys(JOB_COMMANDS, Role.OPERATOR),
    "inject_fault": Role.INSTRUCTOR,
    "clear_fault": Role.INSTRUCTOR,
    "start": Role.INSTRUCTOR,
    "pause": Role.INSTRUCTOR,
    "resume": Role.INSTRUCTOR,
    "set_speed": Role.INSTRUCTOR,
    "step": Role.INSTRUCTOR,
    **dict.fromkeys(CHAOS_COMMANDS, Role.INSTRUCTOR),
}
TRUTH = frozenset({"inject_fault", "clear_fault", *CHAOS_COMMANDS})
"""Commands that tell of a planted cause, or of chaos among clients."""


def needed(command: str, set_point: SignalDescription | None = None) -> Role:
    """The least role that a command needs; `set_point` is what a `write` changes. Unknown ones need the highest."""
    if command == "write" and set_point is not None and set_point.engineering:
        return Role.ENGINEER
    return _NEEDED.get(command, Role.INSTRUCTOR)


def sees_truth(role: Role) -> bool:
    """Whether the role is told planted causes and true values."""
    return role >= Role.INSTRUCTOR


def check_right(user: User, command: str, target: str, set_points: Mapping[str, SignalDescription]) -> None:
    """Raise RefusedCommand when the user may not hand in this command; `set_points` are those of the line by path."""
    least = needed(command, set_points.get(target))
    if user.role < least:
        what = f"{command} {target}".rstrip()
        raise RefusedCommand(
            Reason.NOT_ALLOWED,
            f"{what}: {user.name} is {user.role.name.lower()}, and this needs {least.name.lower()}; log in as one",
        )
