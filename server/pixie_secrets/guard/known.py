"""The values of every tool near a call, read from the disk for this one hook; nothing is remembered.

The real index is used wherever it can be: with the automaton of the plugin's environment, or a plain search in its
place while that is not installed. Where neither works (an older Python), a shorter list of forms still does.
"""

from __future__ import annotations

import os
import stat
import sys

from pixie_secrets.guard import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pixie_secrets.guard.places import Places

BYTES_MAX = 1 << 24  # as the store has it


def load(places: Places, packages: Callable[[], str] | None) -> Any:
    """What masks the values of `places` (`mask`, `find`), or None where there are none."""
    texts = [(text, _tool(path)) for path in places.files() if (text := _text(path))]
    if not texts:
        return None
    try:
        known = _index(texts, packages)
    except Exception as error:  # noqa: BLE001  an older Python, a package half updated: mask all the same
        record.fault("known values", error)
        from pixie_secrets.guard.plain_masking import PlainMasking  # noqa: PLC0415  see above

        known = PlainMasking(texts)
    return known if len(known) else None


def _index(texts: list[tuple[str, str]], packages: Callable[[], str] | None) -> Any:
    from pixie_secrets.env_file import read_every_value  # noqa: PLC0415  only where there are values
    from pixie_secrets.known_values import KnownValues  # noqa: PLC0415  as above

    add_packages(packages)
    try:
        import ahocorasick_rs  # noqa: F401, PLC0415  as above
    except ImportError:
        from pixie_secrets.guard import plain_search  # noqa: PLC0415  stands in for the package, which is not here

        sys.modules["ahocorasick_rs"] = plain_search
    known = KnownValues()
    for text, tool in texts:
        for key, value in read_every_value(text):
            known.add(value, key=key, tool=tool)
    return known


def add_packages(packages: Callable[[], str] | None) -> bool:
    """Make the plugin's packages importable; whether they are there."""
    if packages is None:
        return True  # started from an environment of its own
    folder = packages()
    if folder and folder not in sys.path:
        sys.path.append(folder)
    return bool(folder)


def _tool(path: str) -> str:
    return os.path.basename(os.path.dirname(path))  # noqa: PTH119, PTH120  as above


def _text(path: str) -> str:
    """The file's text; "" where it is none: a hook must not hang on a FIFO."""
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        try:
            about = os.fstat(file)
            if not stat.S_ISREG(about.st_mode) or about.st_size > BYTES_MAX:
                return ""
            with os.fdopen(os.dup(file), "rb") as readable:
                return readable.read(BYTES_MAX).decode("utf-8", "surrogateescape")
        finally:
            os.close(file)
    except OSError:
        return ""
