"""Loads `rules.toml`. A pattern is compiled when the first file with one of its keywords comes by, not before."""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import re2

from pixie_secrets.lint import tables
from pixie_secrets.patterns import pattern as lazily

if TYPE_CHECKING:
    from collections.abc import Callable

_CLASS_OR_ESCAPE = lazily(r"\[(?:\\.|[^\]\\])*\]|\\.")
_GROUP = lazily(r"\([^()]*\)")
_LETTERS = lazily(r"[A-Za-z0-9_]+(?![?*+{])")


class Rule:
    """One table of `rules.toml`; see there for what each field means.

    Told apart by what they are, thousands of times a file; and `dataclasses` takes longer to import than all rules.
    """

    def __init__(
        self,
        *,
        name: str,
        keywords: tuple[str, ...],
        pattern: str,
        code: str = "HS001",
        group: int = 0,
        near: bool = False,
        entropy: float = 0.0,
        words: bool = True,
        judge: str = "",
        begins: str = "",
    ) -> None:
        self.name = name
        self.keywords = keywords
        self.pattern = pattern
        self.code = code
        self.group = group
        self.near = near
        self.entropy = entropy
        self.words = words
        self.judge = judge
        self._begins = begins

    @cached_property
    def compiled(self) -> Any:
        return compiled(self.pattern)

    @cached_property
    def may_begin(self) -> Callable[[bytes, int], object] | None:
        """Says at once of most places that `pattern` does not match there; None: it has to be asked everywhere."""
        begins = self._begins or _beginning(self.pattern)
        return re.compile(begins.encode()).match if begins else None


def _beginning(pattern: str) -> str:
    """What every match begins with, as far as that is plain: a word's beginning, and letters in their case."""
    word = r"(?<!\w)" if pattern.startswith(r"\b") else ""
    outside = _CLASS_OR_ESCAPE.sub("", pattern)
    while (without := _GROUP.sub("", outside)) != outside:
        outside = without
    if "|" in outside:
        return ""
    letters = _LETTERS.match(pattern.removeprefix(r"\b"))
    return word + (letters.group() if letters else "")


class Rules(NamedTuple):
    """All of them, and the beginnings of values that everybody knows from a vendor's documentation."""

    rules: tuple[Rule, ...]
    documented: tuple[bytes, ...]


def compiled(pattern: str) -> Any:
    """RE2 on bytes: linear time on any input, whoever wrote it."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    options.max_mem = 64 << 20  # a DFA that does not fit is slower than none
    return re2.compile(pattern.encode(), options)


@cache
def load() -> Rules:
    """The rules that ship with this program."""
    data = tables.read("rules")
    rules = tuple(Rule(**{**table, "keywords": tuple(table["keywords"])}) for table in data["rule"])
    return Rules(rules, tuple(text.encode() for text in data["documented"]))
