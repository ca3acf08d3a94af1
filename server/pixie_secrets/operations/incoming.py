"""What is asked of an archive besides its structure: is there one, what do its tool.json and .gitignore say."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from pixie_secrets.archives.refusals import ArchiveRefused
from pixie_secrets.errors import ManifestError, PixieError

if TYPE_CHECKING:
    from pixie_secrets.manifest import Manifest

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def opened(named: str) -> int:
    """The archive, open for reading; it is never opened a second time."""
    if _URL.match(named):
        raise ArchiveRefused(
            "an archive is imported from this machine and not from an address", "download it first, then name the file"
        )
    if not named or "\0" in named:
        raise ArchiveRefused("no archive was named", "name a .zip on this machine")
    path = Path(os.path.expanduser(named))  # noqa: PTH111  pathlib's raises where there is no home
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise ArchiveRefused(
            "there is no such file", "name a .zip on this machine; a path is from the working directory"
        ) from None
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise ArchiveRefused(f"the archive cannot be read: {reason}", "give yourself access to it") from None
    from pixie_secrets.archives.limits import ARCHIVE_MAX, MIB  # noqa: PLC0415  as in import_tool

    found = os.fstat(descriptor)
    problem = None
    if stat.S_ISDIR(found.st_mode):
        problem = ArchiveRefused(
            "that is a folder and not an archive", "name a .zip; a folder is put into tools/ by hand"
        )
    elif not stat.S_ISREG(found.st_mode):
        problem = ArchiveRefused("that is not a plain file", "name a .zip on this machine")
    elif found.st_size > ARCHIVE_MAX:
        problem = ArchiveRefused(f"the archive is larger than {ARCHIVE_MAX // MIB} MiB", "a tool is far smaller")
    if problem:
        os.close(descriptor)
        raise problem
    return descriptor


def manifest_of(data: bytes) -> Manifest:
    """The manifest, or why not; an old format is named as such."""
    from pixie_secrets.manifest import parse_manifest  # noqa: PLC0415  as in import_tool

    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise ArchiveRefused("the archive's tool.json is not UTF-8 text", "ask for it to be saved as UTF-8") from None
    try:
        return parse_manifest(text, "the archive's tool.json")
    except ManifestError as error:
        refused = error
    from pixie_secrets.migrations.ladder import climb  # noqa: PLC0415  only for one that is refused

    try:
        old = climb(text, "tool.json")
    except PixieError:
        raise refused from None
    if old.changes and old.problem is None:
        raise ArchiveRefused(
            f"the archive's tool.json is of an old format ({'; '.join(old.changes)})",
            "ask the sender to run `pixie-secrets migrate-tool-format` on the tool and to share it again",
        )
    raise refused


def shows_env(gitignore: bytes) -> bool:
    """Whether a line of it takes `.env` out of what git ignores."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  only for an archive with a .gitignore

    negated = [line for line in gitignore.decode("utf-8", "replace").splitlines() if line.lstrip().startswith("!")]
    # what is negated is matched as what it would ignore
    spec = GitIgnoreSpec.from_lines([line.lstrip()[1:] for line in negated])
    return any(spec.match_file(name) for name in (".env", "tools/x/.env"))
