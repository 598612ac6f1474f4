"""The results of the line's machines: what their nodes show, what the methods answer, and the events."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from asyncua import ua

from opcua_server.arguments import Argument
from opcua_server.calls import Answer, Caller, Calls, FunctionMethod
from opcua_server.data_types import moment
from opcua_server.event_fields import base_fields, event_id
from opcua_server.event_filters import Event, FilterRefused
from opcua_server.languages import translated
from opcua_server.model.builder import Builder, not_yet, variant_type
from opcua_server.model.companions.machinery_result import DATA_TYPES, METHODS, result
from opcua_server.model.declaration import Id, fields_of
from opcua_server.publisher import put
from opcua_server.results.filters import ResultFilter, ordering
from opcua_server.results.nodes import ResultNodes
from opcua_server.results.store import ResultStore
from opcua_server.results.translate import ResultTranslator, meta_variants, result_id
from opcua_server.results.types import ResultTypes, types_of
from opcua_server.subscriptions import SubscriptionsService
from opcua_server.wire import data_value
from twin.host.port import Port
from twin.line.results import Result
from twin.line.text import Text

NO_ERROR, UNKNOWN = 0, -1
"""Errors that the methods return; those of our own are below zero."""
REFRESH_FRAMES = 4
"""Frames after which the line is asked for news."""
_SEVERITY = 100
Function = Callable[[ua.NodeId, Sequence[Any], Caller], Awaitable[Answer]]
_READY = Text("Result {}", "Resultado {}")


class MachineResults:
    """ResultManagement of one machine."""

    def __init__(self, builder: Builder, translator: ResultTranslator, station: str, kept: int) -> None:
        self._builder, self.translator = builder, translator
        self._types = types = translator.types
        self.nodes = ResultNodes(station, types)
        builder.add(self.nodes.tree, self.nodes.blocks)
        self.owner = builder.node_id(self.nodes.owner)
        self.store = ResultStore(kept)
        for node, value in self._shown(translator.nothing()).items():
            builder.value_of(node).value = not_yet(value)

    def add(self, found: Result) -> None:
        """Keep a result that has come."""
        self.store.add(result_id(self._types, found), found)

    async def show(self, wall: datetime) -> None:
        """Let the newest result be what the variables show."""
        newest = self.store.newest
        if newest is None:
            return
        stamp = moment(newest.time)
        for node, value in self._shown(self.translator.data(newest)).items():
            await put(self._builder.value_of(node), data_value(value, stamp, wall))

    def _shown(self, data: Any) -> dict[Id, ua.Variant]:
        """The values of the variables for a result, as ResultDataType."""
        shown = {
            self.nodes.latest: ua.Variant(data, ua.VariantType.ExtensionObject),
            self.nodes.meta_data: ua.Variant(data.ResultMetaData, ua.VariantType.ExtensionObject),
            self.nodes.content: ua.Variant(
                [part.Value for part in data.ResultContent], ua.VariantType.ExtensionObject, is_array=True
            ),
        }
        fields = meta_variants(data.ResultMetaData)
        return shown | {self.nodes.fields[name]: value for name, value in fields.items()}

    async def call(self, method: str, values: Sequence[Any], caller: Caller) -> Answer:
        """Answer a call of one of the methods."""
        match method:
            case "GetResultById":
                return self._answered(self.store.get(str(values[0])), caller)
            case "GetLatestResult":
                return self._answered(self.store.newest, caller)
            case "GetResultIdListFiltered":
                return self._listed(values[0], values[1], int(values[2]), caller)
            case "ReleaseResultHandle":
                return Answer(results=[_error(NO_ERROR if self.store.release(int(values[0])) else UNKNOWN)])
            case _:
                return self._acknowledged(values[0] or [])

    def _answered(self, found: Result | None, caller: Caller) -> Answer:
        if found is None:
            nothing = ua.Variant(ua.ExtensionObject(), ua.VariantType.ExtensionObject)
            return Answer(results=[_handle(0), nothing, _error(UNKNOWN)])
        data = translated(self.translator.data(found), caller.own.language)
        whole = ua.Variant(data, ua.VariantType.ExtensionObject)
        return Answer(results=[_handle(self.store.handle()), whole, _error(NO_ERROR)])

    def _listed(self, asked: Any, criteria: Sequence[Any] | None, most: int, caller: Caller) -> Answer:
        try:
            chosen = ResultFilter(asked, caller.own.language)
            order = ordering(criteria or [])
        except FilterRefused as refusal:
            return Answer(refusal.code)
        fields = {key: meta_variants(self.translator.meta_data(each)) for key, each in self.store}
        keys = [key for key, told in fields.items() if chosen.wants(told)]
        for name in reversed(order):
            keys.sort(key=lambda key: _sortable(fields[key][name].Value))
        listed = ua.Variant(keys[: most or None], ua.VariantType.String, is_array=True)
        return Answer(results=[_handle(self.store.handle()), listed, _error(NO_ERROR)])

    def _acknowledged(self, keys: Sequence[Any]) -> Answer:
        """Tell of every id whether there is such a result; results stay, as others may want them too."""
        errors = [NO_ERROR if self.store.get(str(key)) is not None else UNKNOWN for key in keys]
        worst = min(errors, default=NO_ERROR)
        each = ua.Variant(errors if worst else [], ua.VariantType.Int32, is_array=True)
        return Answer(results=[each, _error(worst)])


class LineResults:
    """The results of all machines of a line; `kept`: of one kind at one machine."""

    def __init__(
        self,
        port: Port,
        builder: Builder,
        subscriptions: SubscriptionsService,
        notifiers: Mapping[str, frozenset[ua.NodeId]],
        kept: int,
    ) -> None:
        self._port, self._builder, self._kept = port, builder, kept
        self._subscriptions, self._notifiers = subscriptions, notifiers
        self._run = port.run.definition_sha256
        self._kinds = [types_of(kind) for kind in port.description.results]
        self._last = {types.kind.name: 0 for types in self._kinds}
        self._machines: dict[str, MachineResults] = {}
        self._frames = 0
        for types in self._kinds:
            builder.add_model(types.model)
            translator = ResultTranslator(types, builder.language)
            translator.classes.register(builder.node_id)
            for station in types.kind.stations:
                self._machines[station] = MachineResults(builder, translator, station, kept)

    def offer_methods(self, calls: Calls) -> None:
        """Let clients call the methods, by the nodes of each machine and by those of their type."""
        machines = {machine.owner: machine for machine in self._machines.values()}
        for name, (number, *_) in METHODS.items():
            nodes = [machine.nodes.methods[name] for machine in machines.values()]
            handler = FunctionMethod(arguments_of(name), frozenset(machines), _calling(machines, name))
            for node in (*nodes, result(number)):
                calls.add(self._builder.node_id(node), handler)

    async def refresh(self) -> None:
        """Now and then, take the results that have come since the last time."""
        self._frames += 1
        if self._frames % REFRESH_FRAMES == 1:
            for types in self._kinds:
                await self._take(types)

    async def _take(self, types: ResultTypes) -> None:
        name, wall = types.kind.name, moment(self._port.frame.wall_time)
        news = await self._port.results(name, self._last[name], self._kept)
        for found in news:
            self._last[name] = found.number
            machine = self._machines[found.station]
            machine.add(found)
            self._tell(types, machine, found)
        for station in dict.fromkeys(found.station for found in news):
            await self._machines[station].show(wall)

    def _tell(self, types: ResultTypes, machine: MachineResults, found: Result) -> None:
        """Tell those who listen; results that come often are heard at their machine alone."""
        heard = self._notifiers[found.station]
        if not types.kind.seldom:
            heard = frozenset(node for node in heard if node.Identifier == found.station)
        if self._subscriptions.watches(heard):
            self._subscriptions.hear(self._event(types, machine, found, heard))

    def _event(self, types: ResultTypes, machine: MachineResults, found: Result, heard: frozenset[ua.NodeId]) -> Event:
        kind, data = self._builder.node_id(types.event.id), machine.translator.data(found)
        key = result_id(types, found)
        message = Text(_READY.en.format(key), _READY.es.format(key))
        fields = base_fields(
            kind, event_id(self._run, "result", key), machine.owner, "ResultManagement", found.time, message, _SEVERITY
        ) | {
            "Result": ua.Variant(data, ua.VariantType.ExtensionObject),
            "Result/ResultMetaData": ua.Variant(data.ResultMetaData, ua.VariantType.ExtensionObject),
        }  # fmt: skip
        for name, value in meta_variants(data.ResultMetaData).items():
            fields[f"Result/ResultMetaData/{name}"] = value
        return Event(kind, fields, heard, found.time)


def arguments_of(name: str) -> tuple[Argument, ...]:
    """The input arguments of a method."""
    fields = fields_of(DATA_TYPES, *METHODS[name][3])
    return tuple(
        Argument(
            each.name, variant_type(each.data_type), Text(each.name, each.name), is_array=each.is_array,
            optional=each.is_array or variant_type(each.data_type) is ua.VariantType.ExtensionObject,
        )
        for each in fields
    )  # fmt: skip


def _calling(machines: Mapping[ua.NodeId, MachineResults], name: str) -> Function:
    async def do(object_id: ua.NodeId, values: Sequence[Any], caller: Caller) -> Answer:
        return await machines[object_id].call(name, values, caller)

    return do


def _handle(number: int) -> ua.Variant:
    return ua.Variant(number, ua.VariantType.UInt32)


def _error(number: int) -> ua.Variant:
    return ua.Variant(number, ua.VariantType.Int32)


def _sortable(value: Any) -> tuple[bool, Any]:
    """A value among others, of which some may not be there."""
    return (False, 0) if value is None else (True, value)
