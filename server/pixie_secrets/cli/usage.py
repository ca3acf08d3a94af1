"""Refuses a command line that was not understood, without repeating a word of it.

The likeliest mistake is the worst: a value where none may be. It is in the shell's history then and, when an agent ran
the command, in its transcript. Saying it again in the error would put it there a second time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.errors import PixieError

if TYPE_CHECKING:
    import click

VALUE_RULE = (
    "a value must never be an argument: if one was there, it is now in the shell's history, and in the transcript when"
    " an agent ran this; have it replaced where it was issued, then run the command without it and type the new one"
    " where it is not shown"
)
TAKES_VALUES = ("set-secret", "unset-secret")


class UsageRefused(PixieError):
    """A command line that was not understood."""


def refused(error: click.UsageError) -> UsageRefused:
    """`error` in words of our own: click's name what was typed."""
    import click  # noqa: PLC0415  it is loaded by now

    command = error.ctx.command.name if error.ctx else None
    advice = f"see {error.ctx.command_path} --help" if error.ctx else "see pixie-secrets --help"
    if isinstance(error, click.NoSuchCommand):
        message, near = "there is no such command", error.possibilities
        advice = "see pixie-secrets --help"
    elif isinstance(error, click.NoSuchOption):
        message, near = "there is no such option", error.possibilities
        if error.option_name == "--project":
            message, near = "--project comes before the command", None
    elif isinstance(error, click.MissingParameter) and error.param:
        message, near = f"{error.param.make_metavar(error.ctx) if error.ctx else error.param.name} is missing", None
    elif isinstance(error, click.BadOptionUsage):
        message, near = f"{error.option_name} was given without its value, or with one it does not take", None
    else:
        message, near = "that is more than this command takes", None
    hints = [f"did you mean {near[0]}?"] if near else []
    if command in TAKES_VALUES and not isinstance(error, click.MissingParameter):
        hints.append(f"{VALUE_RULE};")
    return UsageRefused(message, " ".join([*hints, advice]))


def check_keys(keys: tuple[str, ...]) -> None:
    """Refuse an operand that cannot be a key, above all `KEY=value`.

    Raises:
        UsageRefused: without repeating it.
    """
    from pixie_secrets.secret_key import PATTERN  # noqa: PLC0415  not for `--help`

    if all(PATTERN.fullmatch(key) for key in keys):
        return
    raise UsageRefused("what follows the tool are names of secrets only, such as OPENAI_API_KEY", VALUE_RULE)
