"""Names with values in any text: `name = value`, `"name": "value"`, `<name>value</name>`, `--name value`.

RE2 finds them; which ways to write a value count depends on the language, and `placeholders` decides whether it is
one.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.lint.hits import Hit
from pixie_secrets.lint.languages import Language
from pixie_secrets.lint.passages import Passages
from pixie_secrets.lint.plausibility import made_of_words, plausible
from pixie_secrets.lint.rules import compiled, load
from pixie_secrets.patterns import pattern
from pixie_secrets.secret.names import STEMS, Kind, kind_of
from pixie_secrets.secret.placeholder import LENGTH_MAX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHOWN_NAME = pattern(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}")
_VARIABLE = pattern(rb"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")  # in prose too, this is code
_BEHIND = pattern(rb"(?<!\s)\s++[#;]|</")
_SCHEME_MAX = 16
_CLOSERS = {2: b'"', 3: b"'", 4: b"`"}  # by the group of the value
_READS = (b"get", b"fetch", b"read", b"load", b"find", b"lookup")
_TELLING = (Kind.PASSWORD, Kind.TOKEN)
_QUERY = (b"?", b"&", b"/")  # of an address, which a rule looks at, or a part of a path
_QUOTE = (b'"', b"'", b"`")
_QUOTE_OR_ESCAPE = pattern(rb"\\.|[\"'`]", re.DOTALL)
_RESULT = pattern(rb"[\"'`]\s*\)\s*=>")  # of a call with the name in it: sign('', 'test_secret') => '…'
_COMMA = pattern(rb"""\\?["'`]?\s*([\])]?)\s*,""")  # between a name and what is behind it
_IN_LIST = pattern(rb"""[\[{]\s*(?:"[^"\n]*"\s*,\s*|'[^'\n]*'\s*,\s*)+["']\Z""")
_LISTED_MAX = 200  # bytes of a list before a word of it
_WORD = pattern(r"[A-Za-z]\w*")
_INTERPOLATED = (b"%(", b"${", b"{{", b"#{", b"$(")
_NAMED = pattern(r"[\w.{}-]{1,64}=([^=;][^;]*)")
_CLOSING = pattern(rb"\s*</")
_COMMAND_WORD = pattern(rb"[^\s\"'`]+(?=\s+[A-Za-z./])")
_PUBLIC = pattern(
    rb"(?:\bpublic|\xc3\xb6ffentliche[rn]?)[ -](?:(?:signing|ssh|gpg|pgp|minisign|age|rsa|host|encryption)[ -])?\Z",
    re.IGNORECASE,
)
_QUALIFIED = 48  # bytes before a name in which it may be called public
_QUOTED = {Language.CODE, Language.DATA, Language.PYTHON, Language.NOTEBOOK}

# Nothing in these is counted: `{0,40}` is forty states to RE2, and forty times forty do not fit its DFA.
_NAME = rf"([\w.$-]*(?:{STEMS})[\w.\x80-\xff-]*)"
_TYPE = r"(?:\s?:\s?[A-Za-z&][\w<>\[\], |.?&']*)?"
_OPERATOR = r"(?:=>|:=|\?\?=?|\?=|\|\|=?|\+=|===?|!==?|=|:|,|<-|\()"
_LITERAL = r"""(?:[A-Za-z_.]*\(\s*)?[brfu@$]*(?:\\?"([^"\n\\]+)|'([^'\n]+)|`([^`\n]+))"""
_BARE = r"""([^\s"'`<>,(\[{=~][^\s"'`<>]+)"""


@cache
def _any_name() -> Any:
    """What every name that counts has; most files have none, and one look is quicker than three."""
    return compiled(f"(?i){STEMS}")


@cache
def _quoted() -> Any:
    """Groups: 1 the name, 2 to 4 the value in ", ' or `."""
    return compiled(rf"""(?i){_NAME}\\?["'`]?\s*[\])]?{_TYPE}\s*{_OPERATOR}\s*{_LITERAL}""")


@cache
def _bare() -> Any:
    """Groups: 1 the name, 2 the operator, 3 the value without quotes."""
    return compiled(
        rf"""(?i){_NAME}["'`*]*\s?(=>|:=|\?=|=|:|<-|>|[ \t]+\|[ \t]|\s(?:is|to|as)\s)[ \t]*[*`]*[ \t]*{_BARE}"""
    )


@cache
def _spaced() -> Any:
    """Groups: 1 the name, 2 the value: `--password x`, `ENV API_TOKEN x`, `<add key="Password" value="x"`."""
    option = rf"--?([\w-]*(?:{STEMS})[\w-]*)[ =]+"
    command = rf"(?:ENV|ARG|set|setenv|export|setx|#define)\s+(?:-\w+\s+)*([\w.]*(?:{STEMS})[\w.]*)\s+"
    pair = rf"""(?:key|name)=["']([\w.:-]*(?:{STEMS})[\w.-]*)["']\s+(?:value|content)="""
    return compiled(rf"""(?i)(?:{option}|{command}|{pair})["']?([^\s"'`<>]+)""")


@cache
def _default() -> Any:
    """Groups: 1 the name, 2 the value: `${JWT_SECRET:-x}`, in shells and what reads like one."""
    return compiled(rf"""(?i)\$\{{([\w]*(?:{STEMS})\w*):?[-=]([^}}$\s]+)\}}""")


@cache
def _sentence() -> Any:
    """Groups: 1 and 3 the name, 2 and 4 the value: `the password for now is x`, `password x` as a whole line."""
    noun = r"(password|passwort|pwd|api[ _-]?key|token|secret)"
    between = r"(?:(?:\s[\w.]+){0,5}?\s(?:is|ist|lautet|=|:)\s+[\"'`]?|\s+`)"
    line = r"^[ \t]*(password|passwd|requirepass|masterauth)[ \t]+[\"']?([^\s\"']+)[\"']?[ \t]*\r?$"
    return compiled(rf"(?im)\b{noun}{between}([^\s\"'`]+)|{line}")


@cache
def _embedded() -> Any:
    """Groups: 1 the name, 2 the operator, 3 the value, which has a digit, to the end of the word or the string."""
    begin, inside = r"""[^\s"'`<>,(\[{=~\\&;|)$0-9]""", r"""[^\s"'`<>\\&;|)]"""
    value = rf"""({begin}{inside}*[0-9]{inside}*|[0-9]{inside}+)"""
    return compiled(rf"""(?i)(-*[\w.-]*(?:{STEMS})[\w-]*)(=|:[ \t]?){value}""")


class _Beside(NamedTuple):
    """A name and what stands beside it. loose: where prose and code stand, too."""

    name: bytes
    start: int
    value: bytes
    loose: bool = False


def assignments(data: bytes, language: Language, passages: Passages | None = None) -> Iterator[Hit]:
    """Every secret that stands beside its name; two ways to write one may find the same.

    passages: those of `data` around names; left out: all of it.
    """
    near = passages or Passages(data)
    if language is Language.GENERATED or not _any_name().search(near.text) or b"kind: SealedSecret" in data:
        return
    yield from _hits(_in_quotes(near, data), near)
    yield from _hits(chain(*_other_ways(data, language)), Passages(data))
    if language in _QUOTED:
        yield from in_strings(near, language)


def _hits(found: Iterable[_Beside], passages: Passages) -> Iterator[Hit]:
    for beside in found:
        if name := _secret_name(beside):
            start = passages.at(beside.start)
            yield Hit(start, "HS006", shown_name(name), start + len(beside.value))


def _other_ways(data: bytes, language: Language) -> list[Iterator[_Beside]]:
    ways = [_defaults(data)] if b"${" in data else []
    if language not in _QUOTED:
        ways += [_unquoted(data, language), _spelled_apart(data, language), _in_sentence(data, language)]
    elif b"</" in data:
        ways.append(_unquoted(data, language))
    elif b"#define" in data:
        ways.append(_spelled_apart(data, language))
    return ways


def in_strings(passages: Passages, language: Language) -> Iterator[Hit]:
    """Commands, options and headers that stand in a string: `"--api-key=…"`, `"-H", "X-Api-Key: …"`."""
    data = passages.text
    quotes = _Quotes(data)
    for match in _embedded().finditer(data):
        name = match.group(1).decode("latin-1").lstrip("-")
        if kind_of(name) not in _TELLING or data[match.start() - 1 : match.start()] in _QUERY:
            continue
        is_plain = match.group(2) == b"=" and (match.group(1).startswith(b"--") or _VARIABLE.fullmatch(match.group(1)))
        is_header = match.group(2) != b"=" and data[match.start() - 1 : match.start()] in _QUOTE
        beside = _Beside(match.group(1), match.start(3), match.group(3), loose=not (is_plain or is_header))
        if _secret_name(beside) and (language is Language.DATA or quotes.around(match.start())):
            yield Hit(passages.at(beside.start), "HS006", shown_name(name), passages.at(match.end(3)))


def _in_quotes(near: Passages, whole: bytes) -> Iterator[_Beside]:
    data = near.text
    for match in _quoted().finditer(data):
        group = 2 if match.start(2) >= 0 else 3 if match.start(3) >= 0 else 4
        if data[match.end(group) : match.end(group) + 1] != _CLOSERS[group]:  # it was not where a string begins
            continue
        if data[match.end(1) : match.end(1) + 1] == b"(" and match.group(1).lower().startswith(_READS):
            continue
        if _RESULT.match(data, match.end(1)) or _is_list(match, group, near, whole):
            continue
        yield _Beside(match.group(1), match.start(group), match.group(group))


def _is_list(match: re.Match[bytes], group: int, near: Passages, whole: bytes) -> bool:
    """Words of a list, and no name with its value: `["user", "password", "passw0rd"]`, `("a_pass"), ("b_pass")`."""
    comma = _COMMA.match(near.text, match.end(1), match.start(group))
    if not comma:
        return False
    value = match.group(group).decode("utf-8", "replace")
    if comma.group(1) or (_WORD.fullmatch(value) and made_of_words(value) and kind_of(value) in _TELLING):
        return True
    name = match.group(1)
    start = near.at(match.start())
    if b"." in name and whole[start - 1 : start] not in _QUOTE:  # an expression, and what comes behind it
        return True
    inside = not name.startswith(b"-") and _IN_LIST.search(whole, max(0, start - _LISTED_MAX), start)
    return bool(inside) and not plausible(value, Kind.TOKEN, loose=True)


def _unquoted(data: bytes, language: Language) -> Iterator[_Beside]:
    ends, quotes = _Ends(data), _Quotes(data)
    for match in _bare().finditer(data):
        operator, value = match.group(2), match.group(3)
        is_tag = operator == b">"
        if not is_tag and (language in _QUOTED or data[match.start() - 1 : match.start()] in _QUERY):
            continue
        if b"|" in operator and language is not Language.PROSE:  # a column of a table, else a pipe
            continue
        if is_tag:
            if not _CLOSING.match(data, match.end()):  # `<password>` stands for one
                continue
        elif language is Language.CONFIG and not (operator.isalpha() or quotes.around(match.start())):
            value = ends.value(match.start(3))
            if operator == b"=" and b" " in value and (word := _COMMAND_WORD.match(value)):
                value = word.group()  # a command with a variable before it
        elif language is not Language.DATA:
            value = value.rstrip(b",;).|*_")
        loose = language is Language.PROSE and not _VARIABLE.fullmatch(match.group(1))
        if _is_no_name(data, match, language):
            continue
        yield _Beside(match.group(1), match.start(3), value, loose=loose)


def _is_no_name(data: bytes, match: re.Match[bytes], language: Language) -> bool:
    """A verb (`pass is …`), part of a reference (`%(secret:name)s`), or what prose calls public."""
    if match.group(2) == b":" and data[max(0, match.start() - 2) : match.start()] in _INTERPOLATED:
        return True
    if match.group(2).strip().isalpha() and match.group(1).lower() == b"pass":
        return True
    return language is Language.PROSE and _is_called_public(data, match)


def _is_called_public(data: bytes, match: re.Match[bytes]) -> bool:
    """`public key: …`, `public signing key = …`: in prose, the words before are part of the name."""
    before = data[max(0, match.start(1) - _QUALIFIED) : match.start(1)]
    return match.group(1).lower() == b"key" and _PUBLIC.search(before) is not None


def _spelled_apart(data: bytes, language: Language) -> Iterator[_Beside]:
    for match in _spaced().finditer(data):
        name = match.group(1) or match.group(2) or match.group(3)
        if match.group(2) and language is Language.PROSE and not name.isupper():  # "export the key"
            continue
        yield _Beside(name, match.start(4), match.group(4).rstrip(b",;)|"))


def _defaults(data: bytes) -> Iterator[_Beside]:
    for match in _default().finditer(data):
        yield _Beside(match.group(1), match.start(2), match.group(2))


def _in_sentence(data: bytes, language: Language) -> Iterator[_Beside]:
    """In a sentence, or after nothing but white space on a line of its own, as some programs have it."""
    for match in _sentence().finditer(data):
        if match.start(3) >= 0:
            yield _Beside(match.group(3), match.start(4), match.group(4))
        elif language is Language.PROSE:
            yield _Beside(match.group(1), match.start(2), match.group(2).rstrip(b".,;:)"), loose=True)


class _Quotes:
    """Whether an offset is within quotes, as its line shows; asked for one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = self._line_end = 0
        self._open = b""

    def around(self, offset: int) -> bool:
        if offset >= self._line_end:
            self._at = self._data.rfind(b"\n", 0, offset) + 1
            newline = self._data.find(b"\n", offset)
            self._line_end = newline + 1 if newline >= 0 else len(self._data) + 1
            self._open = b""
        for mark in _QUOTE_OR_ESCAPE.finditer(self._data, self._at, offset):
            sign = mark.group()
            if self._open:
                self._open = b"" if sign == self._open else self._open
            elif len(sign) == 1 and not self._data[mark.start() - 1 : mark.start()].isalnum():  # don't
                self._open = sign
        self._at = max(self._at, offset)
        return bool(self._open)


class _Ends:
    """Values that go on to the end of their line, without the comment or tag behind them."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._end = -1
        self._is_cut = False

    def value(self, start: int) -> bytes:
        """The one that begins at `start`; empty when it is too long for one. Asked for one after the other."""
        if start >= self._end:  # else it is the same line's, and ends where the one before it does
            newline = self._data.find(b"\n", start)
            last = newline if newline >= 0 else len(self._data)
            behind = _BEHIND.search(self._data, start, last)
            self._end, self._is_cut = (behind.start() if behind else last), behind is not None
        value = self._data[start : self._end] if self._end - start <= 2 * LENGTH_MAX else b""
        return value if self._is_cut else _without_comma(value.rstrip())


def _without_comma(value: bytes) -> bytes:
    return value[:-1] if value.endswith((b",", b";")) else value


def _secret_name(beside: _Beside) -> str:
    """The name, when what stands beside it is a secret; else nothing."""
    if len(beside.value) < 5:  # the shortest password worth a word
        return ""
    name = beside.name.decode("latin-1").strip(".-$_")
    kind = kind_of(name)
    if kind is None:
        return ""
    value = beside.value.decode("utf-8", "replace")
    if value[0].isspace():  # between two strings, not in one
        return ""
    return name if is_value(value, kind, loose=beside.loose) else ""


def is_value(value: str, kind: Kind, *, loose: bool = False) -> bool:
    """Whether a value under a name of that kind is a secret: itself, behind `Bearer`, or in base64."""
    if kind is Kind.WEAK and (named := _NAMED.match(value)):  # a cookie with its name
        value = named[1]
    if plausible(value, kind, loose=loose):
        return not any(known in value for known in documented())
    head, _, rest = value.partition(" ")
    if head.lower() == "basic":
        user, _, password = decoded(rest.strip()).partition(":")
        return password != user and plausible(password, Kind.PASSWORD)
    if rest and head.isalpha() and len(head) <= _SCHEME_MAX and plausible(rest, Kind.TOKEN):
        return True  # `Bearer …`, and whatever else a vendor calls it
    inner = decoded(value) if kind is Kind.PASSWORD and len(value) % 4 == 0 else ""
    return bool(inner) and plausible(inner, kind)


@cache
def documented() -> tuple[str, ...]:
    """Beginnings of values that vendors print in their documentation."""
    return tuple(text.decode() for text in load().documented)


def decoded(value: str) -> str:
    """What base64 of text says; empty when it is not."""
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return text if text.isprintable() else ""


def shown_name(name: str) -> str:
    """A name that may be shown: an identifier, and not one that is itself a value."""
    return name if _SHOWN_NAME.fullmatch(name) and not plausible(name, Kind.TOKEN) else "a name that says secret"
