"""Notebooks: each cell's code read as Python, its text and outputs as prose, and every hit put back on its raw line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pixie_secrets.lint import python_source
from pixie_secrets.lint.hits import Hit
from pixie_secrets.lint.languages import Language
from pixie_secrets.lint.text_source import assignments

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOST_MAX = 100  # lines; each was looked for in the whole file
_OUTPUT_MAX = 200_000  # pictures and tables; tokens in them were looked for in the raw file already


def secrets(data: bytes) -> Iterator[Hit]:
    """Secrets beside their names; a file that is no notebook is read as JSON."""
    try:
        cells = json.loads(data).get("cells", [])
        texts = [(text, cell.get("cell_type") == "code") for cell in cells for text in [_joined(cell.get("source"))]]
        outputs = [(text, False) for cell in cells for output in cell.get("outputs", ()) for text in _texts(output)]
    except (ValueError, AttributeError, TypeError, RecursionError):
        yield from assignments(data, Language.DATA)
        return
    raw = _Raw(data)
    for text, is_code in [*texts, *outputs]:
        encoded = text.encode("utf-8", "replace")
        for hit in _read(encoded, is_code=is_code):
            yield Hit(raw.line(encoded, hit.start), hit.code, hit.detail)


def _read(text: bytes, *, is_code: bool) -> Iterator[Hit]:
    if not is_code:
        yield from assignments(text, Language.PROSE)
        return
    yield from python_source.secrets(text)
    start = 0
    for line in text.split(b"\n"):
        if line.lstrip().startswith((b"!", b"%")):
            for hit in assignments(line, Language.SHELL):
                yield Hit(start + hit.start, hit.code, hit.detail)
        start += len(line) + 1


def _joined(source: Any) -> str:
    return "".join(source) if isinstance(source, list) else source if isinstance(source, str) else ""


def _texts(output: Any) -> Iterator[str]:
    for part in (output.get("text"), *(output.get("data") or {}).values()):
        text = _joined(part)
        if text and len(text) < _OUTPUT_MAX:
            yield text


class _Raw:
    """Where lines of cells are in the file: looked up in the JSON spelling they have there, from the last one on."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._last = -1
        self._line: tuple[bytes, int] | None = None
        self._lost = 0

    def line(self, text: bytes, start: int) -> int:
        """Where the line of `text` around `start` begins; 0 when it is spelled in some other way."""
        begin = text.rfind(b"\n", 0, start) + 1
        if self._line is not None and self._line[0] is text and self._line[1] == begin:
            return max(0, self._last)
        self._line = (text, begin)
        end = text.find(b"\n", start)
        line = text[begin : end if end >= 0 else len(text)].decode("utf-8", "replace")
        for ascii_only in (False, True):
            spelled = json.dumps(line, ensure_ascii=ascii_only)[1:-1].encode("utf-8", "replace")
            for first in (self._last + 1, 0):
                if self._lost < _LOST_MAX and (at := self._data.find(spelled, first)) >= 0:
                    self._last = at
                    return at
        self._lost += 1
        return 0
