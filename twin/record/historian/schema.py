"""The tables of `history.duckdb`; docs/history.md explains them to whoever reads the file."""

import duckdb

FORMAT = "1"
"""Changes whenever the meaning of a table does."""

SAMPLE_COLUMNS = (
    "signal USMALLINT NOT NULL USING COMPRESSION rle, time TIMESTAMP NOT NULL USING COMPRESSION bitpacking, "
    "value DOUBLE NOT NULL, status UTINYINT NOT NULL USING COMPRESSION rle"
)
"""Ordered by signal, a column's best way to be packed is known: trying the others takes a fifth of the time."""

_TABLES = (
    "CREATE TABLE IF NOT EXISTS about (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)",
    """CREATE TABLE IF NOT EXISTS progress (
        scanned BIGINT NOT NULL, entries BIGINT NOT NULL, sealed BIGINT NOT NULL, exported BIGINT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS station (
        id USMALLINT PRIMARY KEY, path VARCHAR NOT NULL, name VARCHAR NOT NULL, kind VARCHAR NOT NULL,
        title_en VARCHAR NOT NULL, title_es VARCHAR NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS signal (
        id USMALLINT PRIMARY KEY, path VARCHAR NOT NULL, station USMALLINT NOT NULL, name VARCHAR NOT NULL,
        point USMALLINT NOT NULL, axis DOUBLE, kind VARCHAR NOT NULL, type VARCHAR NOT NULL, unit VARCHAR,
        low DOUBLE, high DOUBLE, period_s DOUBLE NOT NULL, stepped BOOLEAN NOT NULL,
        meaning_en VARCHAR NOT NULL, meaning_es VARCHAR NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS state (
        signal USMALLINT NOT NULL, code INTEGER NOT NULL, text_en VARCHAR NOT NULL, text_es VARCHAR NOT NULL)""",
    "CREATE TABLE IF NOT EXISTS word (id INTEGER PRIMARY KEY, text VARCHAR NOT NULL)",
    f"CREATE TABLE IF NOT EXISTS sample ({SAMPLE_COLUMNS})",
    f"CREATE TABLE IF NOT EXISTS recent ({SAMPLE_COLUMNS})",
    """CREATE TABLE IF NOT EXISTS summary (
        signal USMALLINT NOT NULL, time TIMESTAMP NOT NULL, samples INTEGER NOT NULL, good INTEGER NOT NULL,
        minimum DOUBLE, minimum_time TIMESTAMP, maximum DOUBLE, maximum_time TIMESTAMP, mean DOUBLE,
        first DOUBLE, last DOUBLE)""",
    """CREATE TABLE IF NOT EXISTS entry (
        number BIGINT NOT NULL, time TIMESTAMP NOT NULL, station USMALLINT NOT NULL, kind UTINYINT NOT NULL,
        a BIGINT NOT NULL, b BIGINT NOT NULL)""",
    "CREATE TABLE IF NOT EXISTS kind (id UTINYINT PRIMARY KEY, name VARCHAR NOT NULL)",
    "CREATE TABLE IF NOT EXISTS activity (id UTINYINT PRIMARY KEY, name VARCHAR, text_en VARCHAR, text_es VARCHAR)",
    """CREATE TABLE IF NOT EXISTS alarm (
        station USMALLINT NOT NULL, kind UTINYINT NOT NULL, number BIGINT NOT NULL, name VARCHAR NOT NULL,
        code VARCHAR NOT NULL, severity USMALLINT NOT NULL, text_en VARCHAR NOT NULL, text_es VARCHAR NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS production_order (
        number BIGINT NOT NULL, name VARCHAR NOT NULL, station USMALLINT NOT NULL, begun TIMESTAMP NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS kpi (
        span VARCHAR NOT NULL, start TIMESTAMP NOT NULL, "end" TIMESTAMP NOT NULL, station VARCHAR NOT NULL,
        name VARCHAR NOT NULL, value DOUBLE, unit VARCHAR NOT NULL, reason VARCHAR)""",
)

_VIEWS = (
    """CREATE OR REPLACE VIEW samples AS
        SELECT signal.path, signal.point, every.time, every.value, every.status
        FROM (SELECT * FROM sample UNION ALL SELECT * FROM recent) every JOIN signal ON signal.id = every.signal""",
    """CREATE OR REPLACE VIEW event AS
        SELECT entry.number, entry.time, station.path AS station, kind.name AS kind, alarm.code, alarm.severity,
            coalesce(alarm.text_en, activity.text_en, production_order.name) AS text_en,
            coalesce(alarm.text_es, activity.text_es, production_order.name) AS text_es,
            entry.a, entry.b
        FROM entry
        JOIN station ON station.id = entry.station
        JOIN kind ON kind.id = entry.kind
        LEFT JOIN alarm ON alarm.station = entry.station AND alarm.kind = entry.kind AND alarm.number = entry.a
        LEFT JOIN activity ON kind.name = 'ACTIVITY' AND activity.id = entry.a
        LEFT JOIN production_order ON kind.name = 'ORDER' AND production_order.number = entry.a
            AND production_order.station = entry.station""",
    """CREATE OR REPLACE VIEW alarm_period AS
        WITH change AS (
            SELECT entry.station, alarm.name, alarm.code, alarm.severity, alarm.text_en, alarm.text_es, entry.time,
                kind.name IN ('ALARM_RAISED', 'FAULT_BEGAN') AS raised,
                lead(entry.time) OVER (PARTITION BY entry.station, alarm.name ORDER BY entry.number) AS next_time
            FROM entry JOIN kind ON kind.id = entry.kind
            JOIN alarm ON alarm.station = entry.station AND alarm.kind = entry.kind AND alarm.number = entry.a
            WHERE alarm.code <> '')
        SELECT station.path AS station, change.name, code, severity, text_en, text_es, change.time AS raised,
            change.next_time AS cleared
        FROM change JOIN station ON station.id = change.station WHERE change.raised""",
)


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Make all tables and views that are not there yet."""
    for statement in (*_TABLES, *_VIEWS):
        connection.execute(statement)
    if not connection.execute("SELECT 1 FROM progress").fetchall():
        connection.execute("INSERT INTO progress VALUES (0, 0, 0, 0)")
