"""What an import answers: what is in it, what a replacement changes, what to beware of, what the person does next."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.archives.dependencies import warnings
from pixie_secrets.archives.kinds import KEY, treatment_of
from pixie_secrets.archives.limits import LINE_MAX
from pixie_secrets.archives.refusals import display_name
from pixie_secrets.archives.replacement import compared, kept_of, make_way
from pixie_secrets.known_values import KNOWN
from pixie_secrets.lint.findings import Finding
from pixie_secrets.operations.importing.old_format import ManifestMigrated
from pixie_secrets.operations.status import Status, status_of
from pixie_secrets.secret.key import KeyName
from pixie_secrets.stores.store import is_sealed, store_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from pixie_secrets.archives.share_manifest import Digest, ShareManifest
    from pixie_secrets.layouts.project import Tool
    from pixie_secrets.manifest.models import Manifest
    from pixie_secrets.operations.importing.destination import Destination
    from pixie_secrets.operations.importing.judging import Linted
    from pixie_secrets.operations.importing.sealed_values import SealedValues

FINDINGS_MAX = 100
LISTED_MAX = 200  # of a list of names; how many there are is said beside it

_UNCHANGED = ("nothing was changed; import it without the dry run to take it in",)
_FOR_AGENTS = frozenset(
    "claude.md agents.md gemini.md qwen.md copilot-instructions.md skill.md"
    " .cursorrules .clinerules .windsurfrules".split()
)


class SecretToSet(NamedTuple):
    """status: `set` only where a tool was replaced that had it."""

    key: KeyName
    description: str | None
    required: bool
    status: Status


class Changes(NamedTuple):
    """What a replacement does: files by path, the first of each; kept are the person's own."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    unchanged_count: int
    more: int
    secrets_added: tuple[KeyName, ...]
    secrets_removed: tuple[KeyName, ...]


class Sender(NamedTuple):
    """What the archive says of itself, checked against what is in it."""

    hosts: tuple[str, ...]
    left_out: tuple[str, ...]
    allowed: tuple[str, ...]


class ToolImported(NamedTuple):
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


class Judged(NamedTuple):
    """All that was found out. texts: see `Judge`. shared: what the archive says of itself."""

    manifest: Manifest
    digests: Mapping[str, Digest]
    dropped: Sequence[str]
    texts: Mapping[str, bytes]
    shared: ShareManifest | None
    migration: ManifestMigrated | None
    lint: Linted
    not_linted: Sequence[str]
    changes: Changes | None
    sealed: SealedValues


def result_of(judged: Judged, place: Destination, *, dry_run: bool) -> ToolImported:
    """What the person and the model are told."""
    manifest, digests, lint = judged.manifest, judged.digests, judged.lint
    secrets = _secrets(manifest, place.old, judged.sealed)
    cautions = warnings(judged.texts)
    return ToolImported(
        tool_id=manifest.id,
        name=manifest.name,
        folder=f"tools/{place.target.name}",
        dry_run=dry_run,
        replaced=place.old is not None,
        files=_first(sorted(digests)),
        file_count=len(digests),
        total=sum(one.size for one in digests.values()),
        dropped=_first(judged.dropped),
        secrets=secrets,
        changes=judged.changes,
        sender=_sender(judged.shared) if judged.shared else None,
        migration=judged.migration,
        findings=tuple(lint.findings[:FINDINGS_MAX]),
        finding_count=len(lint.findings),
        warnings=(
            *_without_manifest(judged.shared),
            *([judged.sealed.note] if judged.sealed.note else []),
            *_keys(digests),
            *_for_agents(digests),
            *cautions,
            *_unlinted(lint, manifest.id),
            *_of_long_lines(judged.not_linted),
        ),
        next_steps=_UNCHANGED if dry_run else _next_steps(place, manifest.id, secrets, careful=bool(cautions)),
    )


def _secrets(manifest: Manifest, old: Tool | None, sealed: SealedValues) -> tuple[SecretToSet, ...]:
    """The status of each once the tool is there; what a tool that is replaced has already is kept."""
    values = store_of(old).values() if old else {}
    brought = frozenset[str]() if old and is_sealed(old) else sealed.keys
    return tuple(
        SecretToSet(
            key=secret.key,
            description=secret.description,
            required=secret.required,
            status=Status.SEALED if secret.key in brought else status_of(secret.key, values),
        )
        for secret in manifest.secrets
    )


def _sender(shared: ShareManifest) -> Sender:
    return Sender(
        hosts=_first(shared.hosts),
        left_out=_first([f"{one.path} ({one.reason})" for one in shared.left_out]),
        allowed=_first([f"{one.code}: {one.reason}" for one in shared.allowed]),
    )


def _without_manifest(shared: ShareManifest | None) -> tuple[str, ...]:
    if shared is not None:
        return ()
    return ("the archive says nothing of itself (it has no pixie-share.json): only what is in it could be checked",)


def _keys(paths: Iterable[str]) -> list[str]:
    return [
        f"{display_name(path)} is a key file by its name: ask the sender whose key it is"
        for path in sorted(paths)
        if any(treatment_of(part) is KEY for part in path.split("/"))
    ]


def _for_agents(paths: Collection[str]) -> list[str]:
    return [
        f"{display_name(path)} gives instructions to coding agents: read it before one works in this folder"
        for path in sorted(paths)
        if path.rpartition("/")[2].lower() in _FOR_AGENTS
    ] + [
        f"{display_name(path)} has commands that a coding agent runs by itself: read it before one works in this folder"
        for path in sorted(paths)
        if path.lower().startswith(".github/hooks/") and path.lower().endswith(".json")
    ]


def _unlinted(lint: Linted, tool_id: str) -> tuple[str, ...]:
    if lint.whole:
        return ()
    return (f"it has much code, lint only looked for secrets; see `pixie-secrets lint-tool {tool_id}`",)


def _of_long_lines(paths: Sequence[str]) -> tuple[str, ...]:
    if not paths:
        return ()
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return (f"{display_name(paths[0])}{more}: lines longer than {LINE_MAX // 1024} KiB, lint did not look into that",)


def _next_steps(
    place: Destination, tool_id: str, secrets: tuple[SecretToSet, ...], *, careful: bool
) -> tuple[str, ...]:
    missing = [secret.key for secret in secrets if secret.status is Status.NOT_SET]
    steps = ["read its code before it runs: it was not run, and nobody vouches for it"]
    if missing:
        steps.append(f"set its secrets with `set-secret {tool_id}`: {', '.join(missing)}")
    care = ", once the warnings above are understood" if careful else ""
    steps.append(f"install its dependencies: cd tools/{place.target.name} && uv sync{care}")
    return tuple(steps)


def changes_of(old: Tool, manifest: Manifest, folder: Path, digests: dict[str, Digest]) -> Changes:
    """What a replacement of `old` keeps and changes.

    What has to make way for the person's own leaves `folder` and `digests`.
    """
    kept = kept_of(old.folder)
    make_way(kept, folder)
    for path in [path for path in digests if not (folder / path).exists()]:
        del digests[path]
    difference = compared(old.folder, digests)
    before = {secret.key for secret in old.manifest.secrets}
    after = {secret.key for secret in manifest.secrets}
    lists = (difference.added, difference.changed, difference.removed)
    return Changes(
        added=_first(difference.added),
        changed=_first(difference.changed),
        removed=_first(difference.removed),
        kept=_first([keep.path for keep in kept]),
        unchanged_count=difference.unchanged,
        more=sum(max(0, len(one) - LISTED_MAX) for one in lists),
        secrets_added=tuple(sorted(after - before)),
        secrets_removed=tuple(sorted(before - after)),
    )


def _first(names: Sequence[str]) -> tuple[str, ...]:
    """The first of them, as they may be shown: without a known value, without control characters."""
    return tuple(KNOWN.mask(display_name(name)) for name in names[:LISTED_MAX])
