"""Reads the file `tool.json`: as bytes, as text, and as strict JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from pixie_secrets.errors import ManifestError
from pixie_secrets.files import NotPlainError, read_plain
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

SIZE_MAX = 1024 * 1024


def named(path: Path) -> str:
    """What errors call the file: the last three parts of its path."""
    return shown("/".join(path.parts[-3:]))


def read_text(path: Path, where: str) -> str:
    """The text of a plain file that people write, every line end and a byte order mark as they stand.

    Raises:
        ManifestError: it cannot be read, is a link, not a file, larger than 1 MiB or not UTF-8; names the line and
            column of the first byte that is not.
    """
    data = _read(path, where)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
    raise ManifestError(f"{where}:{line}:{column}: not UTF-8", "save the file as UTF-8")


def strict_json(text: str) -> Any:
    """The document in `text`; a key twice in an object, NaN and numbers without bounds are refused.

    Raises:
        ValueError, RecursionError: it is none.
    """
    return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse, parse_float=_finite)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key twice")
    return made


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError("out of range")
    return number


def _read(path: Path, where: str) -> bytes:
    """The bytes of a plain file, without following a link or waiting at a FIFO."""
    try:
        if path.is_symlink():
            raise ManifestError(f"{where}: is a link", "put the file itself in its place")
        data = read_plain(path, SIZE_MAX + 1)
    except NotPlainError:
        raise ManifestError(f"{where}: is not a plain file", "put a plain file in its place") from None
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise ManifestError(
            f"{where}: cannot be read: {reason}", "see that the file is there and yours to read"
        ) from None
    if len(data) > SIZE_MAX:
        raise ManifestError(f"{where}: larger than 1 MiB", "a manifest only describes the tool; keep data elsewhere")
    return data
