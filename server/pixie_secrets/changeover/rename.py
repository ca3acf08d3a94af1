"""Two renames that plain `os.rename` cannot do: into a free name only, and two names exchanged in one step.

Linux and macOS have both as system calls; where a file system does not, or there is another system, the caller is told
and goes the longer way.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_HERE = -100 if sys.platform.startswith("linux") else -2  # AT_FDCWD; the paths given here are absolute anyway
_LINUX_NO_REPLACE, _LINUX_EXCHANGE = 1, 2
_MACOS_EXCHANGE, _MACOS_NO_REPLACE = 2, 4
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


def rename_new(source: Path, target: Path) -> None:
    """Rename, unless `target` exists.

    Raises:
        FileExistsError: it does.
    """
    if _call(source, target, exchange=False):
        return
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    source.rename(target)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False: this system or file system cannot, and nothing was done."""
    return _call(one, other, exchange=True)


def _call(source: Path, target: Path, *, exchange: bool) -> bool:
    function = _function()
    if function is None:
        return False
    if sys.platform == "darwin":
        flag = _MACOS_EXCHANGE if exchange else _MACOS_NO_REPLACE
    else:
        flag = _LINUX_EXCHANGE if exchange else _LINUX_NO_REPLACE
    if function(_HERE, os.fsencode(source), _HERE, os.fsencode(target), flag) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), os.fspath(target))


@cache
def _function() -> Any:
    name = {"linux": "renameat2", "darwin": "renameatx_np"}.get(sys.platform)
    try:
        found = getattr(ctypes.CDLL(None, use_errno=True), name) if name else None
    except (OSError, AttributeError):
        return None
    if found is not None:
        found.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
        found.restype = ctypes.c_int
    return found


def flush_file_system(folder: int) -> None:
    """Wait until what was written to the file system of `folder` survives a power failure."""
    try:
        syncfs = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError, TypeError):
        if hasattr(os, "sync"):
            os.sync()
        return
    if syncfs(folder) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
