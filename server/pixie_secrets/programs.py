"""The programs that PATH leads to.

A folder that PATH names relatively is wherever one stands, and so may be what a cloned project brought along: nothing
in it is started. `shutil.which` takes such folders, and loads three compressors to look.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def find_program(name: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """The program `name` in the first absolute folder of PATH that has it; None where none does."""
    for folder in filter(os.path.isabs, os.get_exec_path(environment)):
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def with_absolute_path(environment: Mapping[str, str]) -> dict[str, str]:
    """The same environment for a program that starts others by their names: PATH without relative folders."""
    folders = environment.get("PATH", os.defpath).split(os.pathsep)
    return {**environment, "PATH": os.pathsep.join(filter(os.path.isabs, folders))}
