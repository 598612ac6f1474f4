"""The command line with the bakeries installed in place of all other plants: `python -m tests.support.bakery_cli`."""

import sys
from collections.abc import Callable
from typing import Any

from tests.support.bakery import bakeries
from twin.host import cli, installed
from twin.host.rooms import room

_really_loaded: Callable[[str], list[Any]] = installed._loaded


def loaded(group: str) -> list[Any]:
    """What is installed under an entry point group."""
    return [bakeries] if group == "rajola.plants" else _really_loaded(group)


if __name__ == "__main__":
    installed._loaded = loaded
    room.LAUNCHER = (sys.executable, "-m", "tests.support.bakery_cli")
    sys.exit(cli.main())
