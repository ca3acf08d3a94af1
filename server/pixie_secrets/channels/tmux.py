"""Runs a command of ours on top of the agent's window: in a tmux popup, or in a split where tmux has no popups.

The value is typed into that command and written by it. This process sees one number, its exit status, through tmux
itself. The agent's own terminal is never read: it shares every key with the agent.

| status of the command | means |
|---|---|
| `DONE` | saved |
| `REFUSED`, `USAGE` | refused; the person has seen why |
| `CANCELLED` | the person left it: Ctrl-C, Ctrl-D, Esc, or closed the popup |
"""

from __future__ import annotations

import asyncio
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixie_secrets.errors import CANCELLED, DONE, HUNG_UP, REFUSED, USAGE
from pixie_secrets.programs import find_program, with_absolute_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH, HEIGHT = 76, 14
POPUPS_SINCE = (3, 2)
SPLITS_SINCE = (3, 0)  # options of one pane
ANSWER_IN = 3.0  # seconds for tmux to answer a question
LOOK_EVERY = 0.25  # seconds between two looks at a split

# tmux answers 1 for its own failures and 0 when another popup is in the way. A status of 100 and more came from the
# command and from nothing else. A refusal stays on the screen until the person has read it.
_MOVED = 100
_RUNNER_SCRIPT = rf"""
PIXIE_SECRETS_POPUP=1 "$@"
status=$?
case $status in
    {DONE} | {CANCELLED}) ;;
    {REFUSED} | {USAGE} | 12[0-8])
        printf '\nPress Enter to close. '
        stty -echo 2>/dev/null
        read -r _
        [ $status -gt {USAGE} ] && status={REFUSED} ;;
    *) status={CANCELLED} ;;
esac
"""
_IN_POPUP = ("sh", "-c", _RUNNER_SCRIPT + f"exit $(({_MOVED} + status))", "pixie-secrets")
# A split says it itself: tmux 3.3 sometimes never learns the exit status of a pane that it keeps.
_TELL = f'tmux set-option -p -t "$TMUX_PANE" @pixie-status $(({_MOVED} + status))'
_IN_SPLIT = ("sh", "-c", _RUNNER_SCRIPT + _TELL, "pixie-secrets")

# What the tmux client needs to find its server; the command itself gets the environment of the person's session.
_FOR_TMUX = ("TMUX", "TMUX_PANE", "TMUX_TMPDIR", "PATH", "HOME", "TERM", "LANG", "LC_ALL", "LC_CTYPE")


@dataclass(frozen=True)
class _Client:
    """The person's view: the terminal that showed our session last."""

    name: str
    width: int
    height: int


def available(environment: Mapping[str, str]) -> bool:
    """Whether this process runs in a tmux pane that somebody is looking at, and tmux can open something there."""
    return _client(environment) is not None and _version(environment) >= SPLITS_SINCE


async def run_popup(command: Sequence[str], environment: Mapping[str, str]) -> int | None:
    """Run `command` before the person's eyes and wait for it; None when it could not be shown.

    Cancelling the task closes the popup, and with it the command: nothing is written.
    """
    client = await asyncio.to_thread(_client, environment)
    if client is None:
        return None
    if await asyncio.to_thread(_version, environment) >= POPUPS_SINCE:
        status = await _in_popup(client, command, environment)
        if status is not None:
            return status
    return await _in_split(command, environment)


async def _in_popup(client: _Client, command: Sequence[str], environment: Mapping[str, str]) -> int | None:
    size = ("-w", str(min(WIDTH, client.width)), "-h", str(min(HEIGHT, client.height)))
    where = ("-c", client.name, "-t", environment["TMUX_PANE"])
    nothing = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        "tmux", "display-popup", "-E", *size, *where, *_IN_POPUP, *command,
        env=_environment(environment), stdin=nothing, stdout=nothing, stderr=nothing,
    )  # fmt: skip
    try:
        status = await process.wait()
    except asyncio.CancelledError:
        _ask(environment, "display-popup", "-C", "-c", client.name)  # the command in it is hung up
        raise
    if status == HUNG_UP:  # the person or `display-popup -C` closed the popup
        return CANCELLED
    return _meaning(status) if status >= _MOVED else None


async def _in_split(command: Sequence[str], environment: Mapping[str, str]) -> int | None:
    """A pane of its own, kept after its command ended until its status was read."""
    split = ("split-window", "-t", environment["TMUX_PANE"], "-l", str(HEIGHT), "-P", "-F", "#{pane_id}")
    keep = (";", "set-option", "-p", "remain-on-exit", "on")
    pane = await asyncio.to_thread(_ask, environment, *split, *_IN_SPLIT, *command, *keep)
    if not pane:
        return None
    try:
        while True:
            state = await asyncio.to_thread(
                _ask, environment, "display-message", "-p", "-t", pane, "#{pane_dead} #{@pixie-status}"
            )
            dead, _, status = (state or "").partition(" ")
            if status.isdecimal():
                return _meaning(int(status))
            if dead != "0":
                return CANCELLED
            await asyncio.sleep(LOOK_EVERY)
    finally:
        _ask(environment, "kill-pane", "-t", pane)


def _meaning(status: int) -> int:
    """The command's own status; anything else, such as a pane that was killed, is the person's no."""
    status -= _MOVED
    return status if status in {DONE, REFUSED, USAGE} else CANCELLED


def _client(environment: Mapping[str, str]) -> _Client | None:
    pane = environment.get("TMUX_PANE")
    if not environment.get("TMUX") or not pane or not find_program("tmux", environment):
        return None
    fields = "#{client_activity} #{client_width} #{client_height} #{client_name}"
    listed = (_ask(environment, "list-clients", "-t", pane, "-F", fields) or "").splitlines()
    views = [(int(seen), _Client(name, int(width), int(height))) for seen, width, height, name in map(_split, listed)]
    return max(views, key=lambda view: view[0])[1] if views else None


def _split(line: str) -> list[str]:
    return line.split(" ", 3)


def _version(environment: Mapping[str, str]) -> tuple[int, int]:
    """Of the server, which may be older than the program on PATH."""
    found = re.search(r"(\d+)\.(\d+)", _ask(environment, "display-message", "-p", "#{version}") or "")
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _ask(environment: Mapping[str, str], *words: str) -> str | None:
    """What tmux answers to one command; None when it refuses or does not answer."""
    try:
        done = subprocess.run(
            ["tmux", *words],
            env=_environment(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=ANSWER_IN,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else None


def _environment(environment: Mapping[str, str]) -> dict[str, str]:
    return with_absolute_path({name: environment[name] for name in _FOR_TMUX if name in environment})
