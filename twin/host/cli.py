"""The command line: `rajola`, with the kernel's own subcommands and those that installed packages bring."""

import argparse
import os
import sys
from collections.abc import Sequence

from twin.host import ask_record, list_things, query, replay, run_live, simulate, tags, users_command
from twin.host.compare import command as compare_command
from twin.host.installed import CommandLine, commands, engine_version
from twin.line.errors import RajolaError

OWN: tuple[CommandLine, ...] = (
    run_live.command,
    simulate.command,
    compare_command,
    replay.command,
    query.command,
    ask_record.passport,
    ask_record.where_used,
    ask_record.export_command,
    tags.command,
    list_things.plants,
    list_things.scenarios,
    users_command.command,
)


def parser(wanted: str | None = None) -> argparse.ArgumentParser:
    """The parser with all subcommands, or with the one that is `wanted` if the kernel has it.

    A subcommand may load what it offers, such as gateways: so only those that are asked for are prepared.
    """
    top = argparse.ArgumentParser(prog="rajola", description="An open digital twin of a ceramic tile line.")
    top.add_argument("--version", action="version", version=f"rajola {engine_version()}")
    subparsers = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    own = [command for command in OWN if command.name == wanted]
    for command in own or (*OWN, *commands()):
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
