"""The guard's log: what failed in it, for `pixie-secrets doctor`. Names events, kinds of errors and places in the code.

Never a message of an exception: it may hold what was read.
"""

from __future__ import annotations

import os
import time

from pixie_secrets.state import state_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SESSION = "CLAUDE_CODE_SESSION_ID"  # set by Claude Code for what it starts
BYTES_MAX = 1 << 16  # then it starts anew


def log_path(environment: Mapping[str, str] = os.environ) -> str:
    """Beside the log of the command line's faults, where this platform keeps state."""
    return os.path.join(state_folder(environment), "guard.log")


def module_path(environment: Mapping[str, str] = os.environ) -> str:
    """Where stands in which session of Claude Code, and which version, the module was started last."""
    return os.path.join(os.path.dirname(log_path(environment)), "module.json")


def module_is_on(version: str, environment: Mapping[str, str]) -> None:
    """Note it, for `pixie-secrets doctor`."""
    import json

    path = module_path(environment)
    mark = {"version": version, "session": environment.get(SESSION, "")}
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    new = f"{path}.{os.getpid()}"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, json.dumps(mark).encode())
    finally:
        os.close(descriptor)
    os.replace(new, path)


def fault(event: str, error: BaseException) -> None:
    """Append one line; a log that cannot be written is no reason to fail as well."""
    place = "?"
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{os.path.basename(code.co_filename)}:{trace.tb_lineno}"
        trace = trace.tb_next
    note(f"{event}: {type(error).__name__} in {place}")


def note(text: str) -> None:
    """Append `text`, which holds no value, with the time."""
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    try:
        path = log_path()
        if not os.path.isabs(path):  # a home that is named from wherever one stands: nothing is left in a project
            return
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        log = os.open(path, flags, 0o600)
        try:
            if os.fstat(log).st_size > BYTES_MAX:
                os.ftruncate(log, 0)
            os.write(log, f"{when} {text}\n".encode("utf-8", "replace"))
        finally:
            os.close(log)
    except OSError:
        pass
