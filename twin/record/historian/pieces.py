"""Finished pieces as a table of the history: read off the Parquet parts of the run's record, nothing is kept twice."""

from pathlib import Path

import duckdb

from twin.record.run_record import FOLDER


def pieces_folder(folder: Path) -> Path:
    """Where the record of the run in a state folder keeps finished pieces."""
    return (folder / FOLDER / "pieces").resolve()


def show_pieces(connection: duckdb.DuckDBPyConnection, folder: Path, *, temporary: bool = False) -> None:
    """Let `piece()` read the parts in `folder`, those to come too; `temporary` leaves the file as it is.

    There is no `piece()` where the line keeps no pieces.
    """
    if not any(folder.glob("part-*.parquet")):
        return
    kind = "TEMP MACRO" if temporary else "MACRO"
    parts = quoted(folder / "part-*.parquet")
    connection.execute(
        f"CREATE OR REPLACE {kind} piece() AS TABLE SELECT * FROM read_parquet({parts})"  # noqa: S608 - a path of ours
    )


def quoted(path: Path) -> str:
    """A path as SQL text."""
    return "'" + str(path).replace("'", "''") + "'"
