"""Which results a client asks for, and in what order: by the fields of their meta data."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from asyncua import ua
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaprotocol_auto import EventFilter

from opcua_server.event_filters import Event, EventSelection, FilterRefused
from opcua_server.event_types import EventTypes, Path
from opcua_server.model.companions.machinery_result import SHOWN
from opcua_server.wire import make_node_id
from twin.line.text import Language

_META_DATA = "ResultMetaData"
_NAMES = frozenset(field.name for field in SHOWN)
_MOST_CRITERIA = 10
_VALUE: Any = AttributeIds.Value


def know_paths() -> None:
    """Let asyncua decode the paths by which clients order results: it knows them as parts of requests only."""
    encoding, data_type = ObjectIds.RelativePath_Encoding_DefaultBinary, ObjectIds.RelativePath
    ua.register_extension_object("RelativePath", make_node_id(encoding), ua.RelativePath, make_node_id(data_type))


class _Fields:
    """Stands for the event types in a check: the paths by which results can be asked for, from event, variable or data.

    `Result/ResultMetaData/PartId`, `ResultMetaData/PartId` and `PartId` are the same field.
    """

    def is_type(self, _node_id: ua.NodeId) -> bool:
        return True

    def has_field(self, path: Path) -> bool:
        return _name(name for _, name in path) is not None


def _name(path: Iterable[str]) -> str | None:
    """The field of the meta data that a path leads to, None where there is none."""
    parts = list(path)
    for above in ("Result", _META_DATA):
        if parts[:1] == [above]:
            parts.pop(0)
    return parts[0] if len(parts) == 1 and parts[0] in _NAMES else None


class ResultFilter:
    """A checked filter of results; raises FilterRefused."""

    def __init__(self, asked: Any, language: Language) -> None:
        is_filter = isinstance(asked, ua.ContentFilter)
        if not is_filter and not (asked is None or (isinstance(asked, ua.ExtensionObject) and asked.TypeId.is_null())):
            raise FilterRefused(StatusCodes.BadTypeMismatch)
        elements = list(asked.Elements or []) if is_filter else []
        for operand in (each for element in elements for each in element.FilterOperands or []):
            if isinstance(operand, ua.SimpleAttributeOperand) and _name(_names(operand)) is None:
                raise FilterRefused(StatusCodes.BadFilterOperandInvalid)
        everything = ua.SimpleAttributeOperand(BrowsePath=[ua.QualifiedName("ResultId")], AttributeId=_VALUE)
        whole = EventFilter(SelectClauses=[everything], WhereClause=ua.ContentFilter(Elements=elements))
        self._selection = EventSelection(whole, cast("EventTypes", _Fields()), language)

    def wants(self, fields: dict[str, ua.Variant]) -> bool:
        """Whether a result with these fields is asked for."""
        spread = {
            f"{above}{name}": value
            for above in ("", f"{_META_DATA}/", f"Result/{_META_DATA}/")
            for name, value in fields.items()
        }
        return self._selection.wants(Event(ua.NodeId(), spread, frozenset()))


def _names(operand: ua.SimpleAttributeOperand) -> list[str]:
    return [str(name.Name) for name in operand.BrowsePath or []]


def ordering(criteria: Sequence[Any]) -> list[str]:
    """The fields to order by, the first one first; raises FilterRefused."""
    if len(criteria) > _MOST_CRITERIA:
        raise FilterRefused(StatusCodes.BadTooManyOperations)
    found = [_name(str(step.TargetName.Name) for step in each.Elements or []) for each in criteria]
    if None in found:
        raise FilterRefused(StatusCodes.BadFilterOperandInvalid)
    return [name for name in found if name is not None]
