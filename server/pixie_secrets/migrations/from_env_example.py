"""Reads which secrets a template lists: an `.env.example`, or any file of `KEY=` lines.

    # OpenAI API key (required)       the comment right above one key describes it
    OPENAI_API_KEY=
    # These two are for posting       above several keys it is a heading, and describes none
    WEBHOOK_URL=
    WEBHOOK_TOKEN=change-me           what stands after = is not taken, and not shown
    # SMTP_PASSWORD=                  a key where every key is commented out, else one that is not wanted

A `.env` with values is read the same way, so nothing but the names and the comments leaves this module.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pixie_secrets.env_file.grammar import BYTE_ORDER_MARK, ParsedText
from pixie_secrets.manifest.json_places import JsonProblem
from pixie_secrets.migrations.declaration import Found, check_found

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)?")
_COMMENT = re.compile(r"[^\S\r\n]*#+[^\S\r\n]*(?P<said>.*?)[^\S\r\n]*")
_ASSIGNMENT = re.compile(r"(?:export\s+)?[A-Za-z_]\w*\s*=")
_COMMENTED = re.compile(
    r"^[ \t]*#+[ \t]*(?:export[ \t]+)?(?P<key>[A-Z][A-Z0-9_]*)[ \t]*=[ \t]*(?P<value>.*)$", re.MULTILINE
)
_REQUIRED = re.compile(r"\s*[(\[]required[)\]]\.?\s*$", re.IGNORECASE)
_UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202d\u202e]")
DESCRIPTION_MAX = 300
KEYS_MAX = 500


def read(text: str) -> tuple[tuple[Found, ...], tuple[str, ...]]:
    """The secrets that `text` lists, in order, and the keys that came with something after their equals sign.

    Raises:
        JsonProblem: a name that no secret may have, two that differ only in case, or no key at all; with its place.
    """
    found: dict[str, Found] = {}
    filled: list[str] = []
    for block in _blocks(text):
        comment = block.comment if len(block.keys) == 1 else ""
        required = _REQUIRED.search(comment) is not None
        description = _REQUIRED.sub("", comment)[:DESCRIPTION_MAX] or None
        for key, offset, has_value in block.keys:
            found.setdefault(key, Found(key, offset, description, required))
            filled += [key] if has_value and key not in filled else []
    if not found:
        for line in _COMMENTED.finditer(text):
            found.setdefault(line["key"], Found(line["key"], line.start("key")))
            filled += [line["key"]] if line["value"] and line["key"] not in filled else []
    if not found:
        raise JsonProblem("lists no key", 0, "a template has lines such as OPENAI_API_KEY=")
    check_found(tuple(found.values()))
    return tuple(found.values()), tuple(filled)


class _Block:
    """A comment and the keys right below it."""

    def __init__(self) -> None:
        self.comment = ""
        self.keys: list[tuple[str, int, bool]] = []


def _blocks(text: str) -> Iterator[_Block]:
    keys = _keys(text)
    block = _Block()
    for found in _LINE.finditer(text):
        start, line = found.start(), found[0]
        comment = _COMMENT.fullmatch(line.rstrip("\r\n"))
        if start in keys:
            block.keys.append(keys[start])
        elif comment and not block.keys:
            block.comment = "" if _ASSIGNMENT.match(comment["said"]) else _joined(block.comment, comment["said"])
        elif comment or not line.strip():
            yield block
            block = _Block()
            if comment and not _ASSIGNMENT.match(comment["said"]):
                block.comment = _joined("", comment["said"])
    yield block


def _joined(before: str, comment_text: str) -> str:
    return f"{before} {_UNSHOWABLE.sub(' ', comment_text)}".strip()


def _keys(text: str) -> dict[int, tuple[str, int, bool]]:
    """By the start of its line: each assignment as python-dotenv reads it, so none inside a value of several lines."""
    reading = ParsedText(text)
    keys = tuple(dict.fromkeys(key for key, right in reading.assignments() if right))
    if len(keys) > KEYS_MAX:
        raise JsonProblem(f"lists more than {KEYS_MAX} keys", 0, "that is no template of a tool's secrets")
    found: dict[int, tuple[str, int, bool]] = {}
    for key in keys:
        for statement in reading.statements(key):
            line = 0 if text[: statement.start] == BYTE_ORDER_MARK else statement.start
            found[line] = (key, text.find(key, statement.start), bool(statement.value))
    return found
