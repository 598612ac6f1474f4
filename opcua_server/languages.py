"""Texts in the language of the session: wordings that remember what they say in the other one."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from asyncua import ua

from twin.line.text import LANGUAGES, Language, Text


class Worded(ua.LocalizedText):
    """A text in the server's language that can be told in another one."""

    __slots__ = ("said",)

    def __init__(self, said: Text, language: Language) -> None:
        super().__init__(said.in_language(language), language)
        self.said = said

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ua.LocalizedText) and (self.Text, self.Locale) == (other.Text, other.Locale)

    def __hash__(self) -> int:
        return hash((self.Text, self.Locale))


def chosen(locale_ids: Sequence[str | None] | None, default: Language) -> Language:
    """The first language of a session's LocaleIds that is spoken here: `es-ES` is Spanish, `mul` and others are none.

    >>> chosen(["de", "es-MX", "en"], "en")
    'es'
    """
    for locale in locale_ids or ():
        spoken = str(locale or "").partition("-")[0].lower()
        for language in LANGUAGES:
            if spoken == language:
                return language
    return default


def translated(value: Any, language: Language) -> Any:
    """A value with all its texts in `language`; the same object when there is nothing to translate."""
    if isinstance(value, Worded):
        return value if value.Locale == language else Worded(value.said, language)
    if isinstance(value, list):
        news = [translated(each, language) for each in value]
        return news if any(new is not old for new, old in zip(news, value, strict=True)) else value
    if isinstance(value, ua.Variant):
        told = translated(value.Value, language)
        return value if told is value.Value else ua.Variant(told, value.VariantType, is_array=value.is_array)
    if type(value) in _WITH_TEXTS:
        return _translated_fields(value, language)
    return value


_WITH_TEXTS: set[type] = {
    ua.EUInformation, ua.AxisInformation, ua.Argument, ua.ReferenceDescription, ua.EnumValueType, ua.EnumDefinition,
    ua.EnumField, ua.StructureDefinition, ua.StructureField,
}  # fmt: skip


def may_hold_texts(structure: type) -> None:
    """Have a structure of our own told with its texts in the language of the session."""
    _WITH_TEXTS.add(structure)


def _translated_fields(value: Any, language: Language) -> Any:
    if not is_dataclass(value) or isinstance(value, type):
        return value
    news = {each.name: translated(getattr(value, each.name), language) for each in fields(value) if each.init}
    changed = {name: new for name, new in news.items() if new is not getattr(value, name)}
    return replace(value, **changed) if changed else value


def in_language(value: ua.DataValue, language: Language) -> ua.DataValue:
    """An attribute's value with its texts in `language`."""
    variant = value.Value
    if variant is None or variant.VariantType not in (ua.VariantType.LocalizedText, ua.VariantType.ExtensionObject):
        return value
    told = translated(variant.Value, language)
    if told is variant.Value:
        return value
    return replace(value, Value=ua.Variant(told, variant.VariantType, is_array=variant.is_array))
