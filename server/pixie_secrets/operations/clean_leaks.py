"""Clean leaks: take known values out of what programs keep, once a person has agreed.

No MCP tool: it changes other programs' files for good, and a client that was told to allow a tool asks nobody. Models
get `find-leaks`, which changes nothing and says what a person can run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.audit.due import CLEAN_UP
from pixie_secrets.errors import FileRefused, PixieError
from pixie_secrets.operations.find_leaks import Search
from pixie_secrets.traces import in_use
from pixie_secrets.traces.by_hand import by_hand, shown
from pixie_secrets.traces.cleaning import CannotCleanError
from pixie_secrets.traces.database_cleaning import clean_database
from pixie_secrets.traces.look import look_closely
from pixie_secrets.traces.places import Form
from pixie_secrets.traces.text_cleaning import clean_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pixie_secrets.operations.context import Context
    from pixie_secrets.operations.find_leaks import FindLeaksRequest, LeaksFound
    from pixie_secrets.traces.cleaning import IsLeak
    from pixie_secrets.traces.look import Looked
    from pixie_secrets.traces.places import Place


class CleanedPlace(NamedTuple):
    """times: occurrences that were taken out, or with a dry run would be."""

    program: str
    what: str
    path: str
    times: int


class LeftPlace(NamedTuple):
    """A place in which a value still stands. message: why. by_hand: what takes it away, where that is known."""

    program: str
    what: str
    path: str
    message: str
    by_hand: str | None


class LeaksCleaned(NamedTuple):
    """found: as it was before; the next steps have no cleaning once all is done. dry_run: nothing was changed."""

    dry_run: bool
    cleaned: tuple[CleanedPlace, ...]
    left: tuple[LeftPlace, ...]
    found: LeaksFound


def clean_leaks(
    context: Context, request: FindLeaksRequest, agreed: Callable[[LeaksCleaned], bool] = lambda _planned: False
) -> LeaksCleaned:
    """Look for leaks as `find_leaks` does, and take out those that can be, once `agreed` to what would be done.

    Raises:
        UnknownTool: there is no such tool.
        PixieError: this system does not say which files are open.
    """
    if not in_use.can_tell():
        raise PixieError(
            "nothing can be cleaned here: this system does not say which files are open",
            "delete the sessions in their own programs; find-leaks says which",
        )
    search = Search(context, request)
    looked = list(search.files())  # all of them first: what is cleaned is no place to look into again
    search.history()
    found = search.answer()
    planned = _outcome([(one, _hindrance(one.place)) for one in looked], found, dry_run=True)
    if not planned.cleaned or not agreed(planned):
        return planned
    return _outcome([(one, _clean(one.place, search.is_leak)) for one in looked], found, dry_run=False)


def _outcome(done: list[tuple[Looked, str]], found: LeaksFound, *, dry_run: bool) -> LeaksCleaned:
    """done: each place, and why a value still stands there, or ""."""
    cleaned, left = [], []
    for (place, traces, _), hindrance in done:
        if hindrance:
            left.append(LeftPlace(place.program, place.what, shown(place.path), hindrance, by_hand(place)))
        else:
            cleaned.append(CleanedPlace(place.program, place.what, shown(place.path), len(traces)))
    left += _of_git(found)
    if not (dry_run or left or found.not_read):
        found = found._replace(
            keys=tuple(key._replace(next_step=key.next_step.replace(CLEAN_UP, "")) for key in found.keys)
        )
    return LeaksCleaned(dry_run, tuple(cleaned), tuple(left), found)


def _hindrance(place: Place) -> str:
    """Why this place is left alone, or ""."""
    if by_hand(place):
        return "it cannot be cleaned in place"
    if place.programs and (running := in_use.writer(place.programs, place.written)):
        return f"{running} may have this session open; end it first"
    if held := in_use.holder([place.path]):
        return f"it is open in {held}; end that first"
    return ""


def _clean(place: Place, is_leak: IsLeak) -> str:
    """Clean it, and look again; why a value still stands there, or ""."""
    if hindrance := _hindrance(place):
        return hindrance
    try:
        if place.form is Form.DATABASE:
            clean_database(place.path, is_leak)
        else:
            clean_text(place.path, is_leak, zsh=place.form is Form.ZSH, same_size=place.same_size)
    except CannotCleanError as error:
        return str(error)
    except FileRefused as error:
        return error.message
    except OSError as error:
        return (error.strerror or "the system refused").lower()
    again = look_closely(place, is_leak)
    return again.not_read or ("a value is still in it" if again.traces else "")


def _of_git(found: LeaksFound) -> Iterator[LeftPlace]:
    for leak in found.leaks:
        if leak.program == "git" and leak.by_hand and leak.what not in {"credentials", "repository"}:
            yield LeftPlace("git", leak.what, leak.path, "history is not rewritten here", leak.by_hand)
