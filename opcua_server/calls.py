"""What a client may call: object, method and arguments are checked before a command is handed in."""

import math
from collections.abc import Mapping, Sequence

from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.status_codes import StatusCodes

from opcua_server.commands import Commands
from opcua_server.simulator import Argument, Method
from opcua_server.wire import status
from twin.host.access import User
from twin.host.port import Command


class Calls:
    """The Call service for the methods of one object; all other methods of the address space are not executable."""

    def __init__(
        self,
        address_space: AddressSpace,
        commands: Commands,
        owner: ua.NodeId | None,
        methods: Mapping[ua.NodeId, Method],
    ) -> None:
        self._address_space = address_space
        self._commands = commands
        self._owner = owner
        self._methods = methods

    async def call(self, requests: Sequence[ua.CallMethodRequest], user: User) -> list[ua.CallMethodResult]:
        """One result for each request, in their order: pausing, then stepping, is a sequence."""
        return [await self._call(request, user) for request in requests]

    async def _call(self, request: ua.CallMethodRequest, user: User) -> ua.CallMethodResult:
        refusal = self._refusal(request)
        if refusal is not None:
            return _result(refusal)
        method = self._methods[request.MethodId]
        given = request.InputArguments or []
        if len(given) != len(method.arguments):
            missing = len(given) < len(method.arguments)
            return _result(StatusCodes.BadArgumentsMissing if missing else StatusCodes.BadTooManyArguments)
        verdicts = [_verdict(argument, value) for argument, value in zip(method.arguments, given, strict=True)]
        if any(verdict != StatusCodes.Good for verdict in verdicts):
            return _result(StatusCodes.BadInvalidArgument, verdicts)
        fate = await self._commands.hand_in(_command(method, given), user)
        return _result(fate.value, verdicts if fate.is_good() else ())

    def _refusal(self, request: ua.CallMethodRequest) -> int | None:
        if self._address_space.get(request.ObjectId) is None:
            return StatusCodes.BadNodeIdUnknown
        node = self._address_space.get(request.MethodId)
        if node is None or AttributeIds.Executable not in node.attributes:
            return StatusCodes.BadMethodInvalid
        if request.MethodId not in self._methods:
            return StatusCodes.BadNotExecutable
        return None if request.ObjectId == self._owner else StatusCodes.BadMethodInvalid


def _verdict(argument: Argument, value: ua.Variant) -> int:
    if value.VariantType != argument.variant_type or value.is_array or value.Value is None:
        return StatusCodes.BadTypeMismatch
    if isinstance(value.Value, float) and not math.isfinite(value.Value):
        return StatusCodes.BadOutOfRange
    return StatusCodes.Good


def _command(method: Method, given: Sequence[ua.Variant]) -> Command:
    arguments = {argument.name: value.Value for argument, value in zip(method.arguments, given, strict=True)}
    target = "" if method.target is None else str(arguments.pop(method.target))
    return Command(method.name, target, arguments)


def _result(code: int, verdicts: Sequence[int] = ()) -> ua.CallMethodResult:
    return ua.CallMethodResult(
        StatusCode=status(code),
        InputArgumentResults=[status(verdict) for verdict in verdicts],
        InputArgumentDiagnosticInfos=[],
        OutputArguments=[],
    )
