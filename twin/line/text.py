"""Text that a person reads, in the languages the product speaks."""

from typing import Literal, NamedTuple

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")


def shown(value: float, digits: int, language: Language) -> str:
    """A number as it is written in a language, with thousands parted.

    >>> shown(12345.678, 1, "en"), shown(12345.678, 1, "es")
    ('12,345.7', '12.345,7')
    """
    text = f"{value:,.{digits}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "es" else text


class Text(NamedTuple):
    """One meaning in English and Spanish."""

    en: str
    es: str

    def in_language(self, language: Language) -> str:
        """The wording in `language`."""
        return self.es if language == "es" else self.en
