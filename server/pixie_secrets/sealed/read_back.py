"""Whether a process that knows nothing yet reads a sealed file as it was written: asked before values in clear go.

The process that wrote it has the key in its memory and the environment it was started with; only a new one shows that
the file can be opened again. The values come to it through a pipe and go nowhere.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from pixie_secrets.errors import FileRefused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SECONDS = 60.0
_SAME, _OTHER, _CLOSED = 0, 3, 4
_CODE = "import sys; sys.path[:] = {path!r}; from pixie_secrets.sealed.read_back import main; sys.exit(main({file!r}))"


def check(file: Path, values: Mapping[str, str]) -> None:
    """See to it that a fresh process reads `values` from `file`.

    Raises:
        FileRefused: it does not.
    """
    code = _CODE.format(path=[entry for entry in sys.path if entry], file=str(file))
    try:
        status = subprocess.run(
            [sys.executable, "-I", "-c", code],
            input=json.dumps(values).encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        status = -1
    if status == _SAME:
        return
    why = {_OTHER: "reads other values from it", _CLOSED: "cannot open it"}.get(status, "could not read it")
    raise FileRefused(
        f"{file} was written, and a fresh process {why}, so the values in clear stay where they are",
        "see that its key is where the next command finds it, and seal again",
    )


def main(file: str) -> int:
    """In the fresh process."""
    from pathlib import Path

    from pixie_secrets.errors import PixieError
    from pixie_secrets.files import read_private
    from pixie_secrets.sealed.sealed_file import open_sealed

    expected: dict[str, str] = json.load(sys.stdin.buffer)
    try:
        found = open_sealed(read_private(Path(file)) or b"", file).values
    except PixieError:
        return _CLOSED
    return _SAME if expected.items() <= found.items() else _OTHER
