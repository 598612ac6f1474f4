"""Reads a run that is kept in a folder and writes the report on it, as data, into a file: `FOLDER FILE [truth]`."""

import pickle
import sys
from collections.abc import Sequence
from pathlib import Path

from twin.host.recorded import recorded
from twin.line.errors import RajolaError
from twin.record.report import report


def main(arguments: Sequence[str]) -> int:
    """Write the report; 1, and a sentence on the way, when there is none to write."""
    folder, file, truth = arguments
    try:
        kept = recorded(Path(folder))
        Path(file).write_bytes(pickle.dumps(report(kept.run, kept.record, truth=bool(truth))))
    except RajolaError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
