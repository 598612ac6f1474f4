"""The job management of the line: what its nodes show, what its methods do, and its events."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.ua.status_codes import StatusCodes

from opcua_server.address_space import NAMESPACE
from opcua_server.arguments import Argument
from opcua_server.calls import Answer, Caller, Calls, FunctionMethod
from opcua_server.commands import STATUS_OF_REASON, Commands
from opcua_server.data_types import moment
from opcua_server.event_fields import SERVER, base_fields, event_id
from opcua_server.event_filters import Event
from opcua_server.jobs.nodes import EVENT_TYPE, STATE_TITLES, JobNodes
from opcua_server.jobs.translate import Translator, structures
from opcua_server.model.builder import Builder, variant_type
from opcua_server.model.companions.job_control import (
    DATA_TYPES,
    PROVIDER_METHODS,
    RECEIVER_METHODS,
    STATES,
    STATUS_EVENT_TYPE,
    TRANSITIONS,
    Method,
    job_control,
)
from opcua_server.model.declaration import Field, Id, fields_of
from opcua_server.model.state_machines import StateMachine
from opcua_server.publisher import put
from opcua_server.wire import data_value
from twin.host.access import needed
from twin.host.port import Command, PlantEvent, Port
from twin.line.errors import RefusedCommand
from twin.line.signal import Value
from twin.line.text import Text
from twin.run.job_states import JOB_ID, MOST_JOBS, JobReport, JobState

COMMAND_OF: Mapping[str, str] = {
    "Store": "store_job", "StoreAndStart": "store_and_start_job", "Start": "start_job", "Stop": "stop_job",
    "Pause": "pause_job", "Resume": "resume_job", "Update": "update_job", "Abort": "abort_job",
    "Cancel": "cancel_job", "Clear": "clear_job", "RevokeStart": "revoke_start_job",
}  # fmt: skip
"""The command that each method hands in."""
NO_ERROR, UNKNOWN_ID, WRONG_STATUS, NOT_ACCEPTED, INVALID = 1 << 0, 1 << 1, 1 << 3, 1 << 4, 1 << 32
"""Bits of a method's ReturnStatus (OPC 10031-4, B.2); one that is refused answers with Uncertain."""
REFRESH_FRAMES = 40
"""Frames after which the amounts of running jobs are read again."""
_RETURNED = {
    StatusCodes.BadNotFound: UNKNOWN_ID,
    StatusCodes.BadInvalidState: WRONG_STATUS,
    StatusCodes.BadOutOfRange: NOT_ACCEPTED,
    StatusCodes.BadTypeMismatch: NOT_ACCEPTED,
    StatusCodes.BadNotSupported: INVALID,
}
_LISTS = ("JobOrderList", "JobOrderResponseList")
"""Variables that change."""


class JobManagement:
    """JobManagement with JobOrderControl and JobOrderResults below the line."""

    def __init__(self, port: Port, builder: Builder) -> None:
        self._port, self._builder = port, builder
        self._event_type = builder.add(EVENT_TYPE, STATUS_EVENT_TYPE)
        index = builder.node_id(STATUS_EVENT_TYPE).NamespaceIndex
        self._translator = Translator(port.description.materials, builder.language, index)
        self._jobs: tuple[JobReport, ...] = ()
        self._shown_job = ""
        self._stale, self._frames = True, 0
        self._nodes = nodes = JobNodes(port.description.path)
        builder.add(nodes.tree, Id(NAMESPACE, port.description.path))
        self.control, self.results = builder.node_id(nodes.control), builder.node_id(nodes.results)
        self._places = {name: builder.value_of(node) for name, node in nodes.variables.items()}
        for name, place in self._places.items():
            place.value = data_value(self._value(name), moment(port.frame.time), datetime.now(UTC))
        self._state = StateMachine(builder, nodes.part, STATES, TRANSITIONS, STATE_TITLES)

    def _value(self, name: str) -> ua.Variant:
        """What a variable shows now."""
        translate, materials = self._translator, self._port.description.materials
        made: dict[str, Callable[[], ua.Variant]] = {
            "JobOrderList": lambda: _listed([translate.order_and_state(job) for job in self._jobs]),
            "JobOrderResponseList": lambda: _listed([translate.response(job) for job in self._jobs]),
            "WorkMaster": lambda: _listed([]),
            "MaterialDefinitionID": lambda: _texts([material.id for material in materials]),
            "MaxDownloadableJobOrders": lambda: ua.Variant(MOST_JOBS, ua.VariantType.UInt16),
        }
        return made[name]() if name in made else _texts([])

    async def refresh(self) -> None:
        """Show jobs as they are, when one has changed or has been worked on for a while."""
        self._frames += 1
        working = any(job.begun and not job.closed for job in self._jobs)
        if self._stale or (working and self._frames >= REFRESH_FRAMES):
            self._stale, self._frames = False, 0
            await self._read()

    async def _read(self) -> None:
        self._jobs = tuple(await self._port.jobs())
        now, wall = moment(self._port.frame.time), datetime.now(UTC)
        for name in _LISTS:
            await put(self._places[name], data_value(self._value(name), now, wall))
        shown = next((job for job in self._jobs if job.state is JobState.RUNNING), None)
        shown = shown or (self._jobs[-1] if self._jobs else None)
        state, name = ("", "") if shown is None else (shown.state.value, shown.order.id)
        same, self._shown_job = name == self._shown_job, name
        await self._state.show(state, lambda value: data_value(value, now, wall), same=same)

    # Events.

    def note(self, happened: PlantEvent) -> None:
        """Hear of an event of the plant."""
        self._stale = self._stale or happened.job is not None

    def event(self, happened: PlantEvent, run: str) -> Event:
        """The event that tells of a changed job, heard at the line and at the server."""
        job = happened.job
        kind = self._event_type
        identifier = event_id(run, "job", happened.time, happened.number)
        fields = base_fields(
            kind, identifier, self.results, "JobOrderResults", happened.time, happened.message, happened.severity
        )
        if job is not None:
            fields |= {
                "JobOrder": ua.Variant(self._translator.order(job), ua.VariantType.ExtensionObject),
                "JobState": ua.Variant(self._translator.states(job), ua.VariantType.ExtensionObject, is_array=True),
                "JobResponse": ua.Variant(self._translator.response(job), ua.VariantType.ExtensionObject),
            }
        description = self._port.description
        levels = (Id(NAMESPACE, path) for path in (description.plant, description.path))
        above = {SERVER, *map(self._builder.node_id, levels)}
        return Event(kind, fields, frozenset(above), happened.time)

    # Methods.

    def offer_methods(self, calls: Calls, commands: Commands) -> None:
        """Let clients call the methods, by the object's own nodes and by those of its type."""
        for owner, methods, doer in (
            (self.control, RECEIVER_METHODS, self._commanding), (self.results, PROVIDER_METHODS, self._answering),
        ):  # fmt: skip
            for method in methods:
                inputs = tuple(map(_argument, fields_of(DATA_TYPES, *method.inputs)))
                handler = FunctionMethod(inputs, frozenset({owner}), doer(method, commands))
                for node in (self._nodes.methods[method.name], job_control(method.number)):
                    calls.add(self._builder.node_id(node), handler)

    def _commanding(
        self, method: Method, commands: Commands
    ) -> Callable[[ua.NodeId, Sequence[Any], Caller], Awaitable[Answer]]:
        name = COMMAND_OF[method.name]
        orders = method.inputs[0].endswith(" ISA95JobOrderDataType")

        async def do(_object_id: ua.NodeId, values: Sequence[Any], caller: Caller) -> Answer:
            if caller.user.role < needed(name):
                return Answer(StatusCodes.BadUserAccessDenied)
            comment = next((text.Text or "" for text in values[1] or []), "")
            target, arguments = values[0], {"comment": comment}
            if orders:
                if not isinstance(target, structures.ISA95JobOrderDataType):
                    return Answer(StatusCodes.BadInvalidArgument, (StatusCodes.BadTypeMismatch, StatusCodes.Good))
                try:
                    asked: dict[str, Value] = self._translator.arguments(target, comment)
                except RefusedCommand as refusal:
                    return _refused(STATUS_OF_REASON[refusal.reason])
                target = target.JobOrderID
            else:
                asked = dict(arguments)
            if not isinstance(target, str) or not JOB_ID.fullmatch(target):
                return _refused(StatusCodes.BadOutOfRange if orders else StatusCodes.BadNotFound)
            fate = await commands.hand_in(Command(name, target, asked), caller.user)
            await self._read()
            if fate.is_good():
                return Answer(fate.value, results=[ua.Variant(NO_ERROR, ua.VariantType.UInt64)])
            storing = name in ("store_job", "store_and_start_job")
            return _refused(StatusCodes.BadOutOfRange if storing and fate.value in _RETURNED else fate.value)

        return do

    def _answering(
        self, method: Method, _commands: Commands
    ) -> Callable[[ua.NodeId, Sequence[Any], Caller], Awaitable[Answer]]:
        by_id = method.inputs[0].startswith("JobOrderID ")

        async def do(_object_id: ua.NodeId, values: Sequence[Any], _caller: Caller) -> Answer:
            await self._read()
            if by_id:
                found = next((job for job in self._jobs if job.order.id == values[0]), None)
                if found is None:
                    nothing = structures.ISA95JobResponseDataType()
                    return _answered(StatusCodes.Uncertain, nothing, UNKNOWN_ID)
                return _answered(StatusCodes.Good, self._translator.response(found), NO_ERROR)
            wanted = [each for each in values[0] or [] if isinstance(each, structures.ISA95StateDataType)]
            if not wanted or len(wanted) != len(values[0]):
                return _answered(StatusCodes.Uncertain, [], WRONG_STATUS)
            numbers = [_key(each) for each in wanted]
            matching = [
                self._translator.response(job)
                for job in self._jobs
                if set(numbers) <= {_key(each) for each in self._translator.states(job)}
            ]
            return _answered(StatusCodes.Good, matching, NO_ERROR)

        return do


def _listed(found: list[Any]) -> ua.Variant:
    return ua.Variant(found, ua.VariantType.ExtensionObject, is_array=True)


def _texts(found: list[str]) -> ua.Variant:
    return ua.Variant(found, ua.VariantType.String, is_array=True)


def _key(state: Any) -> tuple[tuple[str, ...], int]:
    """A state by where it stands and its number."""
    elements = state.BrowsePath.Elements or [] if state.BrowsePath is not None else []
    return tuple(str(each.TargetName.Name) for each in elements), int(state.StateNumber)


def _refused(code: int) -> Answer:
    """A refusal of the plant: Uncertain, so that the reason can be told; others keep their code."""
    bits = _RETURNED.get(code)
    if bits is None:
        return Answer(code)
    return Answer(StatusCodes.Uncertain, results=[ua.Variant(bits, ua.VariantType.UInt64)])


def _answered(code: int, found: Any, bits: int) -> Answer:
    response = ua.Variant(found, ua.VariantType.ExtensionObject, is_array=isinstance(found, list))
    return Answer(code, results=[response, ua.Variant(bits, ua.VariantType.UInt64)])


def _argument(field: Field) -> Argument:
    kind = variant_type(field.data_type)
    return Argument(field.name, kind, Text(field.name, field.name), is_array=field.is_array, optional=field.is_array)
