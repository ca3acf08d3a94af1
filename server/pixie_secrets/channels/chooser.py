"""Which way to ask a person, from what the client can do and where this process runs.

The order, and why: a URL opened on the person's machine cannot reach the loopback of a machine they are logged in to,
so in tmux a popup comes first when there is no desktop or the session is remote. Then the client's own dialog, then
a browser we open ourselves, else nothing is waited for: the person gets a command for another terminal.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from pixie_secrets.channels import popup
from pixie_secrets.errors import PixieError

if TYPE_CHECKING:
    from collections.abc import Mapping

CHANNEL_VARIABLE = "PIXIE_SECRETS_CHANNEL"


class Way(StrEnum):
    """How the person will be asked."""

    ELICITATION = "elicitation"
    POPUP = "popup"
    BROWSER = "browser"
    PENDING = "pending"


def choose(environment: Mapping[str, str], *, url_elicitation: bool, platform: str) -> Way:
    """The way to ask, here and now.

    environment: of the server. url_elicitation: whether the client declared `elicitation.url`; form mode does not
    count, it shows what is typed. platform: `sys.platform`.

    Raises:
        PixieError: `PIXIE_SECRETS_CHANNEL` is neither `browser`, `terminal` nor `none`.
    """
    wanted = environment.get(CHANNEL_VARIABLE, "").strip().lower()
    if wanted == "none":
        return Way.PENDING
    if wanted == "terminal":
        return Way.POPUP if popup.available(environment) else Way.PENDING
    if wanted == "browser":
        return Way.ELICITATION if url_elicitation else Way.BROWSER
    if wanted:
        raise PixieError(f"{CHANNEL_VARIABLE} names no channel", "use browser, terminal or none, or leave it unset")

    has_desktop = desktop(environment, platform)
    if (not has_desktop or remote(environment)) and popup.available(environment):
        return Way.POPUP
    if url_elicitation:
        return Way.ELICITATION
    return Way.BROWSER if has_desktop else Way.PENDING


def desktop(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a browser started here appears in front of the person.

    `$BROWSER` counts: remote editors point it at a program that opens the page at the person's end. macOS and
    Windows always have a desktop, but over SSH it is not the one the person sits at.
    """
    browser = environment.get("BROWSER", "")
    if browser and browser != "none":
        return True
    if platform in {"darwin", "win32", "cygwin"}:
        return not remote(environment)
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def remote(environment: Mapping[str, str]) -> bool:
    """Whether the person sits at another machine."""
    return any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"))
