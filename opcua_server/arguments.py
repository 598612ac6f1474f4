"""The input arguments of methods."""

from dataclasses import dataclass
from typing import Any

from asyncua import ua

from opcua_server.data_types import localized
from opcua_server.wire import make_node_id
from twin.line.text import Language, Text


@dataclass(frozen=True, slots=True)
class Argument:
    """An input argument of a method."""

    name: str
    variant_type: ua.VariantType
    meaning: Text
    is_array: bool = False
    optional: bool = False
    """Whether a null is taken."""

    def described(self, language: Language) -> ua.Argument:
        """The argument as a client sees it."""
        rank: Any = ua.ValueRank.OneDimension if self.is_array else ua.ValueRank.Scalar
        return ua.Argument(
            Name=self.name,
            DataType=make_node_id(self.variant_type.value),
            ValueRank=rank,
            ArrayDimensions=[],
            Description=localized(self.meaning, language),
        )
