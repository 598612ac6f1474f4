"""The event log of a run on disk, in parts from chapter to chapter, so that a resumed run can take its end back."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twin.line.errors import StateError
from twin.run.engine import LOG_ENTRY


class LogStore:
    """Appends what a recorder takes; a part is named by the instant of its first entry."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._taken: list[NDArray[np.void]] = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StateError(f"{folder}: cannot be used ({error.strerror}); choose another folder") from None

    def absorb(self, entries: NDArray[np.void]) -> None:
        """Take the next entries."""
        if len(entries):
            self._taken.append(entries)

    def flush(self) -> None:
        """Write what has been taken as a part of its own."""
        if self._taken:
            entries = np.concatenate(self._taken)
            path = self.folder / f"{int(entries['time'][0])}.npy"
            temporary = path.with_name(f".{path.name}.new.npy")
            np.save(temporary, entries)
            temporary.replace(path)
            self._taken = []

    def forget_from(self, time: int) -> None:
        """Forget parts that begin at or after `time`: the run makes them again."""
        self._taken = []
        for path in self._parts():
            if int(path.stem) >= time:
                path.unlink()

    def _parts(self) -> list[Path]:
        return sorted(
            (path for path in self.folder.glob("*.npy") if path.stem.isdigit()), key=lambda path: int(path.stem)
        )

    def entries(self) -> NDArray[np.void]:
        """All entries so far, in total order; raises StateError when a part is damaged."""
        try:
            parts = [np.load(path, allow_pickle=False) for path in self._parts()]
        except ValueError:
            raise StateError(f"{self.folder}: the event log is damaged; replay the run's journal") from None
        if any(part.dtype != LOG_ENTRY for part in parts):
            raise StateError(f"{self.folder}: the event log is of another version; replay the run's journal")
        return np.concatenate([*parts, *self._taken, np.empty(0, dtype=LOG_ENTRY)])
