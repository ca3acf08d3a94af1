"""Refuses a command line that was not understood, without repeating a word of it.

The likeliest mistake is the worst: a value where none may be. It is in the shell's history then and, when an agent ran
the command, in its transcript. Saying it again in the error would put it there a second time.
"""

from __future__ import annotations

from pixie_secrets.errors import USAGE, PixieError
from pixie_secrets.secret.key import PATTERN

ROTATE = (
    "rotate it: it is now in the shell's history, and in the transcript if an agent ran this; then run the command"
    " without it and type the new one where it is not shown"
)
IF_VALUE = f"if one of these words was a value, {ROTATE}"
TAKES_VALUES = ("copy-secret", "set-secret", "unset-secret")


class UsageRefused(PixieError):
    """A command line that was not understood."""

    status = USAGE


def check_keys(keys: tuple[str, ...]) -> None:
    """Refuse an operand that cannot be a key, above all `KEY=value`.

    Raises:
        UsageRefused: without repeating it.
    """
    if all(PATTERN.fullmatch(key) for key in keys):
        return
    if any("=" in key for key in keys):
        raise UsageRefused("a value must never be an argument", ROTATE)
    raise UsageRefused("what follows the tool can only be names of secrets, such as OPENAI_API_KEY", IF_VALUE)
