"""Write what follows from declarations: `tool_secrets.py` and `.env.example` of a tool, `process-env.d.ts` or
`app_secrets.py` of an app.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.env_file.grammar import ParsedText
from pixie_secrets.errors import FileRefused, PixieError
from pixie_secrets.files import edit_plain
from pixie_secrets.frozen import Frozen
from pixie_secrets.generated import env_example, process_env
from pixie_secrets.generated import typed_access as tool_secrets
from pixie_secrets.layouts.apps import App
from pixie_secrets.manifest.essentials import Essentials
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pixie_secrets.layouts.project import Tool
    from pixie_secrets.operations.context import Context


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+", re.ASCII)  # it stands within a docstring


class CodegenRequest(NamedTuple):
    """What to generate."""

    tool_id: str
    env_example: Annotated[bool, "write .env.example and not tool_secrets.py"] = False
    check: Annotated[bool, "write nothing, with status 1 if it is not up to date: for CI"] = False


class Generated(Frozen):
    """path: relative to the project. changed: whether the file was, or with `check` would be, written."""

    tool_id: str
    path: str
    changed: bool


def codegen(context: Context, request: CodegenRequest) -> Generated:
    """Write one of a tool's generated files, unless it is as it should be.

    Raises:
        UnknownTool, ManifestError: no such tool, or its manifest is broken.
        FileRefused: the file is somebody's own (or, for `.env.example`, lists keys that the tool does not declare), a
            link, or cannot be written; it is left as it is.
    """
    project = context.project
    owner = project.owner(request.tool_id)
    if isinstance(owner, App):
        return _for_app(context, owner, request)
    tool = project.tool(request.tool_id)
    if request.env_example:
        path, wanted = env_example.path(tool), env_example.text(tool.essentials)
    else:
        path, wanted = tool_secrets.path(tool), tool_secrets.source(tool.essentials)
    changed = False

    def edit(before: bytes | None) -> bytes | None:
        nonlocal changed
        found = None if before is None else before.decode("utf-8", "replace")
        if found is not None and found.replace("\r\n", "\n") == wanted:
            return before
        if found:
            _refuse_own(tool, found, request)
        changed = True
        return before if request.check else wanted.encode()

    edit_plain(path, edit)
    return Generated(tool_id=tool.id, path=path.relative_to(project.root).as_posix(), changed=changed)


def _for_app(context: Context, app: App, request: CodegenRequest) -> Generated:
    """`process-env.d.ts` of an app that has a `package.json`, `app_secrets.py` of one in Python."""
    if not request.env_example and (app.folder / "package.json").is_file():
        wanted = process_env.source(key.secret for key in app.template_keys)
        name, is_generated = process_env.NAME, process_env.is_generated
    elif not request.env_example and _is_python(app) and _PLAIN_PATH.fullmatch(app.path):
        secrets = tuple(secret for secret in app.secrets if _NAME.fullmatch(secret.key))
        name, is_generated = tool_secrets.NAME_IN_APP, tool_secrets.is_generated
        wanted = tool_secrets.source(Essentials(app.path, app.name, secrets), name)
    else:
        raise PixieError(
            f"for an app, which {shown(app.id)} is, only {process_env.NAME} is generated, beside its package.json, and"
            f" {tool_secrets.NAME_IN_APP}, beside its pyproject.toml, requirements.txt or code in Python",
            "pixie-secrets new-tool ID --from .env.example makes a tool, which has typed access in Python",
        )
    path = app.folder / name
    changed = False

    def edit(before: bytes | None) -> bytes | None:
        nonlocal changed
        found = None if before is None else before.decode("utf-8", "replace")
        if found is not None and found.replace("\r\n", "\n") == wanted:
            return before
        if found and not is_generated(found):
            raise FileRefused(f"{name} was not generated: it is left as it is", "rename it, or delete it")
        changed = True
        return before if request.check else wanted.encode()

    edit_plain(path, edit)
    return Generated(tool_id=app.id, path=path.relative_to(context.project.root).as_posix(), changed=changed)


def _is_python(app: App) -> bool:
    """Whether the app's own folder has what is Python's."""
    if any((app.folder / name).is_file() for name in ("pyproject.toml", "requirements.txt")):
        return True
    return any(path.suffix == ".py" for path in app.folder.iterdir())


def _refuse_own(tool: Tool, found: str, request: CodegenRequest) -> None:
    """Raises FileRefused where writing would lose what a person wrote."""
    if not request.env_example:
        if not tool_secrets.is_generated(found):
            raise FileRefused(
                f"{tool_secrets.NAME} of {tool.id} was not generated: it is left as it is", "rename it, or delete it"
            )
        return
    declared = {secret.key for secret in tool.secrets}
    others = [shown(key) for key, _ in ParsedText(found).assignments() if key not in declared]
    if others:
        raise FileRefused(
            f"{env_example.NAME} of {tool.id} lists what tool.json does not declare: {', '.join(others[:10])}",
            f"declare it (`pixie-secrets migrate-tool-format {tool.id} --from FILE` does), or take its line out",
        )
