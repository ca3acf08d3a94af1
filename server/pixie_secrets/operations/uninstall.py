"""Take back what this program made on this machine: entries in agents' configurations, canaries, environments, records.

What a person made is theirs: values in `.env` files, sealed files, and the key that opens them stay, and are named.
Git's ignore rules stay as well, since they keep the values out of commits. The program itself is removed by what put it
here; that command is named, too.
"""

from __future__ import annotations

import os
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.audit.project_file import ID_FILE, ID_LENGTH, id_file, record_names, repository_ids
from pixie_secrets.audit.record import record_folder
from pixie_secrets.errors import FileRefused, PixieError
from pixie_secrets.operations import shell_completion
from pixie_secrets.operations.connect import ConnectionState, ConnectRequest, connect
from pixie_secrets.sealed.key_places import key_file
from pixie_secrets.state import cache_folder, state_folder
from pixie_secrets.stores import bait
from pixie_secrets.stores.canaries import CANARY, canaries, canaries_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pixie_secrets.operations.context import Context
    from pixie_secrets.stores.canaries import Canary

ENVIRONMENT, BUILDING = "env-", "building-"
OF_DATA = ("install.log", "pixie-secrets", "lock")  # beside the environments


class UninstallRequest(NamedTuple):
    """What to do."""

    dry_run: Annotated[bool, "change nothing, show what would be removed"] = False


class Removal(NamedTuple):
    """One thing that goes. about: what it is. failed: why it could not be removed; empty: it is gone, or would be."""

    path: str
    about: str
    failed: str = ""


class Remainder(NamedTuple):
    """One thing that stays. remove: how the person removes it."""

    path: str
    about: str
    remove: str


class Uninstalled(NamedTuple):
    """What was removed, and what stays. last: what removes the program itself."""

    dry_run: bool
    removed: tuple[Removal, ...]
    stays: tuple[Remainder, ...]
    last: str


class _Thing(NamedTuple):
    path: str
    about: str
    remove: Callable[[], object]


def uninstall(context: Context, request: UninstallRequest, environment: Mapping[str, str] = os.environ) -> Uninstalled:
    """Remove what this program made, for this user and this project; a thing that cannot be removed stops no other."""
    removed = []
    stays = tuple(_stays(context, environment))  # the records still say which repositories there are
    here = (*_connections(context, environment), *_completion(environment), *_id(context), *_canaries())
    keep = (key_file(environment), str(context.project.root), str(Path(__file__).parent), sys.prefix)
    for thing in (*here, *_folders(environment, keep)):
        failed = "" if request.dry_run else _failure(thing.remove)
        removed.append(Removal(thing.path, thing.about, failed))
    return Uninstalled(request.dry_run, tuple(removed), stays, _last_step(environment))


def _failure(remove: Callable[[], object]) -> str:
    try:
        remove()
    except PixieError as error:
        return error.message
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _connections(context: Context, environment: Mapping[str, str]) -> Iterator[_Thing]:
    """Our entries in the configurations of coding agents."""
    for found in connect(context, ConnectRequest(), (), (), environment).clients:
        if found.state is ConnectionState.CONNECTED or found.guarded:
            request = ConnectRequest(client=found.client, remove=True)
            about = f"our entry in the configuration of {found.title}{', and its hooks' if found.guarded else ''}"
            yield _Thing(found.file, about, partial(connect, context, request, (), (), environment))


def _completion(environment: Mapping[str, str]) -> Iterator[_Thing]:
    """What completes this command line in a shell, and the line of its startup file."""
    for place in shell_completion.places(environment):
        about = "completion for " + place.shell + (f", and its line in {place.startup}" if place.startup else "")
        yield _Thing(str(place.script), about, partial(shell_completion.remove, environment))


def _id(context: Context) -> Iterator[_Thing]:
    """What this project's audit record is found by."""
    if path := id_file(str(context.project.root)):
        yield _Thing(path, "the id that this repository's audit record goes by", partial(os.unlink, path))


def _canaries() -> Iterator[_Thing]:
    """Those of every project: once the list is gone they would pass for values of the person's own."""
    for one in _laid():
        about = f"{one.key} of {one.tool_id}{CANARY}"
        yield _Thing(one.path, about, partial(bait.take, Path(one.root), one.tool_id, one.key))


def _laid() -> tuple[Canary, ...]:
    """The canaries whose file is there."""
    return tuple(one for one in canaries() if os.path.lexists(one.path))


def _remove_folder(folder: Path) -> None:
    if _laid() and Path(canaries_path()).parent == folder:
        raise PixieError("it has the list of canaries, and one of them could not be removed")
    shutil.rmtree(folder)


def _folders(environment: Mapping[str, str], keep: Iterable[str]) -> Iterator[_Thing]:
    """Logs and records; then environments, and last the one that this program runs in.

    keep: what a folder may hold because XDG's variables name one place for all, or one where a clone is; such a folder
    stays.
    """
    kept = {os.path.realpath(path) for path in keep}
    places = (
        (state_folder, "logs, the audit record and agreements of all projects"),
        (cache_folder, "names of folders of large repositories"),
    )
    for place, about in places:
        folder = Path(place(environment))
        if folder.is_dir() and not folder.is_symlink():
            real = folder.resolve()
            is_shared = any(os.path.lexists(path) and Path(path).is_relative_to(real) for path in kept)
            yield _Thing(
                str(folder), about, partial(_not_removed, folder) if is_shared else partial(_remove_folder, folder)
            )
    data = _data_folder(environment)
    if data is None:
        return
    ours = [path for path in sorted(data.iterdir()) if _is_ours(path)]
    for path in sorted(ours, key=lambda path: str(path) == sys.prefix):
        about = "an environment with packages" if path.is_dir() else "of the installation"
        yield _Thing(str(path), about, partial(shutil.rmtree, path) if path.is_dir() else path.unlink)
    if ours:
        yield _Thing(str(data), "the folder of environments, once it is empty", partial(_if_empty, data))


def _not_removed(folder: Path) -> None:
    raise FileRefused(f"{folder} holds more than that: the key of sealed values, a project, or this program")


def _is_ours(path: Path) -> bool:
    if path.is_symlink():
        return False
    return path.name in OF_DATA or (path.is_dir() and path.name.startswith((ENVIRONMENT, BUILDING)))


def _if_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()


def _data_folder(environment: Mapping[str, str]) -> Path | None:
    """Where environments are: the one this program runs in says so, else where they are by default."""
    running = Path(sys.prefix)
    if running.name.startswith(ENVIRONMENT):
        return running.parent
    shared = environment.get("XDG_DATA_HOME") or Path(environment.get("HOME", ""), ".local", "share")
    data = Path(environment.get("PIXIE_SECRETS_DATA") or Path(shared, "pixie-secrets"))
    return data if data.is_absolute() and data.is_dir() and not data.is_symlink() else None


def _stays(context: Context, environment: Mapping[str, str]) -> Iterator[Remainder]:
    project = context.project
    for owner in project.owners:
        for path in owner.value_files:
            if path.is_file():
                yield Remainder(str(path), f"the values of {owner.id}", "yours: remove it, or keep it")
    if os.path.lexists(key := key_file(environment)):
        about = "the key of sealed values: without it they are lost"
        yield Remainder(key, about, "keep it as long as there is a sealed file")
    mine = record_names(str(project.root)).by_id[:ID_LENGTH]
    if others := repository_ids(record_folder(environment)) - {mine}:
        about = f"the id that the audit record went by, in other repositories: {len(others)}"
        yield Remainder(f".git/{ID_FILE}", about, "of no use any more: remove it, or leave it")


def _last_step(environment: Mapping[str, str]) -> str:
    """By what the program came here."""
    if environment.get("CLAUDE_PLUGIN_DATA") or environment.get("CLAUDE_PLUGIN_ROOT"):
        return "claude plugin uninstall pixie@pixie-secrets"
    if "/uv/tools/" in f"{sys.prefix}/":
        return "uv tool uninstall pixie-secrets"
    if "/pipx/" in f"{sys.prefix}/":
        return "pipx uninstall pixie-secrets"
    if (clone := Path(__file__).parents[3]).joinpath(".claude-plugin").is_dir():
        return f"remove the clone, {clone}; in Claude Code: claude plugin uninstall pixie@pixie-secrets"
    return f"{sys.executable} -m pip uninstall pixie-secrets"
