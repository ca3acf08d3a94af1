r"""Every reading of a `.env`: what python-dotenv makes of a line, and whatever other programs make of it.

Nobody knows which program will read the file next, and dotenv is no standard: of fifty-eight programs no two families
agree on quotes, `#`, `;`, backslashes, `$` and lines that go on (`docs/readers.md`). What any of them reads may be
printed, so all of it has to be known. This is for masking and searching only; whether a secret is set is what
python-dotenv says.

A line is cut in every way that some reader cuts it, and each piece is read by every rule of `escapes`. That gives
readings which no program has; they are exact, six characters and longer, and so mask nothing by accident. Not given:

- readings of fewer than six characters, unless python-dotenv has them;
- a piece of a value that is an everyday word, a plain address or path (`welcome` of `welcome # to …`);
- what only names variables (`${HOST}:${PORT}`);
- a note behind a value, unless the value before it is long enough to be known itself;
- what depends on more than the file: the environment, the output of a command, a process id.

Linear in the text, and bounded: a file that would make more of it is read line by line only, and said to be too much.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.env_file.escapes import Variables, variants
from pixie_secrets.env_file.grammar import Grammar, ParsedText, expanded, reads_alike
from pixie_secrets.env_file.shell_words import next_assignment, without_quotes, word
from pixie_secrets.errors import FileRefused
from pixie_secrets.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

SHORTEST = 6  # characters of a reading that is not python-dotenv's own
SCANS_MAX = 8  # how often all of a text is gone through for values of several lines
OTHERS_MAX = 10_000  # readings besides python-dotenv's; of further lines only what it reads, or else what is written
LINES_MAX = 100_000  # lines of a file that is read as it is written, where python-dotenv's readings are not had
GROWTH_MAX = 32  # how many times as long as the text its readings may be before only the simplest are given

_LINE = pattern(r"[^\r\n]+")
_LONG_LINE = pattern(r"[^\r\n]{8,}")  # a name, an equals sign and six characters
_LINE_END = pattern(r"\r\n|\r|\n")
_PLAIN = pattern(r"(?:export )?[A-Za-z_][A-Za-z0-9_]*=(?:'[^'\"`\\$#;]*'|[A-Za-z0-9_.,:/@%+=-]*)")
_NAME = pattern(r"[A-Za-z_][A-Za-z0-9_.-]*")
_EXPORT = pattern(r"(?:export|declare|typeset|set)(?:[ \t]+-[A-Za-z]+)*[ \t]+")
_NOTE = pattern(r"\s#")
_AROUND = " \t\r\n'\"`;"
_CLOSING = {quote: re.compile(rf"[^{quote}\\]*(?:\\.[^{quote}\\]*)*({quote})", re.DOTALL) for quote in "'\"`"}

_WORD = r"(?:[a-z]{1,16}|[A-Z]{1,16}|[A-Z][a-z]{1,15})"
_ORDINARY = pattern(
    rf"{_WORD}(?:[ _.,:=-]{{1,2}}{_WORD})*[:,.=]?"
    r"|https?://[A-Za-z0-9._-]+(?::\d+)?(?:/[A-Za-z0-9._/-]{0,60})?"
    r"|(?:~|\.{1,2})?(?:/[A-Za-z][A-Za-z._-]{0,30})+/?"
    r"|-----BEGIN [A-Z0-9 ]+-----"
)


_REFERENCE = pattern(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
_ONE_REFERENCE = pattern(r"\$[A-Z_][A-Z0-9_]*")
_ADDRESS = pattern(r"[a-z+]+://[A-Za-z:@/._-]*")


class Reading(NamedTuple):
    """What some program reads from a line.

    key: the name as that program has it; it may be a piece of a value where the line was not meant as an assignment.
    own: some release of python-dotenv reads it so.
    """

    key: str
    value: str
    own: bool


class _Piece(NamedTuple):
    """A part of a right-hand side that some reader takes for the value.

    cut: it is less than what was meant. raw: it is taken as it is written, quotes and all.
    """

    text: str
    cut: bool = False
    raw: bool = False


def readings(text: str, refused: Callable[[FileRefused], None] | None = None) -> Iterator[Reading]:
    """Every distinct reading of `text`, those of python-dotenv first; no empty ones.

    refused: called where the text is more than an edit of it would take on (`grammar`), or has more readings than
    `OTHERS_MAX`; it is read all the same, but with fewer readings of each line.
    """
    own: dict[tuple[str, str], Reading] = {}
    parsed: ParsedText | None = None
    partly = False
    try:
        parsed = ParsedText(text)
        for each in (parsed,) if reads_alike(text) else (parsed, ParsedText(text, Grammar.OLDER)):
            for key, value in expanded(each.values()):
                if value:
                    own[key, value] = Reading(key, value, own=True)
    except FileRefused as error:
        partly = True
        if refused:
            refused(error)
    yield from own.values()
    others = _OtherReadings(text, own.values(), parsed, partly=partly)
    yield from others.all()
    if others.left <= 0 and not partly and refused:
        refused(_too_many())


class _OtherReadings:
    """Goes through a text line by line for what is not in `own`.

    parsed: None where the text has too many lines for it. partly: `own` is not all that it should be.
    """

    def __init__(self, text: str, own: Collection[Reading], parsed: ParsedText | None, *, partly: bool) -> None:
        self._text = text
        self._known = {value for _, value, _ in own}
        self._variables = Variables({key: value for key, value, _ in own})
        self._inside = _lines_inside_values(text, parsed) if parsed else frozenset()
        self._pattern = _LONG_LINE if partly else _LINE
        self._own_keys = {key for key, _, _ in own}
        self._lines = LINES_MAX
        self.left = OTHERS_MAX  # readings that may still be given
        self._left = SCANS_MAX * len(text)  # characters that may still be gone through beyond the end of a line
        self._room = GROWTH_MAX * len(text) + 65_536  # characters of readings that may still be made

    def all(self) -> Iterator[Reading]:
        """Those of every line. A line within a value of several lines is one too, for who reads line by line."""
        for match in self._pattern.finditer(self._text):
            line = match[0]
            if _PLAIN.fullmatch(line):
                key, _, value = line.partition("=")
                yield from self._as_written(key, value)
            elif self.left > 0:
                yield from self._of_line(line, match.start())
            else:
                for key, place in _separators(line, colons=match.start() not in self._inside):
                    if key not in self._own_keys:
                        yield from self._as_written(key, line[place:])

    def _as_written(self, key: str, value: str) -> Iterator[Reading]:
        if self._lines > 0:
            for reading in self._keep(key.strip(), value.strip(_AROUND), cut=False):
                self._lines -= 1
                yield reading

    def _of_line(self, line: str, start: int) -> Iterator[Reading]:
        for key, place in _separators(line, colons=start not in self._inside):
            value = line[place:]
            spaces = len(value) - len(value.lstrip())
            pieces = self._pieces(value.strip(), start + place + spaces, behind_space=bool(spaces))
            for piece in dict.fromkeys(pieces):
                yield from self._read(key, piece)
                if piece.text[:1] in _CLOSING and piece.text[1:].endswith(piece.text[0]):
                    yield from self._read(key, piece._replace(text=piece.text[1:-1]))  # quotes within quotes
            yield from self._shell_words(key, start + place, start + len(line))

    def _pieces(self, value: str, start: int, *, behind_space: bool) -> Iterator[_Piece]:
        """`value`, a line's right-hand side that begins at `start`, cut in every way, innermost first."""
        quote = value[:1]
        if quote == "#" and behind_space and " " in value:
            return  # a note in the place of a value
        ends = list(self._ends(quote, start + 1)) if quote in _CLOSING else []
        goes_on = any(end >= start + len(value) for end in ends)
        note = _NOTE.search(value, 0 if goes_on or not ends else ends[0] - start)
        if note:
            before, behind = value[: note.start()].rstrip(), value[note.end() :]
            yield _Piece(before, cut=True)
            if _is_note(before, behind):
                value = before
        for end in ends:
            yield _Piece(self._text[start + 1 : end].replace("\r\n", "\n").replace("\r", "\n"))
        yield from _cut(value, quote)
        if not goes_on and (together := without_quotes(value)):
            yield _Piece(together, cut=True)
        if ends:
            yield _Piece(value[1 : value.rfind(quote)])
        if goes_on or (quote in _CLOSING and not ends):
            yield _Piece(value[1:], cut=goes_on)
        yield _Piece(value, cut=goes_on, raw=bool(ends) and value.endswith(quote))

    def _ends(self, quote: str, start: int) -> Iterator[int]:
        """Where a quoted value ends: at the next quote, or at the next without a backslash before it."""
        if self._left < 0:
            return
        end = self._text.find(quote, start)
        self._left -= (end if end >= 0 else len(self._text)) - start
        if end < 0:
            return
        yield end
        if self._text[end - 1] == "\\":
            match = _CLOSING[quote].match(self._text, start)
            self._left -= (match.end() if match else len(self._text)) - start
            if match:
                yield match.start(1)

    def _shell_words(self, key: str, start: int, line_end: int) -> Iterator[Reading]:
        """What a shell assigns, also further variables behind the first."""
        name: str | None = key
        while name is not None and self._left >= 0:
            read, end = word(self._text, start, self._variables)
            self._left -= end - start
            if read is not None:
                yield from self._keep(name, read, cut=end < line_end and read == self._text[start:end])
            following = next_assignment(self._text, end) if end <= line_end else None
            name, start = following or (None, end)

    def _read(self, key: str, piece: _Piece) -> Iterator[Reading]:
        if len(piece.text) >= SHORTEST:
            alone = piece.raw or self._room < 0
            for value in (piece.text,) if alone else variants(piece.text, self._variables):
                yield from self._keep(key, value, cut=piece.cut or value != piece.text)

    def _keep(self, key: str, value: str, *, cut: bool) -> Iterator[Reading]:
        """`value`, if it says more than what is known already."""
        inside = value.strip(_AROUND)
        if len(value) < SHORTEST or value in self._known or inside in self._known:
            return
        if not inside or (cut and _ORDINARY.fullmatch(inside)) or _is_reference(inside):
            return
        self._known.add(value)
        self._room -= len(value)
        self.left -= 1
        yield Reading(key, value, own=False)


def _cut(value: str, quote: str) -> Iterator[_Piece]:
    """`value` as far as a sign that ends it for some; white space does so only where no quote stands before it."""
    for sign in ("#", ";"):
        if sign in value:
            yield _Piece(value[: value.index(sign)].rstrip(), cut=True)
    if value and quote not in _CLOSING:
        yield _Piece(value.split(maxsplit=1)[0], cut=True)


def _is_reference(value: str) -> bool:
    """Whether `value` only says where values come from: `${HOST}:${PORT}`, `postgres://${USER}:${PASSWORD}@db`."""
    if "$" not in value:
        return False
    left = _REFERENCE.sub("", value)
    if left == value:
        return bool(_ONE_REFERENCE.fullmatch(value))
    return len(left) < SHORTEST or bool(_ORDINARY.fullmatch(left) or _ADDRESS.fullmatch(left))


def _is_note(before: str, behind: str) -> bool:
    """Whether what stands behind ` #` is a note on something that is not known itself, and so must not be known."""
    value = before.strip(_AROUND)
    return (len(value) < SHORTEST or bool(_ORDINARY.fullmatch(value))) and len(behind.split()) != 1


def _lines_inside_values(text: str, parsed: ParsedText) -> frozenset[int]:
    """Where the second and later lines of values of several lines begin; what is `name: text` there is no line."""
    spans = ((start, end) for start, end in parsed.spans() if text.find("\n", start, end - 1) >= 0)
    return frozenset(match.end() for start, end in spans for match in _LINE_END.finditer(text, start, end))


def _separators(line: str, *, colons: bool) -> Iterator[tuple[str, int]]:
    """The key, and where its value begins: behind the first equals sign, and behind a colon before that."""
    begin = line.lstrip("\ufeff \t\v\f")
    if begin.startswith("#"):
        return
    exported = _EXPORT.match(begin)
    first = len(line) - len(begin) + (exported.end() if exported else 0)
    equals, colon = line.find("=", first), line.find(":", first)
    if colons and colon >= 0 and (colon < equals or equals < 0):
        name = line[first:colon].strip()
        if _NAME.fullmatch(name):
            yield name, colon + 1
    if equals >= 0:
        yield line[first:equals].strip().strip("'\""), equals + 1


def _too_many() -> FileRefused:
    return FileRefused(
        f"this .env has lines that programs read in more than {OTHERS_MAX} ways",
        "take quotes, backslashes and variables out of it, or split it",
    )
