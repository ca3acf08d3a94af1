"""Every Python that this program supports and that is here: the one the tests run in, on PATH, and as pyenv keeps them.

CI has one. A test that runs on all of them says by its name which it ran on, and is skipped on none: what is not here
is not asked for.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

MINORS = (11, 12, 13, 14)


def pythons() -> dict[str, str]:
    """By version, such as 3.12, the interpreter."""
    pyenv = Path(pwd.getpwuid(os.getuid()).pw_dir, ".pyenv", "versions")
    found: dict[str, str] = {}
    for minor in MINORS:
        candidates = [shutil.which(f"python3.{minor}"), *map(str, sorted(pyenv.glob(f"3.{minor}.*/bin/python")))]
        for each in filter(None, candidates):  # pyenv puts a shim on PATH that may lead nowhere
            if subprocess.run([each, "-c", ""], check=False, capture_output=True).returncode == 0:
                found[f"3.{minor}"] = each
    found[f"3.{sys.version_info.minor}"] = sys.executable
    return found


PYTHONS = pythons()
