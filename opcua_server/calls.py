"""What a client may call: object, method and arguments are checked before anything is done."""

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.status_codes import StatusCodes

from opcua_server.arguments import Argument
from opcua_server.commands import Commands
from opcua_server.simulator import Method
from opcua_server.subscriptions import SessionSubscriptions
from opcua_server.wire import status
from twin.host.access import User
from twin.host.port import Command


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, with the subscriptions of the session."""

    user: User
    own: SessionSubscriptions


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes of a call: its status, those of its arguments when one of them is at fault, and its results."""

    code: int = StatusCodes.Good
    arguments: tuple[int, ...] = ()
    results: list[ua.Variant] = field(default_factory=list)


class Handler(Protocol):
    """What stands behind a method."""

    @property
    def arguments(self) -> Sequence[Argument]:
        """The input arguments."""
        ...

    def owns(self, object_id: ua.NodeId) -> bool:
        """Whether the method can be called on an object."""
        ...

    async def run(self, object_id: ua.NodeId, values: Sequence[Any], caller: Caller) -> Answer:
        """Do it, with arguments of the right number and types."""
        ...


Heard = Callable[[ua.CallMethodRequest, ua.CallMethodResult, Caller], None]


class Calls:
    """The Call service for all methods that have a handler; all others are not executable."""

    def __init__(self, address_space: AddressSpace) -> None:
        self._address_space = address_space
        self._handlers: dict[ua.NodeId, Handler] = {}
        self.audit: Heard = lambda request, result, caller: None

    def add(self, method_id: ua.NodeId, handler: Handler) -> None:
        """Put a handler behind a method, which becomes executable."""
        self._handlers[method_id] = handler
        node = self._address_space.get(method_id)
        for attribute in (AttributeIds.Executable, AttributeIds.UserExecutable):
            if node is not None and attribute in node.attributes:
                node.attributes[attribute].value = ua.DataValue(ua.Variant(True, ua.VariantType.Boolean))

    async def call(self, requests: Sequence[ua.CallMethodRequest], caller: Caller) -> list[ua.CallMethodResult]:
        """One result for each request, in their order: pausing, then stepping, is a sequence."""
        results = []
        for request in requests:
            result = await self._call(request, caller)
            self.audit(request, result, caller)
            results.append(result)
        return results

    async def _call(self, request: ua.CallMethodRequest, caller: Caller) -> ua.CallMethodResult:
        refusal = self._refusal(request)
        if refusal is not None:
            return _result(Answer(refusal))
        handler = self._handlers[request.MethodId]
        given, wanted = request.InputArguments or [], handler.arguments
        if len(given) != len(wanted):
            missing = len(given) < len(wanted)
            return _result(Answer(StatusCodes.BadArgumentsMissing if missing else StatusCodes.BadTooManyArguments))
        verdicts = tuple(_verdict(argument, value) for argument, value in zip(wanted, given, strict=True))
        if any(verdict != StatusCodes.Good for verdict in verdicts):
            return _result(Answer(StatusCodes.BadInvalidArgument, verdicts))
        answer = await handler.run(request.ObjectId, [value.Value for value in given], caller)
        good = status(answer.code).is_good()
        return _result(Answer(answer.code, answer.arguments or (verdicts if good else ()), answer.results))

    def _refusal(self, request: ua.CallMethodRequest) -> int | None:
        if self._address_space.get(request.ObjectId) is None:
            return StatusCodes.BadNodeIdUnknown
        node = self._address_space.get(request.MethodId)
        if node is None or AttributeIds.Executable not in node.attributes:
            return StatusCodes.BadMethodInvalid
        handler = self._handlers.get(request.MethodId)
        if handler is None:
            return StatusCodes.BadNotExecutable
        return None if handler.owns(request.ObjectId) else StatusCodes.BadMethodInvalid


@dataclass(frozen=True, slots=True)
class CommandMethod:
    """A method of one object that hands in the command of the same name."""

    method: Method
    owner: ua.NodeId
    commands: Commands

    @property
    def arguments(self) -> Sequence[Argument]:
        """The input arguments."""
        return self.method.arguments

    def owns(self, object_id: ua.NodeId) -> bool:
        """Whether it is the one object."""
        return object_id == self.owner

    async def run(self, object_id: ua.NodeId, values: Sequence[Any], caller: Caller) -> Answer:
        """Hand the command in."""
        arguments = {argument.name: value for argument, value in zip(self.arguments, values, strict=True)}
        target = "" if self.method.target is None else str(arguments.pop(self.method.target))
        fate = await self.commands.hand_in(Command(self.method.name, target, arguments), caller.user)
        return Answer(fate.value)


@dataclass(frozen=True, slots=True)
class FunctionMethod:
    """A method that is a function; `owners` are the objects it can be called on."""

    arguments: tuple[Argument, ...]
    owners: frozenset[ua.NodeId]
    function: Callable[[ua.NodeId, Sequence[Any], Caller], Awaitable[Answer]]

    def owns(self, object_id: ua.NodeId) -> bool:
        """Whether the object is one of those."""
        return object_id in self.owners

    async def run(self, object_id: ua.NodeId, values: Sequence[Any], caller: Caller) -> Answer:
        """Call the function."""
        return await self.function(object_id, values, caller)


def _verdict(argument: Argument, value: ua.Variant) -> int:
    nothing = value.Value is None and not argument.optional
    if value.VariantType != argument.variant_type or value.is_array != argument.is_array or nothing:
        optional = argument.optional and value.Value is None
        return StatusCodes.Good if optional else StatusCodes.BadTypeMismatch
    if isinstance(value.Value, float) and not math.isfinite(value.Value):
        return StatusCodes.BadOutOfRange
    return StatusCodes.Good


def _result(answer: Answer) -> ua.CallMethodResult:
    return ua.CallMethodResult(
        StatusCode=status(answer.code),
        InputArgumentResults=[status(verdict) for verdict in answer.arguments],
        InputArgumentDiagnosticInfos=[],
        OutputArguments=answer.results,
    )
