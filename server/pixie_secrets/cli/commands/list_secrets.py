"""`list-secrets`: a table for each tool, and a warning for each that cannot be listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.cli import surface
from pixie_secrets.cli.command import ANY_TOOL, JSON, command
from pixie_secrets.errors import DONE, REFUSED
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.list_secrets import ListSecretsRequest, list_secrets

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.list_secrets import SecretsListed


def run(invocation: Invocation, request: ListSecretsRequest, *, as_json: bool) -> int:
    project = invocation.project(warn=False)  # what cannot be read is part of the list
    listed = list_secrets(Context(project), request)
    surface.result(_text(listed), listed, as_json=as_json)
    if not as_json:
        for line in (line for tool in listed.tools for line in tool.unread_lines):
            keys = f" ({', '.join(line.keys)})" if line.keys else ""
            surface.warn(f"{line.file}:{line.line}{keys}: {line.message}; {line.hint}")
        for bad in listed.unreadable:
            surface.warn(f"tools/{bad.folder} is left out: {bad.message}" + (f"; {bad.hint}" if bad.hint else ""))
    return REFUSED if listed.unreadable else DONE


def _text(listed: SecretsListed) -> str:
    blocks: list[str] = []
    for tool in listed.tools:
        rows: list[tuple[str, ...]] = [
            (
                secret.key,
                str(secret.status),
                "required" if secret.required else "" if secret.declared else "undeclared",
                secret.description or "",
            )
            for secret in tool.secrets
        ]
        blocks.append(f"{tool.tool_id}\n{surface.table(rows) if rows else '  declares no secrets'}")
    if not blocks:
        return "no tool can be listed" if listed.unreadable else "this project has no tools yet"
    return "\n\n".join(blocks)


COMMAND = command(
    ANY_TOOL,
    request=ListSecretsRequest,
    options=(JSON,),
    examples=("pixie-secrets list-secrets", "pixie-secrets list-secrets whisper-transcription --json"),
)(run)
