"""The other work trees of a repository: the same project again, and its values are the same person's.

`.env` is ignored by git, so a new work tree has none; a coding agent works there all the same, and what it prints or
commits may hold a value of the main checkout. Only git's own files are read, in the way gitrepository-layout(5) has it;
no program is started. The guard asks too, so the standard library's quickest parts have to do.
"""

from __future__ import annotations

import os

TREES_MAX = 256
LEVELS_MAX = 64
LINE_MAX = 4096  # bytes of a path in a file of git's


def other_work_trees(folder: str) -> list[str]:
    """Where `folder` lies in each other work tree of its repository, the main checkout first; [] outside of one.

    folder: an absolute path. What is returned need not exist.
    """
    top = repository_top(folder)
    common = common_folder(top) if top else ""
    if not common:
        return []
    inside = os.path.relpath(folder, top)
    trees = dict.fromkeys(os.path.realpath(tree) for tree in (*_main_tree(common), *_linked_trees(common)))
    trees.pop(os.path.realpath(top), None)
    return [os.path.normpath(os.path.join(tree, inside)) for tree in list(trees)[:TREES_MAX] if os.path.isdir(tree)]


def repository_top(folder: str) -> str:
    """The nearest folder upwards with a `.git` in it, or ""."""
    for _ in range(LEVELS_MAX):
        if os.path.exists(os.path.join(folder, ".git")):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            break
        folder = above
    return ""


def index_size(top: str) -> int:
    """Bytes of git's index of the work tree at `top`; 0 where there is none. It says how large the tree is."""
    try:
        return os.stat(index_path(top)).st_size
    except OSError:
        return 0


def index_path(top: str) -> str:
    """Where git's index of the work tree at `top` is, or would be; "" where `.git` is not what git makes."""
    git = _git_folder(top)
    return os.path.join(git, "index") if git else ""


def _git_folder(top: str) -> str:
    """Where git keeps what is of this work tree alone; "" where `.git` is not what git makes."""
    git = os.path.join(top, ".git")
    if os.path.isdir(git):
        return git
    word, _, path = _line(git).partition(": ")
    return os.path.join(top, path) if word == "gitdir" else ""


def common_folder(top: str) -> str:
    """What all work trees share; "" where `.git` is not what git makes."""
    git = _git_folder(top)
    if not git:
        return ""
    shared = _line(os.path.join(git, "commondir"))
    common = os.path.realpath(os.path.join(git, shared))
    return common if os.path.isfile(os.path.join(common, "HEAD")) else ""


def _main_tree(common: str) -> list[str]:
    """The checkout that the repository was made with; a bare one has none. A submodule's says where it is."""
    for line in _lines(os.path.join(common, "config")):
        name, equals, path = line.partition("=")
        if equals and name.strip().lower() == "worktree":
            return [os.path.join(common, path.strip().strip('"'))]
    return [os.path.dirname(common)] if os.path.basename(common) == ".git" else []


def _linked_trees(common: str) -> list[str]:
    folder = os.path.join(common, "worktrees")
    try:
        names = sorted(os.listdir(folder))[:TREES_MAX]
    except OSError:
        return []
    paths = {name: _line(os.path.join(folder, name, "gitdir")) for name in names}
    return [os.path.dirname(os.path.join(folder, name, path)) for name, path in paths.items() if path]


def _line(path: str) -> str:
    """The first line of a small file, "" where there is none."""
    return next(iter(_lines(path)), "")


def _lines(path: str) -> list[str]:
    if not os.path.isfile(path):  # a FIFO would never answer
        return []
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read(LINE_MAX).splitlines()
    except OSError:
        return []
