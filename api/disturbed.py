"""Which disturbances a piece met: those that went on at a station while the piece was there; for the instructor."""

from collections.abc import Sequence
from typing import Any

from api.answers import instant, wording
from api.index import Index
from twin.line.genealogy import Passport, Stage
from twin.line.truth import TruthEntry, TruthKind

_WEIGHT = {TruthKind.FAULT: 0, TruthKind.SENSOR_FAULT: 1, TruthKind.LOT: 2, TruthKind.DRIFT: 3}
"""What is told first; set points come last, as most of them were meant."""
MOST = 12


def reach_of(passport: Passport) -> tuple[int, int] | None:
    """First and last known instant of a piece's life; None when nothing is known."""
    instants = [time for stage in passport.stages for time in (stage.begin, stage.end) if time is not None]
    return (min(instants), max(instants)) if instants else None


def met(passport: Passport, log: Sequence[TruthEntry], index: Index) -> list[dict[str, Any]]:
    """Of all that went on during a piece's life, what it met, the planted and the gravest first."""
    stays = _stays(passport.stages)
    first = min((begin for begin, _ in stays.values()), default=0)
    found = []
    for entry in log:
        begin, end = stays.get(_station(entry, index), (first, first))
        if entry.begin <= end and (entry.end is None or entry.end >= begin):
            found.append(entry)
    found.sort(key=lambda entry: (not entry.planted, _WEIGHT.get(entry.kind, 9), entry.begin))
    return [shown(entry, index) for entry in found[:MOST]]


def _stays(stages: Sequence[Stage]) -> dict[str, tuple[int, int]]:
    """From when to when a piece was at each station; what comes before them, it met when it was begun."""
    return {
        stage.station: (stage.begin or stage.end or 0, stage.end or stage.begin or 0)
        for stage in stages
        if stage.begin is not None or stage.end is not None
    }


def _station(entry: TruthEntry, index: Index) -> str:
    """The station of an entry; that of the signal for an ailment of a sensor."""
    of_signal = index.station_of.get(entry.station)
    return entry.station if of_signal is None else of_signal.path


def shown(entry: TruthEntry, index: Index) -> dict[str, Any]:
    """A disturbance as it is told: where and how long, why, which defects it makes, and in which signals it shows."""
    station = _station(entry, index)
    described = next((each for each in index.line.stations if each.path == station), None)
    faults = [] if described is None else [fault for fault in described.faults if fault.name == entry.name]
    return {
        "cause": entry.cause,
        "kind": entry.kind.value,
        "title": wording(entry.title),
        "station": station,
        "begin": instant(entry.begin),
        "end": None if entry.end is None else instant(entry.end),
        "size": entry.size,
        "planted": entry.planted,
        "details": entry.details,
        "why": wording(faults[0].cause) if faults else None,
        "defects": list(faults[0].defects) if faults else [],
        "signals": _signals(entry, station, faults[0].signature if faults else (), index),
    }


def _signals(entry: TruthEntry, station: str, signature: Sequence[str], index: Index) -> list[str]:
    """Paths of the signals in which it shows."""
    named = signature or (entry.name,)
    found = []
    for name in named:
        tail = f"/{name}" if "/" in name else f"{station}/{name}"
        path = next((path for path in index.signals if path == tail or (path.endswith(tail) and "/" in name)), None)
        if path is not None:
            found.append(path)
    return found
