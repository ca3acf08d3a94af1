"""Refuses a command line that was not understood, without repeating a word of it.

The likeliest mistake is the worst: a value where none may be. It is in the shell's history then and, when an agent ran
the command, in its transcript. Saying it again in the error would put it there a second time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.errors import PixieError

if TYPE_CHECKING:
    import click

ROTATE = (
    "rotate it: it is now in the shell's history, and in the transcript if an agent ran this; then run the command"
    " without it and type the new one where it is not shown"
)
IF_VALUE = f"if one of these words was a value, {ROTATE}"
TAKES_VALUES = ("set-secret", "unset-secret")


class UsageRefused(PixieError):
    """A command line that was not understood."""


def refused(error: click.UsageError) -> UsageRefused:
    """`error` in words of our own: click's name what was typed."""
    import click  # noqa: PLC0415  it is loaded by now

    command = error.ctx.command.name if error.ctx else None
    hints: list[str] = []
    if isinstance(error, click.NoSuchCommand):
        message = "there is no such command"
        hints = [_near(error), f"commands: {', '.join(_commands(error.ctx))}"]
    elif isinstance(error, click.NoSuchOption) and error.option_name == "--project":
        message = "--project comes before the command"
    elif isinstance(error, click.NoSuchOption):
        message = "there is no such option"
        hints = [_near(error) or (IF_VALUE if command in TAKES_VALUES else "")]
        if command == "exec":
            hints = ["put -- before the command: exec TOOL -- COMMAND"]
    elif isinstance(error, click.MissingParameter) and error.param:
        message = f"{error.param.make_metavar(error.ctx) if error.ctx else error.param.name} is missing"
    elif isinstance(error, click.BadOptionUsage) and error.option_name == "--project":
        message = "--project needs a folder"
    elif isinstance(error, click.BadOptionUsage):
        message, hints = f"{error.option_name} takes no value", [IF_VALUE]
    else:
        message, hints = "that is more than this command takes", [IF_VALUE if command in TAKES_VALUES else ""]
    see = error.ctx.command_path if error.ctx and command != "pixie-secrets" else "pixie-secrets"
    return UsageRefused(message, "; ".join(filter(None, [*hints, f"see {see} --help"])))


def _near(error: click.NoSuchCommand | click.NoSuchOption) -> str:
    return f"did you mean {error.possibilities[0]}" if error.possibilities else ""


def _commands(context: click.Context | None) -> list[str]:
    import click  # noqa: PLC0415  it is loaded by now

    return context.command.list_commands(context) if context and isinstance(context.command, click.Group) else []


def check_keys(keys: tuple[str, ...]) -> None:
    """Refuse an operand that cannot be a key, above all `KEY=value`.

    Raises:
        UsageRefused: without repeating it.
    """
    from pixie_secrets.secret.key import PATTERN  # noqa: PLC0415  not for `--help`

    if all(PATTERN.fullmatch(key) for key in keys):
        return
    if any("=" in key for key in keys):
        raise UsageRefused("a value must never be an argument", ROTATE)
    raise UsageRefused("what follows the tool can only be names of secrets, such as OPENAI_API_KEY", IF_VALUE)
