"""Where the `.env` files of tools and apps are, as seen from one call; answered from the disk, each question once."""

from __future__ import annotations

import os

from pixie_secrets.filenames import HOLDING_VALUES, SEALED_NAME, STAGED_PREFIX, file_kind
from pixie_secrets.guard.budget import Budget
from pixie_secrets.layouts.env_folders import env_folders, has_apps_near, has_env_files, is_home, is_own_path
from pixie_secrets.layouts.work_trees import LEVELS_MAX, other_work_trees, repository_top
from pixie_secrets.sealed.key_places import key_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def holds_values(name: str) -> bool:
    """`.env`, `.env.local`, `.env~`, …; not the templates beside them, nor `.ENV`."""
    return "env" in name and file_kind(name, exact=True) in HOLDING_VALUES


class Places:
    """The projects that a call may be about: the one that is named, the client's own, and those around `working`."""

    def __init__(self, working: str, environment: Mapping[str, str]) -> None:
        self.working = working
        self._environment = environment
        self.budget = Budget()
        self._real: dict[str, str] = {}  # folders, links resolved
        self._subfolders: dict[str, list[str]] = {}
        self._hard_links: set[tuple[int, int]] | None = None
        self._roots: list[str] | None = None
        self._app_roots: list[str] | None = None
        self._app_folders_found: list[str] | None = None
        self._app_files: list[str] | None = None
        self._folders: list[str] | None = None
        self._files: list[str] | None = None
        self._keys: frozenset[str] | None = None
        self._keys_there: list[str] | None = None

    def within(self, folder: str) -> Places:
        """As seen from `folder`; the steps are those of the same call."""
        seen = Places(os.path.join(self.working, folder), self._environment)
        seen.budget = self.budget
        return seen

    def roots(self) -> list[str]:
        """Folders with `tools/` in them, links resolved."""
        if self._roots is None:
            *candidates, client, working = self._begin()
            for place in (client, working):
                upwards = resolved(place)
                while upwards not in candidates:
                    candidates.append(upwards)
                    upwards = os.path.dirname(upwards)
            found = [resolved(place) for place in candidates if os.path.isdir(os.path.join(place, "tools"))]
            self._roots = list(dict.fromkeys(found))
        return self._roots

    def _begin(self) -> list[str]:
        """The folder that is named, if one is, the client's own and the working one."""
        client = self._environment.get("CLAUDE_PROJECT_DIR") or self.working
        named = self._environment.get("PIXIE_PROJECT")
        return [*([os.path.join(client, os.path.expanduser(named))] if named else []), client, self.working]

    def app_roots(self) -> list[str]:
        """The repositories, or folders with a `.env` where there is no git, and their other work trees."""
        if self._app_roots is None:
            begin = map(resolved, filter(_is_possible, self._begin()))
            found = dict.fromkeys(top for place in begin if (top := _project_around(place)))
            found |= dict.fromkeys(tree for top in list(found) for tree in other_work_trees(top))
            self._app_roots = list(found)
        return self._app_roots

    def app_files(self) -> list[str]:
        """Every file there is that holds an app's values."""
        if self._app_files is None:
            self._app_files = [path for folder in self._app_folders() for path in _env_files(folder)]
        return self._app_files

    def _app_folders(self) -> list[str]:
        if self._app_folders_found is None:
            folders = (
                os.path.normpath(os.path.join(root, folder))
                for root in self.app_roots()
                for folder in env_folders(root, ignored_too=True)
            )
            self._app_folders_found = list(dict.fromkeys(folders))
        return self._app_folders_found

    def sealed_files(self) -> list[str]:
        """Every file there is with encrypted values of a tool or an app: they may be read, and are to be known."""
        folders = dict.fromkeys([*self.folders(), *self._app_folders()])
        return [path for folder in folders if os.path.lexists(path := os.path.join(folder, SEALED_NAME))]

    def key_files(self) -> frozenset[str]:
        """The files with keys that open them, links resolved; they need not exist."""
        if self._keys is None:
            self._keys = frozenset(map(resolved, key_files(self._environment)))
        return self._keys

    def keys_there(self) -> list[str]:
        """Those of `key_files` that exist: what a pattern could match."""
        if self._keys_there is None:
            self._keys_there = [each for each in sorted(self.key_files()) if os.path.lexists(each)]
        return self._keys_there

    def folders(self) -> list[str]:
        """Every tool's folder. In a `tools/` without a single tool.json there are none: it is somebody else's."""
        if self._folders is None:
            self._folders = []
            for root in self.roots():
                folders = _subfolders(os.path.join(root, "tools"))
                if any(os.path.lexists(os.path.join(folder, "tool.json")) for folder in folders):
                    self._folders += folders
        return self._folders

    def files(self) -> list[str]:
        """Every file there is that holds values of a tool or an app."""
        if self._files is None:
            found = [path for folder in self.folders() for path in _env_files(folder)]
            self._files = list(dict.fromkeys([*found, *self.app_files()]))
        return self._files

    def is_env(self, path: str) -> bool:
        """Whether `path` is, or leads to, a file that holds values: an app's, or a tool's, which need not exist yet.

        A file of keys that open sealed values is one, too.
        """
        self.budget.spend()
        path = os.path.join(self.working, path).rstrip("/")
        folder, name = os.path.split(path)
        if self._named(self._resolved(folder), name):
            return True
        try:
            found = os.stat(path)
        except (OSError, ValueError):
            return False
        if self._named(*os.path.split(resolved(path))):
            return True
        return found.st_nlink > 1 and (found.st_dev, found.st_ino) in self._linked()

    def _resolved(self, folder: str) -> str:
        real = self._real.get(folder)
        if real is None:
            self.budget.spend(1 + folder.count("/") // 8)
            real = self._real[folder] = resolved(folder)
        return real

    def _linked(self) -> set[tuple[int, int]]:
        if self._hard_links is None:
            self._hard_links = {_identity(each) for each in [*self.files(), *self.key_files()]}
        return self._hard_links

    def _named(self, folder: str, name: str) -> bool:
        if os.path.join(folder, name) in self.key_files():
            return True
        if not holds_values(name) and not (holds_values(name.lower()) and _ignores_case(folder)):
            return False
        if self._is_of_app(folder, name):
            return True
        tools, tool = os.path.split(folder)
        staged, inside = os.path.split(tools)
        if inside == "tool" and os.path.basename(staged).startswith(STAGED_PREFIX):
            tools = os.path.dirname(staged)
        if os.path.basename(tools) != "tools" or not tool:
            return False
        self.budget.spend()
        return os.path.lexists(os.path.join(folder, "tool.json")) or any(
            os.path.lexists(os.path.join(each, "tool.json")) for each in self._siblings(tools)
        )

    def _is_of_app(self, folder: str, name: str) -> bool:
        for root in self.app_roots():
            if folder == root or folder.startswith(root.rstrip("/") + "/"):
                self.budget.spend()
                return is_own_path(folder[len(root) :]) and os.path.lexists(os.path.join(folder, name))
        return False

    def _siblings(self, tools: str) -> list[str]:
        if tools not in self._subfolders:
            self._subfolders[tools] = _subfolders(tools)
            self.budget.spend(1 + len(self._subfolders[tools]))
        return self._subfolders[tools]

    def below(self, path: str) -> list[str]:
        """The files with values that a walk through `path` would come by."""
        real = resolved(os.path.join(self.working, path))
        top = real.rstrip("/") + "/"
        return [each for each in [*self.files(), *self.keys_there()] if each.startswith(top)]


def _is_possible(path: str) -> bool:
    """Whether a system could have that path: no NUL, no half a character."""
    try:
        return b"\0" not in os.fsencode(path)
    except ValueError:
        return False


def _project_around(folder: str) -> str:
    """The repository around `folder`, or the nearest folder with a `.env` where there is none; "" for neither."""
    top = repository_top(folder)
    if top:
        return "" if is_home(top) else top
    upwards = folder
    for _ in range(LEVELS_MAX):
        if has_env_files(upwards):
            return "" if is_home(upwards) else upwards
        above = os.path.dirname(upwards)
        if above == upwards:
            break
        upwards = above
    is_any = not is_home(folder) and not os.path.isdir(os.path.join(folder, "tools")) and has_apps_near(folder)
    return folder if is_any else ""


def from_home(path: str) -> str:
    """`path` with `~` resolved; itself where no user can have that name (NUL, half a character)."""
    try:
        return os.path.expanduser(path)
    except ValueError:
        return path


def resolved(path: str) -> str:
    """`path` with its links resolved; itself where it is none that a system could have (NUL, half a character)."""
    try:
        return os.path.realpath(path)
    except ValueError:
        return path


# Below, a ValueError is a path that no system could have.


def _subfolders(tools: str) -> list[str]:
    """Hidden ones too: what was thrown away half way still holds its values."""
    try:
        with os.scandir(tools) as entries:
            found = sorted(entry.path for entry in entries if entry.is_dir(follow_symlinks=False))
    except (OSError, ValueError):
        return []
    staged = [os.path.join(folder, "tool") for folder in found if os.path.basename(folder).startswith(STAGED_PREFIX)]
    return [*found, *(each for folder in staged for each in _subfolders(folder))]


def _env_files(folder: str) -> list[str]:
    try:
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if holds_values(name.lower())]
    except (OSError, ValueError):
        return []


def _identity(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return (-1, -1)
    return found.st_dev, found.st_ino


def _ignores_case(folder: str) -> bool:
    try:
        return os.path.samefile(folder, folder.swapcase())
    except (OSError, ValueError):
        return False
