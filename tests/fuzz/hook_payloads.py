"""Hook documents: mixtures of what a shell finds special, in the fields that clients have and in others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.fuzz.kind import VALUE, Broken, Kind, anything, project

from pixie_secrets import hook_formats
from pixie_secrets.clients import CLIENTS
from pixie_secrets.guard import door, payload
from pixie_secrets.hook_formats.request import AFTER, PROMPT, START

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

PIECES = (
    "cat ", "tools/", "a/", ".env", "'", '"', "\\", "$(", ")", "`", "{", ",", "}", "*", " ", ";", "&&", "cd ", "$X",
    "${", "<", ">", "<(", "[", "]", "(", "for f in ", "; do ", "$'", "~", "#", "<<EOF", "\nEOF\n", "|", "\n", "\0",
    "***", "=", "xargs ", "sh -c ", "find . ", "-exec ", "git -C ", "ln -s ", "echo ", "python -c ", "é", "\ue000",
    "\udc80", "\ud800", "**/",
)  # fmt: skip
TOOLS = ("Bash", "Read", "Write", "Edit", "MultiEdit", "NotebookEdit", "Grep", "Glob", "mcp__x__y", "mcp__secrets__z")
NAMES = (  # of a tool, its arguments and its result, as clients write them
    ("tool_name", "tool_input", "tool_response"), ("toolName", "toolArgs", "toolResult"), ("tool", "args", "result"),
    ("tool_name", "tool_input", "tool_calls"),
)  # fmt: skip
FIELDS = ("command", "file_path", "path", "content", "old_string", "new_string", "code", "cwd", "args", "uri", "glob")

CLIENTS_WITH_HOOKS = [
    client.name
    for client in CLIENTS
    if client.name == hook_formats.CLAUDE_CODE or (client.hooks and client.hooks.entries)
]


class HookPayloads(Kind):
    def __init__(self, folder: Path) -> None:
        self._root = project(folder / "proj")
        self._environment = {"HOME": str(folder), "CLAUDE_PROJECT_DIR": str(self._root)}

    def attempt(self, random: Random) -> str:
        form = hook_formats.format_of(random.choice(CLIENTS_WITH_HOOKS))
        event = random.choice([event for event, asked in form.EVENTS.items() if asked != START])
        data = document(random, self._root)
        said = json.dumps(door.bounded(form, event, data, self._environment))
        asked, request = form.EVENTS[event], form.request(event, payload.read(data))
        shows = request.result if asked == AFTER else request.prompt if asked == PROMPT else ""
        if said == "null" and VALUE in json.dumps(shows):
            raise Broken(f"a value would go on: {event} {data[:300]!r}")
        return said


def script(random: Random) -> str:
    return "".join(random.choices(PIECES, k=random.randrange(1, 40)))


def document(random: Random, root: Path) -> bytes:
    """What a client asks: some broken, some odd, most as one of them writes it."""
    fields = {random.choice(FIELDS): _value(random) for _ in range(random.randrange(4))}
    name, given, result = random.choice(NAMES)
    made: object = {
        name: random.choice(TOOLS), "cwd": random.choice([str(root), "/", "", script(random)]), given: fields,
        result: _result(random), "prompt": script(random) + random.choice(["", VALUE]),
    }  # fmt: skip
    kind = random.random()
    if kind < 0.05:
        made = random.choice([[], None, 3, "x", {given: 3}, {name: []}, {"prompt": {}}])
    elif kind < 0.1:
        made = {name: "Bash", result: anything(random), given: {"a": script(random)}, "cwd": str(root)}
    data = json.dumps(made).encode()
    return data[: random.randrange(len(data) + 1)] if random.random() < 0.05 else data


def _result(random: Random) -> object:
    return (
        {"stdout": f"{script(random)}{VALUE}{script(random)}", "x": _value(random)}
        if random.random() < 0.3
        else _value(random)
    )


def _value(random: Random) -> object:
    kind = random.random()
    if kind < 0.7:
        return script(random)
    if kind < 0.8:
        return [script(random), random.randrange(10**9), None]
    return {random.choice(FIELDS): script(random), "n": random.choice([1.5, True, -(10**20), "x"])}
