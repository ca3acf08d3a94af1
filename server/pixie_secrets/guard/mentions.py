"""Files behind an @ in a prompt: the client attaches them itself, past every hook that looks at calls and results."""

from __future__ import annotations

import os

from pixie_secrets.guard.budget import TooLarge
from pixie_secrets.guard.places import Places, from_home

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixie_secrets.known_values import KnownValues

ENV = "not sent: @ would attach a tool's .env with its values. Leave it out; list-secrets says which keys are set"
VALUE = "not sent: @ would attach a file with a secret value in it. Leave the @ out, and the agent reads it masked"
TOO_MANY = "not sent: too many files are named with @ to see whether one of them holds a secret. Name fewer at once"
FILE_MAX = 1 << 24  # bytes; no client attaches a larger one
BYTES_MAX = 1 << 26  # of all files of a prompt together
PATH_MAX = 4096


def reason(prompt: str, places: Places, values: KnownValues | None) -> str:
    """Why a prompt is not sent; "" where no file behind an @ holds a value."""
    try:
        return next((why for _, why in attaching(prompt, places, values)), "")
    except TooLarge:
        return TOO_MANY


def attaching(prompt: str, places: Places, values: KnownValues | None) -> Iterator[tuple[int, str]]:
    """Where an @ stands that would attach a value, and why it must not.

    Raises:
        TooLarge: more than can be looked at in time.
    """
    known: dict[str, str] = {}
    left = BYTES_MAX
    for place, names in _mentions(prompt):
        places.budget.spend(len(names[0]) // 256)  # a path costs by its length, an address of mail nothing
        for name in names:
            if name not in known:
                known[name], read = _judged(name, places, values, left)
                left -= read
        if why := next(filter(None, map(known.__getitem__, names)), ""):
            yield place, why


def holds(name: str, places: Places, values: KnownValues | None) -> str:
    """Why the file must not be attached: it is a tool's `.env`, or a known value stands in it; "" where it may be.

    Raises:
        TooLarge: more than can be looked at in time.
    """
    return _judged(name, places, values, BYTES_MAX)[0]


def _judged(name: str, places: Places, values: KnownValues | None, most: int) -> tuple[str, int]:
    """The reason, and how many bytes were read for it; `most`: how many may be."""
    path = from_home(name)
    if (".env" in name.lower() or "key" in name.lower()) and places.is_env(path):
        return ENV, 0
    if values is None:
        return "", 0
    content = _content(os.path.join(places.working, path), FILE_MAX + 1)
    if len(content) > FILE_MAX:
        return "", 0
    if len(content) > most:
        raise TooLarge
    return (VALUE if values.find(content) else ""), len(content)


def _mentions(prompt: str) -> Iterator[tuple[int, list[str]]]:
    """Each @, and what the path behind it may be: with and without what ends a sentence or names lines."""
    place = -1
    while (place := prompt.find("@", place + 1)) >= 0:
        piece = prompt[place + 1 : place + 1 + PATH_MAX]
        path = piece[1:].split('"', 1)[0] if piece.startswith('"') else (piece.split(None, 1) or [""])[0]
        if path and not piece[:1].isspace():
            yield place, list(dict.fromkeys([path, path.split("#", 1)[0], path.rstrip(".,;:!?)'\"")]))


def _content(path: str, most: int) -> bytes:
    """The file's bytes, b"" where it is none: a hook must not hang on a FIFO."""
    from pixie_secrets.files import read_plain

    try:
        return read_plain(path, most, follow=True)
    except (OSError, ValueError):
        return b""
