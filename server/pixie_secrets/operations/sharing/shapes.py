"""What a share is asked and what it answers."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pixie_secrets.frozen import Frozen
from pixie_secrets.secret.key import KeyName


class ShareToolRequest(NamedTuple):
    """What a finding of lint may be allowed is no part of this: that is for a person to say, on the command line."""

    tool_id: str
    output: Annotated[
        str | None,
        "the archive to write, a file that does not exist yet; left out: <id>-<version>.zip in the project",
    ] = None
    dry_run: Annotated[bool, "only list what would go in and what would stay out, and why"] = False


class SharedFile(Frozen):
    path: str
    size: int


class NotShared(Frozen):
    """path: one of a folder ends in `/`; nothing in it was looked at."""

    path: str
    reason: str


class ToolShared(Frozen):
    """files: what went in, the first of `file_count`. total: bytes before packing. size, sha256: of the archive, 0 and
    null with a dry run. generated: files of the archive that are not in the folder. hosts: those that the code names.
    """

    tool_id: str
    dry_run: bool
    path: str
    size: int
    sha256: str | None
    files: tuple[SharedFile, ...]
    file_count: int
    total: int
    left_out: tuple[NotShared, ...]
    left_out_count: int
    generated: tuple[str, ...]
    secrets: tuple[KeyName, ...]
    hosts: tuple[str, ...]
    allowed: tuple[str, ...] = ()
