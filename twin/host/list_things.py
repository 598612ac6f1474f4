"""`rajola plants` and `rajola scenarios`: what is shipped."""

import argparse
from collections.abc import Callable, Mapping

from twin.host.installed import families
from twin.line.text import LANGUAGES, Text
from twin.run.definition import PlantFamily


class ListThings:
    """Prints names and titles, one a line, the default first."""

    def __init__(self, name: str, help_text: str, things: Callable[[PlantFamily], Mapping[str, Text]]) -> None:
        self.name, self.help, self._things = name, help_text, things

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language of the titles")

    def run(self, arguments: argparse.Namespace) -> int:
        """Print the list."""
        for family in families():
            for name, title in self._things(family).items():
                print(f"{name:<20} {title.in_language(arguments.lang)}")
        return 0


plants = ListThings("plants", "list the shipped plants", lambda family: family.plants())
scenarios = ListThings("scenarios", "list the shipped scenarios", lambda family: family.scenarios())
