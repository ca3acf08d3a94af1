"""Databases without the values they had: real ones, as clients keep them, with logs, indexes and freed pages."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.traces.homes import standing

from pixie_secrets.known_values import KNOWN
from pixie_secrets.traces.cleaning import CannotCleanError
from pixie_secrets.traces.database_cleaning import clean_database
from pixie_secrets.traces.databases import rows
from pixie_secrets.traces.search import traces

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

VALUE = "plain4fGh7Jk2Lm"


def every(_span: object, _data: bytes) -> bool:
    return True


@pytest.fixture(autouse=True)
def known() -> None:
    KNOWN.add(VALUE, key="K", tool="t")


def made(path: Path, *statements: str, wal: bool = False, values: Iterable[tuple[object, ...]] = ()) -> Path:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        if wal:
            database.execute("PRAGMA journal_mode = WAL")
        for statement in statements:
            database.execute(statement)
        for row in values:
            database.execute(f"INSERT INTO part VALUES ({', '.join('?' * len(row))})", row)
    return path


def asked(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(statement).fetchall()


@pytest.mark.parametrize("wal", [False, True])
def test_texts_blobs_and_large_rows_are_cleaned_and_keep_their_types(tmp_path: Path, *, wal: bool) -> None:
    long = "x" * 9000 + VALUE + "y" * 9000
    path = made(
        tmp_path / "a.db",
        "CREATE TABLE part (id TEXT PRIMARY KEY, data TEXT, raw BLOB, number INTEGER) WITHOUT ROWID",
        wal=wal,
        values=[
            ("a", json.dumps({"t": VALUE}), f"\0{VALUE}".encode(), 7),
            (VALUE, long, None, None),
            ("c", "c", b"c", 1.5),
        ],
    )
    assert clean_database(path, every) == 4
    assert asked(path, "SELECT *, typeof(data), typeof(raw) FROM part ORDER BY number") == [
        ("***", "x" * 9000 + "***" + "y" * 9000, None, None, "text", "null"),
        ("c", "c", b"c", 1.5, "text", "blob"),
        ("a", '{"t": "***"}', b"\0***", 7, "text", "blob"),
    ]
    assert not standing(VALUE, tmp_path)
    assert asked(path, "PRAGMA integrity_check") == [("ok",)]
    assert asked(path, "PRAGMA journal_mode") == [("wal" if wal else "delete",)]


@pytest.mark.parametrize("kind", ["fts4", "fts5"])
def test_full_text_indexes_are_made_anew(tmp_path: Path, kind: str) -> None:
    path = made(
        tmp_path / "a.db",
        f"CREATE VIRTUAL TABLE found USING {kind}(text)",
        f"INSERT INTO found VALUES ('before {VALUE} after'), ('another one')",
    )
    assert asked(path, f"SELECT count(*) FROM found WHERE found MATCH '{VALUE}'") == [(1,)]
    clean_database(path, every)
    assert asked(path, f"SELECT count(*) FROM found WHERE found MATCH '{VALUE}'") == [(0,)]
    assert asked(path, "SELECT text FROM found WHERE found MATCH 'after'") == [("before *** after",)]
    assert VALUE.lower().encode() not in path.read_bytes().lower()


def test_an_index_of_another_table_follows_by_its_own_triggers(tmp_path: Path) -> None:
    path = made(
        tmp_path / "a.db",
        "CREATE TABLE part (id INTEGER PRIMARY KEY, data TEXT, size INTEGER AS (length(data)))",
        "CREATE VIRTUAL TABLE found USING fts5(data, content='part', content_rowid='id')",
        "CREATE TRIGGER added AFTER INSERT ON part BEGIN INSERT INTO found(rowid, data) VALUES (new.id, new.data); END",
        "CREATE TRIGGER changed AFTER UPDATE ON part BEGIN INSERT INTO found(found, rowid, data)"
        " VALUES ('delete', old.id, old.data); INSERT INTO found(rowid, data) VALUES (new.id, new.data); END",
        f"INSERT INTO part (data) VALUES ('before {VALUE} after')",
    )
    clean_database(path, every)
    assert asked(path, f"SELECT count(*) FROM found WHERE found MATCH '{VALUE}'") == [(0,)]
    assert asked(path, "SELECT size FROM part JOIN found ON part.id = found.rowid WHERE found MATCH 'after'") == [(16,)]
    assert VALUE.lower().encode() not in path.read_bytes().lower()


def test_an_index_on_a_function_of_json_is_no_hindrance(tmp_path: Path) -> None:
    """Codex has one; SQLite takes it for unsafe where a schema is not trusted."""
    path = made(
        tmp_path / "a.db",
        "CREATE TABLE part (data TEXT)",
        "CREATE INDEX by_kind ON part (json_extract(data, '$.kind'))",
        values=[(json.dumps({"kind": VALUE}),)],
    )
    assert [piece.part for piece in rows(path)] == ["part.data"]
    assert clean_database(path, every) == 1
    assert asked(path, "SELECT count(*) FROM part WHERE json_extract(data, '$.kind') = '***'") == [(1,)]


def test_what_was_freed_before_is_overwritten(tmp_path: Path) -> None:
    path = made(
        tmp_path / "a.db",
        "PRAGMA secure_delete = OFF",
        "CREATE TABLE part (data TEXT)",
        *(f"INSERT INTO part VALUES ('{VALUE} {'z' * 5000}')" for _ in range(9)),
        "DELETE FROM part WHERE rowid < 9",
    )
    assert path.read_bytes().count(VALUE.encode()) > 1
    clean_database(path, every)
    assert VALUE.encode() not in path.read_bytes()


def test_a_value_in_a_second_table_is_found_behind_a_larger_first_one(tmp_path: Path) -> None:
    path = made(
        tmp_path / "a.db",
        "CREATE TABLE one (data TEXT)",
        f"INSERT INTO one VALUES ('{'x' * 5000}{VALUE}')",
        "CREATE TABLE two (data TEXT)",
        f"INSERT INTO two VALUES ('{VALUE}')",
    )
    assert [trace.part for trace in traces(rows(path), every)] == ["one.data", "two.data"]


def test_rows_that_would_become_the_same_are_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    KNOWN.add("other4fGh7Jk2Lm", key="L", tool="t")
    path = made(tmp_path / "a.db", "CREATE TABLE part (data TEXT UNIQUE)", values=[(VALUE,), ("other4fGh7Jk2Lm",)])
    before = path.read_bytes()
    with pytest.raises(CannotCleanError, match="the same"):
        clean_database(path, every)
    assert path.read_bytes() == before


OPEN = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("SELECT * FROM part").fetchall()
print("open", flush=True)
sys.stdin.read()
"""


def test_a_database_that_somebody_has_open_is_left_alone(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db", "CREATE TABLE part (data TEXT)", values=[(VALUE,)], wal=True)
    with subprocess.Popen(
        [sys.executable, "-c", OPEN, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "open\n"
        before = path.read_bytes()
        with pytest.raises(CannotCleanError, match="it is open in"):
            clean_database(path, every)
        assert path.read_bytes() == before
        other.kill()
    assert clean_database(path, every) == 1


KILLED = """
import sys, os, signal, sqlite3
from pathlib import Path
from pixie_secrets.known_values import KNOWN
from pixie_secrets.traces import database_cleaning
KNOWN.add(sys.argv[3], key="K", tool="t")
left = int(sys.argv[2])

def step():
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

connected = database_cleaning._connected
def watched(path):
    database = connected(path)
    database.set_progress_handler(step, 50)  # between steps of SQLite's own machine
    return database
database_cleaning._connected = watched
database_cleaning.clean_database(Path(sys.argv[1]), lambda _span, _data: True)
"""


@pytest.mark.parametrize("wal", [False, True])
def test_killed_at_any_step_it_is_the_old_database_or_the_new(tmp_path: Path, *, wal: bool) -> None:
    texts = [f"{number} {VALUE} {'z' * 3000}" for number in range(30)]
    old, new = texts, [text.replace(VALUE, "***") for text in texts]
    path = tmp_path / "a.db"
    seen = []
    for number in range(400):
        for left in tmp_path.iterdir():
            left.unlink()
        made(path, "CREATE TABLE part (data TEXT)", wal=wal, values=[(text,) for text in texts])
        done = subprocess.run([sys.executable, "-c", KILLED, str(path), str(number), VALUE], check=False)
        found = [text for (text,) in asked(path, "SELECT data FROM part")]
        assert found in (old, new)
        seen.append((done.returncode, found == new))
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert len(seen) > 5
    assert seen[0] == (-signal.SIGKILL, False)
    assert seen[-1] == (0, True)


@pytest.mark.parametrize("what", ["text", "link", "fifo"])
def test_what_is_no_database_is_refused(tmp_path: Path, what: str) -> None:
    path = tmp_path / "a.db"
    if what == "text":
        path.write_text(VALUE * 99)
    elif what == "link":
        path.symlink_to(made(tmp_path / "b.db", "CREATE TABLE part (data TEXT)"))
    else:
        os.mkfifo(path)
    with pytest.raises((CannotCleanError, OSError)):
        clean_database(path, every)
