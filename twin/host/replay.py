"""`rajola replay`: runs a journal again, unpaced, and prints the hash it arrives at."""

import argparse
import json
from pathlib import Path
from zoneinfo import ZoneInfo

from twin.host.choose import instant
from twin.host.installed import engine_version, families
from twin.line.errors import StateError
from twin.line.time import iso
from twin.record.run import Run
from twin.run.journal import read_horizon, read_journal


class Replay:
    """Replays a journal."""

    name = "replay"
    help = "run a journal again and print the hash of its event log"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("source", metavar="STATE|JOURNAL", help="a state folder or a journal file")
        parser.add_argument("--until", metavar="TIME", help="plant instant to stop at (default: where the run was)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def run(self, arguments: argparse.Namespace) -> int:
        """Replay and print."""
        source = Path(arguments.source)
        path = source / "journal" if source.is_dir() else source
        journal = read_journal(path)
        if journal.definition.version != engine_version():
            raise StateError(
                f"{path}: was written by version {journal.definition.version}, this is {engine_version()}: "
                "replay it with that version"
            )
        run = Run(journal.definition, families())
        run.open()
        last = journal.entries[-1].time if journal.entries else journal.definition.start
        until = max(last, read_horizon(path.with_name("horizon")) or 0)
        if arguments.until:
            until = instant(arguments.until, ZoneInfo(run.line.zone))
        if until < journal.definition.start:
            raise StateError(f"--until {iso(until)} is before the run's start, {iso(journal.definition.start)}")
        run.replay(journal.entries, until)
        facts = {
            "until": iso(until),
            "commands": run.commands,
            "event_log_sha256": run.digest(),
            "damage": journal.damage,
        }
        if arguments.json:
            print(json.dumps(facts))
        else:
            print(f"replayed to   {facts['until']}")
            print(f"commands      {facts['commands']}")
            print(f"event log     {facts['event_log_sha256']}")
            if journal.damage:
                print(f"note          {journal.damage}")
        return 0


command = Replay()
