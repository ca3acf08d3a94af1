"""Asks the person at this terminal whether a key may be sent to a service, and says what the service answered."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

from pixie_secrets.cli import surface
from pixie_secrets.errors import ChannelClosed, PixieError
from pixie_secrets.operations.probe_secret import declared_target, probe_now
from pixie_secrets.services.service import Verdict

if TYPE_CHECKING:
    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.probe_secret import NotAgreed, SecretProbed


def ask(refusal: NotAgreed) -> None:
    """Ask the person who sits here, and keep that they agreed.

    Raises:
        NotAgreed: nobody does.
        PixieError: they said no.
    """
    if not import_module("pixie_secrets.channels.terminal").present():
        raise refusal
    if not import_module("pixie_secrets.channels.agreement").agreed(refusal.target.question):
        raise PixieError("nothing was sent")
    refusal.target.agree()


def offer(project: Project, owner: Owner, key: str) -> None:
    """Offer to ask whether the value that was just typed works. It is saved, whatever comes of this."""
    target = declared_target(project, owner, key)
    if target is None:
        return
    try:
        if not import_module("pixie_secrets.channels.agreement").agreed(target.question):
            return
    except ChannelClosed:
        return
    [probed] = probe_now([target])
    surface.note(text(probed))
    if os.environ.get("PIXIE_SECRETS_POPUP"):
        import_module("pixie_secrets.channels.prompt").pause("Press any key to close. ")


def text(probed: SecretProbed) -> str:
    """The verdict, and below it what the service says of the owner."""
    rows: list[tuple[str, ...]] = [(shown.name, shown.text) for shown in probed.owner]
    rows += [("may", ", ".join(probed.scopes))] if probed.scopes else []
    rows += [("until", probed.expires)] if probed.expires and probed.verdict is Verdict.VALID else []
    rows += [("next", probed.next_step)] if probed.next_step else []
    return "\n".join([probed.message, *([surface.table(rows)] if rows else [])])
