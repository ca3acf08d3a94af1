"""Whose port it is: the processes that listen on a loopback port, from /proc.

A port is free when we choose it and may be somebody else's when the tool binds it. Whoever answers there is sent the
run's inputs and believed, so it has to be the tool. Elsewhere than on Linux this cannot be asked, and is not.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_LISTEN = "0A"
_EVERYWHERE = frozenset({"0" * 8, "0" * 32})


class Listening(NamedTuple):
    """Who listens on a port. everywhere: not only on loopback, so that the network can reach it."""

    anybody: bool
    somebody_else: bool
    everywhere: bool


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listening(port: int, processes: Iterable[int]) -> Listening | None:
    """Who has `port`, seen from the owner of `processes`; None where the system cannot tell."""
    if sys.platform != "linux":
        return None
    sockets = _sockets(port)
    if not sockets:
        return Listening(anybody=False, somebody_else=False, everywhere=False)
    theirs = {inode for pid in processes for inode in _held(pid)}
    return Listening(
        anybody=True,
        somebody_else=not set(sockets) <= theirs,
        everywhere=any(address in _EVERYWHERE for address in sockets.values()),
    )


def _sockets(port: int) -> dict[str, str]:
    """The inodes of the sockets that listen on `port`, with their addresses."""
    found: dict[str, str] = {}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:  # no IPv6 here
            continue
        for line in lines:
            _, local, _, state, *rest = line.split()
            address, _, number = local.partition(":")
            if state == _LISTEN and int(number, 16) == port:
                found[rest[5]] = address
    return found


def _held(pid: int) -> list[str]:
    found = []
    try:
        for fd in os.listdir(f"/proc/{pid}/fd"):  # a path of the kernel
            target = os.readlink(f"/proc/{pid}/fd/{fd}")  # noqa: PTH115  what a link of the kernel says is no path
            if target.startswith("socket:["):
                found.append(target[8:-1])
    except OSError:  # it ended meanwhile
        pass
    return found
