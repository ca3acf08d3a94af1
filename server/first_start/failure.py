"""Why an installation failed, as one line and a hint: read from what uv and pip said, and from what there is here.

Most often it is not the network: a Python that is too old, Debian's Python without venv, a full disk, a proxy.
"""

from __future__ import annotations

import re
import sys
from typing import NamedTuple

from first_start import environment
from pixie_secrets.programs import find_program

OUTPUT_MAX = 65536  # bytes of the log's end that are looked at
NETWORK = re.compile(
    r"(?i)name or service not known|temporary failure in name resolution|failed to resolve|dns error|"
    r"connection (?:error|refused|reset|timed out)|network is unreachable|no route to host|timed? ?out|"
    r"newconnectionerror|failed to fetch|could not connect|error sending request|proxy"
)
KINDS = (
    (
        re.compile(r"(?i)ensurepip is not\s+available|no module named '?(?:venv|ensurepip)"),
        "{python} has no venv module",
        "install it (Debian and Ubuntu: apt install python3-venv), or install uv",
    ),
    (re.compile(r"(?i)no space left on device"), "the disk is full", "make room in {data}, then try again"),
    (
        re.compile(r"(?i)certificate"),
        "the package index showed a certificate that is not trusted here",
        "set SSL_CERT_FILE (uv) or PIP_CERT (pip) to your organization's certificates",
    ),
    (NETWORK, "the package index cannot be reached", "mend the network (or set HTTPS_PROXY), then try again"),
    (
        re.compile(r"(?i)hashes? (?:are|is) required|do not match|hash mismatch|no matching distribution"),
        "a package is not the one that is pinned, or there is none for this machine",
        "look at the log; a mirror may lack or change it",
    ),
)


class Failure(NamedTuple):
    """what: what stands in the way. todo: what the person can do."""

    what: str
    todo: str


def failure() -> Failure:
    """Why the last installation failed."""
    here = ".".join(map(str, sys.version_info[:3]))
    oldest = ".".join(map(str, environment.OLDEST))
    if not find_program("uv") and not environment.new_enough():
        return Failure(f"it needs Python {oldest} or newer, this is {here}", f"install uv, or python{oldest}")
    said = output()
    for pattern, what, todo in KINDS:
        if pattern.search(said):
            facts = {"python": sys.executable, "data": environment.log_path().parent}
            return Failure(what.format(**facts), todo.format(**facts))
    last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "")
    return Failure(f"the last that was said: {printable(last)}" if last else "nothing was said", "look at the log")


def output() -> str:
    """The end of what uv and pip said."""
    try:
        with open(environment.log_path(), "rb") as log:
            log.seek(0, 2)
            log.seek(max(0, log.tell() - OUTPUT_MAX))
            return log.read().decode("utf-8", "replace")
    except OSError:
        return ""


def printable(line: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in line[:200])
