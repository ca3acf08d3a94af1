"""`.env.example`: what a person copies to `.env` and fills in, written from the manifest. It never holds a value.

    # OpenAI API key for the transcription endpoint (required)
    # a whole number; such as 8080; get one at https://… (Account, API keys)
    OPENAI_API_KEY=

A key without a comment has an empty line before it, so that it does not fall under the comment of the one above.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.generated.drift import drift_of
from pixie_secrets.secret.type import TYPES

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.generated.drift import Described, Drift
    from pixie_secrets.manifest.essentials import DeclaredSecret, Essentials

NAME = ".env.example"


def path(tool: Described) -> Path:
    return tool.folder / NAME


def text(manifest: Essentials) -> str:
    """The whole file."""
    lines: list[str] = []
    for secret in manifest.secrets:
        comments = _comments(secret)
        if not comments and lines:
            lines.append("")
        lines += [*(f"# {comment}" for comment in comments), f"{secret.key}="]
    return "".join(f"{line}\n" for line in lines)


def drift(tool: Described) -> Drift | None:
    """How the tool's `.env.example` has come apart from its manifest; None when it has not, or when there is none."""
    return drift_of(tool, NAME, text(tool.essentials), "--env-example")


def _comments(secret: DeclaredSecret) -> list[str]:
    required = "(required)" if secret.required else ""
    first = " ".join(filter(None, [" ".join((secret.description or "").split()), required]))
    more = [
        TYPES[secret.type].about,
        f"such as {secret.example}" if secret.example else "",
        _obtained(secret),
    ]
    return [line for line in (first, "; ".join(filter(None, more))) if line]


def _obtained(secret: DeclaredSecret) -> str:
    if secret.obtain is None:
        return ""
    url, steps = secret.obtain.url, secret.obtain.text
    return f"get one at {url} ({steps})" if url and steps else f"get one at {url}" if url else f"to get one: {steps}"
