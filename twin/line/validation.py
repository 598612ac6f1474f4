"""Turns what pydantic finds into sentences: file, key, value, limit, and the nearest valid name for an unknown key."""

from difflib import get_close_matches
from types import UnionType
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from twin.line.errors import DefinitionError

M = TypeVar("M", bound=BaseModel)


def validated(model: type[M], data: Any, source: str) -> M:
    """`data` as a `model`; raises DefinitionError with a sentence for each fault found in `source`."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        sentences = [_sentence(model, found, source) for found in error.errors()]
        raise DefinitionError("\n".join(dict.fromkeys(sentences))) from None


def _sentence(model: type[BaseModel], found: Any, source: str) -> str:
    place = [part for part in found["loc"] if not (isinstance(part, str) and part.startswith("function-"))]
    key = ".".join(str(part) for part in place)
    match found["type"]:
        case "extra_forbidden" | "unexpected_keyword_argument":
            return f"{source}: {key} is no key here{_nearest(model, place)}"
        case "missing" | "missing_argument":
            return f"{source}: {key} is missing; add it"
        case _:
            message = found["msg"].removeprefix("Value error, ")
            value = found.get("input")
            shown = "" if isinstance(value, (dict, list)) else f" is {value!r}"
            return f"{source}: {key}{shown}: {message[0].lower()}{message[1:]}"


def _nearest(model: type[BaseModel], place: list[Any]) -> str:
    names = _keys_at(model, place[:-1])
    close = get_close_matches(str(place[-1]), names, n=1, cutoff=0.4)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; valid keys are {', '.join(names)}" if names else "; remove it"


def _keys_at(model: Any, place: list[Any]) -> list[str]:
    """Names of the fields of the model that `place` leads to."""
    for part in place:
        model = _step(model, part)
    return sorted(_fields(model))


def _fields(model: Any) -> dict[str, Any]:
    if isinstance(model, type) and issubclass(model, BaseModel):
        return {name: field.annotation for name, field in model.model_fields.items()}
    names: dict[str, Any] = getattr(model, "__annotations__", {})
    return names if hasattr(model, "__dataclass_fields__") else {}


def _step(model: Any, part: Any) -> Any:
    fields = _fields(model)
    if fields:
        return _one(fields.get(part, Any))
    arguments = get_args(model)
    return _one(arguments[-1] if arguments and arguments[-1] is not Ellipsis else arguments[0] if arguments else Any)


def _one(annotation: Any) -> Any:
    """The model inside an optional annotation."""
    if isinstance(annotation, UnionType):
        return next((choice for choice in get_args(annotation) if choice is not type(None)), Any)
    return annotation
