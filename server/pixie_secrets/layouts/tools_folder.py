"""The layout of `tools/`: a tool is `tools/<folder>/` with a `tool.json`, found by its id, then by its folder's name.

No link is followed on the way to a tool: what is set for a tool of this project must not land in another one. One
broken manifest never hides the other tools.
"""

from __future__ import annotations

import os
import sys
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import ManifestError, ProjectNotFound
from pixie_secrets.extras import needed
from pixie_secrets.filenames import SEALED_NAME, STAGED_PREFIX
from pixie_secrets.layouts.layout import BrokenTool
from pixie_secrets.manifest.essentials import Essentials, essentials_of, read_essentials, read_secrets
from pixie_secrets.manifest.text import named, read_text
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.manifest.essentials import DeclaredSecret
    from pixie_secrets.manifest.models import Manifest


class Tool(NamedTuple):
    """A folder below `tools/` whose manifest the models accept. text: of its `tool.json`, as it was read."""

    folder: Path
    essentials: Essentials
    text: str

    @property
    def id(self) -> str:
        return self.essentials.id

    @property
    def name(self) -> str:
        """What the tool is called."""
        return self.essentials.name

    @property
    def secrets(self) -> tuple[DeclaredSecret, ...]:
        """What it declares, in order."""
        return self.essentials.secrets

    @property
    def is_closed(self) -> bool:
        return True

    @property
    def manifest(self) -> Manifest:
        """All of it; only what runs, lints, packs or generates needs that, and pydantic with it."""
        return _manifest(self.text, named(self.folder / "tool.json"))

    @property
    def env_path(self) -> Path:
        """Where the tool's values live; the file need not exist."""
        return self.folder / ".env"

    @property
    def env_paths(self) -> tuple[Path, ...]:
        return (self.env_path,)

    @property
    def sealed_path(self) -> Path:
        return self.folder / SEALED_NAME

    @property
    def value_files(self) -> tuple[Path, ...]:
        return (self.env_path,)


class ToolsFolder:
    """See `Layout`. root: the folder that `tools/` is in, or not."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def owners(self) -> tuple[Tool, ...]:
        """The tools whose manifests parse, by folder name."""
        return self._scan[0]

    @property
    def broken(self) -> tuple[BrokenTool, ...]:
        """The tools whose manifests do not parse, by folder name."""
        return self._scan[1]

    def without_manifest(self, name: str) -> bool:
        """Whether `name` is a folder in `tools/` that lacks a `tool.json`."""
        folder = self._root / "tools" / name
        return folder in self._folders and folder.is_dir() and not (folder / "tool.json").exists()

    @cached_property
    def _scan(self) -> tuple[tuple[Tool, ...], tuple[BrokenTool, ...]]:
        tools: list[Tool] = []
        broken: list[BrokenTool] = []
        for folder in self._folders:
            try:
                if (folder / "tool.json").exists() or (folder / "tool.json").is_symlink():
                    tools.append(_tool(folder))
            except ManifestError as error:
                broken.append(BrokenTool(folder, error))
            except OSError as error:
                message = f"tools/{shown(folder.name)}: cannot be read: {_reason(error)}"
                broken.append(BrokenTool(folder, ManifestError(message, "give yourself access to the folder")))
        return tuple(tools), tuple(broken)

    @cached_property
    def _folders(self) -> list[Path]:
        """Everything in `tools/` that is not hidden: a folder half imported or thrown away begins with a dot.

        What an import left that was killed is ended first: it may have what is the person's own.
        """
        tools = self._root / "tools"
        if tools.is_symlink():
            return []
        try:
            names = os.listdir(tools)
            if any(name.startswith(STAGED_PREFIX) for name in names) and sys.platform != "win32":
                from pixie_secrets.changeover import leftovers

                leftovers.clear(tools)
                names = os.listdir(tools)
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise ProjectNotFound(f"{tools} cannot be read: {_reason(error)}") from None
        return sorted(tools / name for name in names if not name.startswith("."))


def _tool(folder: Path) -> Tool:
    if folder.is_symlink():
        raise ManifestError(f"tools/{shown(folder.name)}: is a link", "put the folder itself in its place")
    if not folder.name.isprintable():
        raise ManifestError(f"tools/{shown(folder.name)}: the folder's name is not plain text", "rename the folder")
    return tool_of(folder, read_text(folder / "tool.json", named(folder / "tool.json")))


def tool_of(folder: Path, text: str) -> Tool:
    """The tool in `folder`, whose `tool.json` is `text`.

    Raises:
        ManifestError: it breaks the format.
    """
    return Tool(folder, read_essentials(text) or essentials_of(_manifest(text, named(folder / "tool.json"))), text)


def tool_of_its_code(folder: Path) -> Tool:
    """The tool in `folder`, as far as its own code needs it: its id and its secrets.

    Raises:
        ManifestError: its `tool.json` cannot be read, or what it says of these breaks the format.
    """
    where = named(folder / "tool.json")
    text = read_text(folder / "tool.json", where)
    tool_id, secrets = read_secrets(text, where)
    return Tool(folder, Essentials(tool_id, tool_id, secrets), text)


@lru_cache(maxsize=64)
def _manifest(text: str, where: str) -> Manifest:
    parsed: Manifest = needed("pixie_secrets.manifest.models").parse_manifest(text, where)
    return parsed


def _reason(error: OSError) -> str:
    return (error.strerror or "no reason given").lower()
