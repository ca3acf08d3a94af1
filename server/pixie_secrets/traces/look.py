"""Looks into many places: threads pass over what cannot hold a known value, and the rest is read closely."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.stores.canaries import doing
from pixie_secrets.traces import ChangedError, NotReadError, databases, git_history, text_files
from pixie_secrets.traces.places import Form
from pixie_secrets.traces.search import traces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

    from pixie_secrets.known_values import Span
    from pixie_secrets.traces.places import Place
    from pixie_secrets.traces.search import Trace

    IsLeak = Callable[[Span, bytes], bool]

BATCH_FILES, BATCH_BYTES = 64, 4 << 20  # of places that one thread screens at a time
_TRIES = 5
READERS = {
    Form.TEXT: text_files.pieces,
    Form.ZSH: text_files.zsh_pieces,
    Form.COMPRESSED: text_files.inflated_pieces,
    Form.PACK: git_history.packed,
    Form.GZIP: text_files.gzip_pieces,
    Form.ZIP: text_files.zip_pieces,
    Form.DATABASE: databases.rows,
}


class Looked(NamedTuple):
    """What one place holds. not_read: why it could not be looked into, or not into all of it; or ""."""

    place: Place
    traces: tuple[Trace, ...] = ()
    not_read: str = ""


class _Screened(NamedTuple):
    place: Place
    may_hold: bool
    not_read: str = ""


def look(places: Iterable[Place], is_leak: IsLeak) -> Iterator[Looked]:
    """Each place, in order. is_leak: as `traces` has it."""
    for place, may_hold, not_read in _screened(places):
        yield look_closely(place, is_leak) if may_hold else Looked(place, (), not_read)


def look_closely(place: Place, is_leak: IsLeak) -> Looked:
    """One place, read as its form says."""
    doing(f"the {place.what} of {place.program}")
    for left in reversed(range(_TRIES)):
        try:
            return Looked(place, tuple(traces(READERS[place.form](place.path), is_leak)))
        except ChangedError as error:
            if not left:
                return Looked(place, _as_it_lies(place, is_leak), str(error))
        except (NotReadError, OSError) as error:
            return Looked(place, (), reason(error))
    raise AssertionError  # the last attempt returns


def _as_it_lies(place: Place, is_leak: IsLeak) -> tuple[Trace, ...]:
    """What is surely in a place that never holds still; there may be more."""
    try:
        return tuple(traces(databases.pages(place.path), is_leak)) if place.form is Form.DATABASE else ()
    except OSError:
        return ()


def reason(error: NotReadError | OSError) -> str:
    """Why a place was not read, or not changed, for people."""
    return str(error) if isinstance(error, NotReadError) else error.strerror or "it cannot be read"


def _screened(places: Iterable[Place]) -> Iterator[_Screened]:
    at_once = os.cpu_count() or 1
    waiting: deque[Future[list[_Screened]]] = deque()
    with ThreadPoolExecutor(at_once) as pool:
        for some in _batches(places):
            waiting.append(pool.submit(_screen, some))
            if len(waiting) > 2 * at_once:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _screen(places: list[Place]) -> list[_Screened]:
    done = []
    for place in places:
        if place.form is not Form.TEXT:  # the others are no plain text on the disk
            done.append(_Screened(place, may_hold=True))
            continue
        try:
            done.append(_Screened(place, text_files.may_hold(place.path)))
        except OSError as error:
            done.append(_Screened(place, may_hold=False, not_read=reason(error)))
    return done


def _batches(places: Iterable[Place]) -> Iterator[list[Place]]:
    some: list[Place] = []
    size = 0
    for place in places:
        some.append(place)
        size += place.size
        if size >= BATCH_BYTES or len(some) >= BATCH_FILES:
            yield some
            some, size = [], 0
    if some:
        yield some
