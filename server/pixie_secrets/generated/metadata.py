"""`secrets-metadata.json`: what a deployment has to provide for a tool or an app, for the program that deploys it.

    {"owner": "calendar-digest", "secrets": [{"key": "WEBHOOK_URL", "type": "url", "required": true, …}]}

Keys, types, what is required and what for; never a value, and nothing that depends on one. The same declarations
always give the same text.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.generated.drift import drift_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pixie_secrets.generated.drift import Described, Drift
    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.manifest.essentials import DeclaredSecret

NAME = "secrets-metadata.json"
_MADE_BY = "pixie-secrets codegen"


class SecretMetadata(NamedTuple):
    """One secret. type: as in `tool.json`. url: where a person gets one.

    provider: who issues a token, by name or the address that issues it; scopes: what it is asked to allow.
    """

    key: str
    type: str
    required: bool
    description: str | None
    url: str | None
    provider: str | None = None
    scopes: tuple[str, ...] | None = None


class Metadata(NamedTuple):
    """All of one tool or app. owner: its id."""

    owner: str
    secrets: tuple[SecretMetadata, ...]


def path(tool: Described) -> Path:
    return tool.folder / NAME


def drift(tool: Described) -> Drift | None:
    """How the tool's file has come apart from its manifest; None when it has not, or when there is none."""
    return drift_of(tool, NAME, text(tool.essentials.id, tool.essentials.secrets), "--metadata", is_generated)


def metadata_of(owner: Owner) -> Metadata:
    """What `owner` declares."""
    return Metadata(owner.id, tuple(map(_described, owner.secrets)))


def text(owner_id: str, secrets: Iterable[DeclaredSecret]) -> str:
    """The whole file."""
    listed = [{name: part for name, part in _described(one)._asdict().items() if part is not None} for one in secrets]
    document = {"made_by": f"{_MADE_BY} {owner_id} --metadata", "owner": owner_id, "secrets": listed}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def is_generated(text: str) -> bool:
    """Whether a file of that name is ours to write again."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and str(document.get("made_by", "")).startswith(_MADE_BY)


def _described(secret: DeclaredSecret) -> SecretMetadata:
    url = secret.obtain.url if secret.obtain else None
    issued = secret.oauth2
    return SecretMetadata(
        secret.key,
        secret.type,
        secret.required,
        secret.description,
        url,
        provider=(issued.provider or issued.token_url) if issued else None,
        scopes=issued.scopes if issued else None,
    )
