"""A shape is one way of writing a value down; it says which families of values are written that way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.lint.third_corpus.blanks import Page

if TYPE_CHECKING:
    from tests.lint.labeled import LabeledFile
    from tests.lint.third_corpus.vendor_keys import Kind

KEY = frozenset({"key"})
NOT_URL = frozenset({"key", "password"})
ANY = frozenset({"key", "password", "url"})


class Shape(NamedTuple):
    shape: str
    path: str
    text: str
    families: frozenset[str]
    encoding: str = "utf-8"

    def of(self, kind: Kind) -> LabeledFile:
        """The file in which this kind is written this way."""
        page = Page(f"{kind.kind}, {self.shape}", f"{kind.kind}/{self.path}", self.text, self.encoding)
        return page.filled(kind.words())
