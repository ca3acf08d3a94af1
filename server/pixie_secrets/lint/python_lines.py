"""Where a node of a syntax tree is in the bytes it was parsed from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast

_BOM = b"\xef\xbb\xbf"


class Lines:
    """Offsets of lines, so that a node's line and column become an offset into the bytes."""

    def __init__(self, data: bytes) -> None:
        self._starts = [0]
        # what `ast` takes for a line break: LF, CR LF, CR
        for line in data.replace(b"\r\n", b"\n\0").replace(b"\r", b"\n").split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._data = data
        self._bom = len(_BOM) if data.startswith(_BOM) else 0

    def of(self, node: ast.expr) -> int:
        """The offset of its first byte."""
        start = self._starts[node.lineno - 1] + node.col_offset
        if node.lineno == 1:
            return start + self._bom
        return (
            start + 1
            if self._data[self._starts[node.lineno - 1] - 1 : self._starts[node.lineno - 1] + 1] == b"\r\n"
            else start
        )
