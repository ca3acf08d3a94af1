"""SQLite databases of running programs, read so that nobody notices: no lock, no file beside them, nothing written.

SQLite itself would take a lock and make `-shm` for a database in WAL mode. So of one that has a write-ahead log a copy
is made, the committed pages of the log are laid over it (https://www.sqlite.org/fileformat2.html, section 4), and that
is read; any other is read as one that nobody changes, and once more where somebody did.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
from contextlib import ExitStack, closing
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from pixie_secrets.files import create_plain, open_plain
from pixie_secrets.traces import ChangedError, NotReadError, Piece, text_files

if TYPE_CHECKING:
    from collections.abc import Iterator

IN_MEMORY_MAX = 48 << 20  # bytes of a database whose copy is in memory, twice while it is made
_AT_ONCE = 1 << 20
_MAGICS = (0x377F0682, 0x377F0683)
_LOG_HEADER = struct.Struct(">8I")  # magic, version, page size, sequence, salts 1 and 2, checksums 1 and 2
_FRAME_HEADER = struct.Struct(">6I")  # page, pages after a commit or 0, salts 1 and 2, checksums 1 and 2
_WRITES_AT, _ROLLBACK = 18, b"\x01\x01"  # format of writing and reading: 1 is a database without a log

_ALL = Template("SELECT $columns FROM $table")


def rows(path: Path) -> Iterator[Piece]:
    """Every text and blob of every table; `part` is its `table.column`.

    Raises:
        ChangedError: somebody wrote to it meanwhile.
        NotReadError: it is no database, or damaged.
        OSError: it cannot be read.
    """
    before = _state(path)
    copied = _has_log(path)
    at = 0
    try:
        with closing(_copied(path) if copied else _as_it_lies(path)) as database:
            if copied and _state(path) != before:
                raise ChangedError("it keeps changing")
            database.text_factory = bytes
            for table, made in database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall():
                if not (made or b"").upper().startswith(b"CREATE VIRTUAL"):  # what it shows is in tables beside it
                    for part, value in _texts(database, table.decode()):
                        yield Piece(value, at, 0, part)
                        at += len(value)
    except sqlite3.Error as error:
        if not copied and _state(path) != before:
            raise ChangedError("it keeps changing") from error
        raise NotReadError("it is damaged, or no SQLite database") from error
    if not copied and _state(path) != before:
        raise ChangedError("it keeps changing")


def pages(path: Path) -> Iterator[Piece]:
    """The bytes of a database and of its log, as they lie: for one that never holds still long enough for its rows.

    A value that lies over two pages which are not neighbors is not in one piece here.

    Raises:
        OSError: it cannot be read.
    """
    begin = 0
    for file in (path, log_of(path)):
        if file.exists():
            for piece in text_files.pieces(file):
                yield piece._replace(at=begin + piece.at, line=0)
            begin += file.stat().st_size + text_files.OVERLAP  # both may have grown meanwhile


def log_of(path: Path) -> Path:
    """Its write-ahead log, there or not."""
    return path.with_name(path.name + "-wal")


def _state(path: Path) -> tuple[int, int]:
    """Of the database alone: what is added to its log meanwhile is a later state of it."""
    status = path.lstat()
    return status.st_mtime_ns, status.st_size


def _has_log(path: Path) -> bool:
    log = log_of(path)
    return log.exists() and log.stat().st_size > 0


def _as_it_lies(path: Path) -> sqlite3.Connection:
    os.close(open_plain(path).descriptor)  # no link, no FIFO
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True)


def _copied(path: Path) -> sqlite3.Connection:
    """A copy with the log laid over it."""
    with (
        os.fdopen(open_plain(path).descriptor, "rb") as file,
        os.fdopen(open_plain(log_of(path)).descriptor, "rb") as log,
    ):
        return (_in_memory if os.fstat(file.fileno()).st_size <= IN_MEMORY_MAX else _on_disk)(file, log)


def _in_memory(file: IO[bytes], log: IO[bytes]) -> sqlite3.Connection:
    data = bytearray(file.read())
    for at, page in _committed(log):
        data.extend(bytes(max(0, at - len(data))))
        data[at : at + len(page)] = page
    data[_WRITES_AT : _WRITES_AT + len(_ROLLBACK)] = _ROLLBACK
    database = sqlite3.connect(":memory:")
    database.deserialize(data)
    return database


def _on_disk(file: IO[bytes], log: IO[bytes]) -> sqlite3.Connection:
    """A copy for its owner alone, which has lost its name before its first byte: whoever is killed leaves nothing."""
    with ExitStack() as unfinished:
        with TemporaryDirectory(prefix="pixie-secrets-") as folder:
            path = Path(folder, "copy")
            copy = unfinished.enter_context(os.fdopen(create_plain(path, 0o600), "wb"))
            database = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&nolock=1", uri=True)
            unfinished.callback(database.close)
            database.execute("PRAGMA page_count").fetchone()  # it opens a file when it is first asked
        shutil.copyfileobj(file, copy, _AT_ONCE)
        for at, page in _committed(log):
            copy.seek(at)
            copy.write(page)
        copy.seek(_WRITES_AT)
        copy.write(_ROLLBACK)
        copy.close()
        unfinished.pop_all()
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


def _committed(log: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The pages of each transaction that is whole, and where in the database each belongs; an older log's have other
    salts.
    """
    header = log.read(_LOG_HEADER.size)
    if len(header) < _LOG_HEADER.size:
        return
    magic, _, size, _, *salts_and_sums = _LOG_HEADER.unpack(header)
    waiting: list[tuple[int, int]] = []
    while magic in _MAGICS and len(frame := log.read(_FRAME_HEADER.size)) == _FRAME_HEADER.size:
        page, committed, *salts = _FRAME_HEADER.unpack(frame)[:4]
        start = log.tell()
        if salts != salts_and_sums[:2] or not page or log.seek(0, os.SEEK_END) < start + size:
            return
        waiting.append((page, start))
        for number, at in waiting if committed else ():
            log.seek(at)
            yield (number - 1) * size, log.read(size)
        if committed:
            waiting.clear()
        log.seek(start + size)
