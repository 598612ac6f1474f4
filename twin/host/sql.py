"""Answers one SQL question over a run's history: reading only, a limited number of rows, for a limited time."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import duckdb

from twin.host.questions import LONGEST_S, LONGEST_SQL, MOST_ROWS, Answer, QueryRefused, Question
from twin.record.historian.pieces import pieces_folder, quoted, show_pieces

AT_ONCE = 2
"""Questions that are answered at a time."""
MOST_WAITING = 32
GRACE_S = 2.0
"""Wall time that an answer may take beyond its seconds before nobody waits for it any more [s]."""
ROWS_AT_ONCE = 500
MOST_BYTES = 32 << 20
_LEAST, _MOST = -(1 << 63), (1 << 64) - 1
_ALLOWED = {"SELECT", "EXPLAIN"}


class Asking:
    """Answers questions of others, a few at a time, in threads of its own: one that hangs holds up its like alone."""

    def __init__(self, cursor: Callable[[], duckdb.DuckDBPyConnection]) -> None:
        self._cursor = cursor
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="sql")
        self._waiting = 0

    async def ask(self, question: Question) -> Answer:
        """The answer; raises QueryRefused, at the latest soon after the seconds that it may take are over."""
        _check(question)
        if self._waiting >= MOST_WAITING:
            raise QueryRefused(f"{MOST_WAITING} questions wait already; ask again in a moment")
        self._waiting += 1
        try:
            answering = asyncio.get_running_loop().run_in_executor(self._threads, ask, self._cursor, question)
            return await asyncio.wait_for(answering, question.seconds + GRACE_S)
        except TimeoutError:
            raise _too_slow(question) from None
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Answer no more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


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
        rows = _fetched(result, question.rows + 1)
    except duckdb.InterruptException:
        raise _too_slow(question) from None
    except duckdb.Error as error:
        raise QueryRefused(f"the question cannot be answered: {error}") from None
    finally:
        timer.cancel()
    plain = tuple(tuple(_plain(value) for value in row) for row in rows[: question.rows])
    return Answer(columns, plain, len(rows) > question.rows)


def _too_slow(question: Question) -> QueryRefused:
    return QueryRefused(f"the answer took longer than {question.seconds:g} s; ask for less, or give more --seconds")


def _fetched(result: duckdb.DuckDBPyConnection, most: int) -> list[tuple[Any, ...]]:
    """At most so many rows; raises QueryRefused when they are too large."""
    rows: list[tuple[Any, ...]] = []
    size = 0
    while len(rows) < most and (part := result.fetchmany(min(ROWS_AT_ONCE, most - len(rows)))):
        rows += part
        size += sum(_size(value) for row in part for value in row)
        if size > MOST_BYTES:
            raise QueryRefused(f"the answer has more than {MOST_BYTES >> 20} MiB; ask for less")
    return rows


def _size(value: Any) -> int:
    """About how many bytes a value takes in an answer."""
    match value:
        case str() | bytes():
            return len(value)
        case list() | tuple() | set():
            return sum(map(_size, value))
        case dict():
            return sum(_size(key) + _size(each) for key, each in value.items())
        case _:
            return 8


def _plain(value: Any) -> Any:
    """A value as JSON can carry it; a whole number that no 64 bits hold goes as text."""
    match value:
        case None | bool() | int() | str() if not isinstance(value, int) or _LEAST <= value <= _MOST:
            return value
        case float():
            return value if abs(value) < float("inf") else None
        case datetime() | date() | time():
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
