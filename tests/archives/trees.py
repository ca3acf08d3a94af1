"""A folder as it is: every name, kind, mode and content, to be compared before and after."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def tree(root: Path, *, modes: bool = True) -> dict[str, object]:
    """Everything below `root`; times do not count."""
    found: dict[str, object] = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder, name)
            status = path.lstat()
            content: object = None
            if stat.S_ISREG(status.st_mode):
                content = path.read_bytes()
            elif stat.S_ISLNK(status.st_mode):
                content = str(path.readlink())
            found[path.relative_to(root).as_posix()] = (status.st_mode if modes else None, content)
    return found


def files(root: Path) -> dict[str, bytes]:
    """The plain files below `root`."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
