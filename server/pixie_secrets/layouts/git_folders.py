"""Where in a large repository a `.env` may be, as git's index has it: asked before and after every call of an agent.

What was worked out of an index is kept in the user's cache, named by the index's own checksum. It follows from that
content alone, so it cannot be out of date: an index that differs by a byte has another checksum. Whether there is a
`.env` is never kept; each folder is looked into each time.
"""

from __future__ import annotations

import os

from pixie_secrets.filenames import SEALED_NAME
from pixie_secrets.git.index_file import CHECKSUM, checksum_in, read_index
from pixie_secrets.layouts.env_names import is_env_name
from pixie_secrets.layouts.work_trees import index_path
from pixie_secrets.state import cache_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixie_secrets.git.index_file import Index

BYTES_MAX = 1 << 26  # of an index; git is quicker with a larger one
_SEALED = os.fsencode(SEALED_NAME)
_PARTS = (b"env", b"package", _SEALED)
_FORMAT = b"pixie-secrets folders 2 "


class GitFolders:
    """Paths from the work tree's top, without a slash at their end. The top itself is to be looked into anyway.

    likely: files with values that would be in the folders that git has something of. named: folders in which git has
    such a file, or a template. outdated: folders in which git may have more folders than `likely` speaks of, the top
    among them as b".".
    """

    __slots__ = ("likely", "named", "outdated")

    def __init__(self, likely: list[bytes], named: list[bytes], outdated: list[bytes]) -> None:
        self.likely = likely
        self.named = named
        self.outdated = outdated


def git_folders(top: str) -> GitFolders | None:
    """Of the work tree at `top`; None where its index has to be read by git."""
    try:
        path = index_path(top)
        with open(path, "rb") as file:
            file.seek(-CHECKSUM, os.SEEK_END)
            checksum = checksum_in(file.read())
            kept = _kept_at(top)
            if checksum and kept and (known := _read(kept, checksum)):
                return known
            file.seek(0)
            data = file.read(BYTES_MAX + 1)
        is_split = any(name.startswith("sharedindex.") for name in os.listdir(os.path.dirname(path)))
    except (OSError, ValueError):
        return None
    index = read_index(data) if len(data) <= BYTES_MAX and not is_split else None
    if index is None:
        return None
    found = _worked_out(index)
    if index.checksum and kept:
        _keep(kept, index.checksum, found)
    return found


def ask_git(top: str) -> GitFolders | None:
    """The same from git itself, which knows every folder; None where it does not answer."""
    from pixie_secrets.git.command import run_git

    answer = run_git(top, "ls-files", "-z")
    if answer is None or answer.status != 0:
        return None
    paths = answer.output.split(b"\0")
    folders: set[bytes] = set()
    for path in paths:
        folder = _folder(path)
        while folder and folder not in folders:
            folders.add(folder)
            folder = _folder(folder)
    return _sorted_out(sorted(folders), [path for path in paths if any(part in path for part in _PARTS)], [])


def _worked_out(index: Index) -> GitFolders:
    paths = [*index.paths_with(b"package.json"), *index.paths_with(b"env", b".", b".-_"), *index.paths_with(_SEALED)]
    return _sorted_out(index.folders, paths, index.outdated)


def _sorted_out(folders: list[bytes], paths: list[bytes], outdated: list[bytes]) -> GitFolders:
    likely = [folder + b"/.env" for folder in folders if folder]
    packages = [_folder(path) for path in paths if _name(path) == b"package.json"]
    likely += [folder + b"/.env.local" for folder in packages if folder]  # what reads that mostly has one
    named = [_folder(path) for path in paths if is_env_name(os.fsdecode(_name(path)))]
    return GitFolders(likely, list(filter(None, dict.fromkeys(named))), [folder or b"." for folder in outdated])


def _folder(path: bytes) -> bytes:
    return path.rpartition(b"/")[0]


def _name(path: bytes) -> bytes:
    return path.rpartition(b"/")[2]


def _kept_at(top: str) -> str:
    """A file for this work tree, which a later one in its place takes over; "" where there is no place for it."""
    status = os.stat(top)
    path = os.path.join(cache_folder(), "folders", f"{status.st_dev:x}-{status.st_ino:x}")
    return path if os.path.isabs(path) else ""


def _read(kept: str, checksum: bytes) -> GitFolders | None:
    from pixie_secrets.files import read_plain

    try:
        data = read_plain(kept, BYTES_MAX)
    except OSError:
        return None
    head = _FORMAT + checksum + b"\0\0"
    lists = data[len(head) :].split(b"\0\0") if data.startswith(head) else []
    if len(lists) != len(GitFolders.__slots__) + 1:  # a last one, which is empty: the file is whole
        return None
    return GitFolders(*([path for path in each.split(b"\0") if path] for each in lists[:-1]))


def _keep(kept: str, checksum: bytes, found: GitFolders) -> None:
    """Where it cannot be kept, it is worked out again."""
    from pixie_secrets.files import create_plain, write_all

    lists = (b"\0".join(each) for each in (found.likely, found.named, found.outdated))
    new = f"{kept}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(kept), mode=0o700, exist_ok=True)
        descriptor = create_plain(new, 0o600)
        try:
            write_all(descriptor, b"\0\0".join([_FORMAT + checksum, *lists, b""]))
        finally:
            os.close(descriptor)
        os.replace(new, kept)
    except OSError:
        pass
