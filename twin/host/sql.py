"""Answers one SQL question over a run's history: reading only, a limited number of rows, for a limited time."""

import threading
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from twin.host.questions import LONGEST_S, LONGEST_SQL, MOST_ROWS, Answer, QueryRefused, Question
from twin.record.historian.pieces import pieces_folder, quoted, show_pieces

_ALLOWED = {"SELECT", "EXPLAIN"}


def ask(cursor: Callable[[], duckdb.DuckDBPyConnection], question: Question) -> Answer:
    """The answer to a question; raises QueryRefused with a sentence for anything that is none."""
    _check(question)
    with cursor() as connection:
        try:
            statements = connection.extract_statements(question.sql)
        except duckdb.Error as error:
            raise QueryRefused(f"this is no SQL: {error}") from None
        kinds = [statement.type.name.rpartition(".")[2] for statement in statements]
        if len(kinds) != 1 or kinds[0] not in _ALLOWED:
            asked = ", ".join(kinds) or "nothing"
            raise QueryRefused(f"the question is {asked}; ask one SELECT (history can be read, not changed)")
        return _answer(connection, question)


def _check(question: Question) -> None:
    if len(question.sql) > LONGEST_SQL:
        raise QueryRefused(f"the question has {len(question.sql)} characters; {LONGEST_SQL} is the most")
    if not 1 <= question.rows <= MOST_ROWS:
        raise QueryRefused(f"rows is {question.rows}; give 1 to {MOST_ROWS}")
    if not 0.0 < question.seconds <= LONGEST_S:
        raise QueryRefused(f"seconds is {question.seconds:g}; give more than 0 and at most {LONGEST_S:g}")


def _answer(connection: duckdb.DuckDBPyConnection, question: Question) -> Answer:
    timer = threading.Timer(question.seconds, connection.interrupt)
    timer.start()
    try:
        connection.execute("BEGIN TRANSACTION READ ONLY")
        result = connection.execute(question.sql)
        columns = tuple(str(column[0]) for column in result.description or ())
        rows = result.fetchmany(question.rows + 1)
    except duckdb.InterruptException:
        raise QueryRefused(
            f"the answer took longer than {question.seconds:g} s; ask for less, or give more --seconds"
        ) from None
    except duckdb.Error as error:
        raise QueryRefused(f"the question cannot be answered: {error}") from None
    finally:
        timer.cancel()
    plain = tuple(tuple(_plain(value) for value in row) for row in rows[: question.rows])
    return Answer(columns, plain, len(rows) > question.rows)


def _plain(value: Any) -> Any:
    """A value as JSON can carry it."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if abs(value) < float("inf") else None
        case datetime() | date():
            return value.isoformat()
        case list() | tuple():
            return [_plain(each) for each in value]
        case dict():
            return {str(key): _plain(each) for key, each in value.items()}
        case _:
            return str(value)


def open_stopped(path: Path) -> duckdb.DuckDBPyConnection:
    """The history of a run that is stopped, for reading; raises QueryRefused when it cannot be opened."""
    if not path.exists():
        raise QueryRefused(f"{path}: there is no history; name the folder of a run with --state")
    try:
        connection = duckdb.connect(str(path), read_only=True)
        show_pieces(connection, pieces_folder(path.parent), temporary=True)
        connection.execute(f"SET allowed_directories = [{quoted(pieces_folder(path.parent))}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        raise QueryRefused(f"{path}: cannot be opened ({error})") from None
    return connection
