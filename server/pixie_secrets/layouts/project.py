"""Finds the project and its tools.

A project is a folder with `tools/`; a tool is `tools/<folder>/` with a `tool.json`. A tool is found by the `id` in
its manifest, then by its folder's name (they need not be equal). One broken manifest never hides the other tools.

No link is followed on the way to a tool: what is set for a tool of this project must not land in another one.
"""

from __future__ import annotations

import os
import sys
from functools import cached_property, lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import Hint, ManifestError, PixieError, ProjectNotFound, UnknownTool
from pixie_secrets.filenames import STAGED_PREFIX
from pixie_secrets.manifest.essentials import essentials_of, read_essentials
from pixie_secrets.manifest.text import named, read_text
from pixie_secrets.wording import one_of, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.manifest.essentials import DeclaredSecret, Essentials
    from pixie_secrets.manifest.models import Manifest

__all__ = ["BrokenTool", "Project", "Tool", "find_project", "one_of"]

PROJECT_VARIABLES = ("PIXIE_PROJECT", "CLAUDE_PROJECT_DIR")


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
    def manifest(self) -> Manifest:
        """All of it; only what runs, lints, packs or generates needs that, and pydantic with it."""
        return _manifest(self.text, named(self.folder / "tool.json"))

    @property
    def env_path(self) -> Path:
        """Where the tool's values live; the file need not exist."""
        return self.folder / ".env"


class BrokenTool(NamedTuple):
    """A folder below `tools/` whose manifest did not parse, and why."""

    folder: Path
    error: ManifestError

    @property
    def name(self) -> str:
        """The folder's name as it may be shown."""
        return shown(self.folder.name)


class Project:
    """A folder with `tools/`. Manifests are read once a `Project`; make a new one for a fresh look."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __repr__(self) -> str:
        return f"Project({str(self.root)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Project) and other.root == self.root

    def __hash__(self) -> int:
        return hash(self.root)

    @cached_property
    def _scan(self) -> tuple[tuple[Tool, ...], tuple[BrokenTool, ...]]:
        tools: list[Tool] = []
        broken: list[BrokenTool] = []
        for folder in self._folders():
            try:
                if (folder / "tool.json").exists() or (folder / "tool.json").is_symlink():
                    tools.append(_tool(folder))
            except ManifestError as error:
                broken.append(BrokenTool(folder, error))
            except OSError as error:
                message = f"tools/{shown(folder.name)}: cannot be read: {_reason(error)}"
                broken.append(BrokenTool(folder, ManifestError(message, "give yourself access to the folder")))
        return tuple(tools), tuple(broken)

    def _folders(self) -> list[Path]:
        """Everything in `tools/` that is not hidden: a folder half imported or thrown away begins with a dot.

        What an import left that was killed is ended first: it may have what is the person's own.
        """
        tools = self.root / "tools"
        try:
            names = os.listdir(tools)  # half the time of pathlib's, and it is done by every call
            if any(name.startswith(STAGED_PREFIX) for name in names) and sys.platform != "win32":
                from pixie_secrets.changeover import leftovers  # noqa: PLC0415  only where somebody imports or died

                leftovers.clear(tools)
                names = os.listdir(tools)
        except OSError as error:
            raise ProjectNotFound(f"{tools} cannot be read: {_reason(error)}") from None
        return sorted(tools / name for name in names if not name.startswith("."))

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools whose manifests parse, by folder name."""
        return self._scan[0]

    @property
    def broken_tools(self) -> tuple[BrokenTool, ...]:
        """The tools whose manifests do not parse, by folder name."""
        return self._scan[1]

    def tool(self, tool_id: str) -> Tool:
        """The tool with that `id`, else the one in the folder of that name.

        Raises:
            UnknownTool: there is none; names the tools there are and the nearest one.
            ManifestError: it is there and its manifest is broken.
            PixieError: two tools claim the id.
        """
        found = [tool for tool in self.tools if tool.id == tool_id]
        if len(found) > 1:
            folders = " and ".join(f"tools/{tool.folder.name}" for tool in found)
            raise PixieError(
                f"the id {tool_id} is claimed by {folders}", "give one of them another id in its tool.json"
            )
        found = found or [tool for tool in self.tools if tool.folder.name == tool_id]
        if found:
            return found[0]
        for broken in self.broken_tools:
            if broken.folder.name == tool_id:
                raise broken.error
        names = [tool.id for tool in self.tools] + [broken.name for broken in self.broken_tools]
        raise UnknownTool("there is no such tool in this project", one_of(tool_id, names, "tools"))


def find_project(
    explicit: str | None = None, environment: Mapping[str, str] = os.environ, working: Path | None = None
) -> Project:
    """The project to work on: named, from the environment, or the nearest ancestor that has `tools/`.

    Order: `explicit` (`--project`), `PIXIE_PROJECT`, `CLAUDE_PROJECT_DIR`, then the working directory and upwards.
    A relative path is taken from the working directory, `~` is the home folder. `CLAUDE_PROJECT_DIR` is set by
    Claude Code in every project, so one without `tools/` is passed over; the other two were meant and are refused.

    Raises:
        ProjectNotFound: what was named has no `tools/`, nothing was named and nothing found, or `tools/` is a link.
    """
    here = _working_folder(working)
    named = [("--project", explicit), *((name, environment.get(name)) for name in PROJECT_VARIABLES)]
    for name, value in named:
        if not value:
            continue
        root = _resolved(here / os.path.expanduser(value))
        if _has_tools(root):
            return Project(root)
        if name != "CLAUDE_PROJECT_DIR":
            raise ProjectNotFound(f"{_what_is_wrong(root)}", f"{name} must name a folder with tools/ in it")
    for root in (here, *here.parents):
        if _has_tools(root):
            return Project(root)
    raise ProjectNotFound(
        f"no project here: neither {here} nor a folder above it has tools/",
        Hint(
            "name one with --project DIR or PIXIE_PROJECT, or begin one: mkdir tools",
            for_agent="begin one with a folder tools/, or the user names one as PIXIE_PROJECT in the server's env",
        ),
    )


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


@lru_cache(maxsize=64)
def _manifest(text: str, where: str) -> Manifest:
    parsed: Manifest = import_module("pixie_secrets.manifest.models").parse_manifest(text, where)
    return parsed


def _working_folder(working: Path | None) -> Path:
    try:
        return _resolved(working or Path.cwd())
    except FileNotFoundError:
        raise ProjectNotFound("the working directory is gone", "change to a folder that exists") from None


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError:  # Python 3.11 and 3.12 say so of a loop of links
        raise ProjectNotFound(f"{shown(str(path))} is a loop of links") from None


def _has_tools(root: Path) -> bool:
    tools = root / "tools"
    try:
        if not tools.is_dir():
            return False
    except OSError:
        return False
    if tools.is_symlink():
        raise ProjectNotFound(
            f"{tools} is a link",
            Hint(
                "name the project that it leads to, with --project DIR or PIXIE_PROJECT",
                for_agent="the user names the project that it leads to as PIXIE_PROJECT in the server's env",
            ),
        )
    return True


def _what_is_wrong(root: Path) -> str:
    try:
        if not root.exists():
            return f"{root} does not exist"
        if not root.is_dir():
            return f"{root} is not a folder"
        return f"{root / 'tools'} is a file" if (root / "tools").is_file() else f"{root} has no tools/ folder"
    except OSError as error:
        return f"{root} cannot be read: {_reason(error)}"


def _reason(error: OSError) -> str:
    return (error.strerror or "no reason given").lower()
