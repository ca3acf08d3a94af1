"""Which folders of a project have a `.env`, sealed values or a template: in any repository, and without git.

A small tree is walked. Of a large one git's index says which folders it has, and `.env` is looked for in each: a walk
through three thousand folders takes ten times as long. What git ignores is somebody's copy or output and is left out;
so are packages of others, environments, caches, other repositories and every link.

The guard asks too, in a Python without any package: plain strings, and no import that is not needed.
"""

from __future__ import annotations

import os
import stat
from collections import deque

from pixie_secrets.filenames import CACHE, ENVIRONMENT, KEY_FOLDER, LITTER, OWN, REPOSITORY, file_kind
from pixie_secrets.layouts.env_names import is_env_name
from pixie_secrets.layouts.work_trees import index_size, repository_top

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pixie_secrets.layouts.git_folders import GitFolders

LARGE_INDEX = 1 << 18  # bytes: some three thousand files, in about as many folders as are walked
FOLDERS_MAX = 1000  # that are walked before git is asked
FOLDERS_WITHOUT_GIT = 10_000  # where nobody else knows
FOLDERS_NEAR = 200
LEVELS_MAX = 12
OF_OTHERS = frozenset({
    "vendor", "third_party", "third-party", "bower_components", "jspm_packages", "pods", "carthage", "site-packages",
    ".yarn", ".pnpm-store", ".gradle", ".terraform", ".bundle",
})  # fmt: skip
MADE = frozenset({  # by a build; where there is git, its rules say so
    "dist", "build", "out", "target", "coverage", ".next", ".nuxt", ".output", ".svelte-kit", ".turbo", ".vercel",
    ".netlify", ".serverless", ".aws-sam", ".parcel-cache", ".astro", ".angular",
})  # fmt: skip
_PASSED_OVER = frozenset({ENVIRONMENT, REPOSITORY, KEY_FOLDER, CACHE, LITTER, OWN})


def env_folders(root: str, *, ignored_too: bool = False) -> dict[str, tuple[str, ...]]:
    """The folders below `root` (an absolute path; "." is itself) with the files that make them apps, by name.

    Nothing outside of `root` is read. Of a home folder, and of `/`, only the folder itself is looked into.

    ignored_too: those that git ignores as well, so that git need not be asked about a small tree.
    """
    top = repository_top(root)
    found: dict[str, list[str]] = {}
    if is_home(root):
        names = _Walk(root, 1, in_git=True).names("")
        found = {"": names} if names else {}
    elif top and index_size(top) > LARGE_INDEX:
        found = _by_git(root, top, ignored_too=ignored_too)
    else:
        walk = _Walk(root, FOLDERS_MAX if top or ignored_too else FOLDERS_WITHOUT_GIT, in_git=bool(top))
        found = walk.found()
        if top and walk.is_cut_short:
            found = _by_git(root, top, ignored_too=ignored_too) or found
        elif top and not ignored_too:
            found = _not_ignored(root, found)
    return {folder or ".": tuple(sorted(names)) for folder, names in sorted(found.items(), key=_order)}


def _order(entry: tuple[str, list[str]]) -> tuple[str, ...]:
    return tuple(entry[0].split("/")) if entry[0] else ()


class _Walk:
    """A walk from the top down, nearest folders first. is_cut_short: more folders were there than it may look into."""

    def __init__(self, root: str, folders: int, *, in_git: bool, levels: int = LEVELS_MAX) -> None:
        self._levels = levels
        self._root = root
        self._left = folders
        self._in_git = in_git
        self.is_cut_short = False

    def found(self, begin: Iterable[str] = ("",)) -> dict[str, list[str]]:
        """What is below `begin`, folders as paths from the root."""
        found: dict[str, list[str]] = {}
        todo = deque(begin)
        while todo:
            folder = todo.popleft()
            if not self._left:
                self.is_cut_short = True
                break
            self._left -= 1
            names, folders = self._listed(folder)
            if names:
                found[folder] = names
            if not folder or folder.count("/") < self._levels:
                todo += folders
        return found

    def names(self, folder: str) -> list[str]:
        """The value files and templates of one folder."""
        return self._listed(folder)[0]

    def folders(self, folder: str) -> list[str]:
        """The folders in one that are to be looked into."""
        return self._listed(folder)[1]

    def _listed(self, folder: str) -> tuple[list[str], list[str]]:
        try:
            with os.scandir(os.path.join(self._root, folder) if folder else self._root) as entries:
                every = list(entries)
        except OSError:
            return [], []
        all_names = {entry.name for entry in every}
        if folder and (".git" in all_names or "pyvenv.cfg" in all_names or _is_tool(folder, all_names)):
            return [], []
        names = [name for name in all_names if ".env" in name or "env." in name or name.startswith(("env", "secrets."))]
        names = [name for name in names if is_env_name(name)]
        files = {entry.name for entry in every if entry.name in names and not entry.is_dir(follow_symlinks=False)}
        prefix = f"{folder}/" if folder else ""
        folders = sorted(prefix + entry.name for entry in every if self._is_looked_into(folder, entry))
        return sorted(files), folders

    def _is_looked_into(self, folder: str, entry: os.DirEntry[str]) -> bool:
        name = entry.name
        try:
            if not entry.is_dir(follow_symlinks=False):
                return False
        except OSError:
            return False
        if folder == "tools" and name.startswith("."):
            return False  # half imported, or thrown away
        return not _is_passed_over(name) and (self._in_git or name.lower() not in MADE)


def is_home(folder: str) -> bool:
    """Whether it is the home folder or `/`, which is nobody's project as a whole."""
    return os.path.realpath(folder) in {os.path.realpath(os.path.expanduser("~")), os.path.sep}


def is_shared(folder: str) -> bool:
    """Whether others can put something there, as in `/tmp`: what lies there side by side has nothing in common."""
    try:
        return bool(os.stat(folder).st_mode & stat.S_IWOTH)
    except OSError:
        return True


def has_env_files(folder: str) -> bool:
    """Whether the folder itself has a value file or a template."""
    return bool(env_files(folder))


def env_files(folder: str) -> tuple[str, ...]:
    """The value files and templates in the folder itself, by name."""
    try:
        return tuple(sorted(filter(is_env_name, os.listdir(folder))))
    except (OSError, ValueError):  # the latter: no system could have such a path
        return ()


def has_apps_near(folder: str) -> bool:
    """Whether a folder right below, or right below that, has a value file or a template. Looks into few folders."""
    return bool(apps_near(folder))


def apps_near(folder: str) -> list[str]:
    """Those folders, as paths from `folder`, which is among them where it has such a file itself: ""."""
    return list(_Walk(folder, FOLDERS_NEAR, in_git=False, levels=1).found())


def is_own_path(path: str) -> bool:
    """Whether no part of a path from the project's folder is an environment, a package of others or the like."""
    return not any(_is_passed_over(part) for part in path.split("/") if part)


def is_own_folder(name: str) -> bool:
    """Whether a folder of that name may be of the project itself: no package of others, no environment, no output."""
    return not _is_passed_over(name) and name.lower() not in MADE


def _is_passed_over(name: str) -> bool:
    return name.lower() in OF_OTHERS or file_kind(name) in _PASSED_OVER


def _is_tool(folder: str, names: set[str]) -> bool:
    """Whether it is one of `tools/`, which is another layout."""
    return "tool.json" in names and folder.startswith("tools/") and folder.count("/") == 1


def _by_git(root: str, top: str, *, ignored_too: bool) -> dict[str, list[str]]:
    """The same as git knows it; {} where it does not answer.

    A folder that git has nothing of yet is found where new ones are made: in the project's own folder, right below it,
    and beside other apps.
    """
    from pixie_secrets.layouts.git_folders import ask_git, git_folders  # late: a small project needs none of it

    known = git_folders(top) or ask_git(top)
    if not known:
        return {}
    found, is_whole = _known_to(known, root, top, ignored_too=ignored_too)
    if not is_whole and (asked := ask_git(top)):
        found, _ = _known_to(asked, root, top, ignored_too=ignored_too)
    return found


def _known_to(known: GitFolders, root: str, top: str, *, ignored_too: bool) -> tuple[dict[str, list[str]], bool]:
    """What is in the folders of `known` and where new ones are made, and whether all of the latter was looked into."""
    within = os.fsencode(os.path.relpath(root, top) + "/") if root != top else b""
    likely = [path for path in known.likely if path.startswith(within)] if within else known.likely
    hits = dict.fromkeys(path.rpartition(b"/")[0] for path in _there(top, likely))
    hits |= dict.fromkeys(known.named)
    walk = _Walk(root, FOLDERS_MAX, in_git=True)
    found: dict[str, list[str]] = {}
    for folder in ["", *_below(within, hits)]:
        if _is_inside(root, folder) and (names := walk.names(folder)):
            found[folder] = names
    tracked = set(likely)
    beside = [*walk.folders(""), *map(_folder, found), *_below(within, known.outdated)]
    near = ["", *(folder for folder in beside if within + os.fsencode(folder) + b"/.env" in tracked)]
    below = [path for each in dict.fromkeys(near) if _is_inside(root, each) for path in walk.folders(each)]
    new = [path for path in below if within + os.fsencode(path) + b"/.env" not in tracked]
    untracked = walk.found(dict.fromkeys(new))
    is_whole = not (walk.is_cut_short and known.outdated)
    if not ignored_too:
        untracked = _not_ignored(root, untracked, untracked_only=not known.outdated)
    return found | untracked, is_whole


def _there(top: str, paths: list[bytes]) -> list[bytes]:
    """Those of `paths`, from `top`, that lead to something. They are thousands: a system call for each, and no more."""
    access = os.access
    if access not in os.supports_dir_fd:
        return [path for path in paths if access(os.path.join(os.fsencode(top), path), os.F_OK)]
    try:
        folder = os.open(top, os.O_RDONLY)
    except OSError:
        return []
    try:
        return [path for path in paths if access(path, os.F_OK, dir_fd=folder)]
    finally:
        os.close(folder)


def _below(within: bytes, paths: Iterable[bytes]) -> list[str]:
    """Those of `paths` below the folder `within`, which ends with a slash, as paths from there."""
    return [os.fsdecode(path[len(within) :]) for path in paths if path.startswith(within)]


def _folder(path: str) -> str:
    return path[: max(path.rfind("/"), 0)]


def _is_inside(root: str, folder: str) -> bool:
    """Whether no part of the way to it is a link, or somebody else's."""
    path = root
    for part in filter(None, folder.split("/")):
        path = f"{path}/{part}"
        if _is_passed_over(part) or os.path.islink(path):
            return False
    return True


def _ends(path: str) -> Iterator[int]:
    at = path.find("/")
    while at >= 0:
        yield at
        at = path.find("/", at + 1)


def _not_ignored(root: str, found: dict[str, list[str]], *, untracked_only: bool = False) -> dict[str, list[str]]:
    """Without the folders that git ignores; all of them where git does not answer.

    untracked_only: git has a file in none of them. Then it need not read its index, which says what no rule covers.
    """
    asked = [folder for folder in found if folder]
    if not asked:
        return found
    given = b"".join(os.fsencode(folder) + b"/\0" for folder in asked)
    without = ["--no-index"] if untracked_only else []
    ignored = _git(root, given, "check-ignore", *without, "--stdin", "-z")
    if not ignored:
        return found
    gone = {path.rstrip("/") for path in os.fsdecode(ignored).split("\0")}
    return {folder: names for folder, names in found.items() if not gone.intersection(_and_above(folder))}


def _and_above(folder: str) -> Iterator[str]:
    yield folder
    for end in _ends(folder):
        yield folder[:end]


def _git(root: str, given: bytes, *arguments: str) -> bytes | None:
    from pixie_secrets.git.command import run_git

    answer = run_git(root, *arguments, given=given)
    return answer.output if answer and answer.status in {0, 1} else None
