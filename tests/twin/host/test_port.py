"""A frame gives each value its own Python type."""

import numpy as np
import pytest

from twin.host.port import Frame
from twin.line.description import AxisDescription, SignalDescription
from twin.line.signal import Kind, Value, ValueType
from twin.line.text import Text
from twin.line.units import METRE

FRAME = Frame(
    1, 0, 0, np.array([2.0, 0.0, 1.5, 2.5]), np.zeros(4, dtype=np.int64), np.zeros(4, dtype=np.uint8), {2: "two"}
)


@pytest.mark.parametrize(
    ("value_type", "index", "value"),
    [
        (ValueType.FLOAT, 2, 1.5),
        (ValueType.INTEGER, 0, 2),
        (ValueType.ENUMERATION, 0, 2),
        (ValueType.BOOLEAN, 0, True),
        (ValueType.BOOLEAN, 1, False),
        (ValueType.TEXT, 0, "two"),
        (ValueType.TEXT, 1, ""),
    ],
)
def test_a_value_has_its_own_type(value_type: ValueType, index: int, value: Value) -> None:
    signal = SignalDescription("a/b", "b", index, 1, Kind.STATE, value_type, None, None, None, Text("b", "b"))
    assert FRAME.value(signal) == value
    assert type(FRAME.value(signal)) is type(value)


def test_a_profile_is_a_list() -> None:
    axis = AxisDescription("position", METRE, Text("Place", "Lugar"), (1.0, 2.0))
    signal = SignalDescription(
        "a/b", "b", 2, 2, Kind.PROFILE, ValueType.FLOAT, METRE, 0.0, 9.0, Text("b", "b"), axis=axis
    )
    assert FRAME.value(signal) == [1.5, 2.5]
