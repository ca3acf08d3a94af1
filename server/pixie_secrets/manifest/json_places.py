"""Where things stand in a JSON text: a strict reader that remembers the place of every key and value.

The standard library says where a syntax error is, but not where a value of a well-formed document stands, and it lets
pass what a document for people should not hold: a key given twice, NaN, half a surrogate pair. Reading this way is
slow, so it runs only when there is something to complain about. It never puts the document's text into a message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder

DEPTH_MAX = 201  # what pydantic's own JSON reader takes
DIGITS_MAX = 4300  # what int() takes before it refuses

Path = tuple[str | int, ...]

_SPACE = re.compile(r"[ \t\n\r]*")
_WORD = re.compile(r"[A-Za-z_]+")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_DECODER = JSONDecoder()
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS = ("true", "false", "null")
_KINDS = {"{": "an object", "[": "a list", '"': "a string", "t": "true", "f": "false", "n": "null"}


@dataclass(frozen=True)
class Place:
    """Where one value stands: offsets into the text; `key` is where its key stands, if it has one."""

    start: int
    end: int
    key: int | None = None


class JsonProblem(Exception):
    """The text is not JSON as we take it: what is wrong, where, and what to do."""

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.hint = hint


def places(text: str) -> dict[Path, Place]:
    """The place of every value of the document, by its path; the document itself has the path `()`.

    Raises:
        JsonProblem: not well-formed, a key twice in one object, NaN or a number out of range, half a surrogate
            pair, nested deeper than 201.
    """
    reader = _Reader(text)
    end = reader.space(reader.value((), reader.space(0), None))
    if end != len(text):
        raise _stray(text, end, "more text after the end of the document")
    return reader.places


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Both from 1, the column in characters."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def kind(text: str, place: Place) -> str:
    """What sort of value stands there, in words: "a list", "a number"."""
    return _KINDS.get(text[place.start], "a number")


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.places: dict[Path, Place] = {}

    def space(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def value(self, path: Path, at: int, key: int | None) -> int:
        """Read the value at `at`, note its place and that of all within; return where it ends."""
        if len(path) >= DEPTH_MAX and self.text.startswith(("{", "["), at):
            raise JsonProblem(f"nested deeper than {DEPTH_MAX}", at)
        match self.text[at : at + 1]:
            case "{":
                end = self._object(path, at)
            case "[":
                end = self._list(path, at)
            case '"':
                end = self._string(at)[1]
            case _:
                end = self._word_or_number(at)
        self.places[path] = Place(at, end, key)
        return end

    def _object(self, path: Path, start: int) -> int:
        at = self.space(start + 1)
        names: set[str] = set()
        while not (self.text.startswith("}", at) and not names):
            if not self.text.startswith('"', at):
                raise _stray(self.text, at, "a key in double quotes is missing")
            key = at
            name, at = self._string(at)
            if name in names:
                raise JsonProblem("the same key stands twice in one object", key, "keep one of them")
            names.add(name)
            at = self.space(at)
            if not self.text.startswith(":", at):
                raise _stray(self.text, at, "a colon after the key is missing")
            at = self.space(self.value((*path, name), self.space(at + 1), key))
            if self.text.startswith("}", at):
                break
            at = self._comma(at, "}")
        return at + 1

    def _list(self, path: Path, start: int) -> int:
        at = self.space(start + 1)
        count = 0
        while not (self.text.startswith("]", at) and not count):
            at = self.space(self.value((*path, count), at, None))
            count += 1
            if self.text.startswith("]", at):
                break
            at = self._comma(at, "]")
        return at + 1

    def _comma(self, at: int, closing: str) -> int:
        if not self.text.startswith(",", at):
            raise _stray(self.text, at, f"a comma or {closing} is missing")
        after = self.space(at + 1)
        if self.text.startswith(("}", "]"), after):
            raise JsonProblem("a comma before the closing bracket", at, "remove the comma")
        return after

    def _string(self, at: int) -> tuple[str, int]:
        string: str
        try:
            string, end = _DECODER.raw_decode(self.text, at)
        except JSONDecodeError as error:
            raise _bad_string(error) from None
        if _SURROGATE.search(string):
            raise JsonProblem("half a surrogate pair in a string", at, "write the character itself")
        return string, end

    def _word_or_number(self, at: int) -> int:
        number = _NUMBER.match(self.text, at)
        if number:
            whole = number[1] is None and number[2] is None
            if len(number[0].lstrip("-")) > DIGITS_MAX or (not whole and abs(float(number[0])) == float("inf")):
                raise JsonProblem("a number out of range", at)
            return number.end()
        word = _WORD.match(self.text, at)
        if word and word[0] in _WORDS:
            return word.end()
        raise _stray(self.text, at, "a value is missing")


def _bad_string(error: JSONDecodeError) -> JsonProblem:
    if error.msg.startswith("Unterminated"):
        return JsonProblem("a string without its closing quote", error.pos)
    if error.msg.startswith("Invalid control"):
        hint = "close the string on its line, or write a line break as \\n and a tab as \\t"
        return JsonProblem("a bare control character in a string", error.pos, hint)
    return JsonProblem("an escape that JSON does not have", error.pos, "write a backslash as \\\\")


def _stray(text: str, at: int, otherwise: str) -> JsonProblem:
    """What to say of the text at `at`, where something else should stand; knows the usual slips."""
    rest = text[at : at + 9]
    if not rest:
        return JsonProblem("the text ends too early", at, "close every bracket and quote")
    if rest[0] in "/#":
        return JsonProblem("comments are not part of JSON", at, "remove the comment")
    if rest[0] in "'`\u2018\u2019\u201c\u201d":  # the curly quotes of word processors
        return JsonProblem("JSON knows only straight double quotes", at, 'write "like this"')
    if rest.lstrip("-+").startswith(("NaN", "Infinity")):
        return JsonProblem("NaN and Infinity are not part of JSON", at, "write a number or null")
    if rest.startswith(("True", "False", "None", "undefined")):
        return JsonProblem("JSON writes true, false and null in lower case", at)
    return JsonProblem(otherwise, at)
