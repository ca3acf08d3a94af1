"""What becomes of each kind of file: whether a share leaves it out, an import takes it, a replacement keeps it.

What a share leaves out an import refuses or drops, but for keys: those it takes, and says so. A replacement keeps what
is the person's own.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets import filenames
from pixie_secrets.filenames import file_kind

if TYPE_CHECKING:
    from pixie_secrets.filenames import FileKind


class Importing(Enum):
    """What an import does with one."""

    TAKE = 1
    DROP = 2  # without a word: nobody meant it to be there
    REFUSE = 3


class Treatment(NamedTuple):
    """reason: why a share leaves it out; empty: it ships. problem, hint: why an import refuses it.

    personal: a replacement keeps it. noise: no recipient will miss it, and whether it is there says something of the
    sender's machine and not of the tool.
    """

    reason: str
    importing: Importing
    problem: str = ""
    hint: str = ""
    personal: bool = False
    noise: bool = False


_WITHOUT = "ask for the tool without it"
_OF_VALUES = Treatment(
    "may hold values",
    Importing.REFUSE,
    "is a .env, which holds somebody's values",
    "ask the sender to leave it out, and to rotate what is in it",
    personal=True,
    noise=True,
)
KEY = Treatment("a key file", Importing.TAKE, personal=True)
TREATMENTS: dict[FileKind, Treatment] = {
    filenames.VALUES: _OF_VALUES,
    filenames.COPY: _OF_VALUES,
    filenames.LIKE_VALUES: _OF_VALUES._replace(problem="is a .env by its name, which may hold somebody's values"),
    filenames.TEMPLATE: Treatment("", Importing.TAKE),
    filenames.SEALED: Treatment("sealed for those who have it now", Importing.TAKE, personal=True),
    filenames.KEY: KEY,
    filenames.CREDENTIALS: KEY,
    filenames.KEY_FOLDER: KEY,
    filenames.ENVIRONMENT: Treatment(
        "a virtual environment, made anew on each machine",
        Importing.REFUSE,
        "is a virtual environment",
        f"{_WITHOUT}; `uv sync` makes a new one",
        personal=True,
        noise=True,
    ),
    filenames.REPOSITORY: Treatment(
        "a repository's history",
        Importing.REFUSE,
        "is a git repository or part of one",
        f"{_WITHOUT}; it can run programs",
        personal=True,
        noise=True,
    ),
    filenames.OWN: Treatment(
        "state of pixie-secrets",
        Importing.REFUSE,
        "is state of pixie-secrets",
        _WITHOUT,
        personal=True,
        noise=True,
    ),
    filenames.HOOK: Treatment(
        "runs by itself", Importing.REFUSE, "runs by itself, without anybody starting the tool", _WITHOUT
    ),
    filenames.AGENT: Treatment(
        "settings that can start programs", Importing.REFUSE, "holds settings that can start programs", _WITHOUT
    ),
    filenames.COMPILED: Treatment("compiled Python, made anew on each machine", Importing.DROP, noise=True),
    filenames.CACHE: Treatment("a cache", Importing.DROP, noise=True),
    filenames.LITTER: Treatment("left behind by an editor or a system", Importing.DROP, noise=True),
}
ORDINARY = Treatment("", Importing.TAKE)


def treatment_of(name: str) -> Treatment:
    """For the last part of a path."""
    kind = file_kind(name)
    return TREATMENTS[kind] if kind else ORDINARY


def is_template(name: str) -> bool:
    """For the last part of a path: made to be shared, and so held to have no value."""
    return file_kind(name) == filenames.TEMPLATE
