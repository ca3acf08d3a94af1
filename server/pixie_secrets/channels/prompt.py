"""Asks a person for values at their terminal: one hidden question a secret, everything or nothing.

Nothing changes on the screen while they type, so nobody behind them learns even the length; a paste, of whatever
length, shows as one mark, so that they see it arrive. Several lines can be pasted. A terminal with bracketed paste says
where the paste ends; elsewhere an Enter that is followed by more within a tenth of a second was part of a paste, and
neither the next question nor the shell gets its other lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.channels.terminal import SPILL_AFTER, HungUp, Terminal, hidden
from pixie_secrets.errors import CANCELLED, ChannelClosed, ValueRefused
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.secret.value import check_value
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from prompt_toolkit.key_binding import KeyPress

    from pixie_secrets.operations.set_secret import AskedSecret, SecretsToAsk

    Check = Callable[[str, SecretStr], object]

TRIES = 3
CHARACTERS_MAX = 1 << 20  # far above what can be stored; only keeps an endless paste out of memory

_PASTED = "*"
_UNSHOWN = f"What you type is not shown, and a paste is one {_PASTED}; several lines can be pasted.\n"
_KEYS_FOR_ONE = "Enter: save. Ctrl-U: start over. Esc: cancel.\n"
_KEYS_FOR_SEVERAL = "Enter: next; nothing typed: leave it. Ctrl-U: start over. Esc: cancel, change nothing.\n"
_LEAVE = {"c-c", "c-d", "c-\\", "escape"}
_ENTER = {"c-m", "c-j"}
_PASTE = "<bracketed-paste>"


class Cancelled(ChannelClosed):
    """The person closed the question; nothing was changed."""

    status = CANCELLED


def ask(asked: SecretsToAsk, check: Check | None = None) -> dict[str, SecretStr]:
    """What the person typed, by key; a secret they passed over with Enter is not in it.

    check: refuses what is not a value for a key; without it, what could not be stored at all.

    Raises:
        Cancelled: Ctrl-C, Ctrl-D, Esc, or the terminal was closed.
        ValueRefused: three values in a row that cannot be stored.
        ChannelClosed: there is no terminal.
    """
    try:
        with hidden() as terminal:
            return _all(terminal, asked, check or _storable(asked))
    except (KeyboardInterrupt, HungUp) as end:
        raise Cancelled("cancelled, nothing was changed") from end


def pause(message: str) -> None:
    """Show `message` until a key is pressed: the window closes when the program ends."""
    try:
        with hidden() as terminal:
            terminal.say(message)
            while not terminal.keys():
                pass
            terminal.say("\n")
    except (KeyboardInterrupt, HungUp):
        pass


def _storable(asked: SecretsToAsk) -> Check:
    keys = tuple(secret.key for secret in asked.secrets)
    return lambda key, value: check_value(key, value, keys)


def _all(terminal: Terminal, asked: SecretsToAsk, check: Check) -> dict[str, SecretStr]:
    several = len(asked.secrets) > 1
    many = f"{len(asked.secrets)} secrets" if several else "1 secret"
    keys = _KEYS_FOR_SEVERAL if several else _KEYS_FOR_ONE
    terminal.say(f"{shown(asked.tool_name)}: {many} for {shown(asked.path)}\n{_UNSHOWN}{keys}")
    given: dict[str, SecretStr] = {}
    for secret in asked.secrets:
        value = _one(terminal, secret, check)
        if value is not None:
            given[secret.key] = value
    return given


def _one(terminal: Terminal, secret: AskedSecret, check: Check) -> SecretStr | None:
    about = ("required" if secret.required else "optional", str(secret.status))
    terminal.say(f"\n{secret.key} ({', '.join(about if secret.declared else ('undeclared', *about[1:]))})\n")
    for line in _help(secret):
        terminal.say(f"  {shown(line)}\n")
    for tries_left in reversed(range(TRIES)):
        typed = _typed(terminal)
        if not typed:
            terminal.say("left as it is\n")
            return None
        value = SecretStr(typed)
        try:
            check(secret.key, value)
        except ValueRefused as refusal:
            terminal.say(f"refused\n  {refusal.message}\n" + (f"  {refusal.hint}\n" if refusal.hint else ""))
            if not tries_left:
                raise
        else:
            terminal.say("taken\n")
            return value
    return None


def _help(secret: AskedSecret) -> list[str]:
    """What the tool says of the secret: what for, what it looks like, where it comes from."""
    lines = [secret.description or "", f"such as {secret.example}" if secret.example else ""]
    if secret.obtain:
        lines.append(" ".join(filter(None, ["get one:", secret.obtain.url, secret.obtain.text])))
    return [line for line in lines if line]


def _typed(terminal: Terminal) -> str:
    """One value: what was typed and pasted up to an Enter after which nothing comes."""
    terminal.say("  value: ")
    line = _Line()
    while True:
        keys = terminal.keys(SPILL_AFTER) if line.ended else terminal.keys()
        if terminal.was_stopped():
            keys = [] if keys is None else [key for key in keys if key.key in _LEAVE]
            line = _Line()
            terminal.say("\n  value, from the start: ")
        elif keys is None and line.ended:
            return line.value()
        for key in keys or ():
            if key.key in _LEAVE:
                terminal.say("\n")
                raise Cancelled("cancelled, nothing was changed")
            if key.key == "c-z":
                terminal.stop()
            elif key.key == "c-u":
                line = _Line()
                terminal.say("\n  value, from the start: ")
            else:
                line.press(key)
                if key.key == _PASTE:
                    terminal.say(_PASTED)


class _Line:
    """What was typed so far; never drawn, never kept."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._enters: list[str] = []

    @property
    def ended(self) -> bool:
        """Whether an Enter was the last key."""
        return bool(self._enters)

    def press(self, key: KeyPress) -> None:
        """Take one key; those that mean nothing here, such as arrows, are passed over."""
        if key.key in _ENTER:
            if not (key.key == "c-j" and self._enters[-1:] == ["c-m"]):
                self._enters.append("c-m" if key.key == "c-m" else "c-j")
            return
        if key.key in {"c-h", "backspace"}:
            self._rub_out()
        elif key.key == _PASTE:
            self._append(key.data.replace("\r\n", "\n").replace("\r", "\n"))
        elif key.key == "c-i":
            self._append("\t")
        elif len(key.key) == 1:
            self._append(key.key)

    def value(self) -> str:
        """Everything but the Enters at the end, and one newline that a paste brought along."""
        return "".join(self._pieces).removesuffix("\n")

    def _append(self, text: str) -> None:
        text = "\n" * len(self._enters) + text
        self._enters = []
        if self._length < CHARACTERS_MAX:
            self._pieces.append(text)
            self._length += len(text)

    def _rub_out(self) -> None:
        if self._enters:
            self._enters.pop()
            return
        if self._pieces:
            last = self._pieces.pop()
            self._length -= 1
            if last[:-1]:
                self._pieces.append(last[:-1])
