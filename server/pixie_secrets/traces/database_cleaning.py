"""Takes known values out of an SQLite database: by SQLite itself, all of it in one transaction.

Pages that are freed are overwritten (`secure_delete`), full-text indexes are made anew, the log is written back and cut
to nothing. Where the value stood in what was freed before, the file is packed anew (`VACUUM`). A crash leaves what
SQLite's journal says: the old database or the new one. A database that a program has open is left alone.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import quote

from pixie_secrets.files import open_plain
from pixie_secrets.traces import in_use, text_files
from pixie_secrets.traces.cleaning import CannotCleanError, cleaned
from pixie_secrets.traces.databases import log_of, quoted, stored_columns

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.traces.cleaning import IsLeak

LOCK_SECONDS = 5.0
_FULL_TEXT = ("FTS3", "FTS4", "FTS5")
_OF_FULL_TEXT = ("_data", "_idx", "_docsize", "_config", "_segments", "_segdir", "_stat")  # made anew from the texts
_CLEAN = Template(
    "UPDATE $table SET $column = CASE typeof($column)"
    " WHEN 'text' THEN CAST(pixie_cleaned(CAST($column AS BLOB)) AS TEXT) ELSE pixie_cleaned($column) END"
    " WHERE typeof($column) IN ('text', 'blob') AND pixie_cleaned(CAST($column AS BLOB)) IS NOT NULL"
)
_REBUILD = Template("INSERT INTO $table($table) VALUES ('rebuild')")
_BUSY = "database is locked"


def clean_database(path: Path, is_leak: IsLeak) -> int:
    """Take what counts out of every text and blob; in how many of them something was taken out.

    Raises:
        CannotCleanError: it is open, is no database, or its own rules forbid it. It is as it was.
        OSError: it cannot be written.
    """
    descriptor, status = open_plain(path)  # no link, no FIFO
    os.close(descriptor)
    if status.st_uid != os.geteuid():
        raise CannotCleanError("it belongs to another user")
    if held := in_use.holder([path, log_of(path), path.with_name(path.name + "-shm")]):
        raise CannotCleanError(f"it is open in {held}; end that first")
    try:
        with closing(_connected(path)) as database:
            times = _Cleaning(database, is_leak).all_tables()
            if times:
                _written_back(database)
                if text_files.may_hold(path):
                    database.execute("VACUUM")
                    _full_text_anew(database)
                    _written_back(database)
            return times
    except sqlite3.IntegrityError as error:
        raise CannotCleanError("two rows of it would become the same, which it forbids") from error
    except sqlite3.Error as error:
        message = "another program writes to it" if str(error) == _BUSY else "SQLite cannot change it as it is"
        raise CannotCleanError(message) from error


def _connected(path: Path) -> sqlite3.Connection:
    address = f"file:{quote(str(path.absolute()))}?mode=rw"
    database = sqlite3.connect(address, uri=True, isolation_level=None, timeout=LOCK_SECONDS)
    database.execute("PRAGMA secure_delete = ON")
    if database.execute("PRAGMA encoding").fetchone()[0] != "UTF-8":
        database.close()
        raise CannotCleanError("its texts are not UTF-8")
    return database


class _Cleaning:
    """One transaction. SQLite calls back for each value; it never sees which ones count before."""

    def __init__(self, database: sqlite3.Connection, is_leak: IsLeak) -> None:
        self._database = database
        self._is_leak = is_leak
        self._refused = ""
        database.create_function("pixie_cleaned", 1, self._cleaned, deterministic=True)

    def all_tables(self) -> int:
        times = 0
        self._database.execute("BEGIN IMMEDIATE")
        try:
            tables = _tables(self._database)
            indexes = {table + ending for table, made in tables if _is_virtual(made) for ending in _OF_FULL_TEXT}
            for table, made in tables:
                if not _is_virtual(made) and table not in indexes:
                    times += self._table(table)
            if times:
                _full_text_anew(self._database)
        except BaseException:
            self._database.execute("ROLLBACK")
            if self._refused:
                raise CannotCleanError(self._refused) from None
            raise
        self._database.execute("COMMIT" if times else "ROLLBACK")
        return times

    def _table(self, table: str) -> int:
        """Each column by itself, so that a table needs no key; a blob stays a blob, and a text a text."""
        columns = stored_columns(self._database, table)
        statements = (_CLEAN.substitute(table=quoted(table), column=quoted(column)) for column in columns)
        return sum(self._database.execute(statement).rowcount for statement in statements)

    def _cleaned(self, value: bytes) -> bytes | None:
        """Without values; NULL where there are none."""
        try:
            done = cleaned(value, self._is_leak)
        except CannotCleanError as error:
            self._refused = str(error)
            raise
        return done.data if done.times else None


def _tables(database: sqlite3.Connection) -> list[tuple[str, str]]:
    """Every table but SQLite's own, with how it was made."""
    return database.execute(
        "SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"
    ).fetchall()


def _is_virtual(made: str) -> bool:
    return made.upper().startswith("CREATE VIRTUAL")


def _full_text_anew(database: sqlite3.Connection) -> None:
    for table, made in _tables(database):
        if _is_virtual(made) and any(f"USING {kind}" in made.upper() for kind in _FULL_TEXT):
            database.execute(_REBUILD.substitute(table=quoted(table)))


def _written_back(database: sqlite3.Connection) -> None:
    busy, _, _ = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise CannotCleanError("it was cleaned, but another program keeps its log; end that")
