"""Find leaks: where on this machine a known value stands outside its store. No value is said, no place is changed.

That a key leaked is noted in the project's audit record, so that it stays due until it is set anew.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.audit import due
from pixie_secrets.operations.context import Progress
from pixie_secrets.operations.leaks import is_setting
from pixie_secrets.operations.token_shapes import shapes
from pixie_secrets.secret.key import KeyName
from pixie_secrets.stores.canaries import CANARY, doing
from pixie_secrets.stores.learn import learn
from pixie_secrets.traces import NotReadError, git_history
from pixie_secrets.traces.by_hand import CREDENTIALS, UNREACHABLE, by_hand, in_history, shown, shown_name
from pixie_secrets.traces.look import READERS, look, reason
from pixie_secrets.traces.places import places
from pixie_secrets.traces.search import day_of, traces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pixie_secrets.known_values import Span
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.context import Context
    from pixie_secrets.traces import Piece
    from pixie_secrets.traces.git_history import Object
    from pixie_secrets.traces.look import Looked
    from pixie_secrets.traces.places import Place
    from pixie_secrets.traces.search import Trace

CANARY_SEEN = (
    "a canary, which nobody has who did not look for values: find out who read it, and replace the real ones beside it"
)
LEAKS_MAX = 200
_PARTS = {"commit": "message", "tree": "names"}  # of an object of git's that is no file


class FindLeaksRequest(NamedTuple):
    """What to look for."""

    tool_id: Annotated[str | None, "left out: the values of all"] = None
    credentials: Annotated[
        bool, "look for what has the shape of a token, too: values that were replaced, and other people's"
    ] = False
    also: Annotated[tuple[str, ...], "look into these files and folders, too, such as logs of a CI run"] = ()


class Leak(NamedTuple):
    """One key in one place. line: of the first occurrence, 0 where there are no lines. part: the column of a database,
    or the path of a file in git's history. times: occurrences. when: the day it was said there; role: who said it.
    by_hand: where find-leaks --clean does not take it out: what does.
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
    by_hand: str | None


class LeakedKey(NamedTuple):
    """A key whose value stands somewhere. oldest: the day of the first; days: since then. obtain: where a new one is
    issued, as its tool says.
    """

    key: KeyName
    tool_id: str
    places: int
    oldest: str | None
    days: int | None
    obtain: str | None
    next_step: str


class PossibleCredential(NamedTuple):
    """What has the shape of a token and is no known value. code: of lint; line: of the first."""

    program: str
    what: str
    path: str
    line: int
    part: str
    code: str
    message: str
    times: int


class PlaceNotRead(NamedTuple):
    """A place that could not be looked into, and why."""

    path: str
    message: str


class LeaksFound(NamedTuple):
    """leaks: the first ones; left_out: how many more there are. looked_at: files and git objects. notes: what else is
    to be known.
    """

    keys: tuple[LeakedKey, ...]
    leaks: tuple[Leak, ...]
    left_out: int
    looked_at: int
    not_read: tuple[PlaceNotRead, ...]
    credentials: tuple[PossibleCredential, ...] = ()
    notes: tuple[str, ...] = ()


def find_leaks(context: Context, request: FindLeaksRequest) -> LeaksFound:
    """Look for the values of one tool or app, or of all, in what programs keep, and in the project's git history.

    Raises:
        UnknownTool: there is no such tool.
    """
    search = Search(context, request)
    for _ in search.files():
        pass
    search.history()
    return search.answer()


class Search:
    """One run: what is found, place by place."""

    def __init__(self, context: Context, request: FindLeaksRequest) -> None:
        self._context = context
        self._project = context.project
        self._also = tuple(Path(path).expanduser().absolute() for path in request.also)
        self._credentials = request.credentials
        self._wanted = None if request.tool_id is None else context.project.owner(request.tool_id).id
        self._declared = {secret.key for owner in context.project.owners for secret in owner.secrets}
        self._leaks: list[Leak] = []
        self._possible: list[PossibleCredential] = []
        self._looked_at = 0
        self._not_read = [PlaceNotRead(shown(one.path), one.error.message) for one in learn(self._project)]
        self._not_read += [
            PlaceNotRead(shown(path), "there is no such file") for path in self._also if not path.exists()
        ]

    def files(self) -> Iterator[Looked]:
        """Look into every file; each one in which wanted values stand."""
        for looked in look(places(self._project.root, also=self._also), self.is_leak):
            self._looked_at += 1
            place = looked.place
            if looked.not_read:
                self._not_read.append(PlaceNotRead(shown(place.path), looked.not_read))
            if looked.traces:
                self._leaks += self._of(place, looked.traces)
                yield looked
            if self._credentials:
                self._look_for_shapes(place)
            if self._context.is_cancelled:
                return
            self._context.progress(Progress(self._looked_at))

    def history(self) -> None:
        """Look into the project's repository."""
        root = self._project.root
        if self._context.is_cancelled or not git_history.is_repository(root):
            return
        doing("the history of git")
        try:
            found = list(self._objects(root))
            paths = git_history.paths(root, {each.name for each, _ in found}) if found else {}
        except NotReadError as error:
            self._not_read.append(PlaceNotRead(shown(root / ".git"), str(error)))
            return
        for number, (each, its) in enumerate(found):
            commit = git_history.first_commit(root, each) if number < git_history.COMMITS_MAX else None
            path = paths.get(each.name)
            part = shown_name(path) if path and each.kind != "tag" else _PARTS.get(each.kind, each.kind)
            where = f"{commit.id if commit else each.name[:12]}:{part}"
            what = UNREACHABLE if path is None else "message" if each.kind in {"commit", "tag"} else "history"
            for (key, tool), some in _by_owner(its).items():
                self._leaks.append(
                    Leak(key, tool, "git", what, where, some[0].line, part, len(some), commit.when if commit else None,
                         None, in_history(what, tool, key))
                )  # fmt: skip

    def _objects(self, root: Path) -> Iterator[tuple[Object, list[Trace]]]:
        """Those of git's that hold wanted values."""
        for each in git_history.objects(root, every=self._credentials):
            self._looked_at += 1
            if self._context.is_cancelled:
                return
            if self._looked_at % 256 == 0:
                self._context.progress(Progress(self._looked_at))
            if each and (found := list(traces([each.piece], self.is_leak))):
                yield each, found
            if each and self._credentials and each.kind == "blob":
                self._add_shapes("git", "history", each.name[:12], [each.piece])

    def is_leak(self, span: Span, data: bytes) -> bool:
        """Whether an occurrence is one of a wanted value, and no plain setting that nobody could keep secret."""
        return self._wanted in {None, span.tool} and not is_setting(span, data, self._declared)

    def _look_for_shapes(self, place: Place) -> None:
        try:
            self._add_shapes(place.program, place.what, shown(place.path), READERS[place.form](place.path))
        except (NotReadError, OSError) as error:
            if shown(place.path) not in {one.path for one in self._not_read}:
                self._not_read.append(PlaceNotRead(shown(place.path), reason(error)))

    def _add_shapes(self, program: str, what: str, path: str, pieces: Iterable[Piece]) -> None:
        self._possible += [PossibleCredential(program, what, path, *shape) for shape in shapes(pieces)]

    def _of(self, place: Place, found: tuple[Trace, ...]) -> Iterator[Leak]:
        written = day_of(place.written)
        for (key, tool), some in _by_owner(found).items():
            first, when = some[0], min(trace.when or written for trace in some)
            yield Leak(
                key, tool, place.program, place.what, shown(place.path), first.line, first.part, len(some), when,
                first.role, by_hand(place),
            )  # fmt: skip

    def answer(self) -> LeaksFound:
        """What was found, and note that these keys are due."""
        leaks = sorted(self._leaks, key=lambda leak: (leak.tool_id, leak.key, leak.when or "", leak.path, leak.part))
        return LeaksFound(
            tuple(_keys(self._project, leaks)),
            tuple(leaks[:LEAKS_MAX]),
            max(0, len(leaks) - LEAKS_MAX),
            self._looked_at,
            tuple(self._not_read),
            tuple(self._possible[:LEAKS_MAX]),
            tuple(_noted(self._project, leaks)),
        )


def _noted(project: Project, leaks: list[Leak]) -> Iterator[str]:
    """Why it could not be noted that a key leaked. Where a program reads it, it was put on purpose."""
    first: dict[tuple[str, str], str] = {}
    owners = {owner.id for owner in project.owners}
    for leak in leaks:
        if leak.what != CREDENTIALS and leak.tool_id in owners:  # a canary is nobody's
            first.setdefault((leak.tool_id, leak.key), f"{leak.program}, {leak.what}")
    failed = (due.mark_leaked(project, tool, key, where) for (tool, key), where in first.items())
    yield from dict.fromkeys(filter(None, failed))


def _by_owner(found: tuple[Trace, ...] | list[Trace]) -> dict[tuple[str, str], list[Trace]]:
    owners: dict[tuple[str, str], list[Trace]] = {}
    for trace in found:
        owners.setdefault((trace.key, trace.tool), []).append(trace)
    return owners


def _keys(project: Project, leaks: list[Leak]) -> Iterator[LeakedKey]:
    declared = {(owner.id, secret.key): secret for owner in project.owners for secret in owner.secrets}
    owners: dict[tuple[str, str], list[Leak]] = {}
    for leak in leaks:
        owners.setdefault((leak.tool_id, leak.key), []).append(leak)
    today = datetime.now(UTC).date()
    for (tool, key), some in owners.items():
        secret = declared.get((tool, key))
        obtain = secret.obtain.url or secret.obtain.text if secret and secret.obtain else None
        oldest = min((leak.when for leak in some if leak.when), default=None)
        yield LeakedKey(
            key, tool, len(some), oldest, max(0, (today - date.fromisoformat(oldest)).days) if oldest else None, obtain,
            CANARY_SEEN if tool.endswith(CANARY) else due.leaked_steps(tool, key),
        )  # fmt: skip
