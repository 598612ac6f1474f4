"""The shapes of all requests: strict, bounded, and refusing unknown keys."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

PATH = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")]
NAME = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-]{1,64}$")]
NUMBER = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]


class Request(BaseModel):
    """Base of all requests: nothing unknown, nothing converted, every number finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class WriteArguments(Request):
    """What to write."""

    value: NUMBER


class Write(Request):
    """Change a set point."""

    name: Literal["write"]
    target: PATH
    arguments: WriteArguments


class InjectArguments(Request):
    """Which fault, for how long [s of plant time, 0 until cleared], and how many times as strong as usual."""

    fault: NAME
    duration_s: Annotated[float, Field(ge=0.0, le=31_622_400.0, allow_inf_nan=False)] = 0.0
    size: Annotated[float, Field(gt=0.0, le=100.0, allow_inf_nan=False)] = 1.0


class InjectFault(Request):
    """Make a station fail."""

    name: Literal["inject_fault"]
    target: PATH
    arguments: InjectArguments


class ClearArguments(Request):
    """Which fault."""

    fault: NAME


class ClearFault(Request):
    """End an injected fault."""

    name: Literal["clear_fault"]
    target: PATH
    arguments: ClearArguments


class AcknowledgeArguments(Request):
    """What the person says about it."""

    comment: Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")] = ""


class Acknowledge(Request):
    """Acknowledge an alarm; the target is its id."""

    name: Literal["acknowledge"]
    target: PATH
    arguments: AcknowledgeArguments = AcknowledgeArguments()


class Confirm(Request):
    """Confirm that what an alarm told of has been seen to; the target is its id."""

    name: Literal["confirm"]
    target: PATH
    arguments: AcknowledgeArguments = AcknowledgeArguments()


class ShelveArguments(Request):
    """For how long [s of plant time]; 0 until it clears."""

    duration_s: Annotated[float, Field(ge=0.0, le=31_622_400.0, allow_inf_nan=False)] = 0.0


class Shelve(Request):
    """Put an alarm aside for a while; the target is its id."""

    name: Literal["shelve"]
    target: PATH
    arguments: ShelveArguments = ShelveArguments()


class NoArguments(Request):
    """Nothing else to say."""


class Unshelve(Request):
    """Take an alarm back; the target is its id."""

    name: Literal["unshelve"]
    target: PATH
    arguments: NoArguments = NoArguments()


LineCommand = Annotated[
    Write | InjectFault | ClearFault | Acknowledge | Confirm | Shelve | Unshelve, Field(discriminator="name")
]


class StartOrStop(Request):
    """Start the run, pause it or let it go on."""

    action: Literal["start", "pause", "resume"]


class SetSpeed(Request):
    """Set the pace [plant seconds per wall second]."""

    action: Literal["set_speed"]
    factor: Annotated[float, Field(ge=0.01, le=10_000.0, allow_inf_nan=False)]


class Step(Request):
    """While paused, let the plant run for some seconds of plant time."""

    action: Literal["step"]
    seconds: Annotated[float, Field(gt=0.0, le=86_400.0, allow_inf_nan=False)]


class StartChaos(Request):
    """Disturb the clients of the OPC UA server: how, for how long [s of wall time] and how much, 0 being as usual."""

    action: Literal["start"]
    kind: NAME
    duration_s: Annotated[float, Field(ge=0.0, le=3600.0, allow_inf_nan=False)] = 0.0
    size: NUMBER = 0.0


class EndChaos(Request):
    """End all such disturbances."""

    action: Literal["end"]


ChaosCommand = Annotated[StartChaos | EndChaos, Field(discriminator="action")]

ClockCommand = Annotated[StartOrStop | SetSpeed | Step, Field(discriminator="action")]
