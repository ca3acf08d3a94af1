"""Values that a person types at this terminal; what only they need is imported with this module."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pixie_secrets.channels import prompt, terminal
from pixie_secrets.channels.command import set_secret_command
from pixie_secrets.cli import surface
from pixie_secrets.errors import ChannelClosed
from pixie_secrets.operations.set_secret import AskedSecret, SecretsToAsk, check_answer, warnings_before
from pixie_secrets.operations.status import Status
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.set_secret import SetSecretRequest
    from pixie_secrets.secret.text import SecretStr


def values(project: Project, request: SetSecretRequest, asked: SecretsToAsk) -> Mapping[str, SecretStr]:
    """Ask for each secret without showing what is typed.

    Raises:
        ChannelClosed: there is no terminal to ask at.
        Cancelled: the person left, or gave nothing at all.
    """
    if not terminal.present():
        raise ChannelClosed(
            "there is no terminal here to ask at",
            "an agent: call the MCP tool set-secret, or have the user run this in a terminal of their own:"
            f" {set_secret_command(project, request)}",
        )
    before = warnings_before(project, request)
    for warning in before:
        surface.warn(warning)
    if before:
        surface.note("Type the value to save it all the same; Esc leaves everything as it is.")
    keys = tuple(secret.key for secret in asked.secrets)
    typed = prompt.ask(asked, partial(check_answer, project, asked.tool_id, keys))
    if not typed:
        raise prompt.Cancelled("no value was given, nothing was changed")
    return typed


def password(path: str) -> SecretStr:
    """Ask for the password that opens the file at `path`, without showing what is typed.

    Raises:
        Cancelled: the person left, or gave nothing.
    """
    file = shown(path)
    about = AskedSecret(
        "password", f"what {file} is locked with; it is not kept", required=True, status=Status.NOT_SET, declared=True
    )
    typed = prompt.ask(SecretsToAsk(file, file, file, (about,)), lambda _key, _value: None)
    if not typed:
        raise prompt.Cancelled("no password was given, nothing was changed")
    return typed["password"]
