"""A program that wants a fresh token: in many processes at the same moment, or killed before any of its steps.

    python -m tests.oauth.renewer PROJECT crowd N     N processes at once: a line each, seconds waited and which token
    python -m tests.oauth.renewer PROJECT each N      the same without a turn: each asks for itself (benchmarks/refresh)
    python -m tests.oauth.renewer PROJECT killed      for each number on stdin: killed before that step; its status

A step is a system call on the store or the lock, or the request to the server. Children are forked, so that each costs
no start of its own. A token is told by its digest.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
from tests.syscalls import Observed, die_before_call

from pixie_secrets import files
from pixie_secrets.layouts.project import Project
from pixie_secrets.oauth import endpoint, entry
from pixie_secrets.oauth.code_flow import token_for
from pixie_secrets.oauth.entry import TokenEntry
from pixie_secrets.oauth.refresh import fresh_token
from pixie_secrets.stores import read_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.oauth.token import Token

LOADED_BEFORE_THE_FORK = (httpx2, read_back)


def token_entry(root: str) -> TokenEntry:
    project = Project(Path(root))
    [(tool, key)] = [(tool, one.key) for tool in project.tools for one in tool.secrets if one.oauth2]
    return TokenEntry(tool, key)


def crowd(root: str, number: int, renewed: Callable[[TokenEntry], Token] = fresh_token) -> None:
    """All begin when the last one is there: a pipe that every child holds open, and the parent last."""
    place = token_entry(root)
    place.read()
    gate, hold = os.pipe()
    results, tell = os.pipe()
    children = []
    for _ in range(number):
        child = os.fork()
        if not child:
            os.close(hold)
            os.read(gate, 1)
            began = time.monotonic()
            token = renewed(place)
            seconds = time.monotonic() - began
            digest = hashlib.sha256(token.access.get_secret_value().encode()).hexdigest()
            os.write(tell, f"{seconds:.4f} {digest}\n".encode())
            os._exit(0)
        children.append(child)
    os.close(hold)
    os.close(tell)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    with os.fdopen(results) as lines:
        sys.stdout.write(lines.read())


def by_itself(place: TokenEntry) -> Token:
    """What a client does that knows of no other."""
    token = place.read()
    assert token
    assert token.refresh
    fields = {"grant_type": "refresh_token", "refresh_token": token.refresh.get_secret_value()}
    return token_for(place.registration, place.app_secret(), fields)


def killed(root: str) -> None:
    for line in sys.stdin:
        child = os.fork()
        if not child:
            place = token_entry(root)
            _die_at(int(line))
            fresh_token(place)
            os._exit(0)
        print(os.waitpid(child, 0)[1], flush=True)


def _die_at(number: int) -> None:
    die = die_before_call(number)
    for module in (files, entry):
        for name, real in (("os", os), ("fcntl", fcntl)):
            setattr(module, name, Observed(real, die, lambda _: None))
    post: Any = endpoint._post

    def step(*arguments: Any) -> Any:
        die("request")
        try:
            return post(*arguments)
        finally:
            die("answer")

    vars(endpoint)["_post"] = step


if __name__ == "__main__":
    if sys.argv[2] in {"crowd", "each"}:
        crowd(sys.argv[1], int(sys.argv[3]), fresh_token if sys.argv[2] == "crowd" else by_itself)
    else:
        killed(sys.argv[1])
