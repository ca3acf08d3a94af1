"""What an import is asked and what it answers."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pixie_secrets.frozen import Frozen
from pixie_secrets.lint.findings import Finding
from pixie_secrets.operations.status import Status
from pixie_secrets.secret.key import KeyName


class ImportToolRequest(NamedTuple):
    """What to import, and how."""

    path: Annotated[str, "the archive, a .zip on this machine, absolute or from the working directory"]
    replace: Annotated[bool, "exchange a tool that has the same id; its .env, data/ and .venv are kept"] = False
    migrate: Annotated[bool, "take a tool.json of an old format in as one of today's; a dry run shows the diff"] = False
    dry_run: Annotated[bool, "judge everything, show what would change, and change nothing"] = False


class SecretToSet(Frozen):
    """status: `set` only where a tool was replaced that had it."""

    key: KeyName
    description: str | None
    required: bool
    status: Status


class Changes(Frozen):
    """What a replacement does: files by path, the first of each; kept are the person's own."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    unchanged_count: int
    more: int
    secrets_added: tuple[KeyName, ...]
    secrets_removed: tuple[KeyName, ...]


class Sender(Frozen):
    """What the archive says of itself, checked against what is in it."""

    hosts: tuple[str, ...]
    left_out: tuple[str, ...]
    allowed: tuple[str, ...]


class ManifestMigrated(Frozen):
    """What differs in tool.json from the archive's. changes: in words; diff: the same, unified, known values masked.
    warnings: what is odd about it and was not changed.
    """

    changes: tuple[str, ...]
    diff: str
    warnings: tuple[str, ...]


class ToolImported(Frozen):
    """folder: relative to the project. sender: null when the archive says nothing of itself. migration: null when
    tool.json comes in as it is. files: the first of `file_count`. dropped: what editors and systems had left in the
    archive. next_steps: for the person, in order.
    """

    tool_id: str
    name: str
    folder: str
    dry_run: bool
    replaced: bool
    files: tuple[str, ...]
    file_count: int
    total: int
    dropped: tuple[str, ...]
    secrets: tuple[SecretToSet, ...]
    changes: Changes | None
    sender: Sender | None
    migration: ManifestMigrated | None
    findings: tuple[Finding, ...]
    finding_count: int
    warnings: tuple[str, ...]
    next_steps: tuple[str, ...]
