"""Values that nobody was ever issued, in the shape of those that services issue.

A shape is a text with `{base62*40}` for forty characters of that kind. What is made has at least the bits of a real
key, so it is nobody's; a checksum that a service puts at its keys' ends (GitHub, npm) is wrong but for one in billions,
so scanners that know it take the value for none of theirs.
"""

from __future__ import annotations

import re
import secrets
import string

KINDS = {
    "base62": string.ascii_letters + string.digits,
    "letters": string.ascii_letters,
    "base32": string.ascii_uppercase + "234567",
    "digits": string.digits,
    "hex": "0123456789abcdef",
}
ANY = "{base62*40}"
_PLACE = re.compile(r"\{([a-z0-9]+)\*([0-9]+)\}")
_KEPT = 12  # characters of an example that may be the beginning all keys have
_LIKE_MIN = 20  # characters of an example that shows a whole value


def made_up(shape: str) -> str:
    """A value of that shape; another one each time."""
    return _PLACE.sub(lambda found: _random(KINDS[found[1]], int(found[2])), shape)


def shape_like(example: str) -> str | None:
    """The shape of an example of a declaration; None where it shows only the beginning of a value."""
    if len(example) < _LIKE_MIN or not re.fullmatch(r"[A-Za-z0-9._-]+", example):
        return None
    kept = max(example.rfind(mark, 0, _KEPT) for mark in "-_.") + 1
    return example[:kept] + "".join(_kind_of(char) for char in example[kept:])


def _kind_of(char: str) -> str:
    if char in "._-":
        return char
    return "{digits*1}" if char.isdigit() else "{base62*1}"


def _random(alphabet: str, count: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(count))
