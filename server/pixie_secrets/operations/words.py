"""What the few files may not say whose words have an effect: a template that has a value, a `.gitignore` that shows
`.env`. A share and an import ask the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets import env_file
from pixie_secrets.archives.kinds import is_template
from pixie_secrets.archives.refusals import display_name
from pixie_secrets.errors import PixieError
from pixie_secrets.git.ignore_files import UnreadablePatternsError, shows_env
from pixie_secrets.secret.names import kind_of
from pixie_secrets.secret.placeholder import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Collection


class Problem(NamedTuple):
    """What is wrong with a file, and what its author does about it."""

    message: str
    hint: str


def wrong_with(path: str, data: bytes, declared: Collection[str]) -> Problem | None:
    """What the file says that it may not, if its words count at all. declared: the tool's keys."""
    name = path.replace("!", "/").rpartition("/")[2]  # `wheel.whl!pkg/.gitignore` is one as well
    if is_template(name):
        key = value_in_template(data.decode("utf-8", "replace"), declared)
        if key:
            return Problem(
                f"{display_name(path)} has a value for {display_name(key)}, so it is a .env", "leave values empty there"
            )
    if name == ".gitignore":
        return _wrong_with_gitignore(path, data)
    return None


def value_in_template(text: str, declared: Collection[str]) -> str | None:
    """The first key that has more than a stand-in in a `.env.example`; a plain setting may have its value."""
    try:
        values = env_file.read_every_value(text)
    except PixieError:
        return "a line that cannot be read"
    for key, value in values:
        if value and (key in declared or kind_of(key)) and not is_placeholder(value):
            return key
    return None


def _wrong_with_gitignore(path: str, data: bytes) -> Problem | None:
    try:
        return (
            Problem(f"{display_name(path)} makes git see the .env", "take that line out") if shows_env(data) else None
        )
    except UnreadablePatternsError:
        return Problem(
            f"{display_name(path)} has patterns that cannot be read", "leave folders out and not single files"
        )
