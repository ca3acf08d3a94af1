"""How programs write one character: the table that says in which spellings a known value is recognized.

A shell, a JSON library, a SQL dump and a template engine each quote in their own way, but all of them do it character
by character. So a text is not searched for in a hundred whole forms: where a piece of it is met that nobody escapes,
what stands around is compared character by character, each in any of its spellings. That covers mixtures, quotings in
quotings and writers that nobody thought of as long as they build on the same ways to write a character.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# Characters that hardly anybody escapes, those that nobody does, and what is one unit besides: a line end.
PLAIN = re.compile(r"[A-Za-z0-9_.-]+")
NEVER_ESCAPED = re.compile(r"[A-Za-z0-9_]+")
UNIT = re.compile(r"[A-Za-z0-9_]{1,64}|\r\n|.", re.DOTALL)

PRINTABLE, DELETE, ASCII_END, LATIN_1_END, BMP_END = (
    0x20,
    0x7F,
    0x80,
    0x100,
    0x10000,
)  # where ranges of characters begin

_INDENTS = range(65)  # columns that a continued string begins at
_NAMED = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "eE",
    "\x85": "N", "\xa0": "_", "\u2028": "L", "\u2029": "P",
}  # fmt: skip
_ENTITIES = {'"': "quot", "&": "amp", "'": "apos", "<": "lt", ">": "gt", "\xa0": "nbsp"}
_DOUBLED = "'\"$%"
_UNRESERVED = re.compile(r"[A-Za-z0-9_.~-]")


class Spellings:
    """The spellings of one unit of a text: what it may look like in bytes, and where one of them begins or ends."""

    __slots__ = ("_beginnings", "_by_first", "_by_last", "every", "longest")

    def __init__(self, every: Iterable[bytes]) -> None:
        self.every = frozenset(every)
        self.longest = max(map(len, self.every))
        self._by_first = _sizes(self.every, 0)
        self._by_last = _sizes(self.every, -1)
        self._beginnings: frozenset[bytes] = frozenset()

    def ends(self, data: bytes, start: int) -> list[int]:
        """Where spellings end that begin at `start`, which lies within `data`."""
        left = len(data) - start
        every = self.every
        return [
            start + size
            for size in self._by_first.get(data[start], ())
            if size <= left and data[start : start + size] in every
        ]

    def starts(self, data: bytes, end: int) -> list[int]:
        """Where spellings begin that end at `end`, which is not the beginning of `data`."""
        every = self.every
        return [
            end - size
            for size in self._by_last.get(data[end - 1], ())
            if size <= end and data[end - size : end] in every
        ]

    def may_go_on(self, data: bytes, start: int) -> bool:
        """Whether all of `data` from `start` is the beginning of a spelling, and not a whole one that can only end."""
        if len(data) - start >= self.longest:
            return False
        if not self._beginnings:
            self._beginnings = frozenset(each[:size] for each in self.every for size in range(len(each)))
        return data[start:] in self._beginnings

    def firsts(self) -> Iterable[int]:
        """The bytes that spellings begin with."""
        return self._by_first


def spellings(unit: str, *, last: bool = False) -> Spellings:
    r"""The spellings of `unit`, one character or a line end; worked out once for each.

    last: it is the last of its text. Then the quote behind it is not taken for a part of it: what is `\"` in JSON is
    `\""` in CSV, but at the end of a JSON string that second quote is the string's own.
    """
    if unit in ("\n", "\r"):
        unit = "\r\n"
    known = _known.get((unit, last))
    if known is None:
        every = _every(unit)
        if last:
            every = {each for each in every if not each.endswith(('\\""', "\\''"))}
        known = _known[unit, last] = Spellings(each.encode("utf-8", "surrogatepass") for each in every)
    return known


_known: dict[tuple[str, bool], Spellings] = {}


def _sizes(every: Iterable[bytes], place: int) -> dict[int, tuple[int, ...]]:
    """How long spellings are, by the byte that they have at `place`."""
    sizes: dict[int, set[int]] = {}
    for each in every:
        sizes.setdefault(each[place], set()).add(len(each))
    return {byte: tuple(sorted(found)) for byte, found in sizes.items()}


def _every(unit: str) -> set[str]:
    texts = ("\n", "\r\n", "\r") if unit == "\r\n" else (unit,)
    found: set[str] = set()
    for text in texts:
        once = _once(text)
        twice = {quoted for one in once for quoted in _quoted(one)}
        found |= once | twice | {_in_json(each) for each in twice if "\\" in each}
        if ord(text[0]) < PRINTABLE or ord(text[0]) >= DELETE:
            for each in [each for each in once if each.startswith("\\")]:
                found |= {f"'$'{each}''", f"'$'{each}", f"{each}''", f"$'{each}'"}
    found |= set(_continued(unit))
    if unit == "\t":
        found |= {" " * width for width in range(1, 9)}  # as a terminal or `expand` shows it
    return found


def _once(text: str) -> set[str]:
    """`text`, one character or CRLF, as it is and as one writer or another escapes it."""
    found = {text} | {"".join(map(write, text)) for write in _NUMBERS}
    for each in _escapes(text):
        found |= {"\\" + each}
    if text in _DOUBLED:
        found.add(text * 2)
    if text == "'":
        found |= {"'\\''", "'\"'\"'", "'\"'", '"\'"\'"', '"\'"'}
    if text == " ":
        found.add("+")
    if text in _ENTITIES or ord(text[0]) >= ASCII_END:
        found |= {f"&{name};" for name in _entities(text)}
    return found


def _escapes(text: str) -> Iterator[str]:
    """What may stand behind a backslash for `text`: itself, or the letter that C, Python, YAML or a shell uses."""
    if ord(text[0]) < ASCII_END:
        yield "\\".join(text)
    letters = [_NAMED.get(character, "") for character in text]
    if all(letters):
        yield "\\".join(letter[0] for letter in letters)
        yield "\\".join(letter[-1] for letter in letters)


def _entities(text: str) -> Iterator[str]:
    if text in _ENTITIES:
        yield _ENTITIES[text]
    elif len(text) == 1:
        from html.entities import codepoint2name

        if ord(text) in codepoint2name:
            yield codepoint2name[ord(text)]


def _continued(unit: str) -> Iterator[str]:
    """A character behind which a printer goes on in the next line, below the first: pprint, Node, YAML, INI files."""
    indents = [" " * size for size in _INDENTS]
    if unit in (" ", "\r\n"):
        for end in ("\n", "\r\n"):
            yield from (end + indent for indent in (*indents, *("\t" * size for size in range(1, 9))))
            if unit == "\r\n":
                yield from (end + end + indent for indent in indents)  # YAML in single quotes
            else:
                yield from (f"\\{end}{indent}\\ " for indent in indents)  # YAML in double quotes
    if unit in (" ", "\t", "\r\n"):
        for written in {" ": (" ",), "\t": ("\\t",), "\r\n": ("\\n", "\\r\\n")}[unit]:
            for quote in "'\"":
                yield from (f"{written}{quote}\n{indent}{quote}" for indent in indents)
                yield from (f"{written}{quote} +\n{indent}{quote}" for indent in indents)
    in_yaml = _in_yaml(unit)
    if in_yaml != unit:
        yield from (f"{in_yaml}\\\n{indent}" for indent in indents)


def _in_yaml(unit: str) -> str:
    """`unit` as PyYAML writes it in double quotes."""
    if unit == "\r\n":
        return "\\n"
    if unit in _NAMED:
        return "\\" + _NAMED[unit][0]
    if unit in ('"', "\\"):
        return "\\" + unit
    return unit if " " <= unit <= "~" else _upper(_short_hex)(unit)


# --- numbers in place of a character, for each character of a text ----------------------------------------------------


def _bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _units(character: str) -> list[int]:
    data = character.encode("utf-16-be", "surrogatepass")
    return [data[place] << 8 | data[place + 1] for place in range(0, len(data), 2)]


def _short_hex(character: str) -> str:
    r"""As Python's `ascii` and YAML write it: `\xe9`, `\u20ac`, `\U0001f600`."""
    code = ord(character)
    if code < LATIN_1_END:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < BMP_END else f"\\U{code:08x}"


def _caret(character: str) -> str:
    """As `cat -v` and a terminal's echo show it: `^I`, `M-CM-)`."""
    found = ""
    for byte in _bytes_of(character):
        low = byte & 0x7F
        shown = f"^{chr(low ^ 0x40)}" if low < PRINTABLE or low == DELETE else chr(low)
        found += f"M-{shown}" if byte >= ASCII_END else shown
    return found


def _upper(write: Callable[[str], str]) -> Callable[[str], str]:
    """`write` with its hexadecimal digits in upper case."""
    return lambda character: re.sub(
        r"(\\[xu]\{?|\\U|%u?|&#x)([0-9a-f]+)", lambda found: found[1] + found[2].upper(), write(character)
    )


_HEX: tuple[Callable[[str], str], ...] = (
    _short_hex,
    lambda character: "".join(f"\\u{unit:04x}" for unit in _units(character)),
    lambda character: f"\\U{ord(character):08x}",
    lambda character: f"\\u{{{ord(character):x}}}",
    lambda character: f"\\x{{{ord(character):x}}}",
    lambda character: "".join(f"\\x{byte:02x}" for byte in _bytes_of(character)),
    lambda character: "".join(f"%{byte:02x}" for byte in _bytes_of(character)),
    lambda character: "".join(f"%u{unit:04x}" for unit in _units(character)),
    lambda character: f"&#x{ord(character):x};",
    lambda character: f"&#x{ord(character):02x};",
)
_NUMBERS: tuple[Callable[[str], str], ...] = (
    *_HEX,
    *map(_upper, _HEX),
    lambda character: f"%{ord(character):02X}" if ord(character) < LATIN_1_END else character,
    lambda character: "".join(f"\\{byte:03o}" for byte in _bytes_of(character)),
    lambda character: f"\\{ord(character):03o}" if ord(character) < LATIN_1_END else character,
    lambda character: f"\\{ord(character):o}" if ord(character) < PRINTABLE else character,
    lambda character: (
        f"\\C-{_caret(character)[1:]}" if ord(character) < PRINTABLE or character == "\x7f" else character
    ),
    lambda character: f"&#{ord(character)};",
    lambda character: f"&#{ord(character):02};",
    lambda character: f"&#{ord(character):03};",
    _caret,
)


# --- a spelling that is quoted once more -----------------------------------------------------------------------------


def _in_json(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _percent(text: str) -> str:
    return "".join(
        character if _UNRESERVED.fullmatch(character) else "".join(f"%{byte:02X}" for byte in _bytes_of(character))
        for character in text
    )


def _quoted(text: str) -> Iterator[str]:
    """`text`, which may be a spelling already, in JSON, Python, HTML, a URL, a shell's quotes, SQL, CSV, compose."""
    in_json = _in_json(text)
    yield in_json
    yield re.sub("[&<>]", lambda found: f"\\u{ord(found[0]):04x}", in_json)
    yield re.sub("[&<>']", lambda found: f"\\u{ord(found[0]):04X}", in_json)
    yield in_json.replace("/", "\\/")
    yield text.replace("\\", "\\\\").replace("'", "\\'")
    yield re.sub(r'[\\"$`]', r"\\\g<0>", text)
    yield re.sub(r"[^A-Za-z0-9_.\-\s]", r"\\\g<0>", text)
    html = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    yield html
    yield html.replace('"', "&quot;").replace("'", "&#x27;")
    yield html.replace('"', "&#34;").replace("'", "&#39;")
    yield _percent(text)
    yield re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), _percent(text))
    yield text.replace("'", "'\\''")
    yield text.replace("'", "'\"'\"'")
    yield text.replace("'", "''")
    yield text.replace('"', '""')
    yield text.replace("$", "$$")
