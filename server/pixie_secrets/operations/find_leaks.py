"""Find leaks: where on this machine a known value stands outside its store. Nothing is changed, no value is said."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.operations.context import Progress
from pixie_secrets.operations.leaks import is_setting
from pixie_secrets.secret.key import KeyName
from pixie_secrets.stores.canaries import doing
from pixie_secrets.stores.learn import learn
from pixie_secrets.traces import NotReadError, databases, git_history, text_files
from pixie_secrets.traces.places import Form, places
from pixie_secrets.traces.search import day_of, traces

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pixie_secrets.known_values import Span
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.context import Context
    from pixie_secrets.traces.places import Place
    from pixie_secrets.traces.search import Trace

LEAKS_MAX = 200
_READERS = {
    Form.TEXT: text_files.pieces,
    Form.ZSH: text_files.zsh_pieces,
    Form.COMPRESSED: text_files.inflated_pieces,
    Form.DATABASE: databases.rows,
}


class FindLeaksRequest(NamedTuple):
    """What to look for."""

    tool_id: Annotated[str | None, "left out: the values of all"] = None


class Leak(NamedTuple):
    """One key in one place. line: of the first occurrence, 0 where there are no lines. part: the column of a database,
    or the path of a file in git's history. times: occurrences. when: the day it was said there; role: who said it.
    """

    key: KeyName
    tool_id: str
    program: str
    what: str
    path: str
    line: int
    part: str
    times: int
    when: str | None
    role: str | None


class LeakedKey(NamedTuple):
    """A key whose value stands somewhere. obtain: where a new one is issued, as its tool says."""

    key: KeyName
    tool_id: str
    places: int
    oldest: str | None
    obtain: str | None
    next_step: str


class PlaceNotRead(NamedTuple):
    """A place that could not be looked into, and why."""

    path: str
    message: str


class LeaksFound(NamedTuple):
    """leaks: the first ones; left_out: how many more there are. looked_at: files and git objects."""

    keys: tuple[LeakedKey, ...]
    leaks: tuple[Leak, ...]
    left_out: int
    looked_at: int
    not_read: tuple[PlaceNotRead, ...]


def find_leaks(context: Context, request: FindLeaksRequest) -> LeaksFound:
    """Look for the values of one tool or app, or of all, in what programs keep, and in the project's git history.

    Raises:
        UnknownTool: there is no such tool.
    """
    project = context.project
    wanted = None if request.tool_id is None else project.owner(request.tool_id).id
    search = _Search(project, wanted)
    search.not_read += [PlaceNotRead(_shown(one.path), one.error.message) for one in learn(project)]
    for place in places(project.root):
        if context.is_cancelled:
            break
        search.look_into(place)
        context.progress(Progress(search.looked_at))
    if not context.is_cancelled:
        search.look_into_history(context)
    leaks = sorted(search.found, key=lambda leak: (leak.tool_id, leak.key, leak.when or "", leak.path, leak.part))
    return LeaksFound(
        tuple(_keys(project, leaks)), tuple(leaks[:LEAKS_MAX]), max(0, len(leaks) - LEAKS_MAX), search.looked_at,
        tuple(search.not_read),
    )  # fmt: skip


class _Search:
    """Collects what is found, place by place. wanted: the tool whose values are meant; None: every one."""

    def __init__(self, project: Project, wanted: str | None) -> None:
        self._project = project
        self._wanted = wanted
        self._declared = {secret.key for owner in project.owners for secret in owner.secrets}
        self.found: list[Leak] = []
        self.not_read: list[PlaceNotRead] = []
        self.looked_at = 0

    def look_into(self, place: Place) -> None:
        self.looked_at += 1
        doing(f"the {place.what} of {place.program}")
        try:
            written = day_of(place.path.stat().st_mtime)
            found = list(self._wanted_of(traces(_READERS[place.form](place.path), self._is_setting)))
        except (NotReadError, OSError) as error:
            message = str(error) if isinstance(error, NotReadError) else error.strerror or "it cannot be read"
            self.not_read.append(PlaceNotRead(_shown(place.path), message))
            return
        for (key, tool), some in _by_owner(found).items():
            first, when = some[0], min(trace.when or written for trace in some)
            self.found.append(
                Leak(key, tool, place.program, place.what, _shown(place.path), first.line, first.part, len(some), when,
                     first.role)
            )  # fmt: skip

    def look_into_history(self, context: Context) -> None:
        root = self._project.root
        doing("the history of git")
        try:
            for blob, piece in git_history.blobs(root):
                self.looked_at += 1
                if context.is_cancelled:
                    return
                for (key, tool), some in _by_owner(list(self._wanted_of(traces([piece], self._is_setting)))).items():
                    commit = git_history.first_commit(root, blob)
                    part, when = _as_text(piece.part), commit.when if commit else None
                    path = f"{commit.id if commit else blob[:12]}:{part}"
                    line = some[0].line
                    self.found.append(Leak(key, tool, "git", "history", path, line, part, len(some), when, None))
                context.progress(Progress(self.looked_at))
        except NotReadError as error:
            self.not_read.append(PlaceNotRead(_shown(root / ".git"), str(error)))

    def _wanted_of(self, found: Iterator[Trace]) -> Iterator[Trace]:
        return (trace for trace in found if self._wanted in {None, trace.tool})

    def _is_setting(self, span: Span, data: bytes) -> bool:
        return is_setting(span, data, self._declared)


def _by_owner(found: list[Trace]) -> dict[tuple[str, str], list[Trace]]:
    owners: dict[tuple[str, str], list[Trace]] = {}
    for trace in found:
        owners.setdefault((trace.key, trace.tool), []).append(trace)
    return owners


def _keys(project: Project, leaks: list[Leak]) -> Iterator[LeakedKey]:
    declared = {(owner.id, secret.key): secret for owner in project.owners for secret in owner.secrets}
    owners: dict[tuple[str, str], list[Leak]] = {}
    for leak in leaks:
        owners.setdefault((leak.tool_id, leak.key), []).append(leak)
    for (tool, key), some in owners.items():
        secret = declared.get((tool, key))
        obtain = secret.obtain.url or secret.obtain.text if secret and secret.obtain else None
        days = [leak.when for leak in some if leak.when]
        yield LeakedKey(
            key, tool, len(some), min(days, default=None), obtain,
            "replace it where it was issued, for others may have read it; then: pixie-secrets set-secret"
            f" {tool} {key}",
        )  # fmt: skip


def _shown(path: Path) -> str:
    """As a person writes it: `~` for the home folder."""
    home = os.path.expanduser("~")
    text = _as_text(str(path))
    return f"~{text[len(home) :]}" if home != "/" and text.startswith(home + os.sep) else text


def _as_text(name: str) -> str:
    """A file's name, with bytes that are no UTF-8 written out: JSON has no place for them."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
