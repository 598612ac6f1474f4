from typing import Any

import pytest

from opcua_server.index_range import IndexRangeError, cut


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [([1, 2], "0", [1]), ([1, 2, 3], "1:2", [2, 3]), ([1, 2], "1:9", [2]), ("kiln", "1:2", "il"), (b"ab", "1", b"b")],
)  # fmt: skip
def test_a_range_names_elements_and_characters(value: Any, text: str, expected: Any) -> None:
    assert cut(value, text) == expected


@pytest.mark.parametrize("text", ["", "a", "1:", ":1", "2:1", "1:1", "-1", "1,2", "99999999999", "1:2:3"])
def test_what_is_no_range_is_invalid(text: str) -> None:
    with pytest.raises(IndexRangeError) as refused:
        cut([1, 2, 3], text)
    assert refused.value.code == 0x8036_0000


@pytest.mark.parametrize(("value", "text"), [([1], "1"), (5.0, "0"), ("", "0")])
def test_a_range_without_anything_in_it_has_no_data(value: Any, text: str) -> None:
    with pytest.raises(IndexRangeError) as refused:
        cut(value, text)
    assert refused.value.code == 0x8037_0000
