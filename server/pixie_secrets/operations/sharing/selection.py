"""What goes into a share besides what the kinds of files decide: templates, what is made for it, what must be there."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from pixie_secrets.archives import limits
from pixie_secrets.archives.accept import REQUIRED, SHARE_MANIFEST, is_read
from pixie_secrets.archives.contents import Contents
from pixie_secrets.archives.kinds import is_template
from pixie_secrets.archives.names import NameClashes, folded, unsafe
from pixie_secrets.archives.refusals import ShareRefused, display_name
from pixie_secrets.filenames import PERHAPS_HOLDING_VALUES
from pixie_secrets.generated import env_example
from pixie_secrets.operations.leaks import learn_or_refuse
from pixie_secrets.operations.words import value_in_template
from pixie_secrets.sealed.about import About
from pixie_secrets.sealed.sealed_file import Setting, new_sealed
from pixie_secrets.stores.store import store_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixie_secrets.layouts.project import Project, Tool

_ANOTHER = "rename it, or list it in the tool's .gitignore to leave it out"


def learn_values(project: Project, tool: Tool, found: Contents) -> None:
    """Know the values of the project, and of every other file of values that lies in this tool."""
    learn_or_refuse(
        project,
        {
            tool.folder / entry.path: tool.id
            for entry in found.left_out
            if entry.kind in PERHAPS_HOLDING_VALUES and stat.S_ISREG(entry.status.st_mode)
        },
    )


def without_filled_templates(tool: Tool, found: Contents) -> Contents:
    """A `.env.example` that has a value is a `.env`, and stays."""
    declared = {secret.key for secret in tool.secrets}
    ships, stays = [], []
    for entry in found.files:
        if is_template(entry.path.rpartition("/")[2]):
            text = (tool.folder / entry.path).read_bytes().decode("utf-8", "replace")
            if key := value_in_template(text, declared):
                stays.append(entry._replace(reason=f"a template that has a value for {key}"))
                continue
        ships.append(entry)
    return Contents(tuple(ships), tuple(sorted((*found.left_out, *stays))))


def require(tool: Tool, found: Contents) -> None:
    """Raises ShareRefused when no import would take it, as far as the list of files tells."""
    paths = {entry.path for entry in found.files}
    reasons = {entry.path: entry.reason for entry in found.left_out}
    for needed in dict.fromkeys((*REQUIRED, tool.manifest.entrypoint)):
        if needed not in paths:
            why = f": it is {reasons[needed]}" if needed in reasons else ""
            starts = "" if needed in REQUIRED else ", and whatever starts it by its tool.json"
            raise ShareRefused(
                f"{display_name(needed)} would not be in the archive{why}",
                f"a tool has tool.json, main.py and pyproject.toml{starts}",
            )
    _require_names(tool, (*paths, *generated(tool, found), SHARE_MANIFEST))


def require_readable(found: Contents) -> None:
    """Raises ShareRefused for a file whose words count and that is too large to be read."""
    for entry in found.files:
        if entry.status.st_size > limits.WHOLE_MAX and is_read(entry.path):
            size = limits.WHOLE_MAX // limits.MIB
            raise ShareRefused(
                f"{display_name(entry.path)} is larger than {size} MiB, far too large for what it is", _ANOTHER
            )


def _require_names(tool: Tool, paths: Iterable[str]) -> None:
    """The names as they will stand in the archive: the tool's id is a part of them."""
    twins = NameClashes()
    for path in sorted(paths):
        name = f"{tool.id}/{path}"
        if why := unsafe(name) or twins.clash(name, is_folder=False):
            raise ShareRefused(f"{display_name(path)} {why}", _ANOTHER)


def generated(tool: Tool, found: Contents) -> dict[str, bytes]:
    """`.env.example`, where there are secrets to fill in and the tool has nothing of its own by that name."""
    if not tool.secrets or any(folded(entry.path.partition("/")[0]) == env_example.NAME for entry in found.files):
        return {}
    return {env_example.NAME: env_example.text(tool.essentials).encode()}


def sealed_values(tool: Tool, recipients: tuple[str, ...]) -> bytes:
    """A sealed file with the values of `tool` for `recipients` alone, with a data key of its own.

    Raises:
        ShareRefused: there is no value.
        FileRefused: the values cannot be read.
    """
    store = store_of(tool)
    abouts = store.abouts()
    settings = {
        key: Setting(value.get_secret_value(), abouts.get(key, About()))
        for key, value in store.values().items()
        if value.get_secret_value()
    }
    if not settings:
        raise ShareRefused(f"{tool.id} has no value to seal", "set one first, or share it without")
    return new_sealed(settings, recipients)
