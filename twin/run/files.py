"""Files that survive a kill, and a power cut as far as the disk keeps its word."""

import os
from pathlib import Path
from typing import BinaryIO


def to_disk(file: BinaryIO) -> None:
    """Return when everything written to `file` is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def write_whole(path: Path, *parts: bytes, secret: bool = False) -> None:
    """Write a file of some parts so that a kill leaves the old content or the new one, never a mixture.

    A `secret` file can be read by its owner only.
    """
    temporary = path.with_name(f".{path.name}.new")
    if secret:
        # One that was left behind could have been readable.
        temporary.unlink(missing_ok=True)
    with open(temporary, "wb", opener=_owners_only if secret else None) as file:
        file.writelines(parts)
        to_disk(file)
    temporary.replace(path)
    _names_to_disk(path.parent)


def _owners_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


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
