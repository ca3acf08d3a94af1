"""A generated file that no longer says what its manifest says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from pixie_secrets.errors import ManifestError
from pixie_secrets.manifest.text import read_text

if TYPE_CHECKING:
    from collections.abc import Callable
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


def drift_of(
    tool: Described, name: str, wanted: str, flag: str = "", is_ours: Callable[[str], bool] | None = None
) -> Drift | None:
    """How the tool's file `name` has come apart from `wanted`; None when it has not, or when there is none.

    flag: of `codegen`, which writes it. is_ours: whether what is there was generated; somebody's own is no drift.
    """
    if not (tool.folder / name).exists():
        return None
    try:
        found = read_text(tool.folder / name, name)
    except ManifestError as error:
        return Drift(path=name, message=error.message, hint=error.hint)
    if found.replace("\r\n", "\n") == wanted or (is_ours and not is_ours(found)):
        return None
    command = " ".join(filter(None, ["pixie-secrets codegen", tool.essentials.id, flag]))
    return Drift(path=name, message=f"{name} does not say what tool.json says", hint=f"run `{command}`")
