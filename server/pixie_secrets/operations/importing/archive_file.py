"""The archive as it was named: is there such a file, and is it one at all. It is opened once and never again."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pixie_secrets.archives.limits import ARCHIVE_MAX, MIB
from pixie_secrets.archives.refusals import ArchiveRefused
from pixie_secrets.archives.source import OpenFile
from pixie_secrets.files import NotPlainError, open_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


@contextmanager
def opened(named: str) -> Iterator[OpenFile]:
    """The archive, from the first look to the last.

    Raises:
        ArchiveRefused: there is none there.
    """
    descriptor = _opened(named)
    try:
        if os.fstat(descriptor).st_size > ARCHIVE_MAX:
            raise ArchiveRefused(f"the archive is larger than {ARCHIVE_MAX // MIB} MiB", "a tool is far smaller")
        yield OpenFile(descriptor)
    finally:
        os.close(descriptor)


def _opened(named: str) -> int:
    if _URL.match(named):
        raise ArchiveRefused(
            "an archive is imported from this machine and not from an address", "download it first, then name the file"
        )
    if not named or "\0" in named:
        raise ArchiveRefused("no archive was named", "name a .zip on this machine")
    path = Path(os.path.expanduser(named))
    try:
        return open_plain(path, follow=True).descriptor
    except FileNotFoundError:
        raise ArchiveRefused(
            "there is no such file", "name a .zip on this machine; a path is from the working directory"
        ) from None
    except NotPlainError:
        if path.is_dir():
            raise ArchiveRefused(
                "that is a folder and not an archive", "name a .zip; a folder is put into tools/ by hand"
            ) from None
        raise ArchiveRefused("that is not a plain file", "name a .zip on this machine") from None
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise ArchiveRefused(f"the archive cannot be read: {reason}", "give yourself access to it") from None
