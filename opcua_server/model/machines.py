"""`Objects/Machines`: every station that handles material as a machine (OPC 40001-1), with live values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asyncua import ua
from asyncua.server.address_space import AttributeValue
from asyncua.ua.object_ids import ObjectIds

from opcua_server.data_types import STATUS_CODES, moment
from opcua_server.model.builder import Builder
from opcua_server.model.companions.di import DI
from opcua_server.model.companions.machinery import (
    ITEM_STATE_TYPE,
    ITEM_STATES,
    ITEM_TRANSITIONS,
    MACHINE_IDENTIFICATION_TYPE,
    MACHINERY,
    MACHINES,
    MODE_TRANSITIONS,
    MONITORING_TYPE,
    NOTIFICATIONS_TYPE,
    OPERATION_COUNTER_TYPE,
    OPERATION_MODE_TYPE,
    OPERATION_MODES,
)
from opcua_server.model.components import components_node
from opcua_server.model.declaration import (
    DURATION,
    FOLDER_TYPE,
    HAS_ADD_IN,
    LOCALIZED_TEXT,
    ORGANIZES,
    STRING,
    Id,
    Node,
    core,
    object_node,
    property_node,
)
from opcua_server.model.state_machines import StateMachine, state_nodes
from opcua_server.publisher import put
from opcua_server.wire import data_value
from twin.host.port import Clock, Frame
from twin.line.activity import PACKML_TEXTS, Activity
from twin.line.description import LineDescription, SignalDescription, StationDescription
from twin.line.signal import Kind, ValueType
from twin.line.text import Language, Text
from twin.line.units import CUBIC_METRE, KILOWATT_HOUR

MANUFACTURER = Text("Rajola (virtual machine)", "Rajola (máquina virtual)")
BLOCKS = "MachineryBuildingBlocks"
_CONSUMED = (KILOWATT_HOUR, CUBIC_METRE)
_ITEM_STATE: Mapping[str, str] = {
    "Undefined": "NotAvailable",
    "Execute": "Executing", "Completing": "Executing",
    "Aborting": "OutOfService", "Aborted": "OutOfService", "Clearing": "OutOfService",
}  # fmt: skip
"""From PackML's words; every other one is a machine that could work and does not: NotExecuting."""
_OPERATION_MODE: Mapping[Activity, str] = {
    Activity.SETTING_UP: "Setup", Activity.CLEANING: "Maintenance", Activity.DOWN: "None", Activity.CLOSED: "None",
}  # fmt: skip
"""From what a station is doing; whatever else that is, its mode is Processing."""
_TITLES: Mapping[str, Text] = {
    "NotAvailable": Text("NotAvailable", "No disponible"),
    "OutOfService": Text("OutOfService", "Fuera de servicio"),
    "NotExecuting": Text("NotExecuting", "Sin ejecutar"),
    "Executing": Text("Executing", "Ejecutando"),
    "None": Text("None", "Ninguno"),
    "Maintenance": Text("Maintenance", "Mantenimiento"),
    "Setup": Text("Setup", "Preparación"),
    "Processing": Text("Processing", "Proceso"),
}


@dataclass(frozen=True, slots=True)
class _Declared:
    """A state machine that machines have, and the signal that it follows; a station without it goes without."""

    name: str
    kind: Id
    signal: str
    words: tuple[str, ...]
    """The state for each value of the signal."""
    states: Mapping[str, tuple[int, Id]]
    transitions: Mapping[tuple[str, str], Id]


_STATE_MACHINES = (
    _Declared(
        "MachineryItemState", ITEM_STATE_TYPE, "packml_state",
        tuple(_ITEM_STATE.get(text.en, "NotExecuting") for text in PACKML_TEXTS), ITEM_STATES, ITEM_TRANSITIONS,
    ),
    _Declared(
        "MachineryOperationMode", OPERATION_MODE_TYPE, "activity",
        tuple(_OPERATION_MODE.get(each, "Processing") for each in Activity), OPERATION_MODES, MODE_TRANSITIONS,
    ),
)  # fmt: skip


def machines_of(description: LineDescription) -> tuple[StationDescription, ...]:
    """The stations through which material goes, in the order of the description."""
    linked = {path for link in description.links for path in (link.source, link.target)}
    return tuple(station for station in description.stations if station.path in linked)


@dataclass(slots=True)
class _Shown:
    """A state machine of one machine: the signal that it follows, and the state for each of the signal's values."""

    signal: SignalDescription
    words: tuple[str, ...]
    machine: StateMachine


@dataclass(slots=True)
class Machines:
    """All machines, to be shown with every frame."""

    language: Language
    shown: list[_Shown] = field(default_factory=list)
    powered: list[AttributeValue] = field(default_factory=list)
    cycles: list[tuple[SignalDescription, AttributeValue]] = field(default_factory=list)

    async def show(self, frame: Frame, clock: Clock) -> None:
        """Let the machines be as the frame has it."""
        wall = moment(frame.wall_time)
        for each in self.shown:
            word = each.words[int(frame.values[each.signal.index])]
            await each.machine.show(word, _stamper(each.signal, frame, wall))
        powered = ua.Variant((frame.time - clock.start) / 1000.0, ua.VariantType.Double)
        for place in self.powered:
            await put(place, data_value(powered, moment(frame.time), wall))
        for signal, place in self.cycles:
            count = ua.Variant(max(0, int(frame.values[signal.index])), ua.VariantType.UInt64)
            await put(place, _stamped(count, signal, frame, wall))


def _stamped(value: ua.Variant, signal: SignalDescription, frame: Frame, wall: datetime) -> ua.DataValue:
    source = moment(int(frame.source_time[signal.index]))
    return data_value(value, source, wall, STATUS_CODES[int(frame.status[signal.index])])


def _stamper(signal: SignalDescription, frame: Frame, wall: datetime) -> Callable[[ua.Variant], ua.DataValue]:
    return lambda value: _stamped(value, signal, frame, wall)


class MachineNodes:
    """Adds the nodes of machines; `space` is the namespace of the line, `version` the software's."""

    def __init__(self, builder: Builder, space: str, language: Language, version: str) -> None:
        self._builder = builder
        self._space = space
        self._language: Language = language
        self._version = version

    def add(self, description: LineDescription) -> Machines:
        """Add all machines of a line whose stations are nodes already."""
        machines = Machines(self._language)
        for station in machines_of(description):
            self._add_machine(station, machines)
        return machines

    def _add_machine(self, station: StationDescription, machines: Machines) -> None:
        builder, own = self._builder, Id(self._space, station.path)
        builder.link(MACHINES, ORGANIZES, own)
        blocks = self._id(station, BLOCKS)
        signals = {signal.name: signal for signal in station.signals}
        counter = _cycle_counter(station)
        components = components_node(station, lambda part: self._id(station, part), MANUFACTURER)
        builder.add(
            object_node(
                blocks, BLOCKS, FOLDER_TYPE,
                self._identification(station),
                *(self._state(station, each) for each in _STATE_MACHINES if each.signal in signals),
                self._counters(station, has_cycles=counter is not None),
                self._monitoring(station),
                self._block(station, "Notifications", NOTIFICATIONS_TYPE),
                *([] if components is None else [components]),
                space=MACHINERY,
            ),
            own,
        )  # fmt: skip
        builder.link(own, HAS_ADD_IN, self._id(station, "Identification"))
        self._group_signals(station)
        for alarm in station.alarms:
            condition = Id(self._space, f"{station.path}/alarms/{alarm.name}")
            builder.link(self._id(station, "Notifications"), ORGANIZES, condition)
        for each in _STATE_MACHINES:
            if each.signal in signals:
                part = self._part(station, each.name)
                machine = StateMachine(builder, part, each.states, each.transitions, _TITLES)
                machines.shown.append(_Shown(signals[each.signal], each.words, machine))
        machines.powered.append(builder.value_of(self._id(station, "OperationCounters/PowerOnDuration")))
        if counter is not None:
            place = builder.value_of(self._id(station, "OperationCounters/OperationCycleCounter"))
            machines.cycles.append((counter, place))

    def _id(self, station: StationDescription, name: str) -> Id:
        path = f"{station.path}/{BLOCKS}"
        return Id(self._space, path if name == BLOCKS else f"{path}/{name}")

    def _block(self, station: StationDescription, name: str, kind: Id, *members: Node, space: str = MACHINERY) -> Node:
        return object_node(self._id(station, name), name, kind, *members, space=space, reference=HAS_ADD_IN)

    def _identification(self, station: StationDescription) -> Node:
        def said(space: str, name: str, data_type: Id, value: Any) -> Node:
            id_ = self._id(station, f"Identification/{name}")
            return property_node(id_, name, data_type, space=space, value=value)

        place = station.path.replace("/", ":")
        return self._block(
            station, "Identification", MACHINE_IDENTIFICATION_TYPE,
            said(DI, "Manufacturer", LOCALIZED_TEXT, MANUFACTURER),
            said(DI, "Model", LOCALIZED_TEXT, station.title),
            said(DI, "SerialNumber", STRING, f"virtual-{place}"),
            said(DI, "ProductInstanceUri", STRING, f"urn:rajola:virtual:{place}"),
            said(DI, "SoftwareRevision", STRING, self._version),
            said(DI, "DeviceClass", STRING, station.kind),
            said(DI, "ComponentName", LOCALIZED_TEXT, station.title),
            said(MACHINERY, "Location", STRING, station.path.rpartition("/")[0]),
            space=DI,
        )  # fmt: skip

    def _state(self, station: StationDescription, declared: _Declared) -> Node:
        parts = state_nodes(self._part(station, declared.name))
        return self._block(station, declared.name, declared.kind, *parts)

    def _part(self, station: StationDescription, name: str) -> Callable[[str], Id]:
        """The nodes of a state machine, by the path below it."""
        return lambda part: self._id(station, f"{name}/{part}")

    def _counters(self, station: StationDescription, *, has_cycles: bool) -> Node:
        members = [property_node(self._id(station, "OperationCounters/PowerOnDuration"), "PowerOnDuration", DURATION,
                                 space=DI)]  # fmt: skip
        if has_cycles:
            cycles = self._id(station, "OperationCounters/OperationCycleCounter")
            members.append(property_node(cycles, "OperationCycleCounter", core(ObjectIds.UInt64), space=DI))
        return self._block(station, "OperationCounters", OPERATION_COUNTER_TYPE, *members, space=DI)

    def _monitoring(self, station: StationDescription) -> Node:
        folders = [
            object_node(self._id(station, f"Monitoring/{name}"), name, FOLDER_TYPE, space=MACHINERY)
            for name in ("Status", "Process", "Consumption")
        ]
        return self._block(station, "Monitoring", MONITORING_TYPE, *folders)

    def _group_signals(self, station: StationDescription) -> None:
        """Show the station's signals, which exist once, also in the folders of its monitoring."""
        for signal in station.signals:
            if signal.kind in (Kind.MEASUREMENT, Kind.PROFILE):
                folder = "Process"
            elif signal.kind is Kind.COUNTER and signal.unit in _CONSUMED:
                folder = "Consumption"
            else:
                continue
            self._builder.link(self._id(station, f"Monitoring/{folder}"), ORGANIZES, Id(self._space, signal.path))
        names = {signal.name for signal in station.signals}
        for name in (each.name for each in _STATE_MACHINES if each.signal in names):
            self._builder.link(self._id(station, "Monitoring/Status"), ORGANIZES, self._id(station, name))


def _cycle_counter(station: StationDescription) -> SignalDescription | None:
    counters = (
        signal
        for signal in station.signals
        if signal.kind is Kind.COUNTER and signal.value_type is ValueType.INTEGER and signal.main
    )
    return next(counters, None)
