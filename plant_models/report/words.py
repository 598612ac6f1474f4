"""Sentences with numbers in them, written in both languages."""

from twin.line.text import Text, shown

Number = tuple[float, int]
"""A value and its digits behind the point."""


def number(value: float, digits: int) -> Text:
    """A number with its digits behind the point.

    >>> number(1.25, 2).es
    '1,25'
    """
    return Text(shown(value, digits, "en"), shown(value, digits, "es"))


def sentence(en: str, es: str, **numbers: Number) -> Text:
    """A sentence whose `{names}` are numbers, written as each language writes them.

    >>> sentence("{a} mm", "{a} mm", a=(1.25, 2)).es
    '1,25 mm'
    """
    english = {name: shown(value, digits, "en") for name, (value, digits) in numbers.items()}
    spanish = {name: shown(value, digits, "es") for name, (value, digits) in numbers.items()}
    return Text(en.format(**english), es.format(**spanish))
