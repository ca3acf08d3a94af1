"""`list-secrets`, the command that is asked most: its plain forms are understood without a command line parser."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.cli import surface

if TYPE_CHECKING:
    from pixie_secrets.operations.list_secrets import SecretsListed

DONE, REFUSED = 0, 1


class Listing(NamedTuple):
    """What is to be listed. project: as `--project` named it."""

    project: str | None
    tool: str | None
    as_json: bool


def plain(arguments: list[str]) -> Listing | None:
    """`[--project DIR] list-secrets [TOOL] [--json]`; None for anything else, which the parser then judges."""
    project: str | None = None
    if len(arguments) > 1 and arguments[0] == "--project":
        project, arguments = arguments[1], arguments[2:]
    if arguments[:1] != ["list-secrets"]:
        return None
    words = [word for word in arguments[1:] if word != "--json"]
    if len(words) > 1 or any(word.startswith("-") for word in words):
        return None
    return Listing(project, words[0] if words else None, "--json" in arguments)


def list_secrets(listing: Listing) -> int:
    """Print it; the exit status."""
    from pixie_secrets.layouts.project import find_project  # noqa: PLC0415  as above
    from pixie_secrets.operations import list_secrets as operation  # noqa: PLC0415  as above
    from pixie_secrets.stores.learn import learn  # noqa: PLC0415  not for `--help`

    project = find_project(listing.project)
    learn(project)
    listed = operation.list_secrets(project, operation.ListSecretsRequest(tool_id=listing.tool))
    surface.result(_text(listed), listed, as_json=listing.as_json)
    if not listing.as_json:
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
