"""What a scenario lets happen at a time: failures that begin, sensors that fail, and set points that are written."""

from collections.abc import Iterable, Iterator
from typing import Self

from pydantic import Field, model_validator

from plant_models.definition.product import Definition
from twin.line.errors import DefinitionError, RefusedCommand
from twin.line.line import Line
from twin.line.planned import Planned
from twin.line.signal import Value
from twin.line.time import HOUR
from twin.run import commands

LONGEST_H = 8784.0


class Happening(Definition):
    """One thing that happens, and for how long: a failure or a sensor's fault that begins, or a set point written."""

    at_h: float = Field(ge=0, le=LONGEST_H)
    """Plant time since the start of the run [h]."""
    station: str = Field(min_length=1, max_length=300)
    """Name of the station, such as press; where several have it, `line/name`, such as line-2/press."""
    fault: str = ""
    """Failure mode that begins, or with `signal` what ails its sensor, such as stuck; this or `set_point`."""
    signal: str = ""
    """Signal of the station whose sensor fails."""
    size: float = Field(default=1.0, gt=0, le=100)
    """How many times as strong as declared it is [-]."""
    duration_h: float = Field(default=0.0, ge=0, le=720)
    """How long it lasts [h]; 0: until somebody clears it, or to the end of the run."""
    set_point: str = ""
    """Set point that is written."""
    value: float | None = None
    """Value that is written."""
    back_to: float | None = None
    """Value that is written after `duration_h`; unless given, the first one stays."""

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if bool(self.fault) == bool(self.set_point):
            raise ValueError("something that happens has a key fault or a key set_point: write one of them")
        if self.signal and not self.fault:
            raise ValueError('a signal whose sensor fails needs a key fault, such as fault = "stuck"')
        if self.set_point and self.value is None:
            raise ValueError("a set point that is written needs a value: add the key value")
        if self.back_to is not None and not (self.set_point and self.duration_h):
            raise ValueError("back_to belongs to a set point with a duration_h: add it, or leave back_to out")
        return self


def planned(happenings: Iterable[Happening], line: Line, source: str) -> tuple[Planned, ...]:
    """What a line is to do by itself, in order of time; raises DefinitionError naming `source`."""
    found: list[Planned] = []
    for number, happening in enumerate(happenings, start=1):
        place = f"{source}: timeline entry {number}"
        for command in _commands(happening, _path(happening.station, line, place)):
            try:
                commands.check(line, command.name, command.target, command.arguments)
            except RefusedCommand as refusal:
                raise DefinitionError(f"{place}: {refusal}") from None
            found.append(command)
    return tuple(sorted(found, key=lambda command: command.after))


def _commands(happening: Happening, path: str) -> Iterator[Planned]:
    after, lasts = round(happening.at_h * HOUR), round(happening.duration_h * HOUR)
    if happening.fault:
        arguments: dict[str, Value] = {
            "fault": happening.fault,
            "duration_s": happening.duration_h * 3600.0,
            "size": happening.size,
        }
        yield Planned(after, "inject_fault", f"{path}/{happening.signal}" if happening.signal else path, arguments)
        return
    target = f"{path}/{happening.set_point}"
    for instant, value in ((after, happening.value), (after + lasts, happening.back_to)):
        if value is not None:
            yield Planned(instant, "write", target, {"value": value})


def _path(name: str, line: Line, place: str) -> str:
    """The path of the only station whose path ends in `name`."""
    found = [station.path for station in line.stations if f"/{station.path}".endswith(f"/{name}")]
    if len(found) == 1:
        return found[0]
    if found:
        raise DefinitionError(f"{place}: several stations are called {name!r}: {', '.join(found)}; write line/name")
    names = ", ".join(dict.fromkeys(station.name for station in line.stations))
    raise DefinitionError(f"{place}: there is no station {name!r}; stations are: {names}")
