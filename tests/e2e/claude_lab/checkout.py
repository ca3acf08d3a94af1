"""A fresh clone of this project, as somebody else would get it: what git would carry, committed and cloned."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.conftest import require_program

ROOT = Path(__file__).parents[3]


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=somebody", "-c", "user.email=somebody@localhost"]
    done = subprocess.run(
        [require_program("git"), "-C", str(folder), *who, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout


def commit_work_tree(into: Path) -> Path:
    """A repository of what stands here now, committed or not, without what git ignores."""
    into.mkdir()
    for name in git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if name and (ROOT / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, into / name)
    git(into, "init", "--quiet")
    git(into, "add", "--all")
    git(into, "commit", "--quiet", "--message", "as it stands")
    return into


def clone(repository: Path, into: Path) -> None:
    git(into, "clone", "--quiet", str(repository), ".")
