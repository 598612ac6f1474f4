"""The command line: `rajola`, with the kernel's own subcommands and those that installed packages bring."""

import argparse
import sys
from collections.abc import Sequence

from twin.host import list_things, replay, run_live, simulate, tags
from twin.host.installed import CommandLine, commands, engine_version
from twin.line.errors import RajolaError

OWN: tuple[CommandLine, ...] = (
    run_live.command,
    simulate.command,
    replay.command,
    tags.command,
    list_things.plants,
    list_things.scenarios,
)


def parser() -> argparse.ArgumentParser:
    """The parser with all subcommands."""
    top = argparse.ArgumentParser(prog="rajola", description="An open digital twin of a ceramic tile line.")
    top.add_argument("--version", action="version", version=f"rajola {engine_version()}")
    subparsers = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in (*OWN, *commands()):
        sub = subparsers.add_parser(command.name, help=command.help, description=command.help)
        command.configure(sub)
        sub.set_defaults(run=command.run)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; 0 when all is well, 2 with a sentence on standard error when the input cannot be used."""
    parsed = parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except RajolaError as error:
        print(f"rajola: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0


if __name__ == "__main__":
    sys.exit(main())
