"""Which tool or app a piece of code belongs to: the nearest `tool.json` above it, else the nearest `.env` or template.

A library that a tool has installed is nobody's own, so there the program that was started counts; what was typed at a
prompt belongs to the folder one stands in. Nothing above the repository is looked at.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pixie_secrets.errors import ProjectNotFound
from pixie_secrets.tool.declared_secrets import AnySecrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pixie_secrets.layouts.layout import Owner

MANIFEST = "tool.json"
_INSTALLED = frozenset({"site-packages", "dist-packages"})
_of_folders: dict[str, AnySecrets] = {}


def secrets_of_file(file: str, environment: Mapping[str, str] | None = None) -> AnySecrets:
    """Of the code in `file`. Code of one folder shares them, so a value is read once."""
    folder = _folder_of(file)
    if environment is not None:
        return AnySecrets(lambda: owner_of(Path(folder)), environment)
    if folder not in _of_folders:
        _of_folders[folder] = AnySecrets(lambda: owner_of(Path(folder)), os.environ)
    return _of_folders[folder]


def secrets_of_folder(folder: str | os.PathLike[str], environment: Mapping[str, str] | None = None) -> AnySecrets:
    """Of the tool or app that `folder` is in."""
    path = Path(folder).absolute()
    return AnySecrets(lambda: owner_of(path), os.environ if environment is None else environment)


def _folder_of(file: str) -> str:
    if not file or _INSTALLED & {*file.split(os.sep)}:
        file = getattr(sys.modules.get("__main__"), "__file__", None) or ""
    return os.path.dirname(os.path.abspath(file)) if file else os.getcwd()


def owner_of(folder: Path) -> Owner:
    """The tool or app that `folder` is in.

    Raises:
        ProjectNotFound: it is in none.
        ManifestError: it is in a tool whose `tool.json` does not say which secrets it has.
    """
    around = tuple(_around(folder))
    for each in around:
        if os.path.lexists(each / MANIFEST):
            from pixie_secrets.layouts.tools_folder import tool_of_its_code

            return tool_of_its_code(each)
    from pixie_secrets.layouts.apps import Apps
    from pixie_secrets.layouts.env_folders import env_files

    for each in around:
        if names := env_files(str(each)):
            root = around[-1] if os.path.lexists(around[-1] / ".git") else each
            return Apps(root).at(each.relative_to(root).as_posix(), names)
    raise ProjectNotFound(
        f"no secrets are declared for the code in {folder}: it and the folders above it have neither a tool.json nor a"
        " .env or a template of one",
        "declare them in a tool.json (pixie-secrets new-tool ID), or list them in an .env.example beside the code",
    )


def _around(folder: Path) -> Iterator[Path]:
    """`folder` and those above it, up to its repository's."""
    for each in (folder, *folder.parents):
        yield each
        if os.path.lexists(each / ".git"):
            return
