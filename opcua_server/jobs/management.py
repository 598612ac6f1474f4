"""The job management of the line: its nodes, what its methods do, and its events."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.server.address_space import AttributeValue
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes

from opcua_server.arguments import Argument
from opcua_server.calls import Answer, Caller, Calls, FunctionMethod
from opcua_server.commands import STATUS_OF_REASON, Commands
from opcua_server.data_types import moment
from opcua_server.event_fields import SERVER, base_fields, event_id
from opcua_server.event_filters import Event
from opcua_server.jobs.declarations import (
    JOB_MANAGEMENT_TYPE,
    PROVIDER_METHODS,
    PROVIDER_TYPE,
    PROVIDER_VARIABLES,
    RECEIVER_METHODS,
    RECEIVER_TYPE,
    RECEIVER_VARIABLES,
    STATES,
    STATUS_EVENT_TYPE,
    MethodNode,
    Parameter,
    VariableNode,
)
from opcua_server.jobs.structures import structures
from opcua_server.jobs.translate import Translator
from opcua_server.jobs.types import CompanionNodes
from opcua_server.nodes import Nodes
from opcua_server.publisher import put
from opcua_server.wire import data_value, make_node_id
from twin.host.access import needed
from twin.host.port import Command, PlantEvent, Port
from twin.line.errors import RefusedCommand
from twin.line.signal import Value
from twin.line.text import Text
from twin.run.jobs import JOB_ID, MOST_JOBS, JobReport, JobState

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
_PLAIN = {"String": ua.VariantType.String, "LocalizedText": ua.VariantType.LocalizedText}
_CURRENT_STATE = VariableNode("CurrentState", 0, "LocalizedText", is_array=False)


class JobManagement:
    """JobManagement with JobOrderControl and JobOrderResults below the line."""

    def __init__(self, port: Port, nodes: Nodes, companion: CompanionNodes) -> None:
        self._port, self._nodes, self._companion = port, nodes, companion
        self._translator = Translator(port.description.materials, nodes.language, companion.isa95)
        self._jobs: tuple[JobReport, ...] = ()
        self._stale, self._frames = True, 0
        line = port.description.path
        self._path = f"{line}/JobManagement"
        root = self._object(self._path, nodes.node_id(line), "JobManagement", JOB_MANAGEMENT_TYPE, companion.jobs)
        self.control = self._object(
            f"{self._path}/JobOrderControl", root, "JobOrderControl", RECEIVER_TYPE, companion.isa95
        )
        self.results = self._object(
            f"{self._path}/JobOrderResults", root, "JobOrderResults", PROVIDER_TYPE, companion.isa95
        )
        self._methods: dict[str, ua.NodeId] = {}
        self._places: dict[str, AttributeValue] = {}
        self._add_members(self.control, RECEIVER_METHODS, RECEIVER_VARIABLES)
        self._add_members(self.results, PROVIDER_METHODS, PROVIDER_VARIABLES)
        self._add_current_state()
        event = make_node_id(STATUS_EVENT_TYPE, companion.isa95)
        companion.refer(self.results, ObjectIds.GeneratesEvent, event, ua.NodeClass.ObjectType)

    # Nodes.

    def _object(self, path: str, parent: ua.NodeId, name: str, kind: int, namespace: int) -> ua.NodeId:
        return self._companion.add(
            self._nodes.node_id(path), parent, ObjectIds.HasComponent, ua.QualifiedName(name, self._companion.jobs),
            ua.ObjectAttributes(), ua.NodeClass.Object, make_node_id(kind, namespace),
        )  # fmt: skip

    def _add_members(self, owner: ua.NodeId, methods: Sequence[MethodNode], variables: Sequence[VariableNode]) -> None:
        path = str(owner.Identifier)
        for declared in variables:
            node_id = self._nodes.node_id(f"{path}/{declared.name}")
            self._companion.variable(node_id, owner, declared, self._value(declared.name))
            self._places[declared.name] = self._companion.value_of(node_id)
        for method in methods:
            own = self._nodes.node_id(f"{path}/{method.name}")
            lists = tuple(
                self._nodes.node_id(f"{path}/{method.name}/{name}") for name in ("InputArguments", "OutputArguments")
            )
            self._companion.method(own, owner, method, (lists[0], lists[1]))
            self._methods[method.name] = own

    def _add_current_state(self) -> None:
        """The state of the job that is being made; the receiver is a state machine of its jobs."""
        path = f"{self.control.Identifier!s}/CurrentState"
        node_id = self._nodes.node_id(path)
        for place_id, owner, reference, name, kind, value in (
            (node_id, self.control, ObjectIds.HasComponent, "CurrentState", ObjectIds.FiniteStateVariableType,
             ua.Variant(ua.LocalizedText(), ua.VariantType.LocalizedText)),
            (self._nodes.node_id(f"{path}/Id"), node_id, ObjectIds.HasProperty, "Id", ObjectIds.PropertyType,
             ua.Variant(ua.NodeId(), ua.VariantType.NodeId)),
        ):  # fmt: skip
            data_type = make_node_id(value.VariantType.value)
            attributes = ua.VariableAttributes(Value=value, DataType=data_type, ValueRank=ua.ValueRank.Scalar)
            level: Any = ua.AccessLevel.CurrentRead.mask
            attributes.AccessLevel = attributes.UserAccessLevel = level
            self._companion.add(
                place_id, owner, reference, ua.QualifiedName(name, 0), attributes, ua.NodeClass.Variable,
                make_node_id(kind),
            )  # fmt: skip
            self._places[name] = self._companion.value_of(place_id)

    def _value(self, name: str) -> ua.Variant:
        """What a variable shows now."""
        translate, materials = self._translator, self._port.description.materials
        made: dict[str, Callable[[], ua.Variant]] = {
            "JobOrderList": lambda: _listed([translate.order_and_state(job) for job in self._jobs]),
            "JobOrderResponseList": lambda: _listed([translate.response(job) for job in self._jobs]),
            "WorkMaster": lambda: _listed([]),
            "MaterialDefinitionID": lambda: _texts([material.id for material in materials]),
            "MaxDownloadableJobOrders": lambda: ua.Variant(MOST_JOBS, ua.VariantType.UInt16),
            "CurrentState": lambda: self._current("CurrentState"),
            "Id": lambda: self._current("Id"),
        }
        return made[name]() if name in made else _texts([])

    def _current(self, name: str) -> ua.Variant:
        working = [job for job in self._jobs if job.state is JobState.RUNNING]
        shown = (working or list(self._jobs[-1:]))[:1]
        number = next((state.number for job in shown for state in STATES if state.name == job.state), 0)
        if name == "CurrentState":
            text = shown[0].state.value if shown else ""
            return ua.Variant(ua.LocalizedText(text), ua.VariantType.LocalizedText)
        node_id = make_node_id(number, self._companion.isa95) if number else ua.NodeId()
        return ua.Variant(node_id, ua.VariantType.NodeId)

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
        for name in ("JobOrderList", "JobOrderResponseList", "CurrentState", "Id"):
            await put(self._places[name], data_value(self._value(name), now, wall))

    # Events.

    def note(self, happened: PlantEvent) -> None:
        """Hear of an event of the plant."""
        self._stale = self._stale or happened.job is not None

    def event(self, happened: PlantEvent, run: str) -> Event:
        """The event that tells of a changed job, heard at the line and at the server."""
        job = happened.job
        kind = make_node_id(STATUS_EVENT_TYPE, self._companion.isa95)
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
        above = {SERVER, self._nodes.node_id(description.plant), self._nodes.node_id(description.path)}
        return Event(kind, fields, frozenset(above), happened.time)

    # Methods.

    def offer_methods(self, calls: Calls, commands: Commands) -> None:
        """Let clients call the methods, by the object's own nodes and by those of its type."""
        for owner, methods, doer in (
            (self.control, RECEIVER_METHODS, self._commanding), (self.results, PROVIDER_METHODS, self._answering),
        ):  # fmt: skip
            for method in methods:
                inputs = tuple(map(_argument, method.inputs))
                handler = FunctionMethod(inputs, frozenset({owner}), doer(method, commands))
                for node_id in (self._methods[method.name], make_node_id(method.number, self._companion.isa95)):
                    calls.add(node_id, handler)

    def _commanding(
        self, method: MethodNode, commands: Commands
    ) -> Callable[[ua.NodeId, Sequence[Any], Caller], Awaitable[Answer]]:
        name = COMMAND_OF[method.name]
        orders = method.inputs[0].data_type == "ISA95JobOrderDataType"

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
        self, method: MethodNode, _commands: Commands
    ) -> Callable[[ua.NodeId, Sequence[Any], Caller], Awaitable[Answer]]:
        by_id = method.inputs[0].name == "JobOrderID"

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


def _argument(parameter: Parameter) -> Argument:
    kind = _PLAIN.get(parameter.data_type, ua.VariantType.ExtensionObject)
    text = Text(parameter.name, parameter.name)
    return Argument(parameter.name, kind, text, is_array=parameter.is_array, optional=parameter.is_array)
