"""A sealed file as text: JSON whose order counts, read strictly and written as sops writes it.

Byte for byte the same text as sops makes of the same document: whoever edits a file with either program changes the
lines of what they edited, and the two of the digest.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TypeAlias

from pixie_secrets.sealed.refusals import OLDER_VERSION, HalfMerged, SealedDamaged, SealedTruncated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

METADATA = "sops"
DEPTH_MAX = 50
_MARKERS = ("<<<<<<< ", "||||||| ", ">>>>>>> ")
_AS_GO = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


class Number(NamedTuple):
    """A number in clear, as it is written."""

    text: str


Node: TypeAlias = "str | bool | Number | list[Node] | dict[str, Node] | None"
Tree: TypeAlias = dict[str, Node]


def parsed(data: bytes, where: str) -> Tree:
    """The document. where: how the file is called in what a user is told.

    Raises:
        HalfMerged, SealedTruncated, SealedDamaged: it is none. Nothing of its text is said.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = None
    if text is None:  # out here: the decoder's error holds the whole file
        raise SealedDamaged(f"{where} is not UTF-8 text", OLDER_VERSION)
    if line := _first_marker(text):
        raise HalfMerged(
            f"{where} has git's conflict markers, first in line {line}",
            "take one side whole with git checkout --ours or --theirs, and have git use pixie-secrets git-merge",
        )
    document = _loaded(text, where)
    if not isinstance(document, dict):
        raise SealedDamaged(f"{where} is no JSON object", OLDER_VERSION)
    if _deeper(document, DEPTH_MAX):
        raise SealedDamaged(f"{where} is nested more than {DEPTH_MAX} deep", OLDER_VERSION)
    if "\\u" in text and not _is_text(document):
        raise SealedDamaged(f"{where} has half a character in it", OLDER_VERSION)
    return document


def _loaded(text: str, where: str) -> object:
    try:
        return json.loads(
            text,
            object_pairs_hook=_without_twins,
            parse_int=Number,
            parse_float=Number,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        problem = _not_json(where, text, error)
    except _TwinError:
        problem = SealedDamaged(f"{where} has the same key twice", OLDER_VERSION)
    except (ValueError, RecursionError):
        problem = SealedDamaged(f"{where} is no JSON that can be read", OLDER_VERSION)
    raise problem  # out here: the decoder's error holds the whole file


def written(document: Tree) -> bytes:
    """The text that sops would write: indented with tabs, a key a line, and a line end after it."""
    return ("".join(_written(document, "\n")) + "\n").encode()


class _TwinError(Exception):
    """An object has a key twice; which of the two counts is for nobody to guess."""


def _first_marker(text: str) -> int:
    """The number of the first line that git wrote between two sides; 0 where there is none."""
    if not any(marker in text for marker in _MARKERS):
        return 0
    return next((at for at, line in enumerate(text.split("\n"), 1) if line.startswith(_MARKERS)), 0)


def _is_text(document: Tree) -> bool:
    try:
        written(document)
    except UnicodeEncodeError:
        return False
    return True


def _without_twins(pairs: list[tuple[str, Node]]) -> Tree:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TwinError
    return found


def _no_constant(_: str) -> NoReturn:
    raise ValueError


def _not_json(where: str, text: str, error: json.JSONDecodeError) -> SealedDamaged:
    if not text.strip():
        return SealedTruncated(f"{where} is empty", OLDER_VERSION)
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return SealedTruncated(f"{where} ends in the middle", OLDER_VERSION)
    return SealedDamaged(f"{where} is no JSON, in line {error.lineno}, column {error.colno}", OLDER_VERSION)


def _deeper(node: Node, levels: int) -> bool:
    inside: Iterable[Node]
    if isinstance(node, dict):
        inside = node.values()
    elif isinstance(node, list):
        inside = node
    else:
        return False
    return levels == 0 or any(_deeper(each, levels - 1) for each in inside)


def _written(node: Node, line_end: str) -> Iterator[str]:
    deeper = line_end + "\t"
    if isinstance(node, dict) and node:
        for number, (key, value) in enumerate(node.items()):
            yield f"{',' if number else '{'}{deeper}{_quoted(key)}: "
            yield from _written(value, deeper)
        yield line_end + "}"
    elif isinstance(node, list) and node:
        for number, value in enumerate(node):
            yield f"{',' if number else '['}{deeper}"
            yield from _written(value, deeper)
        yield line_end + "]"
    elif isinstance(node, Number):
        yield node.text
    elif isinstance(node, str):
        yield _quoted(node)
    else:
        yield json.dumps(node)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).translate(_AS_GO)
