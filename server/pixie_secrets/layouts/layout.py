"""A layout: how a folder is a project, and whose secrets there are in it. One file for each kind beside this one.

An owner is whoever secrets belong to: a tool (`tools_folder`) or an app (`apps`). What holds for one holds for both:
it has an id, it declares secrets, and it keeps their values in files of its own folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.errors import ManifestError
    from pixie_secrets.manifest.essentials import DeclaredSecret


class Owner(Protocol):
    """A tool or an app."""

    @property
    def folder(self) -> Path:
        """Where it is."""

    @property
    def id(self) -> str:
        """What it is called in a request."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    @property
    def secrets(self) -> tuple[DeclaredSecret, ...]:
        """What it declares, in order."""

    @property
    def is_closed(self) -> bool:
        """Whether it has no other secrets than those it declares, unless somebody insists."""

    @property
    def env_path(self) -> Path:
        """The file that a new value goes to; it need not exist."""

    @property
    def env_paths(self) -> tuple[Path, ...]:
        """The files that it reads its values from, the one that wins first; they need not exist."""

    @property
    def sealed_path(self) -> Path | None:
        """The file of its sealed values, which need not exist; None where a file of values was named in its place."""

    @property
    def value_files(self) -> tuple[Path, ...]:
        """Every file with values of it, also those that it reads in another mode only; they need not exist."""


class BrokenTool(NamedTuple):
    """A folder below `tools/` whose manifest did not parse, and why."""

    folder: Path
    error: ManifestError

    @property
    def name(self) -> str:
        """The folder's name as it may be shown."""
        return shown(self.folder.name)


class Layout(Protocol):
    """One way in which a folder is a project. Read once; make a new one for a fresh look."""

    @property
    def owners(self) -> tuple[Owner, ...]:
        """Whose secrets there are, in order."""
