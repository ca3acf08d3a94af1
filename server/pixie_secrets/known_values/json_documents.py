"""Masks what leaves as a JSON document: the one walker, for results of ours and for what programs answer.

A result of ours says by its types what in it cannot be anybody's value: the names of its fields, the words of its
enumerations, and keys of secrets, which are public (a field is one where its annotation says `KeyName`). A mask in
their place would hide nothing, break the result, and tell its reader that somebody's value is that word. All other
texts are masked; and in what stems from a program, whose field is annotated with `Any`, names and numbers are too.
"""

from __future__ import annotations

import json
import re
from enum import Enum
from typing import TYPE_CHECKING, Any

from pixie_secrets.known_values import KNOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from pixie_secrets.known_values import KnownValues

MASK = "***"
_FIELDS: dict[type[Any], Mapping[str, str]] = {}


def masked(node: Any, known: KnownValues = KNOWN) -> Any:
    """A copy of `node`, a JSON document of a program's, without any known value.

    Keys that become equal are told apart by number; a number whose digits are a value becomes a mask.
    """
    if isinstance(node, str):
        # half a surrogate pair would end a stream: it cannot be written as UTF-8
        return known.mask(node).encode("utf-8", "replace").decode()
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, (int, float)):
        return MASK if known.find(json.dumps(node)) else node
    if isinstance(node, (list, tuple)):
        return [masked(item, known) for item in node]
    result: dict[str, Any] = {}
    for key, item in node.items():
        name = plain = masked(key, known)
        number = 1
        while name in result:
            number += 1
            name = f"{plain} ({number})"
        result[name] = masked(item, known)
    return result


def masked_result(result: Any, known: KnownValues = KNOWN, *, without: Collection[str] = ()) -> Any:
    """`result`, a NamedTuple or a model of ours, as a JSON document without any known value.

    without: fields of it that are left out.
    """
    if isinstance(result, Enum):
        return result.value
    if isinstance(result, str):
        return masked(result, known)
    if isinstance(result, (list, tuple)) and not hasattr(result, "_fields"):
        return [masked_result(item, known) for item in result]
    if isinstance(result, dict):  # of counts and the like: its names are words of ours
        return {str(name): masked_result(item, known) for name, item in result.items()}
    names = _fields(type(result))
    if not names:
        return result
    document: dict[str, Any] = {}
    for name in names:
        if name in without:
            continue
        part, kind = getattr(result, name), names[name]
        if kind == "key":
            document[name] = part if isinstance(part, str) or part is None else list(part)
        else:
            document[name] = masked(part, known) if kind == "foreign" else masked_result(part, known)
    return document


def keys_in(result: Any) -> Iterator[str]:
    """The keys of secrets that a result of ours names."""
    if isinstance(result, (list, tuple)) and not hasattr(result, "_fields"):
        for item in result:
            yield from keys_in(item)
        return
    for name, kind in _fields(type(result)).items():
        part = getattr(result, name)
        if kind != "key":
            yield from keys_in(part)
        elif isinstance(part, str):
            yield part
        else:
            yield from part or ()


def masked_text(text: str, keys: Iterable[str] = (), known: KnownValues = KNOWN) -> str:
    """`text`, which shows a result to a person, masked but for these keys of secrets where they stand as a word."""
    hidden = sorted({key for key in keys if known.mask(key) != key})
    if not hidden:
        return known.mask(text)
    spans = known.find(text)
    pieces, place = [], 0
    for word in re.finditer(rf"(?<!\w)(?:{'|'.join(map(re.escape, hidden))})(?!\w)", text):
        start, end = word.span()
        if all(span.end <= start or span.start >= end or start <= span.start <= span.end <= end for span in spans):
            pieces += [known.mask(text[place:start]), word[0]]
            place = end
    return "".join((*pieces, known.mask(text[place:])))


def _fields(kind: type[Any]) -> Mapping[str, str]:
    """The fields of a result's type, in order: whether each is a `key`, `foreign`, or neither; {} for any other."""
    if kind in _FIELDS:
        return _FIELDS[kind]
    names = getattr(kind, "_fields", None) or getattr(kind, "model_fields", None) or ()
    written: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        written |= {name: str(annotation) for name, annotation in getattr(base, "__annotations__", {}).items()}
    kinds = {
        name: "key" if "KeyName" in written[name] else "foreign" if re.search(r"\bAny\b", written[name]) else ""
        for name in names
    }
    _FIELDS[kind] = kinds
    return kinds
