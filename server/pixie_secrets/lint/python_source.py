"""Secrets in Python, read as Python: what is assigned, passed, compared, concatenated or a default.

Parsing a file costs a hundred times what searching it does. So it is searched for lines with a telling name and a
string that may be a value, and only the statements that those lines begin are parsed. Comments and docstrings are prose
and are read as such.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple

from pixie_secrets.lint.detect import tokens
from pixie_secrets.lint.hits import Hit
from pixie_secrets.lint.languages import Language
from pixie_secrets.lint.names import STEMS, Kind, kind_of
from pixie_secrets.lint.patterns import pattern
from pixie_secrets.lint.placeholders import plausible
from pixie_secrets.lint.python_pairs import pairs, string_of
from pixie_secrets.lint.rules import compiled
from pixie_secrets.lint.text_source import assignments, is_value, shown_name

_WORD = pattern(rb"[A-Za-z_][\w:.-]*")
_LITERAL = pattern(rb"""["']([^"'\s]{5,})["']""")
_LEXEME = pattern(
    rb"""\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|\#[^\n]*|\\\n|[()\[\]{}]|\n"""
)
_STRINGS = pattern(rb"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_CONSTANT = pattern(rb"""^[ \t]*(\w+)(?:\s*:\s*\w+)?\s*=\s*["']([^"'\n\\]*)["']\s*$""", re.MULTILINE)
# What a line that is no statement by itself may be part of: arguments, entries of a dictionary, the head of a block.
_AROUND = (("", ""), ("Pair(", ")"), ("{", "}"), ("", " pass"), ("if 0: pass\n", " pass"), ("class C:\n ", ""))
_STATEMENT_MAX = 20_000
_FOLDED_MIN = 16


# A line with a telling name and, after it, a string with a digit or a sign in it.
_TELLING = rf"""(?:{STEMS}|login)[^\n]*["'][^"'\s]*[0-9!@#$%^&*+][^"'\s]*["'][^\n]*"""
# A string that goes on: a telling name's, a token's, an address's; or a telling name that is put together from names.
_GOES_ON = r"""[^"'\s]*["']\s*(?:\+|\\?\n?\s*[brfu]*["'])"""
_TOKENS = r"sk-|ghp_|gh[ousr]_|github_pat_|AKIA|ASIA|xox[abp]|AIza|SG\.|glpat|hf_|npm_|sk_live|rk_live|eyJ|dapi|shp"
_BEGINS_KNOWN = pattern(rf"""["'](?:{_TOKENS})|://""".encode())
_FOLDING = "|".join((
    rf"""(?:{STEMS})[\w"'\])]*\s*(?::[^=\n(]*)?[=:]\s*\(?\s*\\?\s*[brfu]*["']{_GOES_ON}""",
    rf"""["'](?:{_TOKENS})[\w.-]*["']\s*(?:\+|,|\n?\s*["'])""",
    rf"""["'][a-z+]*://[^"'\s@/]*:{_GOES_ON}""",
    rf"""\b[A-Za-z_]*(?:{STEMS})\w*\s*=\s*(?:\w+\s*\+|["'][._-]?["']\.join|[fF]["'])""",
))  # fmt: skip
# A telling name and its string on different lines.
_APART = rf"""(?:{STEMS})[\w"'\])]*[ \t]*(?::[^=\n(]*)?[=:,][ \t]*(?:\w*\(|\(|\\)?[ \t]*\n\s*[brfu]*["'][^"'\s]+["']"""
# Prose with a telling name and what may be its value.
_VALUE = r"""[^\s"'`()\[\]{},<>]*[0-9!@#$%^&*][^\s"'`()\[\]{}<>]*"""
_REMARK = rf"""(?:{STEMS})[\w-]*["'`]?\s?(?:[:=]|is)\s?["'`]?{_VALUE}"""


class _Patterns(NamedTuple):
    any: Any
    telling: Any
    folding: Any
    apart: Any
    remark: Any


@cache
def _patterns() -> _Patterns:
    """The four, and before them all one that most files fail at once."""
    four = (_TELLING, _FOLDING, _APART, _REMARK)
    return _Patterns(compiled(f"(?i){'|'.join(four)}"), *(compiled(f"(?i){one}") for one in four))


def secrets(data: bytes) -> Iterator[Hit]:
    """Every secret that stands in code, comments and docstrings beside what names it."""
    if not _patterns().any.search(data):
        return
    seen: set[int] = set()
    constants = _Constants(data)
    for start, end in _candidates(data):
        statement = _statement(data, start, end)
        if statement is None:
            yield from assignments(data[start:end], Language.CODE) if start not in seen else ()
            continue
        for hit in _in_statement(statement, constants):
            if hit.start not in seen:
                seen.add(hit.start)
                yield hit
    yield from _in_prose(data)


def _candidates(data: bytes) -> Iterator[tuple[int, int]]:
    """Where lines that are worth parsing begin, and how far they must at least go."""
    found: dict[int, int] = {}
    patterns = _patterns()
    for match in patterns.telling.finditer(data):
        start = data.rfind(b"\n", 0, match.start()) + 1
        line = data[start : match.end()]
        if _says_secret(line) and any(_may_be_value(literal) for literal in _LITERAL.findall(line)):
            found.setdefault(start, match.end())
    for match in patterns.folding.finditer(data):
        start = data.rfind(b"\n", 0, match.start()) + 1
        if _BEGINS_KNOWN.search(match.group(0)) or _says_secret(data[start : match.end()], Kind.PASSWORD, Kind.TOKEN):
            found.setdefault(start, match.end())
    for match in patterns.apart.finditer(data):
        start = data.rfind(b"\n", 0, match.start()) + 1
        literals = _LITERAL.findall(match.group(0))
        if literals and _may_be_value(literals[-1]) and _says_secret(data[start : match.end()]):
            found.setdefault(start, match.end())
    yield from sorted(found.items())


def _says_secret(line: bytes, *kinds: Kind) -> bool:
    """Whether a whole word of it does: `key` is in monkey, too."""
    wanted = kinds or tuple(Kind)
    return b"login" in line.lower() or any(kind_of(word.decode("latin-1")) in wanted for word in _WORD.findall(line))


@lru_cache(maxsize=4096)
def _may_be_value(literal: bytes) -> bool:
    text = literal.decode("utf-8", "replace")
    return plausible(text, Kind.PASSWORD) or plausible(text, Kind.TOKEN)


class _Statement(NamedTuple):
    """A parsed piece of a file. base: where it begins there; before: characters put in front of its first line."""

    tree: ast.Module
    text: bytes
    base: int
    before: bytes

    def offset(self, node: ast.expr) -> int:
        """Where `node` begins in the file."""
        lines = (self.before + self.text).split(b"\n")
        at = sum(len(line) + 1 for line in lines[: node.lineno - 1]) + node.col_offset
        return self.base + max(0, at - len(self.before))


def _statement(data: bytes, start: int, least: int) -> _Statement | None:
    """The statement, or part of one, that the line at `start` begins; None when it is nothing Python knows."""
    base = start + len(data[start : start + 200]) - len(data[start : start + 200].lstrip(b" \t"))
    text = data[base : _end(data, base, least)]
    forms = _AROUND if not text.rstrip().endswith(b",") else (_AROUND[1], *_AROUND)
    for before, after in forms:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # somebody else's invalid escapes
                tree = ast.parse(before.encode() + text + (b"\n)" if after == ")" else after.encode()))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        return _Statement(tree, text, base, before.encode())
    return None


def _end(data: bytes, base: int, least: int) -> int:
    """Where the logical line ends: at a line break outside brackets, or before a bracket that was never opened."""
    depth = 0
    for lexeme in _LEXEME.finditer(data, base, base + _STATEMENT_MAX):
        first = lexeme.group()[:1]
        if first in b"([{":
            depth += 1
        elif first in b")]}":
            depth -= 1
            if depth < 0:
                return lexeme.start() if lexeme.start() >= least else data.find(b"\n", least)
        elif first == b"\n" and depth == 0 and lexeme.start() >= least:
            return lexeme.start()
    return min(len(data), base + _STATEMENT_MAX)


class _Constants(Mapping[str, str]):
    """Names that a file gives one string, to follow `PREFIX + REST`; looked for when the first one is asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @cached_property
    def _found(self) -> dict[str, str]:
        return {name.decode(): text.decode("utf-8", "replace") for name, text in _CONSTANT.findall(self._data)}

    def __getitem__(self, name: str) -> str:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _in_statement(statement: _Statement, constants: _Constants) -> Iterator[Hit]:
    for node in ast.walk(statement.tree):
        for name, value, code in pairs(node, constants):
            kind = name if isinstance(name, Kind) else kind_of(name)
            if kind is not None and is_value(value.text, kind):
                yield Hit(statement.offset(value.node), code, shown_name(name) if isinstance(name, str) else "a login")
        if not isinstance(node, (ast.BinOp, ast.JoinedStr, ast.Call)) and not _is_wrapped(node):
            continue
        text = string_of(node, constants)
        if text is not None and len(text.text) >= _FOLDED_MIN:  # a token that no single literal shows
            for hit in tokens(text.text.encode("utf-8", "replace"))[:1]:
                if hit.code != "HS002":  # those are seen in the raw text, line by line
                    yield Hit(statement.offset(text.node), hit.code, hit.said)


def _is_wrapped(node: ast.AST) -> bool:
    """A string of several literals side by side, or with escapes."""
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.end_col_offset is not None
        and (node.end_lineno != node.lineno or node.end_col_offset - node.col_offset > len(node.value) + 3)
    )


def _in_prose(data: bytes) -> Iterator[Hit]:
    """Comments and docstrings."""
    for match in _patterns().remark.finditer(data):
        start = data.rfind(b"\n", 0, match.start()) + 1
        end = data.find(b"\n", match.end())
        for hit in assignments(data[start : end if end >= 0 else len(data)], Language.PROSE):
            if _is_prose(data, start, start + hit.start):
                yield Hit(start + hit.start, hit.code, hit.said)


def _is_prose(data: bytes, line: int, at: int) -> bool:
    """Behind a `#`, or between triple quotes."""
    code, mark, _ = _STRINGS.sub(b"", data[line:at]).partition(b"#")
    if mark and not (b'"' in code or b"'" in code):  # a quote that is left over is a string that is still open
        return True
    return any(data.count(quotes, 0, line) % 2 for quotes in (b'"""', b"'''"))
