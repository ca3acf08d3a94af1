"""Judges an archive's list of files as a tool: one folder or its contents, safe names, nothing that may not travel, all
that must be.

Nothing has been unpacked at this point. What systems and editors leave behind is dropped without a word about it;
everything else that does not belong is a reason to refuse, because somebody meant it to be there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.archives import dependencies
from pixie_secrets.archives.kinds import Importing, is_template, treatment_of
from pixie_secrets.archives.names import NameClashes, folded, unsafe
from pixie_secrets.archives.refusals import ArchiveRefused, display_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixie_secrets.archives.zip_check import Member

REQUIRED = ("tool.json", "main.py", "pyproject.toml")
SHARE_MANIFEST = "pixie-share.json"

_OF_JAR = frozenset({"META-INF", "META-INF/MANIFEST.MF"})  # `jar cf` puts them into every archive
_READ = frozenset({"pyproject.toml", "uv.lock", SHARE_MANIFEST})


class Accepted(NamedTuple):
    """top: the folder that holds the tool, or "". files, folders: paths below it. dropped: litter, left behind."""

    top: str
    files: dict[str, Member]
    folders: tuple[str, ...]
    dropped: tuple[str, ...]


def is_read(path: str) -> bool:
    """Whether an import reads what it says, and so takes it only when it fits into memory (`limits.WHOLE_MAX`)."""
    name = path.replace("!", "/").rpartition("/")[2]  # `wheel.whl!.gitignore` is one as well
    return is_judged(path) or name == ".gitignore" or is_template(name)


def is_judged(path: str) -> bool:
    """Whether what it says of the tool, or to a program that is started there, decides about the import."""
    return path in _READ or path.lower() in dependencies.SETTINGS


def accept(members: Iterable[Member]) -> Accepted:
    """What is to be unpacked: the one folder of the archive, or what is in it where `tool.json` is at the very top.

    Raises:
        ArchiveRefused: the first thing that is wrong.
    """
    members = _from_here(list(members))
    twins = NameClashes()
    for member in members:
        if why := unsafe(member.name) or twins.clash(member.name, is_folder=member.is_folder):
            raise ArchiveRefused(f"{display_name(member.name) or 'a file'} {why}", "ask for it to be packed again")
    dropped = [member.name for member in members if _is_dropped(member)]
    left = set(dropped)
    kept = [member for member in members if member.name not in left]
    beside = [member.name for member in members if member.name in left and not _is_added(member)]
    top = _top(kept, beside)
    prefix = f"{top}/" if top else ""
    inside = [(member.name.removeprefix(prefix), member) for member in kept if member.name != top]
    files = {path: member for path, member in inside if not member.is_folder}
    _require(files)
    return Accepted(top, files, tuple(path for path, member in inside if member.is_folder), tuple(dropped))


def _from_here(members: list[Member]) -> list[Member]:
    """The same where every name begins with `./`, as `bsdtar` and `tar` write what is in the working folder."""
    if not all(member.name == "." or member.name.startswith("./") for member in members):
        return members
    return [member._replace(name=member.name[2:]) for member in members if member.name != "."]


def _top(kept: list[Member], beside: list[str]) -> str:
    """The folder that is the tool; empty where the archive has the tool's contents without one.

    Raises:
        ArchiveRefused: there is no such folder, or more than one could be meant.
    """
    tops = dict.fromkeys(member.name.partition("/")[0] for member in kept)
    if not tops:
        raise ArchiveRefused("the archive holds no files", "ask for it again")
    at_top = [member.name for member in kept if "/" not in member.name and not member.is_folder]
    if any(folded(name) == "tool.json" for name in at_top):
        if twice := [member.name for member in kept if folded(member.name.partition("/")[2]) == "tool.json"]:
            raise ArchiveRefused(
                f"the archive has a tool.json at its top and another in {display_name(twice[0].partition('/')[0])}",
                "one tool, one folder, one archive; ask for the one that is meant",
            )
        return ""
    if at_top:
        raise ArchiveRefused(
            f"{display_name(at_top[0])} is not in the tool's folder",
            "the sender packs the folder itself, or its contents with tool.json at the top",
        )
    # Beside the tool's folder, only what packers and systems add by themselves may be left behind.
    tops |= {name.partition("/")[0]: None for name in beside if "/" in name}
    if len(tops) > 1:
        raise ArchiveRefused(
            f"the archive holds {len(tops)} folders side by side",
            "one tool, one folder, one archive; import them one by one",
        )
    return next(iter(tops))


def _is_added(member: Member) -> bool:
    """Whether a packer puts it beside any folder by itself."""
    return member.name in _OF_JAR or _is_resource_fork(member)


def _is_resource_fork(member: Member) -> bool:
    """`__MACOSX/tool/._name` holds colors and comments of the file `name`, not its contents; or a folder of these."""
    top, _, rest = member.name.partition("/")
    return top == "__MACOSX" and (member.is_folder or rest.rpartition("/")[2].startswith("._"))


def _is_dropped(member: Member) -> bool:
    """Whether this is litter.

    Raises:
        ArchiveRefused: it is something worse.
    """
    if _is_added(member):
        return True
    dropped = False
    for part in member.name.split("/"):
        treatment = treatment_of(part)
        if treatment.importing is Importing.DROP:
            dropped = True
        elif treatment.importing is Importing.REFUSE:
            raise ArchiveRefused(f"{display_name(member.name)} {treatment.problem}", treatment.hint)
    return dropped


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
