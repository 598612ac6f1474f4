"""Turns what pydantic finds into sentences: file, key, value, limit, and the nearest valid name for an unknown key."""

from dataclasses import is_dataclass
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

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
    keys, alternatives = _follow(model, [part for part in found["loc"] if not str(part).startswith("function-")])
    key = ".".join(keys)
    match found["type"]:
        case "extra_forbidden" | "unexpected_keyword_argument":
            return f"{source}: {key} is no key here{_nearest(keys[-1], alternatives)}"
        case "missing" | "missing_argument":
            return f"{source}: {key} is missing; add it"
        case _:
            message = found["msg"].removeprefix("Value error, ")
            value = found.get("input")
            shown = "" if isinstance(value, (dict, list)) else f" is {value!r}"
            place = f"{source}: {key}{shown}" if key else source
            return f"{place}: {message[0].lower()}{message[1:]}"


def _nearest(key: str, alternatives: list[Any]) -> str:
    names = sorted({name for alternative in alternatives for name in _fields(alternative)})
    close = get_close_matches(key, names, n=1, cutoff=0.4)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; valid keys are {', '.join(names)}" if names else "; remove it"


def _follow(model: type[BaseModel], place: list[Any]) -> tuple[list[str], list[Any]]:
    """The keys that a place is made of, and what may stand where the last of them is."""
    keys: list[str] = []
    here: list[Any] = [model]
    within = here
    for part in place:
        tagged = [each for each in here if len(here) > 1 and _has_tag(each, part)]
        if tagged:
            # The name of the alternative that was chosen, which nobody has written as a key.
            here = tagged
        else:
            keys.append(str(part))
            within, here = here, [choice for each in here for choice in _choices(_step(each, part))]
    return keys, within


def _fields(model: Any) -> dict[str, Any]:
    if isinstance(model, type) and issubclass(model, BaseModel):
        return {name: field.annotation for name, field in model.model_fields.items()}
    return dict(get_type_hints(model)) if is_dataclass(model) else {}


def _has_tag(model: Any, tag: Any) -> bool:
    return any(get_origin(kind) is Literal and tag in get_args(kind) for kind in _fields(model).values())


def _step(model: Any, part: Any) -> Any:
    """What may stand under `part` of a model or of a container."""
    fields = _fields(model)
    if fields:
        return fields.get(part, Any)
    arguments = [each for each in get_args(model) if each is not Ellipsis]
    return arguments[-1] if arguments else Any


def _choices(annotation: Any) -> list[Any]:
    """The alternatives of a union, however it is written."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _choices(get_args(annotation)[0])
    if origin in {Union, UnionType}:
        return [choice for each in get_args(annotation) for choice in _choices(each)]
    return [annotation]
