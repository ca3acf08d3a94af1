"""Judges an archive's list of files as a tool: one folder, safe names, nothing that may not travel, all that must be.

Nothing has been unpacked at this point. What systems and editors leave behind is dropped without a word about it;
everything else that does not belong is a reason to refuse, because somebody meant it to be there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.archives.kinds import Importing, is_template, treatment_of
from pixie_secrets.archives.names import Twins, folded, unsafe
from pixie_secrets.archives.refusals import ArchiveRefused, display_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixie_secrets.archives.zip_check import Member

REQUIRED = ("tool.json", "main.py", "pyproject.toml")
SHARE_MANIFEST = "pixie-share.json"

READ = frozenset({"pyproject.toml", "uv.lock", SHARE_MANIFEST})


class Accepted(NamedTuple):
    """files, folders: paths below the top folder. dropped: what is left behind; it was litter."""

    top: str
    files: dict[str, Member]
    folders: tuple[str, ...]
    dropped: tuple[str, ...]


def is_read(path: str) -> bool:
    """Whether an import reads what it says, and so takes it only when it fits into memory (`limits.WHOLE_MAX`)."""
    name = path.replace("!", "/").rpartition("/")[2]  # `wheel.whl!.gitignore` is one as well
    return path in READ or name == ".gitignore" or is_template(name)


def accept(members: Iterable[Member]) -> Accepted:
    """What is to be unpacked.

    Raises:
        ArchiveRefused: the first thing that is wrong.
    """
    twins = Twins()
    files: dict[str, Member] = {}
    folders: list[str] = []
    dropped: list[str] = []
    tops: dict[str, None] = {}
    for member in members:
        if why := unsafe(member.name) or twins.clash(member.name, is_folder=member.is_folder):
            raise ArchiveRefused(f"{display_name(member.name) or 'a file'} {why}", "ask for it to be packed again")
        if _is_dropped(member.name):
            dropped.append(member.name)
            continue
        top, _, path = member.name.partition("/")
        tops[top] = None
        if member.is_folder:
            if path:
                folders.append(path)
        elif path:
            files[path] = member
        else:
            raise ArchiveRefused(
                f"{display_name(member.name)} is not in the tool's folder",
                "the sender packs the folder itself, not its contents",
            )
    if not tops:
        raise ArchiveRefused("the archive holds no files", "ask for it again")
    if len(tops) > 1:
        raise ArchiveRefused(
            f"the archive holds {len(tops)} folders side by side",
            "one tool, one folder, one archive; import them one by one",
        )
    _require(files)
    return Accepted(next(iter(tops)), files, tuple(folders), tuple(dropped))


def _is_dropped(name: str) -> bool:
    """Whether this is litter.

    Raises:
        ArchiveRefused: it is something worse.
    """
    dropped = False
    for part in name.split("/"):
        treatment = treatment_of(part)
        if treatment.importing is Importing.DROP:
            dropped = True
        elif treatment.importing is Importing.REFUSE and not _is_resource_fork(name):
            raise ArchiveRefused(f"{display_name(name)} {treatment.problem}", treatment.hint)
    return dropped


def _is_resource_fork(name: str) -> bool:
    """`__MACOSX/tool/._name` holds colors and comments of the file `name`, not its contents; it is dropped."""
    return name.startswith("__MACOSX/")


def _require(files: dict[str, Member]) -> None:
    spelled = {folded(path): path for path in files}
    for needed in REQUIRED:
        found = spelled.get(needed)
        if found is None:
            deeper = any(path.endswith(f"/{needed}") for path in files)
            hint = (
                "the sender packs the folder that holds tool.json"
                if deeper
                else "a tool has tool.json, main.py and pyproject.toml"
            )
            raise ArchiveRefused(f"the archive has no {needed} in its top folder", hint)
        if found != needed:
            raise ArchiveRefused(f"{display_name(found)} must be spelled {needed}", "the sender renames it")
