"""Looks for secrets in files that travel: values this machine knows, and what lint takes for a secret.

A known value counts in every form, in names of files too. Only plain settings that nobody could keep secret (`true`,
`8000`, `localhost`) are passed over, and only under keys that are neither declared nor named like a secret.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import FileRefused
from pixie_secrets.known_values import KNOWN
from pixie_secrets.lint import parallel
from pixie_secrets.lint.codes import SECRET_CODES
from pixie_secrets.lint.file_hits import secret_hits
from pixie_secrets.lint.files import read, source
from pixie_secrets.lint.hits import Places
from pixie_secrets.lint.suppress import apply
from pixie_secrets.sealed.refusals import NoKey, WrongKey
from pixie_secrets.secret.names import kind_of
from pixie_secrets.stores.learn import learn

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from pixie_secrets.known_values import Span
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.lint.files import ListedFile
    from pixie_secrets.lint.hits import Hit, SourceFile

KNOWN_VALUE = "KV001"
SHOWN_MAX = 10

_PLAIN = re.compile(
    rb"true|false|yes|no|none|null|auto|default|debug|info|warning|error|critical|production|development|staging|test"
    rb"|localhost|127\.0\.0\.1|0\.0\.0\.0|utf-?8|\d{1,5}",
    re.IGNORECASE,
)


class Leak(NamedTuple):
    """line: 0 for a file's name, and where it cannot be told: behind the first piece of a large file."""

    file: str
    line: int
    code: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class Leaks:
    """Collects what was found; its methods may be called from several threads.

    declared: the keys of all tools, whose values are never taken for plain settings.
    """

    def __init__(self, project: Project, *, lint: bool) -> None:
        self._declared = {secret.key for tool in project.tools for secret in tool.secrets}
        self._lint = lint
        self._found: set[Leak] = set()
        self._begun: set[str] = set()
        self._elsewhere: frozenset[str] = frozenset()

    @property
    def known(self) -> list[Leak]:
        return sorted(leak for leak in self._found if leak.code == KNOWN_VALUE)

    @property
    def others(self) -> list[Leak]:
        return sorted(leak for leak in self._found if leak.code != KNOWN_VALUE)

    def look(self, path: str, data: bytes) -> None:
        """A file, or one piece after the other of a large one."""
        is_first = path not in self._begun
        self._begun.add(path)
        shown = KNOWN.mask(path)
        if shown != path and self._leaks(path.encode("utf-8", "surrogatepass")):
            self._found.add(Leak(shown, 0, KNOWN_VALUE))
        seen = source(data, path, Counter())
        text = data if seen is None else seen.data  # UTF-8, where it was UTF-16 or UTF-32
        for each in (data,) if text is data else (data, text):
            places = Places(each)
            lines = (places.place(start)[0] if is_first else 0 for start in self._leaks(each))
            self._found.update(Leak(shown, line, KNOWN_VALUE) for line in lines)
        if self._lint and seen is not None and path not in self._elsewhere:
            self._add(seen, secret_hits(seen), is_first=is_first)

    def lint_in_processes(self, listed: list[ListedFile]) -> None:
        """Lint these files on all cores; `look` does not do it again, if this was called first.

        They are read apart from what ships, so the caller sees to it that they do not change meanwhile.
        """
        for one, looked in parallel.hits(listed, busy=1):
            if looked is not None and not looked.hits:
                continue
            found = read(one, Counter())
            if found is not None:
                self._add(found, secret_hits(found) if looked is None else looked.hits)

    def elsewhere(self, paths: Iterable[str]) -> None:
        """`lint_in_processes` is about to lint these."""
        self._elsewhere = frozenset(paths)

    def _add(self, source: SourceFile, hits: list[Hit], *, is_first: bool = True) -> None:
        shown = KNOWN.mask(source.path)
        places = Places(source.data)
        self._found.update(
            Leak(shown, places.place(hit.start)[0] if is_first else 0, hit.code)
            for hit in apply(hits, source.data, ()).hits
            if hit.code in SECRET_CODES
        )

    def _leaks(self, data: bytes) -> list[int]:
        return [span.start for span in KNOWN.find(data) if not is_setting(span, data, self._declared)]


def is_setting(span: Span, data: bytes, declared: Collection[str]) -> bool:
    """Whether a known value is a plain setting that nobody could keep secret, of a key that does not say otherwise."""
    if span.key in declared or kind_of(span.key):
        return False
    return _PLAIN.fullmatch(data[span.start : span.end]) is not None


def learn_or_refuse(project: Project, others: Mapping[Path, str] | None = None) -> None:
    """Make every value of the project known. others: further files of values, each with its tool.

    What is sealed for others is no reason: this person does not have those values.

    Raises:
        FileRefused: one cannot be read, so nobody can say what would leak.
    """
    for unread in learn(project, others):
        if isinstance(unread.error, WrongKey | NoKey):
            continue
        raise FileRefused(f"{unread.error.message}, so its values are not known", unread.error.hint)


def listed(leaks: list[Leak]) -> str:
    """`main.py:3, notes.txt:1 and 4 more`."""
    shown = ", ".join(dict.fromkeys(map(str, leaks[:SHOWN_MAX])))
    return f"{shown} and {len(leaks) - SHOWN_MAX} more" if len(leaks) > SHOWN_MAX else shown
