"""How an answer is written: JSON by orjson, times as ISO 8601 in UTC, numbers that are not finite as null."""

import math
from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import BaseModel
from starlette.responses import Response

from api.schemas import Wording
from twin.line.signal import Value
from twin.line.text import Text
from twin.line.time import iso

OPTIONS = orjson.OPT_SERIALIZE_NUMPY


def encoded(content: Any) -> bytes:
    """The content as JSON; pydantic models, NumPy arrays, and numbers that are not finite as null."""
    return orjson.dumps(content, default=_plain, option=OPTIONS)


def _plain(content: Any) -> Any:
    if isinstance(content, BaseModel):
        return content.model_dump(mode="json")
    raise TypeError(f"{type(content).__name__} cannot be written as JSON")


class Json(Response):
    """An answer written by orjson; bytes are taken as already encoded."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The body of the answer."""
        return content if isinstance(content, bytes) else encoded(content)


def instant(time: int) -> str:
    """A plant instant as ISO 8601 text in UTC.

    >>> instant(0)
    '1970-01-01T00:00:00Z'
    """
    return iso(time).replace("+00:00", "Z")


def wording(text: Text) -> Wording:
    """A text in both languages."""
    return Wording(en=text.en, es=text.es)


def finite(value: Value) -> Value | list[float | None] | None:
    """The value with None in the place of numbers that are not finite.

    >>> finite([1.0, float("nan")])
    [1.0, None]
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [number if math.isfinite(number) else None for number in value]
    return value
