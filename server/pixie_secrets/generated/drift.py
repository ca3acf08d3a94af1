"""A generated file that no longer says what its manifest says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.manifest.essentials import Essentials


class Described(Protocol):
    """A tool, as far as what is generated for it needs to know."""

    @property
    def folder(self) -> Path: ...

    @property
    def essentials(self) -> Essentials: ...


class Drift(NamedTuple):
    """path: the file, from the tool's folder. message, hint: as in an error."""

    path: str
    message: str
    hint: str
