"""The journal of a live run as users read it: what was commanded, when and by whom."""

from collections.abc import Callable, Sequence

from twin.host.access import TRUTH
from twin.host.port import JournalEntry
from twin.run.journal import Entry


class JournalView:
    """Keeps the entries of the journal, numbered apart for those who may know of planted causes and for the others.

    A hole in the numbers would tell that something was planted.
    """

    def __init__(self, past: Sequence[Entry] = ()) -> None:
        self._kept: dict[bool, list[JournalEntry]] = {False: [], True: []}
        for entry in past:
            self._note(entry)

    def _note(self, entry: Entry) -> None:
        for truth, kept in self._kept.items():
            if truth or entry.name not in TRUTH:
                kept.append(
                    JournalEntry(
                        len(kept) + 1, entry.time, entry.wall_time, entry.name, entry.target, dict(entry.arguments),
                        entry.user, entry.origin,
                    )
                )  # fmt: skip

    def noting(self, append: Callable[[Entry], None]) -> Callable[[Entry], None]:
        """What appends a command to the journal, made to keep it here too."""

        def both(entry: Entry) -> None:
            append(entry)
            self._note(entry)

        return both

    def read(self, after: int, limit: int, *, truth: bool) -> tuple[JournalEntry, ...]:
        """At most `limit` entries with a number greater than `after`, oldest first."""
        first = max(0, after)
        return tuple(self._kept[truth][first : first + max(0, limit)])
