"""`pixie-share.json`: what an archive says of itself, made by a share and held against it by an import."""

# No `from __future__ import annotations`: pydantic would evaluate every annotation from its text, at each start.

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import Field, ValidationError

from pixie_secrets.archives.refusals import ArchiveRefused, display_name
from pixie_secrets.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pixie_secrets.manifest.models import Manifest

FORMAT = 1

_AGAIN = "ask for it again; somebody changed the archive after it was made"


class Digest(NamedTuple):
    """What a file is; thousands of these are made, so it is no model."""

    sha256: str
    size: int


class FileRecord(Frozen):
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    size: int


class SecretRecord(Frozen):
    key: str
    description: str | None
    required: bool


class LeftOut(Frozen):
    """path: one of a folder ends in `/`."""

    path: str
    reason: str


class Allowed(Frozen):
    """A finding of lint that the sender let pass."""

    code: str
    reason: str


class ToolRecord(Frozen):
    id: str
    name: str
    version: str | None


class ShareManifest(Frozen):
    """files: by path below the tool's folder, all but this one. hosts: those that the code names."""

    format: int
    tool: ToolRecord
    files: dict[str, FileRecord]
    secrets: tuple[SecretRecord, ...]
    hosts: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    allowed: tuple[Allowed, ...] = ()

    def written(self) -> bytes:
        """As it lies in the archive."""
        return (self.model_dump_json(indent=1) + "\n").encode()


def secrets_of(manifest: "Manifest") -> tuple[SecretRecord, ...]:
    """What a share says of the secrets that `manifest` declares: which there are, and never a value."""
    return tuple(
        SecretRecord(key=secret.key, description=secret.description, required=secret.required)
        for secret in manifest.secrets
    )


def tool_of(manifest: "Manifest") -> ToolRecord:
    """What a share says of the tool of `manifest`."""
    return ToolRecord(id=manifest.id, name=manifest.name, version=manifest.version)


def read(data: bytes) -> ShareManifest:
    """What an archive says of itself.

    Raises:
        ArchiveRefused: it is not written in this format.
    """
    refused: dict[str, Any] = {}
    try:
        return ShareManifest.model_validate_json(data)
    except ValidationError as error:
        refused = dict(error.errors(include_url=False, include_input=False, include_context=False)[0])
    except ValueError:
        pass
    where = "".join(f" at {part}" for part in refused.get("loc", ())[:1] if part in ShareManifest.model_fields)
    raise ArchiveRefused(f"pixie-share.json is not what this program writes{where}", _AGAIN)


def compare(
    shared: ShareManifest, manifest: "Manifest", digests: "Mapping[str, Digest]", hosts: "Collection[str]"
) -> None:
    """Hold it against what was unpacked. hosts: those that the code was seen to name.

    Raises:
        ArchiveRefused: the first difference.
    """
    if shared.format != FORMAT:
        raise ArchiveRefused(
            f"the archive was made by another version of this program (format {shared.format})",
            "bring this one up to date",
        )
    if shared.tool != tool_of(manifest):
        raise ArchiveRefused("pixie-share.json is about another tool, or another version of it", _AGAIN)
    if shared.secrets != secrets_of(manifest):
        raise ArchiveRefused("pixie-share.json lists other secrets than tool.json", _AGAIN)
    for path in sorted(shared.files.keys() - digests.keys()):
        raise ArchiveRefused(f"{display_name(path)} is listed in pixie-share.json and not in the archive", _AGAIN)
    for path in sorted(digests.keys() - shared.files.keys()):
        raise ArchiveRefused(f"{display_name(path)} is in the archive and not listed in pixie-share.json", _AGAIN)
    for path, digest in sorted(digests.items()):
        if (shared.files[path].sha256, shared.files[path].size) != digest:
            raise ArchiveRefused(f"{display_name(path)} is not the file that pixie-share.json lists", _AGAIN)
    for host in sorted(set(hosts) - set(shared.hosts)):
        raise ArchiveRefused(f"the code names {display_name(host)}, which pixie-share.json does not list", _AGAIN)
