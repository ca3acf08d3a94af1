"""Completion in a shell: where its script goes, and the line of a startup file that reads it.

fish looks for scripts in a folder of its own. bash and zsh are told by one line at the end of their startup file, which
is shown, and nothing else in it changes. A startup file that is a link (of a repository of dotfiles) is left alone, and
the line is for the person to add.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import FileRefused, PixieError
from pixie_secrets.files import edit_plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SHELLS = ("bash", "zsh", "fish")
MARK = "# pixie-secrets completion"


class CompletionInstalled(NamedTuple):
    """script: the file that was written. startup: the one that reads it; "" for fish. line: what stands in it.

    by_hand: why the person has to add that line; "" where it is there.
    """

    shell: str
    script: str
    startup: str
    line: str
    by_hand: str = ""


class CompletionRemoved(NamedTuple):
    """files: those that were removed or changed."""

    files: tuple[str, ...]


class Place(NamedTuple):
    """Where the completion of one shell is. startup: None for fish."""

    shell: str
    script: Path
    startup: Path | None

    @property
    def line(self) -> str:
        """What the startup file has: it does nothing where the script is gone."""
        return f"[ -r '{self.script}' ] && . '{self.script}'  {MARK}" if self.startup else ""

    @property
    def is_there(self) -> bool:
        """Whether anything of it is."""
        return self.script.is_file() or MARK in _text(self.startup)


def install(shell: str, script: str, environment: Mapping[str, str] = os.environ) -> CompletionInstalled:
    """Write `script` where `shell` finds it; doing it again brings it up to date.

    Raises:
        PixieError: there is no such shell, or a folder that it cannot be written to.
        FileRefused: the script's file is a link or not to be written.
    """
    place = _place(shell, environment)
    if "'" in str(place.script) or not str(place.script).isprintable():
        raise PixieError("the data folder's path has a quotation mark in it, which the startup file cannot have")
    try:
        place.script.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise PixieError(f"{place.script.parent} cannot be made: {(error.strerror or '').lower()}") from None
    edit_plain(place.script, lambda _: script.encode())
    by_hand = ""
    if place.startup:
        try:
            edit_plain(place.startup, lambda before: _with_line(before or b"", place.line))
        except FileRefused as refused:
            by_hand = refused.message
    return CompletionInstalled(shell, str(place.script), str(place.startup or ""), place.line, by_hand)


def remove(environment: Mapping[str, str] = os.environ) -> CompletionRemoved:
    """Take back what `install` wrote, for every shell.

    Raises:
        FileRefused: a startup file is not to be written.
    """
    changed = []
    for place in places(environment):
        if place.startup and MARK in _text(place.startup):
            edit_plain(place.startup, lambda before: _without_line(before) or None)  # empty: made for the line
            changed.append(str(place.startup))
        if place.script.is_file():
            place.script.unlink()
            changed.append(str(place.script))
    return CompletionRemoved(tuple(changed))


def places(environment: Mapping[str, str] = os.environ) -> Iterator[Place]:
    """Where completion is installed."""
    return (place for shell in SHELLS if (place := _place(shell, environment)).is_there)


def _place(shell: str, environment: Mapping[str, str]) -> Place:
    home = Path(environment.get("HOME") or Path.home())
    data = Path(_absolute(environment, "XDG_DATA_HOME") or home / ".local" / "share") / "pixie-secrets"
    if shell == "fish":
        config = Path(_absolute(environment, "XDG_CONFIG_HOME") or home / ".config")
        return Place(shell, config / "fish" / "completions" / "pixie-secrets.fish", None)
    if shell == "zsh":
        startup = Path(_absolute(environment, "ZDOTDIR") or home) / ".zshrc"
    elif shell == "bash":
        startup = home / ".bashrc"
    else:
        raise PixieError("there is no completion for that shell", f"shells: {', '.join(SHELLS)}")
    return Place(shell, data / f"completion.{shell}", startup)


def _absolute(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    return value if Path(value).is_absolute() else ""


def _text(path: Path | None) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace") if path and path.is_file() else ""
    except OSError:
        return ""


def _with_line(before: bytes, line: str) -> bytes:
    kept = _without_line(before)
    return kept + (b"\n" if kept and not kept.endswith(b"\n") else b"") + line.encode() + b"\n"


def _without_line(before: bytes | None) -> bytes:
    lines = (before or b"").splitlines(keepends=True)
    return b"".join(line for line in lines if MARK.encode() not in line)
