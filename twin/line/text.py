"""Text that a person reads, in the languages the product speaks."""

from typing import Literal, NamedTuple

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")


class Text(NamedTuple):
    """One meaning in English and Spanish."""

    en: str
    es: str

    def in_language(self, language: Language) -> str:
        """The wording in `language`."""
        return self.es if language == "es" else self.en
