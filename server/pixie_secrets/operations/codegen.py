"""Write what follows from declarations: typed access, a stub, `.env.example` and the metadata of a tool or an app.

Of a tool `tool_secrets.py` and `.env.example`, of an app `process-env.d.ts` or `app_secrets.py`; of both a stub for
`pixie_secrets.tool` and `secrets-metadata.json`.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.env_file.grammar import ParsedText
from pixie_secrets.errors import FileRefused, PixieError
from pixie_secrets.files import edit_plain
from pixie_secrets.frozen import Frozen
from pixie_secrets.generated import env_example, metadata, process_env, stub
from pixie_secrets.generated import typed_access as tool_secrets
from pixie_secrets.layouts.apps import App
from pixie_secrets.manifest.essentials import Essentials
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.operations.context import Context


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+", re.ASCII)  # it stands within a docstring


class CodegenRequest(NamedTuple):
    """What to generate."""

    tool_id: str
    env_example: Annotated[bool, "write .env.example and not tool_secrets.py"] = False
    check: Annotated[bool, "write nothing, with status 1 if it is not up to date: for CI"] = False
    stub: Annotated[bool, "write the stub that types `from pixie_secrets.tool import secrets`"] = False
    metadata: Annotated[bool, "write secrets-metadata.json, for what deploys it: keys and types, no value"] = False


class Generated(Frozen):
    """path: relative to the project. changed: whether the file was, or with `check` would be, written."""

    tool_id: str
    path: str
    changed: bool


class _File(NamedTuple):
    """One file to be. name: from the owner's folder. is_ours: whether what is there may be written over.

    Which may raise FileRefused itself, to say why not.
    """

    name: str
    text: str
    is_ours: Callable[[str], bool]


def codegen(context: Context, request: CodegenRequest) -> Generated:
    """Write what is generated of a tool or an app, unless it is as it should be.

    Raises:
        UnknownTool, ManifestError: no such tool, or its manifest is broken.
        FileRefused: the file is somebody's own (or, for `.env.example`, lists keys that the tool does not declare), a
            link, or cannot be written; it is left as it is.
        PixieError: of an app there is no such file, or several were asked for at once.
    """
    owner = context.project.owner(request.tool_id)
    files = _files(owner, request)
    changed = [_write(owner, file, check=request.check) for file in files]
    path = (owner.folder / files[0].name).relative_to(context.project.root).as_posix()
    return Generated(tool_id=owner.id, path=path, changed=any(changed))


def _files(owner: Owner, request: CodegenRequest) -> tuple[_File, ...]:
    """What was asked for, the file that counts first."""
    asked = [name for name in ("env_example", "stub", "metadata") if getattr(request, name)]
    if len(asked) > 1:
        raise PixieError("one kind of file is written at a time", f"leave out --{asked[-1].replace('_', '-')}")
    if request.stub:
        return (
            _File(stub.NAME, stub.source(owner.id, owner.secrets), stub.is_generated),
            _File(stub.PACKAGE_NAME, stub.PACKAGE_TEXT, stub.is_generated),
        )
    if request.metadata:
        return (_File(metadata.NAME, metadata.text(owner.id, owner.secrets), metadata.is_generated),)
    if isinstance(owner, App):
        return (_of_app(owner, request),)
    if request.env_example:
        return (_File(env_example.NAME, env_example.text(_essentials(owner)), partial(_lists_no_more, owner)),)
    return (_File(tool_secrets.NAME, tool_secrets.source(_essentials(owner)), tool_secrets.is_generated),)


def _essentials(owner: Owner) -> Essentials:
    return Essentials(owner.id, owner.name, owner.secrets)


def _of_app(app: App, request: CodegenRequest) -> _File:
    """`process-env.d.ts` of an app that has a `package.json`, `app_secrets.py` of one in Python."""
    if not request.env_example and (app.folder / "package.json").is_file():
        text = process_env.source(key.secret for key in app.template_keys)
        return _File(process_env.NAME, text, process_env.is_generated)
    if not request.env_example and _is_python(app) and _PLAIN_PATH.fullmatch(app.path):
        secrets = tuple(secret for secret in app.secrets if _NAME.fullmatch(secret.key))
        text = tool_secrets.source(Essentials(app.path, app.name, secrets), tool_secrets.NAME_IN_APP)
        return _File(tool_secrets.NAME_IN_APP, text, tool_secrets.is_generated)
    raise PixieError(
        f"for an app, which {shown(app.id)} is, only {process_env.NAME} is generated, beside its package.json, and"
        f" {tool_secrets.NAME_IN_APP}, beside its pyproject.toml, requirements.txt or code in Python",
        "pixie-secrets new-tool ID --from .env.example makes a tool, which has typed access in Python",
    )


def _is_python(app: App) -> bool:
    """Whether the app's own folder has what is Python's."""
    if any((app.folder / name).is_file() for name in ("pyproject.toml", "requirements.txt")):
        return True
    return any(path.suffix == ".py" for path in app.folder.iterdir())


def _lists_no_more(owner: Owner, found: str) -> bool:
    """Whether a template has no key that is not declared; raises FileRefused, which names them, where it has."""
    declared = {secret.key for secret in owner.secrets}
    others = [shown(key) for key, _ in ParsedText(found).assignments() if key not in declared]
    if others:
        raise FileRefused(
            f"{env_example.NAME} of {owner.id} lists what tool.json does not declare: {', '.join(others[:10])}",
            f"declare it (`pixie-secrets migrate-tool-format {owner.id} --from FILE` does), or take its line out",
        )
    return True


def _write(owner: Owner, file: _File, *, check: bool) -> bool:
    """Whether the file was not as it should be; unless `check`, it is now."""
    changed = False

    def edit(before: bytes | None) -> bytes | None:
        nonlocal changed
        found = None if before is None else before.decode("utf-8", "replace")
        if found is not None and found.replace("\r\n", "\n") == file.text:
            return before
        if found and not file.is_ours(found):
            raise FileRefused(
                f"{file.name} of {shown(owner.id)} was not generated: it is left as it is", "rename it, or delete it"
            )
        changed = True
        return before if check else file.text.encode()

    path = owner.folder / file.name
    if check and not path.parent.is_dir():
        return True
    _make_folders(owner.folder, path.parent)
    edit_plain(path, edit)
    return changed


def _make_folders(top: Path, folder: Path) -> None:
    """Make `folder` and those on the way from `top`; none is made through a link."""
    for each in (*reversed(folder.relative_to(top).parents[:-1]), folder.relative_to(top)):
        if (top / each).is_symlink():
            raise FileRefused(f"{top / each} is a symbolic link", "put a folder in its place")
        try:
            (top / each).mkdir(exist_ok=True)
        except OSError as error:
            reason = (error.strerror or "no reason given").lower()
            raise FileRefused(f"{top / each} cannot be made: {reason}", "move what is there out of the way") from None
