"""The line by path: what the routes look up, and what never changes, written out once."""

from functools import cached_property

from api.answers import encoded, wording
from api.problems import UnknownPathError
from api.schemas import AxisOut, FaultOut, LineOut, LinkOut, SignalOut, StationOut, UnitOut
from twin.host.port import Port
from twin.line.description import AxisDescription, FaultDescription, SignalDescription, StationDescription
from twin.line.units import Unit


class Index:
    """The line's description, looked up by path."""

    def __init__(self, port: Port, *, simulator: bool) -> None:
        self.line = port.description
        self._simulator = simulator
        self.station_of: dict[str, StationDescription] = {}
        self.signals: dict[str, SignalDescription] = {}
        for station in self.line.stations:
            for signal in station.signals:
                self.signals[signal.path] = signal
                self.station_of[signal.path] = station

    def signal(self, path: str) -> SignalDescription:
        """The signal at `path`; raises UnknownPathError."""
        signal = self.signals.get(path)
        if signal is None:
            raise UnknownPathError(path)
        return signal

    @cached_property
    def outlines(self) -> dict[str, SignalOut]:
        """Every signal as an answer, by path."""
        return {path: signal_out(signal, self.station_of[path].path) for path, signal in self.signals.items()}

    @cached_property
    def _haystacks(self) -> dict[str, str]:
        return {
            path: f"{path} {signal.meaning.en} {signal.meaning.es} {self.station_of[path].title.en} "
            f"{self.station_of[path].title.es}".casefold()
            for path, signal in self.signals.items()
        }

    def search(self, words: str, station: str | None, kind: str | None) -> list[SignalOut]:
        """The signals that have every word in path or meaning, and stand on `station` and are of `kind` if given."""
        wanted = words.casefold().split()
        return [
            self.outlines[path]
            for path, haystack in self._haystacks.items()
            if all(word in haystack for word in wanted)
            and (station is None or self.station_of[path].path == station)
            and (kind is None or self.signals[path].kind == kind)
        ]

    @cached_property
    def structure(self) -> bytes:
        """The plant's structure as JSON."""
        line = self.line
        return encoded(
            LineOut(
                plant=line.plant,
                site=line.site,
                path=line.path,
                title=wording(line.title),
                stations=[self._station(station) for station in line.stations],
                links=[LinkOut(source=link.source, target=link.target, capacity=link.capacity) for link in line.links],
            )
        )

    def _station(self, station: StationDescription) -> StationOut:
        faults = station.faults if self._simulator else ()
        return StationOut(
            path=station.path,
            name=station.name,
            kind=station.kind,
            area=station.area,
            line=station.line,
            title=wording(station.title),
            signals=[signal.path for signal in station.signals],
            faults=[_fault(fault) for fault in faults],
        )


def _fault(fault: FaultDescription) -> FaultOut:
    return FaultOut(
        name=fault.name,
        code=fault.code,
        meaning=wording(fault.meaning),
        severity=fault.severity,
        cause=wording(fault.cause),
        signature=list(fault.signature),
        response=wording(fault.response),
        sizes=fault.sizes,
    )


def signal_out(signal: SignalDescription, station: str) -> SignalOut:
    """A signal as an answer."""
    return SignalOut(
        path=signal.path,
        name=signal.name,
        station=station,
        index=signal.index,
        length=signal.length,
        kind=signal.kind.value,
        type=signal.value_type.value,
        unit=_unit(signal.unit),
        low=signal.low,
        high=signal.high,
        meaning=wording(signal.meaning),
        states=[wording(state) for state in signal.states],
        axis=_axis(signal.axis),
        period=signal.period,
        writable=signal.writable,
        main=signal.main,
    )


def _unit(unit: Unit | None) -> UnitOut | None:
    return None if unit is None else UnitOut(symbol=unit.symbol, name=wording(unit.name), unece=unit.unece)


def _axis(axis: AxisDescription | None) -> AxisOut | None:
    if axis is None:
        return None
    return AxisOut(
        name=axis.name,
        unit=UnitOut(symbol=axis.unit.symbol, name=wording(axis.unit.name), unece=axis.unit.unece),
        meaning=wording(axis.meaning),
        points=list(axis.points),
    )
