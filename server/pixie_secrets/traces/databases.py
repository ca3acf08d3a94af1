"""SQLite databases of running programs, read so that nobody notices: no lock, no file beside them, nothing written.

SQLite itself would take a lock and make `-shm` for a database in WAL mode. So one that has a write-ahead log is read
into memory, the committed pages of the log are laid over it (https://www.sqlite.org/fileformat2.html, section 4), and
SQLite is given the result; any other is read as one that nobody changes, and once more where somebody did.
"""

from __future__ import annotations

import os
import sqlite3
import struct
from contextlib import closing
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import quote

from pixie_secrets.files import open_plain
from pixie_secrets.traces import ChangedError, NotReadError, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZE_MAX = 512 << 20  # bytes of a database that has a log, which is in memory then, and of its log
_MAGICS = (0x377F0682, 0x377F0683)
_LOG_HEADER = struct.Struct(">8I")  # magic, version, page size, sequence, salts 1 and 2, checksums 1 and 2
_FRAME_HEADER = struct.Struct(">6I")  # page, pages after a commit or 0, salts 1 and 2, checksums 1 and 2
_WRITES_AT, _ROLLBACK = 18, b"\x01\x01"  # format of writing and reading: 1 is a database without a log


_ALL = Template("SELECT $columns FROM $table")


def rows(path: Path) -> Iterator[Piece]:
    """Every text and blob of every table; `part` is its `table.column`.

    Raises:
        ChangedError: somebody wrote to it meanwhile.
        NotReadError: it is no database, too large, or damaged.
        OSError: it cannot be read.
    """
    before = _state(path)
    at = 0
    try:
        with closing(_opened(path)) as database:
            database.text_factory = bytes
            for table, made in database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall():
                if not (made or b"").upper().startswith(b"CREATE VIRTUAL"):  # what it shows is in tables beside it
                    for part, value in _texts(database, table.decode()):
                        yield Piece(value, at, 0, part)
                        at += len(value)
    except sqlite3.Error as error:
        if _state(path) != before:
            raise ChangedError("it keeps changing") from error
        raise NotReadError("it is damaged, or no SQLite database") from error
    if _state(path) != before:
        raise ChangedError("it keeps changing")


def log_of(path: Path) -> Path:
    """Its write-ahead log, there or not."""
    return path.with_name(path.name + "-wal")


def _state(path: Path) -> tuple[int, int]:
    """Of the database alone: what is added to its log meanwhile is a later state of it."""
    status = path.lstat()
    return status.st_mtime_ns, status.st_size


def _opened(path: Path) -> sqlite3.Connection:
    """Without a log as it lies there, which takes no memory; with one, a copy in memory."""
    log = log_of(path)
    descriptor = open_plain(path).descriptor  # no link, no FIFO
    with os.fdopen(descriptor, "rb"):
        if not log.exists() or not log.stat().st_size:
            return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True)
    database = sqlite3.connect(":memory:")
    database.deserialize(_whole(path))
    return database


def stored_columns(database: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table that are stored, and not worked out of others."""
    found = database.execute("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", (table,)).fetchall()
    return [os.fsdecode(name) for (name,) in found]


def quoted(name: str) -> str:
    """A name as SQL has it; it cannot be a parameter."""
    return '"' + name.replace('"', '""') + '"'


def _texts(database: sqlite3.Connection, table: str) -> Iterator[tuple[str, bytes]]:
    """Each text and blob, after its `table.column`."""
    columns = stored_columns(database, table)
    parts = [f"{table}.{column}" for column in columns]
    for row in database.execute(_ALL.substitute(columns=", ".join(map(quoted, columns)), table=quoted(table))):
        for part, value in zip(parts, row, strict=True):
            if isinstance(value, bytes):
                yield part, value


def _whole(path: Path) -> bytearray:
    """The database as it is after its last commit."""
    return _laid_over(bytearray(_read(path)), _read(log_of(path)))


def _read(path: Path) -> bytes:
    opened = open_plain(path)
    with os.fdopen(opened.descriptor, "rb") as file:
        if opened.status.st_size > SIZE_MAX:
            raise NotReadError(f"it is larger than {SIZE_MAX >> 20} MiB")
        return file.read(SIZE_MAX)


def _laid_over(database: bytearray, log: bytes) -> bytearray:
    if len(log) >= _LOG_HEADER.size:
        magic, _, size, _, *salts_and_sums = _LOG_HEADER.unpack_from(log)
        if magic in _MAGICS:
            _commit(database, log, size, tuple(salts_and_sums[:2]))
    if len(database) > _WRITES_AT + len(_ROLLBACK):
        database[_WRITES_AT : _WRITES_AT + len(_ROLLBACK)] = _ROLLBACK
    return database


def _commit(database: bytearray, log: bytes, size: int, salts: tuple[int, ...]) -> None:
    """Lay the pages of each transaction that is whole over the database; an older log's have other salts."""
    waiting: list[tuple[int, int]] = []
    step = _FRAME_HEADER.size + size
    for at in range(_LOG_HEADER.size, len(log) - step + 1, step):
        page, committed, *more = _FRAME_HEADER.unpack_from(log, at)
        if tuple(more[:2]) != salts or not page:
            return
        waiting.append((page, at + _FRAME_HEADER.size))
        if committed:
            database.extend(bytes(max(0, committed * size - len(database))))
            for number, start in waiting:
                database[(number - 1) * size : number * size] = log[start : start + size]
            waiting.clear()
