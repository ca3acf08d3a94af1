"""One yes or no at the person's terminal. Anything but a y that is pressed by itself is a no."""

from __future__ import annotations

from pixie_secrets.channels.prompt import Cancelled
from pixie_secrets.channels.terminal import HungUp, hidden
from pixie_secrets.wording import shown

_LEAVE = {"c-c", "c-d", "c-\\"}


def agreed(question: str) -> bool:
    """Whether the person says yes to `question`.

    Raises:
        Cancelled: Ctrl-C, or the terminal was closed.
        ChannelClosed: there is no terminal.
    """
    try:
        with hidden() as terminal:
            terminal.say(f"{shown(question)} [y/N] ")
            keys = None
            while not keys:
                keys = terminal.keys()
            pressed = [key.key for key in keys]
            is_yes = pressed in (["y"], ["Y"])
            terminal.say("yes\n" if is_yes else "no\n")
    except (KeyboardInterrupt, HungUp) as end:
        raise Cancelled("cancelled, nothing was sent") from end
    if _LEAVE & {*pressed}:
        raise Cancelled("cancelled, nothing was sent")
    return is_yes
