"""What of a tool's folder ships and what stays, each with its reason. Reads names and `.gitignore`s, nothing else.

Every folder is opened inside the one above it and never through a link, and what stays is not entered: a virtual
environment of thirty thousand files costs one look at its name.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.archives import limits
from pixie_secrets.archives.accept import SHARE_MANIFEST
from pixie_secrets.archives.kinds import ORDINARY, TREATMENTS
from pixie_secrets.archives.refusals import ShareRefused, display_name
from pixie_secrets.filenames import ENVIRONMENT, OWN, file_kind, folded_name
from pixie_secrets.files import open_folder, read_plain
from pixie_secrets.git.ignore_files import BYTES_MAX, UnreadablePatternsError, spec_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pathspec import GitIgnoreSpec

    from pixie_secrets.filenames import FileKind

    Rules = tuple[tuple[str, GitIgnoreSpec], ...]

LINK, SPECIAL, ELSEWHERE = "a link; what it leads to stays where it is", "not a plain file", "on another file system"
IGNORED, DATA = "ignored by the tool's .gitignore", "data/ belongs to the person who runs the tool"


class Entry(NamedTuple):
    """Something in the tool's folder. reason: why it stays; empty for a file that ships.

    path: below the folder, with `/`; one of a folder that stays ends in `/`. personal: a replacement keeps it. kind: by
    its name, where that is why it stays.
    """

    path: str
    status: os.stat_result
    reason: str = ""
    personal: bool = False
    kind: FileKind | None = None


class Contents(NamedTuple):
    """Sorted by path."""

    files: tuple[Entry, ...]
    left_out: tuple[Entry, ...]


def contents(folder: Path) -> Contents:
    """What ships and what stays.

    Raises:
        ShareRefused: too much of it, or a `.gitignore` that cannot be read.
        OSError: a folder that cannot be read.
    """
    files: list[Entry] = []
    left_out: list[Entry] = []
    for entry in walk(folder):
        (left_out if entry.reason else files).append(entry)
    files.sort()
    left_out.sort()
    for entry in files:
        if entry.status.st_size > limits.FILE_MAX:
            raise too_large(f"{display_name(entry.path)} is larger than {limits.FILE_MAX // limits.MIB} MiB")
    if len(files) + 2 > limits.FILES_MAX:  # two are added: .env.example, pixie-share.json
        raise too_large(f"the tool has more than {limits.FILES_MAX} files")
    if sum(entry.status.st_size for entry in files) > limits.TOTAL_MAX:
        raise too_large(f"the tool is larger than {limits.TOTAL_MAX // limits.MIB} MiB")
    return Contents(tuple(files), tuple(left_out))


def walk(folder: Path, *, obeying_gitignores: bool = True) -> Iterator[Entry]:
    """Everything in the folder, in no order; what stays is named and not entered."""
    descriptor = open_folder(folder)
    try:
        yield from _walk(descriptor, "", () if obeying_gitignores else None, os.fstat(descriptor).st_dev)
    finally:
        os.close(descriptor)


def _walk(folder: int, prefix: str, rules: Rules | None, device: int) -> Iterator[Entry]:
    with os.scandir(folder) as found:
        entries = list(found)
    if rules is not None and any(entry.name == ".gitignore" for entry in entries):
        rules = (*rules, (prefix, _rules_of(folder, prefix)))
    for entry in entries:
        path = prefix + entry.name
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:  # gone since; a share lists the folder again at its end
            continue
        is_folder = stat.S_ISDIR(status.st_mode)
        kind = file_kind(entry.name)
        reason = _reason(path, status, kind, device) or (_is_ignored(path, rules, is_folder=is_folder) and IGNORED)
        if not is_folder:
            yield _entry(path, status, reason or "", kind)
            continue
        if reason:
            yield _entry(path + "/", status, reason, kind)
            continue
        deeper = open_folder(entry.name, folder=folder)
        try:
            if _is_environment(deeper):
                yield _entry(path + "/", status, TREATMENTS[ENVIRONMENT].reason, ENVIRONMENT)
            else:
                yield from _walk(deeper, path + "/", rules, device)
        finally:
            os.close(deeper)


def _entry(path: str, status: os.stat_result, reason: str, kind: FileKind | None) -> Entry:
    treatment = TREATMENTS[kind] if kind else ORDINARY
    if not reason or reason != treatment.reason:
        kind, treatment = None, ORDINARY
    is_data = reason == DATA or (reason == LINK and folded_name(path) == "data")
    return Entry(path, status, reason, is_data or treatment.personal, kind)


def _reason(path: str, status: os.stat_result, kind: FileKind | None, device: int) -> str | None:
    """Why this stays, whatever any `.gitignore` says."""
    if kind is not None and TREATMENTS[kind].reason:
        return TREATMENTS[kind].reason
    if stat.S_ISLNK(status.st_mode):
        return LINK
    if stat.S_ISDIR(status.st_mode):
        if status.st_dev != device:
            return ELSEWHERE
        return DATA if folded_name(path) == "data" else None
    if not stat.S_ISREG(status.st_mode):
        return SPECIAL
    return TREATMENTS[OWN].reason if folded_name(path) == SHARE_MANIFEST else None


def _is_environment(folder: int) -> bool:
    try:
        os.stat("pyvenv.cfg", dir_fd=folder, follow_symlinks=False)
    except OSError:
        return False
    return True


def _is_ignored(path: str, rules: Rules | None, *, is_folder: bool) -> bool:
    """As git reads them: the deepest `.gitignore` that says something decides."""
    path = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    for prefix, spec in reversed(rules or ()):
        listed = spec.check_file(path[len(prefix) :] + ("/" if is_folder else "")).include
        if listed is not None:
            return bool(listed)
    return False


def _rules_of(folder: int, prefix: str) -> GitIgnoreSpec:
    try:
        return spec_of(_gitignore(folder))
    except UnreadablePatternsError:
        raise ShareRefused(
            f"{display_name(prefix)}.gitignore has patterns that cannot be read",
            "leave folders out and not single files",
        ) from None


def _gitignore(folder: int) -> bytes:
    try:
        return read_plain(".gitignore", BYTES_MAX + 1, folder=folder)
    except OSError:
        return b""


def too_large(what: str) -> ShareRefused:
    """Refuses more than any import takes."""
    return ShareRefused(
        what, "keep large data in data/ at the tool's root, which is never shared, or fetch it when it runs"
    )
