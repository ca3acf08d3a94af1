"""Which names an archive may hold: those that mean the same file on every system, and show what they are.

A name is judged for Linux, macOS and Windows wherever it is read: the tool will be passed on. Every refusal is a
sentence of its own, made of our words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

PART_MAX = 255  # bytes, the limit of most file systems
PATH_MAX = 1000
DEPTH_MAX = 32

_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)
_SHORT = re.compile(r"[^.]{1,6}~[0-9]{1,6}(\.[^.]{0,3})?")
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0\u034f\u180b\u180c\u180d\u180f\u2800")
# Pictures of several code points: joined ones, and the flags of England, Scotland and Wales. What joins them is
# invisible, and nothing but a picture may be at either end of it.
_PICTURE = "[\u231a-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]*"
_JOINED = re.compile(f"{_PICTURE}(?:\u200d{_PICTURE})+|\U0001f3f4[\U000e0020-\U000e007e]{{1,8}}\U000e007f")
_NOT_ON_WINDOWS = frozenset('<>"|?*')


def unsafe(name: str) -> str | None:
    """Why `name`, a path with `/` between its parts, is not accepted; None when it is."""
    return _whole(name) or next(filter(None, map(_part, name.split("/"))), None)


def _whole(name: str) -> str | None:  # one return for each reason
    if not name:
        return "has an empty name"
    if "\0" in name:
        return "has a NUL in its name"
    if name.startswith(("//", "\\\\")):
        return "is a network path"
    if name.startswith("/"):
        return "is an absolute path"
    if re.match(r"[A-Za-z]:", name):
        return "is a path with a drive letter"
    if "\\" in name:
        return "has a backslash in its name, which is a folder on Windows and a letter elsewhere"
    if len(name.encode("utf-8", "surrogatepass")) > PATH_MAX:
        return f"has a path of more than {PATH_MAX} bytes"
    if name.count("/") >= DEPTH_MAX:
        return f"lies more than {DEPTH_MAX} folders deep"
    return _characters(name)


def _characters(name: str) -> str | None:
    if name.isascii() and name.isprintable():
        return None
    for character in _JOINED.sub("", name):
        category = unicodedata.category(character)
        if character in _DIRECTIONS:
            return "has a character in its name that turns the direction of what follows"
        if category == "Cc":
            return "has a control character in its name"
        if category in {"Cf", "Zl", "Zp"} or character in _INVISIBLE:
            return "has an invisible character in its name"
        if category == "Cs":
            return "has half a character in its name"
    return None


@lru_cache(maxsize=4096)
def _part(part: str) -> str | None:
    if part == "..":
        return "climbs out of its folder"
    if part in {"", "."}:
        return "has an empty part or a single dot in its path"
    if part[-1] in ". ":
        return "has a name that ends in a dot or a space, which Windows drops"
    if unicodedata.normalize("NFKC", part)[-1] in ". ":
        return "has a name that ends in something like a dot or a space"
    if ":" in part:
        return "has a colon in its name, which on Windows names a hidden stream of another file"
    if not _NOT_ON_WINDOWS.isdisjoint(part):
        return "has a character in its name that Windows does not allow"
    if _DEVICE.fullmatch(part):
        return "has a name that Windows keeps for a device"
    if _SHORT.fullmatch(part):
        return "has a name that on Windows is the short name of another file"
    if len(part.encode("utf-8", "surrogatepass")) > PART_MAX:
        return f"has a name of more than {PART_MAX} bytes"
    return None


def folded(name: str) -> str:
    """The same for all names that some file system takes for one: case, composition and width do not count."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


class NameClashes:
    """Finds two names that would become one file somewhere, and a file that would have to be a folder too."""

    def __init__(self) -> None:
        self._spelled: dict[str, str] = {}
        self._files: set[str] = set()
        self._folders: set[str] = set()  # spelled so, and judged with all above them

    def clash(self, name: str, *, is_folder: bool) -> str | None:
        """Why `name` cannot join those before it; None, and it has joined."""
        known = self._spelled.get(key := folded(name))
        if known is not None and (known != name or not is_folder or key in self._files):
            return self._clash_with(known, name, key, is_folder=is_folder)
        parent = name
        while (cut := parent.rfind("/")) > 0:
            parent = parent[:cut]
            if parent in self._folders:
                break
            parent_key = folded(parent)
            known = self._spelled.setdefault(parent_key, parent)
            if known != parent:
                return "lies in a folder whose name differs from another's only in case or spelling"
            if parent_key in self._files:
                return "lies in something that is also a file"
            self._folders.add(parent)
        self._spelled[key] = name
        if not is_folder:
            self._files.add(key)
        return None

    def _clash_with(self, known: str, name: str, key: str, *, is_folder: bool) -> str:
        if known != name:
            return "has a name that differs from another's only in case or spelling"
        if is_folder or key not in self._files:
            return "is both a file and a folder"
        return "is there twice"
