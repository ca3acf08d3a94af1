"""`list-secrets`: a table for each tool, and a warning for each that cannot be listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.cli import surface
from pixie_secrets.cli.command import ANY_TOOL, JSON, Option, command
from pixie_secrets.errors import DONE, REFUSED
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.history import set_when
from pixie_secrets.operations.list_secrets import ListSecretsRequest, list_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.list_secrets import AppSecret, AppSecrets, ListedSecret, SecretsListed


def run(invocation: Invocation, request: ListSecretsRequest, *, check: bool, as_json: bool) -> int:
    """Status 1 where something cannot be listed; with `check` also where something is to be done."""
    project = invocation.project(warn=False)  # what cannot be read is part of the list
    listed = list_secrets(Context(project), request)
    surface.result(_text(listed), listed, as_json=as_json, without=() if listed.apps else ("apps",))
    if not as_json:
        for line in (line for owner in listed.owners for line in owner.unread_lines):
            keys = f" ({', '.join(line.keys)})" if line.keys else ""
            surface.warn(f"{line.file}:{line.line}{keys}: {line.message}; {line.hint}")
        for bad in listed.unreadable:
            folder = f"tools/{bad.folder}" if bad.folder not in {app.id for app in project.apps} else bad.folder
            surface.warn(f"{folder} is left out: {bad.message}" + (f"; {bad.hint}" if bad.hint else ""))
        for warning in listed.warnings:
            surface.warn(warning)
    undone = _to_do(listed) if check else []
    for each in undone:
        surface.note(each)
    return REFUSED if listed.unreadable or undone else DONE


def _to_do(listed: SecretsListed) -> list[str]:
    """What a check finds fault with: a required value that is missing, a key that is due."""
    return [
        f"{owner.tool_id} {secret.key}: {secret.due or f'required and {secret.status}'}"
        for owner in listed.owners
        for secret in owner.secrets
        if secret.due or (secret.required and not secret.status.is_there)
    ]


def _text(listed: SecretsListed) -> str:
    blocks: list[str] = []
    for tool in listed.tools:
        rows: list[tuple[str, ...]] = [
            (
                secret.key,
                _state(secret),
                "required" if secret.required else "" if secret.declared else "undeclared",
                secret.description or "",
            )
            for secret in tool.secrets
        ]
        lines = [tool.tool_id, surface.table(rows) if rows else "  declares no secrets", *_due(tool.secrets)]
        blocks.append("\n".join(lines))
    blocks += map(_app_text, listed.apps)
    if not blocks:
        return "no tool can be listed" if listed.unreadable else "this project has no tools yet"
    return "\n\n".join(blocks)


def _app_text(app: AppSecrets) -> str:
    """What it needs, then what is missing nowhere: plain settings, in a line. The file that wins is named first."""
    rows: list[tuple[str, ...]] = [
        (
            secret.key,
            _state(secret),
            "required" if secret.required else "" if secret.declared else "undeclared",
            _places(secret),
            secret.description or "",
        )
        for secret in app.secrets
        if not secret.setting
    ]
    lines = [f"{app.name} (.)" if app.path == "." else app.tool_id]
    lines.append(surface.table(rows) if rows else "  needs no secrets that a template or its code would say")
    lines += _due(app.secrets)
    settings = [secret.key for secret in app.secrets if secret.setting]
    if settings:
        lines.append(f"  settings: {', '.join(settings)}")
    if len(app.reads) > 1:
        lines.append(f"  {app.framework} reads {', then '.join(app.reads)}; the first that has a key wins")
    return "\n".join(lines)


def _state(secret: ListedSecret | AppSecret) -> str:
    when = set_when(secret.updated_at, secret.channel)
    until = f", expires on {secret.expires}" if secret.expires and not secret.due else ""
    return f"{secret.status} {when}".rstrip() + until


def _due(secrets: Iterable[ListedSecret | AppSecret]) -> list[str]:
    return [f"  due: {secret.key} is {secret.due}" for secret in secrets if secret.due]


def _places(secret: AppSecret) -> str:
    """The files with a value for it; where nothing has one, what declares it."""
    return ", ".join(secret.files) if secret.files else f"({secret.where})" if secret.where else ""


COMMAND = command(
    ANY_TOOL,
    request=ListSecretsRequest,
    options=(Option("--check", "fail where a required value is missing or a key is due, as for CI"), JSON),
    more="Says when each was set, and which are due: leaked, expired, or older than their declaration allows.",
    examples=(
        "pixie-secrets list-secrets",
        "pixie-secrets list-secrets whisper-transcription --json",
        "pixie-secrets list-secrets --check",
    ),
)(run)
