"""Finds the project, and whose secrets there are in it.

A project is a folder with `tools/`, or any other repository or folder with a `.env` or a template of one; both layouts
can be in one. An owner (a tool or an app) is found by its id, then by its folder's name. Where nobody is named, the one
nearest to the working directory is meant.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pixie_secrets.errors import Hint, PixieError, ProjectNotFound, UnknownTool
from pixie_secrets.filenames import SEALED_NAME
from pixie_secrets.layouts.apps import App, Apps
from pixie_secrets.layouts.env_folders import apps_near, env_folders, has_env_files, is_home, is_shared
from pixie_secrets.layouts.layout import BrokenTool, Owner
from pixie_secrets.layouts.tools_folder import Tool, ToolsFolder, tool_of
from pixie_secrets.layouts.work_trees import repository_top
from pixie_secrets.wording import one_of, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["App", "BrokenTool", "Owner", "Project", "Tool", "find_project", "one_of", "tool_of"]

PROJECT_VARIABLES = ("PIXIE_PROJECT", "CLAUDE_PROJECT_DIR")


class Project:
    """A folder with tools or apps. Everything is read once a `Project`; make a new one for a fresh look.

    working: the folder that somebody stands in, which says who is meant where nobody is named.
    """

    def __init__(self, root: Path, working: Path | None = None) -> None:
        self.root = root
        self.working = working or root

    def __repr__(self) -> str:
        return f"Project({str(self.root)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Project) and other.root == self.root

    def __hash__(self) -> int:
        return hash(self.root)

    @cached_property
    def _tools(self) -> ToolsFolder:
        return ToolsFolder(self.root)

    @cached_property
    def _apps(self) -> Apps:
        return Apps(self.root, [tool.id for tool in self.tools])

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools whose manifests parse, by folder name."""
        return self._tools.owners

    @property
    def broken_tools(self) -> tuple[BrokenTool, ...]:
        """The tools whose manifests do not parse, by folder name."""
        return self._tools.broken

    @property
    def apps(self) -> tuple[App, ...]:
        """The apps, by path. A project with nothing yet is one itself, so that a first value has a place."""
        has_tools = self.tools or self.broken_tools or (self.root / "tools").is_dir()
        return self._apps.owners or (() if has_tools else (self._apps.top(),))

    @property
    def owners(self) -> tuple[Owner, ...]:
        """Whose secrets there are: the tools, then the apps."""
        return (*self.tools, *self.apps)

    @property
    def value_files(self) -> dict[Path, str]:
        """Every file that holds values, or would, and the id of its owner."""
        found = {path: owner.id for owner in self.owners for path in owner.value_files}
        return found | {broken.folder / ".env": broken.folder.name for broken in self.broken_tools}

    @property
    def sealed_files(self) -> dict[Path, str]:
        """Every file of sealed values, or where one would be, and the id of its owner."""
        found = {path: owner.id for owner in self.owners if (path := owner.sealed_path)}
        return found | {broken.folder / SEALED_NAME: broken.folder.name for broken in self.broken_tools}

    @property
    def app_files(self) -> frozenset[Path]:
        """Those of `value_files` in which plain settings stand beside secrets."""
        return frozenset(path for app in self.apps for path in app.value_files)

    def tool(self, tool_id: str) -> Tool:
        """The tool with that `id`, else the one in the folder of that name.

        Raises:
            UnknownTool: there is none; names the tools there are and the nearest one. Or it has no manifest.
            ManifestError: it is there and its manifest is broken.
            PixieError: two tools claim the id.
        """
        found = self._tool(tool_id)
        if found:
            return found
        if self._tools.without_manifest(tool_id.removeprefix("tools/")):
            name = shown(tool_id.removeprefix("tools/"))
            raise UnknownTool(
                f"tools/{name} has no tool.json, so it is not a tool yet",
                f"pixie-secrets new-tool {name} writes one, and leaves what is there as it is",
            )
        names = [tool.id for tool in self.tools] + [broken.name for broken in self.broken_tools]
        if app := self._apps.find(tool_id):
            raise UnknownTool(
                f"{shown(app.id)} is an app, and this needs a tool: a folder of tools/ with a tool.json",
                "pixie-secrets new-tool ID --from .env.example makes one that declares the same secrets",
            )
        raise UnknownTool("there is no such tool in this project", one_of(tool_id, names, "tools"))

    def owner(self, owner_id: str = "", keys: Iterable[str] = (), file: str | None = None) -> Owner:
        """The tool or app of that id; without one, the only one that can be meant.

        That is the only one that declares all of `keys`, else the nearest to the working directory, else the only one.

        file: an app's file of values that alone is to count.

        Raises:
            UnknownTool: there is none, or several could be meant; names them.
            ManifestError, PixieError: as `tool`.
        """
        owner = self._named(owner_id) if owner_id else self._meant(tuple(keys))
        if file is None:
            return owner
        if not isinstance(owner, App):
            if file == owner.env_path.name:
                return owner
            raise PixieError(f"{owner.id} is a tool, and a tool reads .env alone", "leave the file out")
        return owner.with_file(file)

    def is_owner(self, word: str) -> bool:
        """Whether `word` names a tool, broken or not, or an app."""
        if any(word in {tool.id, tool.folder.name} for tool in self.tools):
            return True
        if any(word == broken.folder.name for broken in self.broken_tools):
            return True
        try:
            return self._apps.find(word) is not None
        except PixieError:
            return True

    def _named(self, owner_id: str) -> Owner:
        if found := self._tool(owner_id) or self._apps.find(owner_id):
            return found
        if not self.apps or self._tools.without_manifest(owner_id.removeprefix("tools/")):
            return self.tool(owner_id)  # which says why not
        names = [*(owner.id for owner in self.owners), *(broken.name for broken in self.broken_tools)]
        what = "tool or app" if self.tools else "app"
        raise UnknownTool(
            f"there is no such {what} in this project", one_of(owner_id, names, f"{what.replace(' or ', 's and ')}s")
        )

    def _tool(self, tool_id: str) -> Tool | None:
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
        return None

    def _meant(self, keys: tuple[str, ...]) -> Owner:
        owners = self.owners
        if not owners:
            if self.broken_tools:
                raise self.broken_tools[0].error
            raise UnknownTool("this project has no tools yet", "pixie-secrets new-tool ID makes one")
        declaring = [owner for owner in owners if keys and {*keys} <= {secret.key for secret in owner.secrets}]
        if len(declaring) == 1:
            return declaring[0]
        around = [owner for owner in declaring or owners if _is_around(owner.folder, self.working)]
        if around:
            return max(around, key=lambda owner: len(owner.folder.parts))
        if len(declaring or owners) == 1:
            return (declaring or owners)[0]
        names = [owner.id for owner in declaring or owners]
        what = "several of this project declare it" if declaring else "several could be meant"
        raise UnknownTool(
            f"whose secret that is was not said, and {what}", f"name one: {one_of('', names, 'they are')}"
        )


def find_project(
    explicit: str | None = None, environment: Mapping[str, str] = os.environ, working: Path | None = None
) -> Project:
    """The project to work on: named, from the environment, or around the working directory.

    Order: `explicit` (`--project`), `PIXIE_PROJECT`, `CLAUDE_PROJECT_DIR`, then the working directory: the nearest
    ancestor that has `tools/`, else its repository, else the nearest ancestor with a `.env` or a template. A relative
    path is taken from the working directory, `~` is the home folder. `CLAUDE_PROJECT_DIR` is set by Claude Code in
    every project, so one with nothing of a project is passed over; the other two were meant and are refused.

    Raises:
        ProjectNotFound: what was named is no project, nothing was named and nothing found, or `tools/` is a link.
    """
    here = _working_folder(working)
    named = [("--project", explicit), *((name, environment.get(name)) for name in PROJECT_VARIABLES)]
    for name, value in named:
        if not value:
            continue
        root = _resolved(here / os.path.expanduser(value))
        inside = here if root in here.parents else root
        if _has_tools(root):
            return Project(root, inside)
        if name == "CLAUDE_PROJECT_DIR":
            if here not in {inside, root} and _is_any_project(root):
                return Project(root)
        elif _is_any_project(root):
            return Project(root, inside)
        else:
            wanted = "a folder with tools/ or a .env in it, or a repository"
            raise ProjectNotFound(f"{_what_is_wrong(root)}", f"{name} must name {wanted}")
    if found := _around(here):
        return Project(found, here)
    if beside := [] if is_home(str(here.parent)) or is_shared(str(here.parent)) else apps_near(str(here.parent)):
        raise ProjectNotFound(
            f"{here} is in no repository and has no .env and no template of one; {shown(beside[0])}, beside it, has",
            Hint(
                "--project .. takes the folder above as the project; to begin one here: git init, or touch .env",
                for_agent="the user names the folder above as PIXIE_PROJECT in the server's env, if it is the project;"
                " to begin one here: git init",
            ),
        )
    raise ProjectNotFound(
        f"no project here: {here} is in no repository, and neither it nor a folder above it has tools/, a .env or a"
        " template of one",
        Hint(
            "name one with --project DIR or PIXIE_PROJECT, or begin one: git init, or touch .env",
            for_agent="begin one with git init, or the user names one as PIXIE_PROJECT in the server's env",
        ),
    )


def project_or_folder(
    explicit: str | None = None, environment: Mapping[str, str] = os.environ, working: Path | None = None
) -> Project:
    """As `find_project`; where none was named and none is found, the working directory: for what acts on a home.

    Raises:
        ProjectNotFound: what was named is no project, or the working directory is gone.
    """
    here = _working_folder(working)
    try:
        return find_project(explicit, environment, here)
    except ProjectNotFound:
        if explicit or environment.get("PIXIE_PROJECT"):
            raise
        return Project(here)


def _around(here: Path) -> Path | None:
    """The project that `here` is in. A repository without anything of a project gives way to a `tools/` above it."""
    top = repository_top(str(here))
    repository = Path(top) if top and not is_home(top) else None
    for folder in (here, *here.parents):
        inside = repository is None or folder == repository or repository in folder.parents
        if repository and (folder / "tools").is_symlink():
            continue  # a repository is a project without it, and nothing in it is a tool
        if _has_tools(folder) and (
            inside or folder / "tools" in (here, *here.parents) or not (repository and env_folders(str(repository)))
        ):
            return folder
    if repository:
        return repository
    nearest = next((folder for folder in (here, *here.parents) if has_env_files(str(folder))), None)
    return nearest or (here if env_folders(str(here)) else None)


def _is_any_project(root: Path) -> bool:
    try:
        return root.is_dir() and (os.path.lexists(root / ".git") or bool(env_folders(str(root))))
    except OSError:
        return False


def _is_around(folder: Path, working: Path) -> bool:
    return folder == working or folder in working.parents


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
        if (root / "tools").is_file():
            return f"{root / 'tools'} is a file"
    except OSError as error:
        return f"{root} cannot be read: {_reason(error)}"
    return f"{root} has no tools/ folder, no .env and no template of one, and is no repository"


def _reason(error: OSError) -> str:
    return (error.strerror or "no reason given").lower()
