"""Sealed values: whether a key of this person opens them, and which tools would be started without them."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pixie_secrets.doctor.check import Check, CheckState
from pixie_secrets.errors import FileRefused
from pixie_secrets.files import read_plain, read_private
from pixie_secrets.layouts.env_folders import is_own_folder
from pixie_secrets.sealed.sealed_file import open_sealed
from pixie_secrets.stores.store import is_sealed
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.layouts.project import Project

FILES_MAX = 2000  # that are looked into for a reader of `.env`
SIZE_MAX = 1 << 20
READERS = (b"load_dotenv", b"dotenv_values", b"dotenv.config", b"dotenv/config", b"--env-file")


def checks(project: Project) -> Iterator[Callable[[], Check]]:
    """Two of each sealed tool or app."""
    for owner in project.owners:
        if owner.sealed_path and is_sealed(owner):
            name = shown(owner.sealed_path.relative_to(project.root).as_posix())
            yield partial(_opens, owner.sealed_path, name)
            yield partial(_readers, owner, name)


def _opens(path: Path, name: str) -> Check:
    try:
        found = open_sealed(read_private(path) or b"", name)
    except FileRefused as error:
        return Check(name=name, state=CheckState.BROKEN, message=error.message, fix=error.hint)
    count = len(found.recipients)
    message = f"a key of yours opens it; sealed for {count} recipient{'' if count == 1 else 's'}"
    return Check(name=name, state=CheckState.OK, message=message)


def _readers(owner: Owner, name: str) -> Check:
    title = f"{name} readers"
    if reader := _reader(owner.folder):
        return Check(
            name=title,
            state=CheckState.OFF,
            message=f"{shown(reader)} reads a .env itself, which has no sealed values",
            fix=f"start it with pixie-secrets exec {owner.id} -- …, or run-tool: what is set already, a reader leaves",
        )
    return Check(name=title, state=CheckState.OK, message="nothing in its folder reads a .env itself")


def _reader(folder: Path) -> str:
    """A file below `folder` that names a reader of `.env`, by its path from there; "" where none does."""
    left = FILES_MAX
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(filter(is_own_folder, folders))
        for name in sorted(names):
            if not name.endswith((".py", ".js", ".mjs", ".ts", ".json", ".sh", ".toml")):
                continue
            left -= 1
            if left < 0:
                return ""
            path = Path(parent, name)
            try:
                data = read_plain(path, SIZE_MAX)
            except OSError:
                continue
            if any(reader in data for reader in READERS):
                return str(path.relative_to(folder))
    return ""
