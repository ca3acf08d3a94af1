"""Whom a command line is about: its first word is a tool or an app, or the first key where only one can be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.secret.key import LENGTH_MAX, PATTERN

if TYPE_CHECKING:
    from pixie_secrets.layouts.project import Project


def owner_and_keys(project: Project, word: str, keys: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The owner's id, and the keys.

    The id is "" where `word` is a key: it is written like one, and nobody here is called so.
    """
    is_key = word.isupper() and bool(PATTERN.fullmatch(word)) and len(word) <= LENGTH_MAX
    return ("", (word, *keys)) if is_key and not project.is_owner(word) else (word, keys)
