"""The one index of known values: what must be masked, what has leaked, what may not be shipped.

Every value that this process reads from a tool's `.env` or writes to one is added here and stays until the process
ends, also after it was replaced or unset: it may still be valid at its service, and it is still in what programs
print. A value is searched for in all the forms of `forms`; every occurrence is masked, and overlapping and
adjacent ones become one `***`.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.known_values.building import garbage_kept
from pixie_secrets.known_values.masks import Masks
from pixie_secrets.known_values.opaque import Opaque
from pixie_secrets.known_values.shown import ShownMasker, has_controls
from pixie_secrets.secret.size import MASKABLE_MIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.known_values.forms import Forms
    from pixie_secrets.known_values.index import FormIndex, Range

    Owner = tuple[str, str]  # key, tool

_lock = threading.RLock()
if hasattr(os, "register_at_fork"):  # a child must not inherit the lock while another thread holds it
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release)


class Span(NamedTuple):
    """Where a known value occurs and whose it is: offsets into what was searched, never the text itself."""

    start: int
    end: int
    key: str
    tool: str


class _Values(Opaque):
    """The values themselves, who they belong to, and their forms as far as they were asked for."""

    __slots__ = ("_forms", "_forms_of", "_fresh", "owners", "watched")

    def __init__(self) -> None:
        self.owners: dict[str, set[Owner]] = {}
        self.watched: dict[str, Callable[[], None]] = {}
        self._fresh: list[str] = []
        self._forms: Forms | None = None
        self._forms_of: dict[bytes, list[str]] | None = None

    def __repr__(self) -> str:
        return f"<{len(self.owners)} values>"

    def add(self, value: str, owner: Owner) -> bool:
        """Whether `value` was not known before."""
        if value in self.owners:
            self.owners[value].add(owner)
            return False
        self.owners[value] = {owner}
        self._fresh.append(value)
        return True

    def all_forms(self) -> Forms:
        """The forms and texts of all values; worked out once for each value."""
        from pixie_secrets.known_values.forms import Forms, forms

        if self._forms is None:
            self._forms = Forms(set(), set())
        while self._fresh:
            more = forms(self._fresh[-1])
            self._forms.exact.update(more.exact)
            self._forms.texts.update(more.texts)
            self._fresh.pop()
            self._forms_of = None
        return self._forms

    def watched_forms(self) -> dict[bytes, Callable[[], None]]:
        """What is to be called when one of these forms is found."""
        from pixie_secrets.known_values.forms import forms

        return {form: found for value, found in self.watched.items() for form in set().union(*forms(value))}

    def owners_of(self, form: bytes) -> list[Owner]:
        """Whose `form` is, sorted. Only searching asks, so this is worked out apart."""
        with _lock:
            from pixie_secrets.known_values.forms import forms

            if self._forms_of is None:
                self._forms_of = {}
                for value in self.owners:
                    for each in set().union(*forms(value)):
                        self._forms_of.setdefault(each, []).append(value)
            return sorted({owner for value in self._forms_of.get(form, ()) for owner in self.owners[value]})


class KnownValues(Opaque):
    """Values that must not be seen, each with the keys and tools it belongs to. Threads may share it."""

    __slots__ = ("__weakref__", "_index", "_values")

    def __init__(self) -> None:
        self._values = _Values()
        self._index: FormIndex | None = None

    def __repr__(self) -> str:
        return f"<KnownValues: {len(self)} values>"

    def __len__(self) -> int:
        return len(self._values.owners)

    def add(self, value: str, *, key: str, tool: str) -> None:
        """Make `value` known; one of fewer than four characters is not. Adding it again costs nothing."""
        owners = self._values.owners.get(value)
        if len(value) < MASKABLE_MIN or (owners and (key, tool) in owners):
            return
        with _lock:
            if self._values.add(value, (key, tool)):
                self._index = None

    def watch(self, value: str, found: Callable[[], None]) -> None:
        """Call `found` whenever `value`, which is known, is in something that is masked or searched: it is a canary."""
        if value not in self._values.watched:
            with _lock:
                self._values.watched[value] = found
                self._index = None

    def mask(self, text: str) -> str:
        """`text` with every known value replaced by `***`."""
        index = self._index or self.index()
        if index is None:
            return text
        data = text.encode("utf-8", "surrogatepass")
        ranges = index.ranges(data)
        if not ranges and not has_controls(data):
            return text
        return _replaced(index, data, ranges).decode("utf-8", "surrogatepass")

    def mask_bytes(self, data: bytes) -> bytes:
        """`data` with every known value, as UTF-8, replaced by `***`."""
        index = self._index or self.index()
        if index is None:
            return data
        ranges = index.ranges(data)
        return _replaced(index, data, ranges) if ranges or has_controls(data) else data

    def find(self, text: str | bytes) -> list[Span]:
        """Where known values occur: one span for each key they belong to, none within another value's.

        Offsets count characters of a `str` and bytes of `bytes`.
        """
        index = self._index or self.index()
        if index is None:
            return []
        data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        spans: list[Span] = []
        characters = place = 0
        for start, end, form in index.occurrences(data):
            if isinstance(text, bytes):
                first, last = start, end
            else:
                characters += len(data[place:start].decode("utf-8", "surrogatepass"))
                place = start
                first = characters
                last = first + len(data[start:end].decode("utf-8", "surrogatepass"))
            spans += [Span(first, last, key, tool) for key, tool in self._values.owners_of(form)]
        return spans

    def may_hold(self, data: bytes | memoryview) -> bool:
        """Whether a known value may be in `data`: never false where one is; to pass over most data quickly.

        Of pieces of something longer, each begins with the last `ANCHOR - 1` bytes (`anchors`) of the one before.
        """
        index = self._index or self.index()
        return index is not None and index.may_hold(data)

    def index(self) -> FormIndex | None:
        """The index of all forms as of now, for streams; None while nothing is known."""
        return (self._index or self._build()) if self._values.owners else None

    def _build(self) -> FormIndex:
        with _lock:  # also while importing: a child forked meanwhile would wait for the import forever
            from pixie_secrets.known_values.index import FormIndex

            if self._index is None:
                with garbage_kept():
                    self._index = FormIndex(self._values.all_forms(), self._values.watched_forms())
            return self._index


def _replaced(index: FormIndex, data: bytes, ranges: list[Range]) -> bytes:
    """`data` with `ranges` masked."""
    pieces = []
    place = 0
    for start, end in ranges:
        pieces.append(data[place:start])
        place = end
    pieces.append(data[place:])
    return ShownMasker().feed(index, Masks().join(index, pieces, final=True), final=True)


KNOWN = KnownValues()
