"""What every generated corpus has to be: the same on each run, and readable as an editor would open it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.lint.labeled import LabeledFile

_ROOT = Path(__file__).parents[2]
_PRINT_DIGEST = (
    "from hashlib import sha256; from tests.lint.{name}.corpus import labeled_files; "
    "print(sha256(repr([(f.path, f.data, sorted(f.secret_lines)) for f in labeled_files()]).encode()).hexdigest())"
)
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def text_of(file: LabeledFile) -> str:
    """As an editor would open it."""
    if file.data.startswith(UTF_16):
        return file.data.decode("utf-16")
    try:
        return file.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return file.data.decode("latin-1")


def is_latin(data: bytes) -> bool:
    """Whether it is neither UTF-8 nor marked as UTF-16."""
    if data.startswith(UTF_16):
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return False


def labels_are_on_lines_with_something(files: Iterable[LabeledFile]) -> bool:
    return not [
        file.path for file in files for number in file.secret_lines if not text_of(file).split("\n")[number - 1].strip()
    ]


def has_every_encoding_and_line_end(every: list[bytes]) -> bool:
    """Three files of each at least: a byte order mark, UTF-16, CRLF, Latin-1."""
    counts = (
        sum(data.startswith(b"\xef\xbb\xbf") for data in every),
        sum(data.startswith(UTF_16) for data in every),
        sum(b"\r\n" in data for data in every),
        sum(map(is_latin, every)),
    )
    return min(counts) >= 3


def digests(name: str) -> set[bytes]:
    """Of the corpus `name` as two processes make it, with other seeds for Python's hashes."""
    return {
        subprocess.run(
            [sys.executable, "-c", _PRINT_DIGEST.format(name=name)],
            env=os.environ | {"PYTHONPATH": str(_ROOT), "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            cwd=_ROOT,
        ).stdout
        for seed in ("1", "2")
    }
