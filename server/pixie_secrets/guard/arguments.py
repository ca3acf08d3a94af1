"""The arguments of a tool that nobody knows here: which of its texts may be paths, scripts for a shell, or code.

Servers call the same thing by many names (`command`, `shellCommand`, `cmd_line`), so what decides is the words of a
name. What is prose by its name (`body`, `description`) is left out, whatever stands there.
"""

from __future__ import annotations

import os

from pixie_secrets.guard.places import from_home, holds_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

TEXTS = frozenset({  # arguments that are text
    "body", "title", "description", "message", "text", "comment", "content", "summary", "query", "q", "prompt",
    "subject", "old_string", "new_string", "old_str", "new_str", "oldText", "newText", "oldString", "newString",
    "labels", "instructions", "reason",
})  # fmt: skip
SCRIPT_WORDS = frozenset(["command", "commands", "cmd", "cmds", "shell", "bash", "script", "scripts", "exec", "run",
                          "code", "program", "executable"])  # fmt: skip
CODE_WORDS = frozenset(["code", "script", "source", "snippet", "program", "function", "expression", "expr", "python",
                        "javascript", "js", "cell", "cells", "sql"])  # fmt: skip
SQL = ("select ", "with ", "copy ", "create ", "attach ", "insert ")  # what a query begins with that is no search
FOLDERS = ("cwd", "workdir", "working_directory", "workingDirectory", "directory", "dir_path", "root", "folder")
ARGUMENTS = ("args", "arguments", "argv")
PATH_MAX = 4096
LEAVES_MAX = 1000  # of a call that are looked up on the disk
BESIDE_MAX = 16  # of them that may be the folder of another one


def paths(given: dict[str, Any]) -> Iterator[str]:
    """Texts that may be a path: as they stand, as an address of a file, and within a folder that is named beside."""
    texts = [text for name, text in _leaves("", given) if name not in TEXTS and _may_be_path(text)][:LEAVES_MAX]
    for text in texts:
        for form in _forms(text):
            yield from_home(form)
            if holds_values(os.path.basename(form).lower()):
                yield from (os.path.join(from_home(folder), form) for folder in texts[:BESIDE_MAX] if folder != text)


def scripts(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What may go to a shell, and the folder that is named with it; "" for none."""
    todo: list[Any] = [given]
    while todo:
        node = todo.pop()
        todo += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        if not isinstance(node, dict):
            continue
        where = folder(node)
        behind = [each for name in ARGUMENTS for each in _texts(node.get(name))]
        for name, each in node.items():
            if name not in TEXTS and not SCRIPT_WORDS.isdisjoint(_words(name)):
                yield from ((script, where) for script in _commands(each, behind))
        if behind:
            yield " ".join(map(_quoted, behind)), where


def codes(given: dict[str, Any]) -> list[str]:
    """What may be code of some language."""
    return [
        text
        for name, text in _leaves("", given)
        if (name == "query" and text.lstrip()[:7].lower().startswith(SQL))
        or (name not in TEXTS and not CODE_WORDS.isdisjoint(_words(name)))
    ]


def folder(node: dict[str, Any]) -> str:
    """The folder in which it is done; "" where none is named."""
    return next((node[name] for name in FOLDERS if isinstance(node.get(name), str)), "")


def _commands(node: Any, behind: list[str]) -> Iterator[str]:
    """A command line, a list of words, or a list of either."""
    if isinstance(node, str):
        yield " ".join([node, *map(_quoted, behind)])
    elif isinstance(node, list):
        if words := _texts(node):
            yield " ".join(map(_quoted, [*words, *behind]))
        yield from (word for word in words if " " in word)
        yield from (" ".join(map(_quoted, _texts(each))) for each in node if isinstance(each, list))


def _words(name: str) -> list[str]:
    """Of a name: `shellCommand`, `shell_command` and `shell-command` alike."""
    if name.isalpha() and name.islower():
        return [name]
    spaced = "".join(f"_{letter}" if letter.isupper() else letter for letter in name)
    return spaced.lower().replace("-", "_").split("_")


def _leaves(name: str, node: Any) -> Iterator[tuple[str, str]]:
    """Every text, with the name it has; names that may be a file of values too."""
    todo = [(name, node)]
    while todo:
        name, node = todo.pop()
        if isinstance(node, str):
            yield name, node
        elif isinstance(node, dict):
            todo += node.items()
            todo += [("", key) for key in node if ".env" in key]
        elif isinstance(node, list):
            todo += [(name, each) for each in node]


def _may_be_path(text: str) -> bool:
    return 0 < len(text) <= PATH_MAX and "\n" not in text and "\0" not in text


def _forms(text: str) -> list[str]:
    """`text` as a path, in every way that a program may read it."""
    found = [text.replace("\\", "/")] if "\\" in text else []
    scheme, colon, rest = text.partition(":")
    if colon and scheme.lower() == "file" and not rest.startswith("//"):
        found.append(rest)
    elif colon and rest.startswith("//"):
        found += [rest[2:], "/" + rest[2:].partition("/")[2]]
    if "%" in text:
        from urllib.parse import unquote

        found += [unquote(each) for each in found]
    return [text, *found]


def _texts(node: Any) -> list[str]:
    return [each for each in node if isinstance(each, str)] if isinstance(node, list) else []


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"
