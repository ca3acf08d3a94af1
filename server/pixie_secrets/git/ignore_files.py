"""What a `.gitignore` says where git is not asked, whoever wrote it: a line that git makes nothing of is passed over,
and no pattern takes more than linear time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import re2

from pixie_secrets.filenames import USUAL_VALUES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pathspec import GitIgnoreSpec

LINES_MAX, BYTES_MAX = 5000, 2**20

_VALUES = [folder + name for name in USUAL_VALUES for folder in ("", "tools/x/")]
_CLASS = re.compile(r"\[:(\w+):\]")
_CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "lower": "a-z",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}


class UnreadablePatternsError(ValueError):
    """One that may mean something to git and nothing here, or more of them than anybody writes by hand."""


def spec_of(gitignore: bytes) -> GitIgnoreSpec:
    """Its patterns.

    Raises:
        UnreadablePatternsError: as above.
    """
    return _spec(_lines(gitignore))


def shows_env(gitignore: bytes) -> bool:
    """Whether a line of it takes `.env` or `.env.local` out of what git ignores.

    Raises:
        UnreadablePatternsError: as above.
    """
    lines = (line.lstrip() for line in _lines(gitignore))
    negated = _spec([line[1:] for line in lines if line.startswith("!")])  # matched as what it would ignore
    return any(negated.match_file(name) for name in _VALUES)


def _lines(gitignore: bytes) -> list[str]:
    lines = gitignore.decode("utf-8", "replace").splitlines()
    if len(lines) > LINES_MAX or len(gitignore) > BYTES_MAX:
        raise UnreadablePatternsError
    return [_CLASS.sub(lambda found: _CLASSES.get(found[1], found[0]), line) for line in lines]


def _spec(lines: list[str]) -> GitIgnoreSpec:
    try:
        try:
            return _read(lines)
        except (ValueError, re.error):
            return _read(filter(_means_something, lines))
    except re2.error:
        raise UnreadablePatternsError from None


def _means_something(line: str) -> bool:
    try:
        _read([line])
    except (ValueError, re.error):
        return False
    return True


def _read(lines: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # late: where git answers, nobody needs it

    return GitIgnoreSpec.from_lines(lines, backend="re2")
