"""The command line: `rajola`, with the kernel's own subcommands and those that installed packages bring."""

import argparse
import os
import sys
from collections.abc import Sequence
from pkgutil import resolve_name

from twin.host.installed import CommandLine, commands, engine_version
from twin.line.errors import RajolaError

OWN = {
    "run": "twin.host.run_live:command",
    "simulate": "twin.host.simulate:command",
    "compare": "twin.host.compare:command",
    "replay": "twin.host.replay:command",
    "query": "twin.host.query:command",
    "passport": "twin.host.ask_record:passport",
    "where-used": "twin.host.ask_record:where_used",
    "export": "twin.host.ask_record:export_command",
    "tags": "twin.host.tags:command",
    "plants": "twin.host.list_things:plants",
    "scenarios": "twin.host.list_things:scenarios",
    "users": "twin.host.users_command:command",
}
"""The kernel's subcommands and where each is, as `module:name`."""
VERSION = "--version"


def _offered(wanted: str | None) -> list[CommandLine]:
    """The subcommand that is wanted, or all when none is called so: loading one takes time that others need not."""
    if wanted == VERSION:
        return []
    if wanted in OWN:
        return [resolve_name(OWN[wanted])]
    found = [] if wanted is None else commands(wanted)
    return found or [*(resolve_name(place) for place in OWN.values()), *commands()]


def parser(wanted: str | None = None) -> argparse.ArgumentParser:
    """The parser with the subcommand that is `wanted`, or with all."""
    top = argparse.ArgumentParser(prog="rajola", description="An open digital twin of a ceramic tile line.")
    top.add_argument(VERSION, action="version", version=f"rajola {engine_version()}")
    subparsers = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in _offered(wanted):
        sub = subparsers.add_parser(command.name, help=command.help, description=command.help)
        command.configure(sub)
        sub.set_defaults(run=command.run)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; 0 when all is well, 2 with a sentence on standard error when the input cannot be used."""
    given = sys.argv[1:] if arguments is None else arguments
    parsed = parser(given[0] if given else None).parse_args(given)
    try:
        code = int(parsed.run(parsed))
        sys.stdout.flush()
    except RajolaError as error:
        print(f"rajola: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has left; what is still to be flushed at exit goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


if __name__ == "__main__":
    sys.exit(main())
