"""Where words go.

stdout   results, and nothing else; with `--json` exactly one JSON document, errors included
stderr   what is for people on the way there: warnings, errors, hints
terminal what a person types at, and a link: never into a pipe, a file or an agent's transcript (channels/terminal)

Whatever is written here passes the index of known values first.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.known_values import KNOWN
from pixie_secrets.known_values.json_documents import keys_in, masked_result, masked_text
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pixie_secrets.errors import PixieError

PROGRAM = "pixie-secrets"


class _Refusal(NamedTuple):
    message: str
    hint: str


class _Refused(NamedTuple):
    error: _Refusal


def result(text: str, document: object, *, as_json: bool, without: tuple[str, ...] = ()) -> None:
    """A command's result, for whichever reader was named. without: fields that are not for a document."""
    if as_json:
        _write(sys.stdout, _document(document, without))
    else:
        _write(sys.stdout, masked_text(text, keys_in(document)))


def page(text: str) -> None:
    """A text that is the result, as it is."""
    _write(sys.stdout, text.rstrip("\n"))


def warn(warning: str) -> None:
    """Something the person should know about what was done."""
    _write(sys.stderr, _masked(f"warning: {warning}"))


def styled(text: str, style: str) -> str:
    """`text` in a terminal's `style` (SGR numbers), where stdout is one that shows it (https://no-color.org)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb"
    if plain or sys.stdout is None or not sys.stdout.isatty():
        return text
    return f"\x1b[{style}m{text}\x1b[0m"


def before_a_person() -> bool:
    """Whether stderr is read by somebody at a terminal and not by a program, which may be an agent."""
    return sys.stderr is not None and sys.stderr.isatty()


def note(text: str) -> None:
    """Something on the way to a result."""
    _write(sys.stderr, _masked(text))


def error(problem: PixieError, *, as_json: bool) -> None:
    """Why not, and what to do about it."""
    if as_json:
        _write(sys.stdout, _document(_Refused(_Refusal(problem.message, problem.hint))))
        return
    _write(sys.stderr, _masked(f"{PROGRAM}: {problem.message}"))
    if problem.hint:
        _write(sys.stderr, _masked(f"hint: {problem.hint}"))


def from_here(path: str) -> str:
    """An absolute path as a person in the working directory would write it: relative where it lies below."""
    below = os.path.relpath(path)
    return path if below.startswith(os.pardir) else below


def table(rows: list[tuple[str, ...]], indent: str = "  ") -> str:
    """Rows under each other; the last column is not padded. What is not printable is shown as `?`."""
    cells = [tuple(shown(cell) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
    return "\n".join(f"{indent}{line}".rstrip() for line in lines)


def _masked(text: str) -> str:
    return KNOWN.mask(text)


def _document(result: object, without: tuple[str, ...] = ()) -> str:
    return json.dumps(masked_result(result, without=without), indent=2, ensure_ascii=False)


def _write(stream: Any, text: str) -> None:
    """A stream that was closed, or that cannot spell a character, is no reason to fail after the work is done."""
    if stream is None:
        return
    try:
        stream.write(text + "\n")
    except UnicodeEncodeError:
        stream.write(text.encode("ascii", "backslashreplace").decode("ascii") + "\n")
    stream.flush()  # so that results and warnings stand in their order where both go to one place
