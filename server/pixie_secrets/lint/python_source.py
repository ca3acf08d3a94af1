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
from pixie_secrets.lint.hits import Hit, Places
from pixie_secrets.lint.keywords import BEGINNINGS
from pixie_secrets.lint.languages import Language
from pixie_secrets.lint.passages import Passages
from pixie_secrets.lint.plausibility import plausible
from pixie_secrets.lint.python_pairs import pairs, string_of
from pixie_secrets.lint.rules import compiled
from pixie_secrets.lint.text_source import assignments, in_strings, is_value, shown_name
from pixie_secrets.patterns import pattern
from pixie_secrets.secret.names import STEMS, Kind, kind_of

_WORD = pattern(rb"[A-Za-z_][\w:.-]*")
_LITERAL = pattern(rb"""["'](?:[\w{}]+ )?([^"'\s]{5,}|(?:[a-z]{4} ){3}[a-z]{4})["']""")
# Possessive (`++`, `*+`): a string that never ends is looked at once, not again from each of its characters.
_LEXEME = pattern(
    rb"""\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|"(?:[^"\\\n]|\\[\s\S])*+"?|'(?:[^'\\\n]|\\[\s\S])*+'?|\#[^\n]*|\\\n|[()\[\]{}]|\n"""
)
_COMMENT = pattern(rb"""(?:[^"'\#\n]++|"(?:[^"\\\n]++|\\.)*+"|'(?:[^'\\\n]++|\\.)*+')*+\#""")
_CONSTANT = pattern(
    rb"""^[ \t]*(\w++)(?:[ \t]*+:[ \t]*+\w++)?[ \t]*+=[ \t]*+["']([^"'\n\\]{0,4096})["'][ \t\r]*+$""", re.MULTILINE
)
# What a line that is no statement by itself may be part of: arguments, entries of a dictionary, the head of a block.
_AROUND = (("", ""), ("Pair(", ")"), ("{", "}"), ("", " pass"), ("if 0: pass\n", " pass"), ("class C:\n ", ""))
_IN_TEXT = pattern(r"""\A(?:[A-Z_]+=[^\s$]+ |\s*[{[])""")
_AFTER_STRING = pattern(rb"""["'],\s*\Z""")
_LISTED_MAX = 200
_STATEMENT_MAX = 20_000
_PARSED_MAX = 2_000_000  # bytes of one file, those of what did not parse included
_BEFORE_MAX = 1000  # bytes of a line that are looked at before what stands out
_FOLDED_MIN = 16


# A line with a telling name and, after it, a string with a digit or a sign in it, or an app password without either.
_WITH_SIGN = r"""(?:[\w{}]+ )?[^"'\s]*[0-9!@#$%^&*+][^"'\s]*"""
_OF_LETTERS = r"[a-z]{16}|(?:[a-z]{4} ){3}[a-z]{4}"
_TELLING = rf"""(?:{STEMS}|login)[^\n]*["'](?:{_WITH_SIGN}|{_OF_LETTERS})["'][^\n]*"""
# A string that goes on: a telling name's, a token's, an address's; or a telling name that is put together from names.
_GOES_ON = r"""[^"'\s]*["']\s*(?:\+|\\?\n?\s*[brfu]*["'])"""
_BEGINS_KNOWN = pattern(rf"""["'](?:{BEGINNINGS})|://""".encode())
_FOLDING = "|".join((
    rf"""(?:{STEMS})[\w"'\])]*\s*(?::[^=\n(]*)?[=:]\s*\(?\s*\\?\s*[brfu]*["']{_GOES_ON}""",
    rf"""["'](?:{BEGINNINGS})[\w.-]*["']\s*(?:\+|,|\n?\s*["'])""",
    rf"""["'][a-z+]*://[^"'\s@/]*:{_GOES_ON}""",
    rf"""\b[A-Za-z_]*(?:{STEMS})\w*\s*=\s*(?:\w+\s*\+|["'][._-]?["']\.join|[fF]["'])""",
))  # fmt: skip
# A telling name and its string on different lines.
_OPENED = r"(?:\w*\(|\(|\[|\{|\\)?"
_RETURNED = rf"""def\s+\w*(?:{STEMS})\w*\([^\n]*:[ \t]*\n\s*return\s+["'][^"'\s]+["']"""
_APART = (
    rf"""{_RETURNED}|(?:{STEMS})[\w"'\])]*[ \t]*(?::[^=\n(]*)?[=:,][ \t]*{_OPENED}[ \t]*\n\s*[brfu]*["'][^"'\s]+["']"""
)
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


def secrets(data: bytes, passages: Passages | None = None) -> Iterator[Hit]:
    """Every secret that stands in code, comments and docstrings beside what names it.

    passages: those of `data` around telling texts, as `keywords.look` tells them of Python; left out: all of it.
    """
    near = passages or Passages(data)
    if not near.text:
        return
    yield from in_strings(near, Language.PYTHON)
    if not _patterns().any.search(near.text):
        return
    seen: set[int] = set()
    constants = _Constants(data)
    left = _PARSED_MAX
    for start, end in _candidates(data, near):
        statement, parsed = _statement(data, start, end) if left > 0 else (None, 0)
        left -= parsed
        try:
            hits = list(_in_statement(statement, constants) if statement else _in_code(data, start, end))
        except RecursionError:  # a sum of a thousand strings
            hits = list(_in_code(data, start, end))
        for hit in hits:
            if hit.start not in seen:
                seen.add(hit.start)
                yield hit
    yield from _in_prose(data, near)


def _in_code(data: bytes, start: int, end: int) -> Iterator[Hit]:
    """What can be told without a syntax tree."""
    return (_moved(hit, start) for hit in assignments(data[start:end], Language.CODE))


def _moved(hit: Hit, by: int) -> Hit:
    return hit._replace(start=hit.start + by, end=hit.end + by)


def _candidates(data: bytes, near: Passages) -> Iterator[tuple[int, int]]:
    """Where lines that are worth parsing begin, and how far they must at least go."""
    found: dict[int, int] = {}
    patterns = _patterns()
    for _, start, end, text in _with_lines(data, near, patterns.telling):
        if start not in found and _says_secret(text) and any(map(_may_be_value, _LITERAL.findall(text))):
            found[start] = end
    for match, start, end, text in _with_lines(data, near, patterns.folding):
        if start not in found and (
            _BEGINS_KNOWN.search(match.group(0)) or _says_secret(text, Kind.PASSWORD, Kind.TOKEN)
        ):
            found[start] = end
    for match, start, end, text in _with_lines(data, near, patterns.apart):
        literals = _LITERAL.findall(match.group(0))
        if start not in found and literals and _may_be_value(literals[-1]) and _says_secret(text):
            found[start] = end
    yield from sorted(found.items())


def _with_lines(data: bytes, near: Passages, wanted: Any) -> Iterator[tuple[Any, int, int, bytes]]:
    """Matches, where in the file their lines begin and they end, and what stands there between; of a very long line its
    last part.
    """
    places = Places(data)
    for match in wanted.finditer(near.text):
        begin = near.at(match.start())
        start, end = places.line_start(begin), begin + match.end() - match.start()
        yield match, start, end, data[max(start, begin - _BEFORE_MAX) : end]


def _says_secret(line: bytes, *kinds: Kind) -> bool:
    """Whether a whole word of it does: `key` is in monkey, too."""
    wanted = kinds or tuple(Kind)
    return b"login" in line.lower() or any(kind_of(word.decode("latin-1")) in wanted for word in _WORD.findall(line))


@lru_cache(maxsize=4096)
def _may_be_value(literal: bytes) -> bool:
    text = literal.decode("utf-8", "replace")
    return plausible(text, Kind.PASSWORD) or plausible(text, Kind.TOKEN)


class _Statement(NamedTuple):
    """A parsed piece of a file. base: where it begins there; before: characters put in front of its first line.

    listed: it is what follows a string in a list, or in a call.
    """

    tree: ast.Module
    text: bytes
    base: int
    before: bytes
    listed: bool

    def offset(self, node: ast.expr) -> int:
        """Where `node` begins in the file."""
        return self._place(node.lineno, node.col_offset)

    def end(self, node: ast.expr) -> int:
        """Where it ends."""
        return self._place(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def _place(self, line: int, column: int) -> int:
        lines = (self.before + self.text).split(b"\n")
        at = sum(len(one) + 1 for one in lines[: line - 1]) + column
        return self.base + max(0, at - len(self.before))


def _statement(data: bytes, start: int, least: int) -> tuple[_Statement | None, int]:
    """The statement, or part of one, that the line at `start` begins, None when it is nothing Python knows; and how
    many bytes were parsed to find that out.
    """
    base = start + len(data[start : start + 200]) - len(data[start : start + 200].lstrip(b" \t"))
    if data[base : base + 1] == b"@":  # a decorator, as the call that it is
        base += 1
    text = data[base : _end(data, base, least)]
    forms = _AROUND if not text.rstrip().endswith(b",") else (_AROUND[1], *_AROUND)
    for tries, (before, after) in enumerate(forms, 1):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # somebody else's invalid escapes
                tree = ast.parse(before.encode() + text + (b"\n)" if after == ")" else after.encode()))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        listed = before == "Pair(" and _AFTER_STRING.search(data, max(0, base - _LISTED_MAX), base) is not None
        return _Statement(tree, text, base, before.encode(), listed), tries * len(text)
    return None, len(forms) * len(text)


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
        for name, value, code, loose in pairs(node, constants):
            kind = name if isinstance(name, Kind) else kind_of(name)
            if kind is None:
                continue
            if statement.listed and _is_made_up(node):  # the next word of a list, if it is not surely more
                is_secret = plausible(value.text, Kind.TOKEN, loose=True)
            else:
                is_secret = is_value(value.text, kind, loose=loose)
            if is_secret:
                detail = shown_name(name) if isinstance(name, str) else "a login"
                yield Hit(statement.offset(value.node), code, detail, statement.end(value.node))
        yield from _in_literals(node, statement, constants)


def _is_made_up(node: ast.AST) -> bool:
    """The call that was put around arguments, see `_AROUND`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Pair"


def _in_literals(node: ast.AST, statement: _Statement, constants: _Constants) -> Iterator[Hit]:
    """Commands and documents in a string, and tokens that several literals make."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _IN_TEXT.search(node.value):
        for hit in assignments(node.value.encode("utf-8", "replace"), Language.SHELL):
            yield Hit(statement.offset(node), hit.code, hit.detail, statement.end(node))  # a command or a document
    if not isinstance(node, (ast.BinOp, ast.JoinedStr, ast.Call)) and not _is_wrapped(node):
        return
    text = string_of(node, constants)
    if text is not None and len(text.text) >= _FOLDED_MIN:  # a token that no single literal shows
        for hit in tokens(text.text.encode("utf-8", "replace"))[:1]:
            if hit.code != "HS002":  # those are seen in the raw text, line by line
                yield Hit(statement.offset(text.node), hit.code, hit.detail, statement.end(text.node))


def _is_wrapped(node: ast.AST) -> bool:
    """A string of several literals side by side, or with escapes."""
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.end_col_offset is not None
        and (node.end_lineno != node.lineno or node.end_col_offset - node.col_offset > len(node.value) + 3)
    )


def _in_prose(data: bytes, near: Passages) -> Iterator[Hit]:
    """Comments and docstrings."""
    places, prose = Places(data), _Prose(data)
    done = -1
    for match in _patterns().remark.finditer(near.text):
        start = places.line_start(near.at(match.start()))
        if start == done:
            continue
        done = start
        begin = prose.begins(start)
        if begin is None:
            continue
        end = data.find(b"\n", near.at(match.end()))
        for hit in assignments(data[start : end if end >= 0 else len(data)], Language.PROSE):
            if start + hit.start >= begin:
                yield _moved(hit, start)


class _Prose:
    """Tells comments and docstrings from code; asked for one line after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._counted = 0
        self._open = {b'"""': False, b"'''": False}

    def begins(self, line: int) -> int | None:
        """From where on the line that begins at `line` is prose: behind a `#`, or all of it, between triple quotes."""
        for quotes in self._open:
            self._open[quotes] ^= bool(self._data.count(quotes, self._counted, line) % 2)
        self._counted = line
        if any(self._open.values()):
            return line
        comment = _COMMENT.match(self._data, line)
        return comment.end() if comment else None
