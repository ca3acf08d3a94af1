"""What cannot be cleaned in place, and the command that takes it away; and how a place is named to a person."""

from __future__ import annotations

import os
from shlex import quote
from typing import TYPE_CHECKING

from pixie_secrets.traces.places import Form

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.traces.places import Place

CREDENTIALS = "credentials"
UNREACHABLE = "unreachable"


def by_hand(place: Place) -> str | None:
    """What a person does about this one; None where it can be cleaned."""
    path = quote(str(place.path))
    if place.form in {Form.COMPRESSED, Form.PACK}:  # …/objects/12/34…: named by a hash of what is in it
        return f"rm -r {quote(str(place.path.parents[2]))} (the client's undo of file changes goes with it)"
    if place.what == CREDENTIALS:
        return f"{place.program} reads it there: log in anew, or put the new value there"
    if place.what == "swap":
        return f"recover with the editor what you need; then: rm {path}"
    if place.form in {Form.GZIP, Form.ZIP}:
        return f"rm {path}"
    return None


def in_history(what: str, tool: str, key: str) -> str:
    """What a person does about an object of git's. The value goes through the environment, into no file or command."""
    if what == UNREACHABLE:
        return "git reflog expire --expire=now --all && git gc --prune=now"
    replacing = f'<(printf "literal:%s==>***\\n" "${key}")'
    return (
        f"pixie-secrets exec {quote(tool)} -- bash -c"
        f" 'git filter-repo --force --replace-text {replacing} --replace-message {replacing}'"
    )


def shown(path: Path) -> str:
    """As a person writes it: `~` for the home folder."""
    home = os.path.expanduser("~")
    text = shown_name(str(path))
    return f"~{text[len(home) :]}" if home != "/" and text.startswith(home + os.sep) else text


def shown_name(name: str) -> str:
    """A file's name, with bytes that are no UTF-8 written out: JSON has no place for them."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
