"""What a single value of `tool.json` must be like beyond its JSON type: texts that can be shown, keys, paths.

Each check returns the value or raises an error that pydantic collects; no error repeats the value.
"""

from __future__ import annotations

import re

from pydantic_core import PydanticCustomError

from pixie_secrets.errors import KeyRefused
from pixie_secrets.secret_key import check_key

# Terminals and pages show these texts: no control characters, nor the two that turn the direction of what follows.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e]")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def wrong(text: str, hint: str = "", *, path: tuple[str | int, ...] = (), kind: str = "wrong") -> PydanticCustomError:
    """What a check of ours refuses: what to say, and the path from where it is raised to what is at fault."""
    return PydanticCustomError("pixie", "{text}", {"text": text, "hint": hint, "path": path, "kind": kind})


def showable(text: str) -> str:
    if _UNSHOWABLE.search(text):
        raise wrong("holds a control character", "write plain text: it is shown in terminals and pages")
    return text


def one_line(text: str) -> str:
    if not text.strip() or "\n" in text or "\t" in text:
        raise wrong("must be one line of text")
    return showable(text)


def tool_id(text: str) -> str:
    if _DEVICE.fullmatch(text):
        raise wrong("a name that Windows keeps for a device", "give the tool another id")
    return text


def secret_key(key: str) -> str:
    try:
        return check_key(key)
    except KeyRefused as refused:
        raise wrong(refused.message, refused.hint) from None


def inside(path: str) -> str:
    if not path or "\\" in path or ":" in path or not {"", ".", ".."}.isdisjoint(path.split("/")):
        raise wrong("must be a path inside the tool's folder", "such as main.py")
    return one_line(path)


def whole(number: object) -> object:
    """JSON has one kind of number: 300.0 is the integer 300."""
    return int(number) if isinstance(number, float) and number.is_integer() else number
