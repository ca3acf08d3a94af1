r"""`.env` as text: read it, set a key, unset a key, every other line kept byte for byte. Knows no files.

How a value is written is chosen in `spellings`. What cannot be chosen there: in a file with CRLF line ends bash adds a
CR to every value; behind a byte order mark Node and uv do not see the first key.

An edit is checked before it is returned: the new text is read under both grammars of python-dotenv, and must give the
new value and every other key's as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.env_file.grammar import (
    BYTE_ORDER_MARK,
    Grammar,
    ParsedText,
    Statement,
    expanded,
    has_variable,
    reads_alike,
)
from pixie_secrets.env_file.spellings import spellings
from pixie_secrets.env_file.unreadable import made_readable, unreadable_lines
from pixie_secrets.errors import FileRefused, ValueRefused

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["read_every_value", "read_values", "set_value", "unreadable_lines", "unset_value"]


def read_values(text: str) -> dict[str, str]:
    """What a plain `load_dotenv()` of this file alone would set: the last of duplicates, empty values too."""
    last = dict(expanded(ParsedText(text).values()))
    return {key: value for key, value in last.items() if value is not None}


def read_every_value(text: str) -> tuple[tuple[str, str], ...]:
    """Every key and value in the file, overridden duplicates too: all of them are to be masked."""
    pairs = expanded(ParsedText(text).values())
    return tuple((key, value) for key, value in pairs if value is not None)


def set_value(text: str, key: str, value: str, programs: Collection[str] = ()) -> str:
    """`text` with `key` set: in the place of its first assignment, else on a new last line.

    The other assignments of the key go, and lines of it that python-dotenv does not read, so that no old value of it
    remains; lines that are comments stay. A line that some reader would not see (behind a quote that nothing closes)
    moves to the top of the file.

    programs: those that read the file besides python-dotenv, by the names of `project_readers`; the value is written so
        that most of them read it right.

    Raises:
        ValueRefused: NUL or a lone surrogate, which cannot be stored.
        FileRefused: the rest of the file is such that the key, or another one, would be misread whatever is written.
    """
    if "\0" in value or (not value.isascii() and _has_surrogate(value)):
        raise ValueRefused(
            f"the value of {key} holds a character that no environment variable can carry",
            "copy it again from where it was issued; it may be a binary file",
        )
    text, before = _mended(text, key)
    newline = before.current.newline()
    found = [_without_value_in_comment(statement, value) for statement in before.current.statements(key)]
    choice = tuple(spellings(value, programs))
    for place in (_in_place, _at_top):
        for right in choice:
            candidate = place(text, found, key, right, newline)
            after = _Readings(candidate)
            if after.give(key, value) and after.keep_others(before, key):
                return candidate
    if before.has_mark and not text.startswith((f"{BYTE_ORDER_MARK}\n", f"{BYTE_ORDER_MARK}\r")):
        # an older release would take lines of the value for others; it reads what is not on the line of the mark
        return set_value(BYTE_ORDER_MARK + newline + text.removeprefix(BYTE_ORDER_MARK), key, value, programs)
    raise _cannot_edit(key)


def unset_value(text: str, key: str) -> str:
    """`text` without any assignment of `key`, nor any line of it that python-dotenv does not read.

    Raises:
        FileRefused: other keys would be read differently.
    """
    text, before = _mended(text, key)
    candidate = _without(text, before.current.statements(key), before.current.newline())
    after = _Readings(candidate)
    if after.mention(key) or not after.keep_others(before, key):
        raise _cannot_edit(key)
    return candidate


def _mended(text: str, key: str) -> tuple[str, _Readings]:
    """`text` without lines of `key` that python-dotenv does not read, as far as no other key is lost with them."""
    before = _Readings(text)
    mended, newly_read = made_readable(text, before.current, key)
    if mended == text:
        return text, before
    after = _Readings(mended)
    was, now = dict(before.current.assignments()), dict(after.current.assignments())
    lost = {name for name, right in was.items() if name != key and now.get(name) != right and right.strip("=")}
    if lost or now.keys() - was.keys() - newly_read - {key}:
        raise _cannot_edit(key)
    return mended, after


class _Readings:
    """A text as both grammars read it; most texts they read alike."""

    def __init__(self, text: str) -> None:
        self.has_mark = text.startswith(BYTE_ORDER_MARK)
        self.current = ParsedText(text)
        self.older = self.current if reads_alike(text) else ParsedText(text, Grammar.OLDER)

    def give(self, key: str, value: str) -> bool:
        """Whether `key` is assigned once, and is `value` under both grammars."""
        found = self.current.statements(key)
        if len(found) != 1 or _last(self.current, key, found) != value:
            return False
        if self.older is self.current:
            return True
        # a byte order mark hides what is directly behind it from the older grammar, before an edit as after it
        if self.has_mark and found[0].start == len(BYTE_ORDER_MARK):
            return not self.older.statements(key)
        return _last(self.older, key, self.older.statements(key)) == value

    def mention(self, key: str) -> bool:
        return bool(self.current.statements(key) or self.older.statements(key))

    def keep_others(self, before: _Readings, key: str) -> bool:
        """Whether all other keys are as they were; the older grammar may also come to agree with the current one."""
        now = _others(self.current, key)
        if now != _others(before.current, key):
            return False
        return self.older is self.current or _others(self.older, key) in (_others(before.older, key), now)


def _last(reading: ParsedText, key: str, found: list[Statement]) -> str | None:
    """What `load_dotenv()` would set `key` to, whose assignments are `found`."""
    value = found[-1].value if found else None
    return dict(expanded(reading.values()))[key] if value and has_variable(value) else value


def _has_surrogate(value: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in value)


def _others(reading: ParsedText, key: str) -> list[tuple[str, str]]:
    """The other assignments; a key that is hidden from the older grammar by a byte order mark is none."""
    return [pair for pair in reading.assignments() if pair[0] != key and not pair[0].startswith(BYTE_ORDER_MARK)]


def _without_value_in_comment(statement: Statement, value: str) -> Statement:
    """The same, without its comment where that repeats the old value or the new one."""
    repeats = any(known and known in statement.comment for known in (statement.value, value))
    return statement._replace(comment="") if repeats else statement


def _in_place(text: str, found: list[Statement], key: str, right: str, newline: str) -> str:
    """`text` with the first of `found` rewritten and the others gone; with a new last line where there is none."""
    if not found:
        return _append(text, f"{key}={right}", newline)
    first, *duplicates = found
    comment = first.comment
    if any(statement.value and statement.value in comment for statement in duplicates):
        comment = ""
    line = f"{first.indent}{first.export}{key}={right}{comment}{first.newline}"
    text = _without(text, duplicates, newline)
    return text[: first.start] + line + text[first.end :]


def _at_top(text: str, found: list[Statement], key: str, right: str, newline: str) -> str:
    """`text` with `found` gone and a new first line, where no quote can come before it."""
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
    export = found[0].export if found else ""
    rest = _without(text, found, newline).removeprefix(mark)
    return f"{mark}{export}{key}={right}{newline}{rest}"


def _append(text: str, line: str, newline: str) -> str:
    if text and not text.endswith(("\n", "\r", BYTE_ORDER_MARK)):
        text += newline
    return text + line + newline


def _without(text: str, found: list[Statement], newline: str) -> str:
    for statement in reversed(found):
        text = _apart_from_mark(text[: statement.start], text[statement.end :], newline)
    return text


def _apart_from_mark(head: str, tail: str, newline: str) -> str:
    """Join where a line was removed, with a line end after a byte order mark.

    python-dotenv before 1.2.3 takes the mark for part of the key behind it, and would lose the next one.
    """
    return f"{head}{newline}{tail}" if head == BYTE_ORDER_MARK and tail else head + tail


def _cannot_edit(key: str) -> FileRefused:
    return FileRefused(
        f"{key} cannot be changed in this .env without other keys being read differently",
        "look for a quote that is never closed, or a value that ends with a backslash before its quote; mend that "
        "line, or set its key again",
    )
