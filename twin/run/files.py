"""Files that survive a kill, and a power cut as far as the disk keeps its word."""

import os
from pathlib import Path
from typing import BinaryIO


def to_disk(file: BinaryIO) -> None:
    """Return when everything written to `file` is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def write_whole(path: Path, *parts: bytes) -> None:
    """Write a file of some parts so that a kill leaves the old content or the new one, never a mixture."""
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("wb") as file:
        file.writelines(parts)
        to_disk(file)
    temporary.replace(path)
    _names_to_disk(path.parent)


def free_name(path: Path, word: str) -> Path:
    """A name that no file beside `path` has: `<name>.<word>-<number>`."""
    number = 1
    while (free := path.with_name(f"{path.name}.{word}-{number}")).exists():
        number += 1
    return free


def _names_to_disk(folder: Path) -> None:
    if os.name == "posix":
        # A new name is in the folder's own data; other systems cannot open a folder, and write names at once.
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
