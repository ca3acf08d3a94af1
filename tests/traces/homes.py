"""A home and a project for tests of leaks, and an independent judge of what is left in them."""

from __future__ import annotations

import gzip
import io
import json
import os
import sqlite3
import subprocess
import zipfile
import zlib
from contextlib import closing, suppress
from pathlib import Path

from tests.conftest import add_tool
from tests.evidence import forms_of

TOOL, KEY = "whisper-transcription", "OPENAI_API_KEY"
VALUE = 'sk-Tr4ce"7Qm$9xW2tB\\5nLà'
DAY = "2026-03-04"


def project(root: Path, value: str = VALUE) -> Path:
    """A project with one tool whose key has the value."""
    tool = add_tool(root, TOOL, secrets=[{"key": KEY, "obtain": {"url": "https://example.com/keys"}}, {"key": "MODE"}])
    (tool / ".env").write_text(f"{KEY}='{value}'\nMODE=production\nREGION=development\n")
    (tool / ".env").chmod(0o600)
    return root


def put(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def turn(text: str, role: str = "user") -> str:
    return json.dumps({"timestamp": f"{DAY}T10:00:00Z", "message": {"role": role, "content": text}}) + "\n"


def git(root: Path, *words: str, home: Path | None = None) -> str:
    """Git with names and days of its own."""
    own = {"HOME": str(home or root), "PATH": os.environ["PATH"]}
    own |= {f"GIT_{who}_DATE": f"{DAY}T12:00:00Z" for who in ("AUTHOR", "COMMITTER")}
    line = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", *words]
    return subprocess.run(line, cwd=root, env=own, check=True, capture_output=True, text=True).stdout.strip()


def standing(value: str, *roots: Path, without: tuple[Path, ...] = ()) -> set[Path]:
    """Every file below `roots` in which the value stands: as it is, in any form that texts take on their way, inside
    gzip, zlib and zip, and in each column of a database with its log. It shares no code with what is judged.
    """
    forms = list(forms_of(value).values())
    forms += [value[::-1].encode(), value.encode("utf-16-be")]
    left_out = {path.resolve() for path in without}
    found = set()
    for root in roots:
        for folder, _, names in os.walk(root):
            for path in (Path(folder, name) for name in names):
                if path.is_file() and not path.is_symlink() and path.resolve() not in left_out:
                    texts = [path.read_bytes()]
                    texts += _inside(texts[0])
                    texts += _columns(path) if texts[0].startswith(b"SQLite format 3") else []
                    if any(form in text for text in texts for form in forms):
                        found.add(path)
    return found


def _inside(data: bytes) -> list[bytes]:
    texts = []
    with suppress(OSError, EOFError, zlib.error):
        texts.append(gzip.decompress(data))
    with suppress(zlib.error):
        texts.append(zlib.decompress(data))
    if data.startswith(b"PK\3\4"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            texts += [archive.read(name) for name in archive.namelist()]
    return texts


def _columns(path: Path) -> list[bytes]:
    texts = []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        database.text_factory = bytes
        for (table,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            with suppress(sqlite3.Error):
                for row in database.execute(f'SELECT * FROM "{table.decode()}"'):
                    texts += [part if isinstance(part, bytes) else str(part).encode() for part in row]
    return texts
