"""Keeps what nobody expected: a traceback, masked, in a file of the person's own.

Not on the screen, where an agent reads it into its transcript.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from traceback import format_exception

from pixie_secrets import __version__
from pixie_secrets.files import append_plain
from pixie_secrets.known_values import KNOWN
from pixie_secrets.state import state_folder

VARIABLE = "PIXIE_SECRETS_LOG"
BYTES_MAX = 1 << 20  # then it starts anew: it is for the last fault, not for history


def record(error: BaseException) -> Path | None:
    """Append `error` to the log; the log's path, or None when it could not be written."""
    try:
        text = _masked(error)
        path = log_path()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, about = append_plain(path)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as log:
            if hasattr(os, "fchmod"):
                os.fchmod(descriptor, 0o600)
            if about.st_size > BYTES_MAX:
                log.truncate(0)
            log.write(text)
    except Exception:  # noqa: BLE001  the fault itself must still be reported
        return None
    return path


def log_path() -> Path:
    """`PIXIE_SECRETS_LOG`, else `pixie-secrets/faults.log` where this platform keeps state."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    return Path(state_folder(), "faults.log")


def _masked(error: BaseException) -> str:
    when = datetime.now(UTC).isoformat(timespec="seconds")
    return f"--- {when} pixie-secrets {__version__}\n{KNOWN.mask(''.join(format_exception(error)))}\n"
