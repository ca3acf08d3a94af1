"""The operation `probe-secret` as a tool: where nobody agreed yet, the agent is given the command for the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.channels.command import probe_secret_command
from pixie_secrets.errors import Hint, PixieError
from pixie_secrets.operations.probe_secret import NotAgreed, ProbeSecretRequest, SecretProbed, probe_secret

if TYPE_CHECKING:
    from pixie_secrets.operations.context import Context

__all__ = ["ProbeSecretRequest", "SecretProbed", "probe"]


def probe(context: Context, request: ProbeSecretRequest) -> SecretProbed:
    """Ask the service.

    Raises:
        PixieError: as `probe_secret`; where nobody agreed yet, with the command that asks the person.
    """
    try:
        return probe_secret(context, request)
    except NotAgreed as refused:
        command = probe_secret_command(context.project, request)
        raise PixieError(
            refused.message,
            Hint(
                refused.hint,
                for_agent="the user has to agree to that once: tell them to run in a terminal outside this chat: "
                f"{command} - or to tick the box for it when set-secret asks for the value; then call this again",
            ),
        ) from None
