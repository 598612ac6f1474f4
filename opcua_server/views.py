"""Browse and TranslateBrowsePathsToNodeIds (OPC 10000-4, 5.9): which references a node has, and where a path ends."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.address_space import AddressSpace
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes

from opcua_server.settings import Settings
from opcua_server.wire import make_node_id, status

AT_ONCE = 20
"""Nodes or paths that are looked at before everybody else has a turn."""
_HAS_SUBTYPE = make_node_id(ObjectIds.HasSubtype)
_WHOLE = 0x3F
_WITHIN = 0xFFFF_FFFF
"""RemainingPathIndex of a path that ends on this server."""
# What each bit of a BrowseResultMask leaves out when it is not set.
_LEFT_OUT: dict[int, dict[str, Any]] = {
    0x01: {"ReferenceTypeId": ua.NodeId()},
    0x02: {"IsForward": False},
    0x04: {"NodeClass": ua.NodeClass.Unspecified},
    0x08: {"BrowseName": ua.QualifiedName()},
    0x10: {"DisplayName": ua.LocalizedText()},
    0x20: {"TypeDefinition": ua.ExpandedNodeId()},
}


class Views:
    """The references of the address space, which does not change while it is served."""

    def __init__(self, address_space: AddressSpace, settings: Settings) -> None:
        self._address_space, self._settings = address_space, settings
        self._kinds: dict[tuple[ua.NodeId, bool], frozenset[ua.NodeId] | None] = {}

    async def browse(self, params: ua.BrowseParameters) -> list[ua.BrowseResult]:
        """All references of the nodes that are asked for; raises ServiceError when they are too many."""
        if not params.View.ViewId.is_null():
            raise ServiceError(StatusCodes.BadViewIdUnknown)
        results: list[ua.BrowseResult] = []
        references = 0
        for number, description in enumerate(params.NodesToBrowse, start=1):
            results.append(found := self._browse(description))
            references += len(found.References)
            if references > self._settings.references_per_answer:
                raise ServiceError(StatusCodes.BadResponseTooLarge)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        return results

    def _browse(self, wanted: ua.BrowseDescription) -> ua.BrowseResult:
        node = self._address_space.get(wanted.NodeId)
        if node is None:
            return ua.BrowseResult(StatusCode=status(StatusCodes.BadNodeIdUnknown))
        if wanted.BrowseDirection not in tuple(ua.BrowseDirection)[:3]:
            return ua.BrowseResult(StatusCode=status(StatusCodes.BadBrowseDirectionInvalid))
        if not self._is_reference_type(wanted.ReferenceTypeId):
            return ua.BrowseResult(StatusCode=status(StatusCodes.BadReferenceTypeIdInvalid))
        kinds = self._kinds_of(wanted.ReferenceTypeId, subtypes=bool(wanted.IncludeSubtypes))
        both, forward = wanted.BrowseDirection == ua.BrowseDirection.Both, wanted.BrowseDirection == 0
        found = [
            reference
            for reference in node.references
            if (both or reference.IsForward is forward)
            and (kinds is None or reference.ReferenceTypeId in kinds)
            and (not wanted.NodeClassMask or wanted.NodeClassMask & reference.NodeClass)
        ]
        left_out = _left_out(int(wanted.ResultMask))
        return ua.BrowseResult(References=[replace(each, **left_out) for each in found] if left_out else found)

    def _is_reference_type(self, node_id: ua.NodeId) -> bool:
        if node_id.is_null():
            return True
        kind = self._address_space.read_attribute_value(node_id, AttributeIds.NodeClass).Value
        return kind is not None and kind.Value == ua.NodeClass.ReferenceType

    def _kinds_of(self, node_id: ua.NodeId, *, subtypes: bool) -> frozenset[ua.NodeId] | None:
        """The types of references that are asked for; None: all."""
        if node_id.is_null():
            return None
        known = self._kinds.get((node_id, subtypes))
        if known is None:
            found, waiting = {node_id}, [node_id] if subtypes else []
            while waiting:
                node = self._address_space.get(waiting.pop())
                below = [
                    reference.NodeId
                    for reference in (node.references if node is not None else ())
                    if reference.IsForward and reference.ReferenceTypeId == _HAS_SUBTYPE
                ]
                waiting += [each for each in below if each not in found]
                found.update(below)
            known = self._kinds[node_id, subtypes] = frozenset(found)
        return known

    async def translate(self, paths: Sequence[ua.BrowsePath]) -> list[ua.BrowsePathResult]:
        """The nodes at the ends of the paths."""
        results = []
        for number, path in enumerate(paths, start=1):
            results.append(self._translate(path))
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        return results

    def _translate(self, path: ua.BrowsePath) -> ua.BrowsePathResult:
        steps = path.RelativePath.Elements or []
        if not steps:
            return _refused(StatusCodes.BadNothingToDo)
        if len(steps) > self._settings.path_elements:
            return _refused(StatusCodes.BadTooManyMatches)
        if self._address_space.get(path.StartingNode) is None:
            return _refused(StatusCodes.BadNodeIdUnknown)
        if any(step.TargetName is None or not step.TargetName.Name for step in steps):
            return _refused(StatusCodes.BadBrowseNameInvalid)
        # Each node once, however many ways lead to it: the ways may double with every step.
        here = {path.StartingNode: True}
        for step in steps:
            here = {target: True for node_id in here for target in self._one_step(node_id, step)}
        if not here:
            return _refused(StatusCodes.BadNoMatch)
        ends: list[Any] = [[node_id, _WITHIN] for node_id in here]
        return ua.BrowsePathResult(Targets=[ua.BrowsePathTarget(*end) for end in ends])

    def _one_step(self, node_id: ua.NodeId, step: ua.RelativePathElement) -> list[ua.NodeId]:
        node = self._address_space.get(node_id)
        kinds = self._kinds_of(step.ReferenceTypeId, subtypes=bool(step.IncludeSubtypes))
        return [
            reference.NodeId
            for reference in (node.references if node is not None else ())
            if reference.BrowseName == step.TargetName
            and reference.IsForward is not bool(step.IsInverse)
            and (kinds is None or reference.ReferenceTypeId in kinds)
        ]


def _left_out(mask: int) -> dict[str, Any]:
    """What a result mask leaves out of each reference, by field."""
    if mask & _WHOLE == _WHOLE:
        return {}
    return {name: value for bit, fields in _LEFT_OUT.items() if not mask & bit for name, value in fields.items()}


def _refused(code: int) -> ua.BrowsePathResult:
    return ua.BrowsePathResult(StatusCode=status(code))
