"""The files that a run makes: a private folder of its own, kept when there are any, and searched for values.

Files are the one thing of a run that is handed on as it is, so a value in one is said.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Self

from pixie_secrets.known_values import KNOWN

SEARCHED_BYTES_MAX = 64 << 20  # of one file
FILES_MAX = 1000


class Artefacts:
    """folder: where the tool puts its files; gone after the block when it is empty or the run failed to start."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pixie-run-"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None or not any(self.folder.iterdir()):
            shutil.rmtree(self.folder, ignore_errors=True)

    def kept(self) -> str | None:
        """The folder, if there is anything in it."""
        return str(self.folder) if self.folder.is_dir() else None

    def warnings(self) -> tuple[str, ...]:
        """One for each file that holds a known value, and one for what was not looked into."""
        leaky: list[str] = []
        for count, path in enumerate(sorted(self.folder.rglob("*"))):
            if count == FILES_MAX:
                leaky.append("the run made many files; not all were searched for secret values")
                break
            if _holds_value(path):
                name = KNOWN.mask(path.relative_to(self.folder).as_posix())
                leaky.append(f"the file {name} of this run holds a secret value: do not read it")
        return tuple(leaky)


def _holds_value(path: Path) -> bool:
    try:
        readable = path.is_file() and not path.is_symlink() and path.stat().st_size <= SEARCHED_BYTES_MAX
        return readable and bool(KNOWN.find(path.read_bytes()))
    except OSError:  # made unreadable by the tool: nobody reads it by accident
        return False
