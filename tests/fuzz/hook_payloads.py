"""Hook documents made to be hard: large ones of one shape repeated, and mixtures of what a shell finds special."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

PIECES = (
    "cat ", "tools/", "a/", ".env", "'", '"', "\\", "$(", ")", "`", "{", ",", "}", "*", " ", ";", "&&", "cd ", "$X",
    "${", "<", ">", "<(", "[", "]", "(", "for f in ", "; do ", "$'", "~", "#", "<<EOF", "\nEOF\n", "|", "\n", "\0",
    "***", "=", "xargs ", "sh -c ", "find . ", "-exec ", "git -C ", "ln -s ", "echo ", "python -c ", "é", "\ue000",
    "\udc80", "\ud800", "**/",
)  # fmt: skip
SHAPES = (
    "cat <<A\n", "cat <<A\nx\nA\n", "a <<A <<B\nA\nB\n", "{a,b}", "{", "}", "{a", "$(", '"$(', "`", "[", "[a]", "(",
    ")", "$((", "${X", "${X:-", "'", '"', "\\", "A=$A$A\n", "cat $X/", "cat */", "**/", "$X/", "a/", "../",
    ".env ", ".e ",
    "sudo ", "eval ", "env -S ", "echo a | ", "cat .env.{a,b} ", "ln -s a b; ", "for f in a b c; do cat $f; done; ",
    "find . -exec cat {} + ; ", "find . ( ", "find . ! ", "x=$(echo a) ", "cat <(", "tools/a/.env", "x tools/z/.env~ ",
    "***", "cd a; ", "git -c alias.x=!ls x; ", "docker run -v a:b c ", "a=b ", "read x; ", "sed s/a/b/ ", "--a=b:c@d ",
    "\x00", "é", "\U0001f600", "sh -c 'a' ", "xargs -I{} echo {} ", "<", ">", "&", ";", "|", "\n", "\t", "~", "#",
)  # fmt: skip
TOOLS = ("Bash", "Read", "Write", "Edit", "MultiEdit", "NotebookEdit", "Grep", "Glob", "mcp__x__y", "mcp__secrets__z")
FIELDS = ("command", "file_path", "path", "content", "old_string", "new_string", "code", "cwd", "args", "uri", "glob")


def large(size: int) -> Iterator[str]:
    """Scripts of about `size` characters, each of one shape; some end in what is looked for."""
    for shape in SHAPES:
        for begin, end in (("cat ", ""), ("", " tools/a/.env"), ('python -c "', '"'), ("cat <<A | sh\n", "\nA\n")):
            yield begin + shape * (size // len(shape)) + end
    yield "cat " + " ".join(f"f{number}" for number in range(size // 7))
    yield "cat " + " ".join(f"tools/t{number}/.env.x" for number in range(size // 20))
    yield "python - <<A\n" + " ".join(f"'tools/t{number}/.e{number}'" for number in range(size // 24)) + "\nA\n"
    yield "".join(f"V{number}=$V{number - 1}x\n" for number in range(size // 16)) + "cat $V9"
    yield "for f in " + " ".join(map(str, range(size // 10))) + "; do cat $f; done;" + "cat $f;" * (size // 20)


def scripts(random: Random) -> Iterator[str]:
    """Mixtures, without end."""
    while True:
        yield "".join(random.choices(PIECES, k=random.randrange(1, 40)))


def documents(random: Random, root: Path) -> Iterator[tuple[str, bytes]]:
    """Events and their documents, without end: some broken, some odd, most as a client writes them."""
    source = scripts(random)
    while True:
        fields = {random.choice(FIELDS): _value(random, source) for _ in range(random.randrange(4))}
        document: object = {
            "tool_name": random.choice(TOOLS), "cwd": random.choice([str(root), "/", "", next(source)]),
            "tool_input": fields, "tool_response": _value(random, source), "prompt": next(source),
        }  # fmt: skip
        if random.random() < 0.05:
            document = random.choice([[], None, 3, "x", {"tool_input": 3}, {"tool_name": []}, {"prompt": {}}])
        data = json.dumps(document).encode()
        if random.random() < 0.05:
            data = data[: random.randrange(len(data) + 1)]
        yield random.choice(("PreToolUse", "PostToolUse", "UserPromptSubmit")), data


def _value(random: Random, source: Iterator[str]) -> object:
    kind = random.random()
    if kind < 0.7:
        return next(source)
    if kind < 0.8:
        return [next(source), random.randrange(10**9), None]
    return {random.choice(FIELDS): next(source), "n": random.choice([1.5, True, -(10**20), "x"])}
