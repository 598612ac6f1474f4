"""`rajola replay`: runs a journal again, unpaced, and prints the hash it arrives at."""

import argparse
import json
from pathlib import Path
from zoneinfo import ZoneInfo

from twin.host.choose import instant
from twin.host.installed import engine_version, families
from twin.host.numeric_platform import difference
from twin.line.errors import StateError
from twin.line.time import iso
from twin.record.run import Run
from twin.run.journal import Journal, read_horizon, read_journal


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
        until = _end(path, journal, ZoneInfo(run.line.zone), arguments.until)
        run.open()
        run.replay(journal.entries, until)
        facts = {
            "until": iso(until),
            "commands": run.commands,
            "event_log_sha256": run.digest(),
            "damage": journal.damage,
            "platform": difference(journal.platform),
        }
        if arguments.json:
            print(json.dumps(facts))
        else:
            print(f"replayed to   {facts['until']}")
            print(f"commands      {facts['commands']}")
            print(f"event log     {facts['event_log_sha256']}")
            for note in (journal.damage, facts["platform"]):
                if note:
                    print(f"note          {note}")
        return 0


def _end(path: Path, journal: Journal, zone: ZoneInfo, until: str | None) -> int:
    """The instant to replay to: as asked, or as far as the run was."""
    start = journal.definition.start
    if until is None:
        last = journal.entries[-1].time if journal.entries else start
        return max(last, read_horizon(path.with_name("horizon")) or start)
    time = instant(until, zone, "--until")
    if time < start:
        raise StateError(f"--until {iso(time)} is before the run's start, {iso(start)}; choose a later instant")
    return time


command = Replay()
