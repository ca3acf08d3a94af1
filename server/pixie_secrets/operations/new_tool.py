"""Make a new tool that runs, with the secrets that a template lists declared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NamedTuple

from pixie_secrets.errors import FileRefused, PixieError
from pixie_secrets.files import edit_plain
from pixie_secrets.generated import new_tool as texts
from pixie_secrets.git.ignore_rule import ensure_ignored
from pixie_secrets.layouts.templates import keys_of
from pixie_secrets.manifest.models import parse_manifest
from pixie_secrets.operations.context import Context
from pixie_secrets.secret.key import KeyName
from pixie_secrets.wording import shown


class NewToolRequest(NamedTuple):
    """What to make. template: a file of `KEY=` lines; what stands after an equals sign is never taken."""

    tool_id: Annotated[str, "what it is to be called: letters, digits, dashes"]
    template: Annotated[str | None, "declare the secrets that this .env.example, or any file of KEY= lines, lists"] = (
        None
    )


class ToolMade(NamedTuple):
    """path: of its folder, from the project's. files: those that were written; others were there already.

    ignored: the rule that git was given so that no commit takes the values along; empty: none was needed.
    """

    tool_id: str
    path: str
    files: tuple[str, ...]
    declared: tuple[KeyName, ...]
    ignored: str = ""


def new_tool(context: Context, request: NewToolRequest) -> ToolMade:
    """Write the files of a new tool; one that is there already is left as it is.

    Raises:
        PixieError: there is such a tool already, or the template lists no secret.
        ManifestError: that is no id of a tool.
        FileRefused: a file cannot be written; `tool.json`, without which it is no tool, comes last.
    """
    project = context.project
    taken = {tool.id for tool in project.tools} | {tool.folder.name for tool in project.tools}
    if request.tool_id in taken | {broken.folder.name for broken in project.broken_tools}:
        raise PixieError("there is such a tool already", "give the new one another id, or edit that one's tool.json")
    declared = []
    if request.template is not None:
        declared = [key.secret for key in keys_of(Path(request.template).expanduser()) if not key.is_setting]
        if not declared:
            raise PixieError("the template lists no secret", "it has lines such as OPENAI_API_KEY=")
    written = texts.files(request.tool_id, declared)
    parse_manifest(written["tool.json"], "the new tool.json")
    folder = project.root / "tools" / request.tool_id
    if folder.is_symlink() or folder.parent.is_symlink():
        raise FileRefused(f"{shown(str(folder))} leads elsewhere", "put the folder itself in the place of the link")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise FileRefused(f"{shown(str(folder))} could not be made: {reason}", "see that tools/ is yours") from None
    made = [name for name, text in written.items() if _write(folder / name, text)]
    path = folder.relative_to(project.root).as_posix()
    rule = ensure_ignored(folder / ".env")
    return ToolMade(
        request.tool_id, path, tuple(made), tuple(secret.key for secret in declared), rule.line if rule else ""
    )


def _write(path: Path, text: str) -> bool:
    """Whether there was no such file."""
    is_new = False

    def edit(before: bytes | None) -> bytes:
        nonlocal is_new
        is_new = before is None
        return text.encode() if before is None else before

    edit_plain(path, edit)
    return is_new
