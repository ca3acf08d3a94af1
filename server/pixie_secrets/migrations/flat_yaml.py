"""Names with texts, one under the other, as YAML: all that is read of it here. A parser for the rest is no dependency.

Taken are plain, single- and double-quoted scalars on their line and `|` blocks. Anything else (nesting, lists, anchors,
tags, what is no text in YAML such as `yes` or `1_000`) is refused, never guessed.
"""

from __future__ import annotations

import json
import re

_NAME = re.compile(r"([A-Za-z_][\w-]*):(?:[ \t]+(.*?))?[ \t]*")
_SINGLE = re.compile(r"'((?:[^']|'')*)'(?:[ \t]+#.*)?")
_DOUBLE = re.compile(r'("(?:[^"\\]|\\["\\/bfnrt]|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4})*")(?:[ \t]+#.*)?')
_BLOCK = re.compile(r"\|(-?)(?:[ \t]+#.*)?")
_PLAIN = re.compile(r"[A-Za-z0-9/.+_=~^$()-][^\s]*(?:[ \t]+[^\s#][^\s]*)*")
_NO_TEXT = re.compile(
    r"~|null|true|false|yes|no|on|off|y|n|[-+]?[0-9][0-9_]*|0[xob][0-9a-f_]+|[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*(?:e[-+]?[0-9]+)?"
    r"|[-+]?[0-9][0-9_.]*e[-+]?[0-9]+|[-+]?\.(?:inf|nan)|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|[0-9]+(?::[0-9]+)+(?:\.[0-9]*)?|=",
    re.IGNORECASE,
)


class NotFlat(ValueError):
    """line: the first that is not of that kind, counted from 1. Nothing of the text is in it."""

    def __init__(self, line: int) -> None:
        super().__init__("not flat")
        self.line = line


def flat_yaml(text: str) -> dict[str, str]:
    """The names and their texts.

    Raises:
        NotFlat: it is more than that, or a name stands twice.
    """
    lines = text.split("\n")
    found: dict[str, str] = {}
    at = 0
    while at < len(lines):
        line, number = lines[at].rstrip("\r"), at + 1
        at += 1
        if not line.strip() or line.lstrip().startswith("#") or (line.rstrip() == "---" and not found):
            continue
        name = _NAME.fullmatch(line)
        if name is None or name[1] in found:
            raise NotFlat(number)
        block = _BLOCK.fullmatch(name[2] or "")
        if block:
            inside, at = _inside(lines, at)
            if not inside:
                raise NotFlat(number)
            found[name[1]] = inside.rstrip("\n") + ("" if block[1] else "\n")
        else:
            found[name[1]] = _scalar(name[2] or "", number)
    return found


def _scalar(written: str, number: int) -> str:
    if single := _SINGLE.fullmatch(written):
        return single[1].replace("''", "'")
    if double := _DOUBLE.fullmatch(written):
        return str(json.loads(double[1]))
    text = re.sub(r"[ \t]+#.*", "", written)
    if not _PLAIN.fullmatch(text) or ": " in text or text.endswith(":") or _NO_TEXT.fullmatch(text):
        raise NotFlat(number)
    return text


def _inside(lines: list[str], at: int) -> tuple[str, int]:
    """The text of a block that begins in the line `at`, and the line behind it."""
    taken: list[str] = []
    indent = ""
    while at < len(lines):
        line = lines[at].rstrip("\r")
        if line.strip():
            indent = indent or line[: len(line) - len(line.lstrip(" "))]
            if not indent or not line.startswith(indent):
                break
        taken.append(line[len(indent) :] if line.strip() else "")
        at += 1
    return "\n".join(taken), at
