"""What was there before anybody looked: known findings of an old project, told apart from new ones.

A baseline is committed, so it must not tell what it knows. An entry is a slow, salted hash (scrypt) of the code, the
file and the line; who wants to guess a secret from it pays for every guess, and needs the rest of the line right too.
How much is said in the file: the more entries, the less each costs, or lint itself would take a minute for thousands.
"""

from __future__ import annotations

import json
import os
from importlib import import_module
from typing import TYPE_CHECKING

from pixie_secrets.errors import Hint, PixieError
from pixie_secrets.files import NotPlainError, read_plain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pixie_secrets.lint.hits import Line

NAME = ".pixie-lint-baseline.json"
_VERSION = 1
_WRITE = Hint(
    "write a new one: pixie-secrets lint-tool --write-baseline",
    for_agent="writing one is the user's decision: pixie-secrets lint-tool --write-baseline",
)
_SIZE_MAX = 16 << 20
_COST = 13  # log2 of scrypt's n: 14 ms a hash, in 8 MB
_COST_MIN = 9
_COST_MAX = 14  # of a file that somebody else may have written
_AT_FULL_COST = 150  # entries: two seconds


class Baseline:
    """The entries of one file, each good for as many findings as it was written for."""

    def __init__(self, salt: bytes, entries: Iterable[tuple[str, str, str]], cost: int = _COST) -> None:
        self._salt = salt
        self._cost = cost
        self._hashes: dict[tuple[str, str], list[str]] = {}
        for code, file, hashed in entries:
            self._hashes.setdefault((code, file), []).append(hashed)

    def take(self, line: Line) -> bool:
        """Whether `line` is in the baseline; each entry is taken once. Hashes only where code and file are in it."""
        left = self._hashes.get((line.code, line.file))
        if not left:
            return False
        hashed = _hash(self._salt, line, self._cost)
        if hashed not in left:
            return False
        left.remove(hashed)
        return True

    @property
    def unused(self) -> int:
        """How many entries met no finding: those were put right and can go."""
        return sum(len(left) for left in self._hashes.values())


def read(path: Path) -> Baseline:
    """The baseline in a file.

    Raises:
        PixieError: there is none, or it is not one.
    """
    try:
        data = read_plain(path, _SIZE_MAX + 1)
        if len(data) > _SIZE_MAX:
            raise _refused(path)
    except NotPlainError:
        raise _refused(path) from None
    except (OSError, ValueError):
        raise PixieError("there is no such baseline", _WRITE) from None
    return parsed(data, path)


def parsed(data: bytes, path: Path) -> Baseline:
    """The baseline whose bytes are `data`.

    Raises:
        PixieError: it is none.
    """
    try:
        document = json.loads(data)
        entries = [(str(one["code"]), str(one["file"]), str(one["hash"])) for one in document["findings"]]
        salt = bytes.fromhex({_VERSION: document["salt"]}[document["version"]])
        cost = int(document.get("cost", _COST))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _refused(path) from None
    if not _COST_MIN <= cost <= _COST_MAX:
        raise _refused(path)
    return Baseline(salt, entries, cost)


def written(lines: Iterable[Line]) -> str:
    """The text of a baseline that covers `lines`, under a salt of its own."""
    salt = os.urandom(16)
    lines = list(lines)
    cost = max(_COST_MIN, _COST - (len(lines) // _AT_FULL_COST).bit_length())
    entries = sorted((line.file, line.code, _hash(salt, line, cost)) for line in lines)
    findings = [{"file": file, "code": code, "hash": hashed} for file, code, hashed in entries]
    document = {"version": _VERSION, "salt": salt.hex(), "cost": cost, "findings": findings}
    return json.dumps(document, indent=1) + "\n"


def _refused(path: Path) -> PixieError:
    """Names the usual file alone: what somebody else typed is not repeated."""
    named = NAME if path.name == NAME else "the file that was named"
    return PixieError(f"{named} is damaged or no baseline", _WRITE)


def _hash(salt: bytes, line: Line, cost: int) -> str:
    about = b"\0".join((line.code.encode(), line.file.encode("utf-8", "surrogateescape"), line.text.strip()))
    scrypt = import_module("hashlib").scrypt  # late: most projects have no baseline
    hashed: bytes = scrypt(about, salt=salt, n=1 << cost, r=8, p=1, dklen=24)
    return hashed.hex()
