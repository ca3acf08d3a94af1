"""Where the tool goes, and the tool that is there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.archives.names import folded
from pixie_secrets.archives.refusals import ArchiveRefused
from pixie_secrets.errors import Hint
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.layouts.project import Project, Tool


_KEPT = "its .env, data/ and virtual environment are kept"


class Destination(NamedTuple):
    """target: the tool's folder to be. old: the tool that has it, in the folder with that inode."""

    target: Path
    old: Tool | None
    inode: int | None = None


def destination(project: Project, tool_id: str, *, replace: bool) -> Destination:
    """The folder for `tool_id`.

    Raises:
        ArchiveRefused: there is such a tool and it shall not be replaced, or something else has its name.
        PixieError: two tools claim the id.
    """
    tools = project.root / "tools"
    same = [tool for tool in project.tools if tool.id == tool_id]
    if len(same) > 1:
        project.tool(tool_id)  # refuses, and names the folders
    old = same[0] if same else None
    target = old.folder if old else tools / tool_id
    twins = [path.name for path in tools.iterdir() if folded(path.name) == folded(tool_id) and path != target]
    if twins or (old is None and os.path.lexists(target)):
        name = twins[0] if twins else tool_id
        raise ArchiveRefused(
            f"tools/{shown(name)} exists already and is not the tool {tool_id}",
            "rename or remove it, then import again",
        )
    if old and not replace:
        raise ArchiveRefused(
            f"there is a tool {tool_id} already, in tools/{old.folder.name}",
            Hint(
                f"see what would change with --replace --dry-run, then import it with --replace; {_KEPT}",
                for_agent=f"see what would change with replace and dry_run, then import it with replace; {_KEPT}",
            ),
        )
    return Destination(target, old, os.lstat(target).st_ino if old else None)
