"""Merge a sealed file for git, key by key: what `pixie-secrets git-merge %O %A %B` does as its merge driver."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from pixie_secrets.errors import FileRefused
from pixie_secrets.files import edit_plain, read_private
from pixie_secrets.operations.context import Context
from pixie_secrets.sealed.merging import merged
from pixie_secrets.sealed.sealed_file import SealedFile, open_sealed
from pixie_secrets.secret.key import KeyName


class GitMergeRequest(NamedTuple):
    """Three files, as git names them: where both sides began, ours, which is overwritten, and theirs."""

    base: str
    ours: str
    theirs: str


class FileMerged(NamedTuple):
    """conflicts: keys that both sides changed; empty: it is merged. Nothing of a value is said or written anew."""

    conflicts: tuple[KeyName, ...]


def git_merge(_context: Context | None, request: GitMergeRequest) -> FileMerged:
    """Merge `theirs` into `ours`, with what does not conflict; a key that does stays as ours has it.

    Raises:
        FileRefused: one of them does not open; ours is as it was, and git calls it a conflict.
    """
    base = _opened(request.base, may_be_empty=True)
    theirs = _opened(request.theirs)
    conflicts: tuple[str, ...] = ()

    def edit(before: bytes | None) -> bytes:
        nonlocal conflicts
        if before is None or theirs is None:
            raise FileRefused("git named a file that is not there", "it starts this itself, as its merge driver")
        result = merged(base, open_sealed(before, "our side"), theirs)
        conflicts = result.conflicts
        return result.text

    edit_plain(Path(request.ours).absolute(), edit)
    return FileMerged(conflicts)


def _opened(path: str, *, may_be_empty: bool = False) -> SealedFile | None:
    """None: both sides began the file."""
    data = read_private(Path(path).absolute()) or b""
    where = "where both sides began" if may_be_empty else "their side"
    return None if may_be_empty and not data.strip() else open_sealed(data, where)
