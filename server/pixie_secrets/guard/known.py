"""The values of every tool near a call, read from the disk for this one hook; nothing is remembered.

The index is the one of everything else here. It searches with the automaton of the plugin's environment where that is
installed, and without it by itself, more slowly.
"""

from __future__ import annotations

import os
import sys

from pixie_secrets.errors import PixieError
from pixie_secrets.guard import record
from pixie_secrets.guard.places import Places
from pixie_secrets.layouts.work_trees import other_work_trees
from pixie_secrets.state import state_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pixie_secrets.known_values import KnownValues

CANARIES = "canaries.json"  # the file, and what stands behind the tool's id, as the store has them: it is not imported
CANARY = " (canary)"  # where there are none
BYTES_MAX = 1 << 26  # as the store has it


def load(places: Places, packages: Callable[[], str] | None, seen_in: str = "a call of an agent") -> KnownValues | None:
    """The values of `places`, or None where there are none. A file that cannot be read costs only itself.

    seen_in: what is about to be looked through, for the record where it holds a canary.
    """
    files = dict.fromkeys([*places.files(), *_elsewhere(places)])
    of_apps = frozenset(places.app_files())
    sealed = dict.fromkeys([*places.sealed_files(), *(path for tree in _trees(places) for path in tree.sealed_files())])
    texts = [(text, _tool(path), path in of_apps) for path in files if (text := _text(path))]
    has_canaries = os.path.lexists(os.path.join(state_folder(), CANARIES))
    if not texts and not has_canaries and not sealed:
        return None
    from pixie_secrets.known_values import KnownValues
    from pixie_secrets.stores.learn import learn_text

    add_packages(packages)
    known = KnownValues()
    canaries = _learn_canaries(known, seen_in) if has_canaries else None
    for text, tool, is_app in texts:
        if refused := learn_text(text, tool=tool, known=known, unless=canaries, is_app=is_app):
            record.fault("known values", refused)
    if sealed:
        _learn_sealed(sealed, places, known)
    return known if len(known) else None


def _learn_sealed(files: Iterable[str], places: Places, known: KnownValues) -> None:
    """What this person's keys open, and the keys; a file that is sealed for others costs only itself."""
    from pixie_secrets.sealed.key_places import TEXT_VARIABLE
    from pixie_secrets.stores.learn import learn_keys, learn_sealed

    for text in (os.environ.get(TEXT_VARIABLE, ""), *map(_text, places.key_files())):
        learn_keys(text, known)
    try:
        from pixie_secrets.sealed.sealed_file import import_packages, open_sealed

        import_packages()
    except ImportError as error:
        record.fault("sealed values", error)
        return
    for path in files:
        try:
            found = open_sealed(_text(path).encode("utf-8", "surrogateescape"), path)
        except PixieError as error:
            record.fault("sealed values", error)
        else:
            learn_sealed(found, tool=_tool(path), known=known)


def _learn_canaries(known: KnownValues, seen_in: str) -> Callable[[str], bool]:
    """Whether a value is one, which is then no value of the tool that it lies beside."""
    from pixie_secrets.stores.canaries import doing
    from pixie_secrets.stores.learn import learn_canaries

    doing(seen_in)
    return frozenset(learn_canaries(known)).__contains__


def add_packages(packages: Callable[[], str] | None) -> bool:
    """Make the plugin's packages importable; whether they are there."""
    if packages is None:
        return True  # started from an environment of its own
    folder = packages()
    if folder and folder not in sys.path:
        sys.path.append(folder)
    return bool(folder)


def _elsewhere(places: Places) -> list[str]:
    """Files of values in the other work trees of the repositories here: their values are the same person's."""
    return [path for tree in _trees(places) for path in tree.files()]


def _trees(places: Places) -> list[Places]:
    trees = dict.fromkeys(tree for root in places.roots() for tree in other_work_trees(root))
    return [Places(tree, {}) for tree in trees]


def _tool(path: str) -> str:
    return os.path.basename(os.path.dirname(path))


def _text(path: str) -> str:
    """The file's text; "" where it is none: a hook must not hang on a FIFO."""
    from pixie_secrets.files import read_plain

    try:
        data = read_plain(path, BYTES_MAX + 1, follow=True)
    except OSError:
        return ""
    return data.decode("utf-8", "surrogateescape") if len(data) <= BYTES_MAX else ""
