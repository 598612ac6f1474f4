"""Protocol chaos: what an instructor may do to the clients of the OPC UA server, so that theirs learn to come back.

It happens to the connections alone. The plant, its journal and its event log know nothing of it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from twin.line.errors import Reason, RefusedCommand
from twin.line.signal import Value
from twin.line.text import Text

START, END = "start_chaos", "end_chaos"
CHAOS_COMMANDS = frozenset({START, END})
USUAL_S = 10.0
"""How long chaos lasts of which nobody said how long [s of wall time]."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the size of a kind of chaos says, between which limits, and what it is unless somebody says otherwise."""

    meaning: Text
    low: float
    high: float
    usual: float


@dataclass(frozen=True, slots=True)
class ChaosKind:
    """One thing that can happen to clients; `longest` [s of wall time] is 0 for what is done at once."""

    name: str
    meaning: Text
    longest: float = 0.0
    sizes: Sizes | None = None


_HOURS = (0.1, 720.0, 24.0)
KINDS: tuple[ChaosKind, ...] = (
    ChaosKind("drop_subscriptions", Text("All subscriptions end.", "Terminan todas las suscripciones.")),
    ChaosKind("drop_sessions", Text("All sessions end.", "Terminan todas las sesiones.")),
    ChaosKind("drop_connections", Text("All connections break off.", "Se cortan todas las conexiones.")),
    ChaosKind("restart", Text("The server starts again.", "El servidor vuelve a arrancar.")),
    ChaosKind(
        "delay_answers",
        Text("All answers come late.", "Todas las respuestas llegan tarde."),
        600.0,
        Sizes(Text("how late [ms]", "retraso [ms]"), 1.0, 30_000.0, 500.0),
    ),
    ChaosKind(
        "black_hole",
        Text("Connections are taken and nothing is answered.", "Se aceptan las conexiones y no se responde a nada."),
        120.0,
    ),
    ChaosKind(
        "expiring_certificate",
        Text("The server's certificate is about to expire.", "El certificado del servidor está a punto de caducar."),
        600.0,
        Sizes(Text("hours until it expires", "horas hasta que caduca"), *_HOURS),
    ),
    ChaosKind(
        "expired_certificate",
        Text("The server's certificate has expired.", "El certificado del servidor ha caducado."),
        600.0,
        Sizes(Text("hours since it expired", "horas desde que caducó"), *_HOURS),
    ),
    ChaosKind(
        "clock_jump",
        Text("The server's clock is wrong.", "El reloj del servidor va mal."),
        600.0,
        Sizes(Text("how far it is ahead [s]", "cuánto adelanta [s]"), -31_536_000.0, 31_536_000.0, 3600.0),
    ),
)
BY_NAME: Mapping[str, ChaosKind] = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Chaos:
    """What shall happen to clients, from the wall instant `commanded` [microseconds since 1970 UTC] on."""

    kind: str
    """Name of a kind; empty: all chaos ends."""
    duration_s: float
    size: float
    commanded: int

    @property
    def told(self) -> str:
        """It in a few words, as a command."""
        if not self.kind:
            return END
        lasting = f" duration_s {self.duration_s:g}" if self.duration_s else ""
        return f"{START} {self.kind}{lasting}{f' size {self.size:g}' if self.size else ''}"


def chaos_of(command: str, arguments: Mapping[str, Value], now: int) -> Chaos:
    """What a command asks for at wall instant `now`; raises RefusedCommand.

    >>> chaos_of("start_chaos", {"kind": "delay_answers", "size": 200.0}, 0)
    Chaos(kind='delay_answers', duration_s=10.0, size=200.0, commanded=0)
    """
    unknown = sorted(arguments.keys() - ({"kind", "duration_s", "size"} if command == START else set()))
    if unknown:
        raise RefusedCommand(Reason.WRONG_TYPE, f"{command} has no argument {unknown[0]!r}; leave it out")
    if command == END:
        return Chaos("", 0.0, 0.0, now)
    name = arguments.get("kind")
    kind = BY_NAME.get(name) if isinstance(name, str) else None
    if kind is None:
        raise RefusedCommand(
            Reason.UNKNOWN_TARGET, f"there is no chaos of kind {name!r}; kinds are: {', '.join(BY_NAME)}"
        )
    duration = _checked(kind, "duration_s", arguments, 0.0, kind.longest)
    size = 0.0
    if kind.sizes is None:
        _checked(kind, "size", arguments, 0.0, 0.0)
    else:
        size = _checked(kind, "size", arguments, kind.sizes.low, kind.sizes.high) or kind.sizes.usual
    return Chaos(kind.name, duration or min(USUAL_S, kind.longest), size, now)


def _checked(kind: ChaosKind, name: str, arguments: Mapping[str, Value], low: float, high: float) -> float:
    """A number within its limits; 0, which stands for the usual one, is always taken."""
    value = arguments.get(name, 0.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RefusedCommand(Reason.WRONG_TYPE, f"{START} {kind.name}: {name} is no finite number; write one")
    if value and not low <= value <= high:
        limits = (
            f"outside {low:g} to {high:g}; choose within, or 0 for the usual" if high else "not to be chosen; give 0"
        )
        raise RefusedCommand(Reason.OUT_OF_RANGE, f"{START} {kind.name}: {name} = {value:g} is {limits}")
    return float(value)
