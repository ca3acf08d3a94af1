"""Which file of the state folder is a project's record, so that it is found again after the project was moved.

A repository is known by a random id in a file of its own folder of git's, made with the first entry: it goes along when
the folder is moved, all work trees share it, and a clone, which has values of its own, gets another. The first commit's
id would do neither: forks and clones share it, and an empty repository has none. A folder without git, or one in whose
`.git` nothing can be written, is known by its path; what was recorded by the path goes on once there is an id.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from pixie_secrets.files import create_plain, read_plain, write_all
from pixie_secrets.layouts.env_folders import is_home
from pixie_secrets.layouts.work_trees import common_folder, repository_top

ID_FILE = "pixie-secrets-id"
ENDING = ".jsonl"
ID_LENGTH = 32  # characters, with which the names of its records begin
_ID = re.compile(r"[0-9a-f]{32}")
_BY_ID = re.compile(r"[0-9a-f]{32}(?![0-9a-f])")
_AS_IT_IS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
_NAME_MAX = 200  # bytes of a file's name that stand for a path; file systems take 255


class Names(NamedTuple):
    """Names of records without their ending. by_id: "" where the project has no id. by_path: what it would be else."""

    by_id: str
    by_path: str


def record_names(root: str, *, create: bool = False) -> Names:
    """What the record of the project at `root` is called. create: give its repository an id, where it has none."""
    root = os.path.realpath(root)
    by_path = _as_name(f"path{root}")
    top = repository_top(root)
    common = common_folder(top) if top and not is_home(top) else ""
    found = _id_of(common) if common else ""
    if common and not found and create:
        found = _new_id(common)
    inside = os.path.relpath(root, top) if found else "."
    by_id = (found if inside == "." else _as_name(f"{found}/{inside}")) if found else ""
    return Names(by_id, by_path)


def id_file(root: str) -> str:
    """Where the project's id is; "" where it has none."""
    top = repository_top(os.path.realpath(root))
    common = common_folder(top) if top and not is_home(top) else ""
    return os.path.join(common, ID_FILE) if common and _id_of(common) else ""


def repository_ids(folder: str) -> frozenset[str]:
    """The ids of the repositories that have a record in `folder`."""
    try:
        names = os.listdir(folder)
    except OSError:
        return frozenset()
    return frozenset(name[:ID_LENGTH] for name in names if _BY_ID.match(name))


def _id_of(common: str) -> str:
    try:
        text = read_plain(os.path.join(common, ID_FILE), 64).decode("ascii").strip()
    except (OSError, ValueError):
        return ""
    return text if _ID.fullmatch(text) else ""


def _new_id(common: str) -> str:
    """Called under the record's lock, so by one process at a time. "" where nothing can be written."""
    path = os.path.join(common, ID_FILE)
    new = f"{path}.new"
    made = os.urandom(16).hex()
    try:
        if os.path.lexists(new):  # of a process that was killed
            os.unlink(new)
        descriptor = create_plain(new, 0o600)
        try:
            write_all(descriptor, f"{made}\n".encode())
        finally:
            os.close(descriptor)
        os.rename(new, path)
    except OSError:
        return ""
    return made


def _as_name(path: str) -> str:
    """`path` as a file's name that says it; of a long one only a hash."""
    data = os.fsencode(path)
    name = "".join(chr(byte) if byte in _AS_IT_IS else f"%{byte:02x}" for byte in data)
    if len(name) <= _NAME_MAX:
        return name
    from hashlib import sha256  # long paths are rare, and it costs a start more than all the rest

    return sha256(data).hexdigest()
