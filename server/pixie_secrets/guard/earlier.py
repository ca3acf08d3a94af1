"""SessionStart: one line to the person where keys need to be replaced, once for each key.

What is recorded as leaked, and what stands in earlier transcripts of this project: the newest first, for as long as a
session's start may take. `find-leaks` looks at all of them, and everywhere else.
"""

from __future__ import annotations

import os
import time

from pixie_secrets.guard import known
from pixie_secrets.guard.places import Places
from pixie_secrets.state import state_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pixie_secrets.hook_formats.request import Request
    from pixie_secrets.known_values import KnownValues

    Key = tuple[str, str]  # tool, key

SECONDS = 0.5
PIECE, SHARED = 1 << 20, 1 << 12  # bytes of a transcript at a time, and those that two of them have in common
SHORTEST = 8  # bytes, as `find-leaks` has it
SAID_MAX = 1 << 16  # bytes of the file that says which keys were said
NAMED_MAX = 5


def line(request: Request, environment: Mapping[str, str], packages: Callable[[], str] | None) -> str:
    """What to say to the person; "" for nothing new."""
    places = Places(request.working or os.getcwd(), environment)
    roots = [root for root in (*places.roots(), *places.app_roots()) if root != "/"]
    if not roots:
        return ""
    found = dict.fromkeys(key for root in roots for key in _recorded(root))
    own = request.given.get("transcript", "")
    if own and (values := known.load(places, packages, "an earlier transcript")):
        names = {key for _, key in found}
        found.update(
            dict.fromkeys(each for each in _standing(os.path.dirname(own), own, values) if each[1] not in names)
        )
    new = _not_reported(roots[0], list(found))
    if not new:
        return ""
    keys = "1 key needs" if len(new) == 1 else f"{len(new)} keys need"
    named = ", ".join(f"{key} of {tool}" for tool, key in new[:NAMED_MAX]) + (", …" if len(new) > NAMED_MAX else "")
    return (
        f"{keys} to be replaced: {named}. Before a new value is set: pixie-secrets find-leaks says where "
        "the old ones stand, for then nothing knows them any more."
    )


def _recorded(root: str) -> list[Key]:
    """Keys that are known to have leaked. A record that cannot be read has none: doctor says so."""
    from pixie_secrets.audit import record
    from pixie_secrets.errors import FileRefused

    try:
        return [name for name, kept in sorted(record.keys(root).items()) if kept.leaked]
    except FileRefused:
        return []


def _standing(folder: str, own: str, values: KnownValues) -> Iterator[Key]:
    """Keys whose values stand in earlier transcripts."""
    until = time.monotonic() + SECONDS
    try:
        files = [entry for entry in os.scandir(folder) if entry.name.endswith(".jsonl") and entry.path != own]
        files.sort(key=lambda entry: entry.stat().st_mtime, reverse=True)
    except OSError:
        return
    for entry in files:
        for data in _pieces(entry.path):
            if values.may_hold(data):
                for span in values.find(data):
                    if span.end - span.start >= SHORTEST and not span.tool.endswith(known.CANARY):
                        yield span.tool, span.key
            if time.monotonic() > until:
                return


def _pieces(path: str) -> Iterator[bytes]:
    from pixie_secrets.files import open_plain

    try:
        descriptor = open_plain(path).descriptor
    except OSError:
        return
    with os.fdopen(descriptor, "rb") as file:
        before = b""
        while more := file.read(PIECE):
            yield before + more
            before = more[-SHARED:]


def _not_reported(root: str, found: list[Key]) -> list[Key]:
    """Those that were not said before; from now on they were. A key that leaked no more is forgotten."""
    import json

    path = os.path.join(state_folder(), "leaks-said.json")
    try:
        with open(path, encoding="utf-8") as file:
            said = json.loads(file.read(SAID_MAX))
    except (OSError, ValueError):
        said = {}
    before = said.get(root, []) if isinstance(said, dict) else []
    now = [list(key) for key in found]
    if now != before:
        kept = {**(said if isinstance(said, dict) else {}), root: now}
        _write(path, json.dumps({name: keys for name, keys in kept.items() if keys}))
    return [key for key in found if list(key) not in before]


def _write(path: str, text: str) -> None:
    """A file for its owner alone, at once; one that cannot be written is no reason to fail."""
    new = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)
        os.replace(new, path)
    except OSError:
        return
