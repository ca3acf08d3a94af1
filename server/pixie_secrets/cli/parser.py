"""The command line as click sees it: help, and whatever is not plainly right (`plain`), which it judges and words."""

from __future__ import annotations

from difflib import get_close_matches
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from pixie_secrets import __version__
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import Invocation
from pixie_secrets.cli.commands import COMMANDS, load
from pixie_secrets.cli.usage import IF_VALUE, TAKES_VALUES, UsageRefused
from pixie_secrets.errors import DONE, USAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pixie_secrets.cli.command import Command, Operand, Option

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def invoke(arguments: list[str], serve: Callable[[str | None], int]) -> int:
    """Run one command line; returns the exit status.

    Raises:
        PixieError: why it was not done; `UsageRefused` when it was not understood.
    """
    try:
        status = pixie_secrets.main(arguments, prog_name=surface.PROGRAM, standalone_mode=False, obj=serve)
    except click.exceptions.NoArgsIsHelpError as help_text:
        surface.note(help_text.message)
        return USAGE
    except click.UsageError as error:
        problem = _refused(error)
    except click.Abort:
        raise KeyboardInterrupt from None
    else:
        return status if isinstance(status, int) else DONE
    raise problem  # not from click's, which holds what was typed


def complete(instruction: str) -> int:
    """Answer a shell that completes a line; the exit status."""
    status: int = import_module("pixie_secrets.cli.completion").answer(pixie_secrets, instruction)
    return status


def completion_script(shell: str) -> str:
    """What makes a shell ask.

    Raises:
        PixieError: there is no such shell.
    """
    text: str = import_module("pixie_secrets.cli.completion").script(pixie_secrets, shell)
    return text


def _candidates(context: click.Context, parameter: click.Parameter, incomplete: str) -> Any:
    return import_module("pixie_secrets.cli.completion").candidates(context, parameter, incomplete)


class _Commands(click.Group):
    """The commands of the table, each built of its declaration once it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click hands it over
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click hands it over
        return build(cmd_name, load(cmd_name)) if cmd_name in COMMANDS else None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """As click does, but without importing every command for the line that the table has."""
        found = [CompletionItem(name, help=about) for name, about in COMMANDS.items() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click hands it over
        """As click does, but without importing every command for the line that the table has."""
        widest = max(map(len, COMMANDS))
        width = formatter.width - 6 - widest
        rows = [(name, click.Command(name, help=COMMANDS[name]).get_short_help_str(width)) for name in COMMANDS]
        with formatter.section("Commands"):
            formatter.write_dl(sorted(rows))


def _examples(lines: tuple[str, ...]) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)  # the backspace: keep these lines apart


@click.group(
    cls=_Commands,
    context_settings=SETTINGS,
    epilog=_examples(
        (
            "pixie-secrets list-secrets",
            "pixie-secrets set-secret whisper-transcription OPENAI_API_KEY",
            "pixie-secrets settings",
        )
    ),
)
@click.option(
    "--project",
    metavar="DIR",
    help="The project: a folder with tools/ or a .env, or a repository. [default: the one you are in]",
    shell_complete=_candidates,
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def pixie_secrets(context: click.Context, project: str | None) -> None:
    """Set the secrets of your tools without your coding agent ever seeing them.

    A tool is a folder tools/NAME with a tool.json that declares its secrets; their values are stored in the tool's own
    .env, readable by you alone. No command takes a value as an argument or prints one.
    """
    context.obj = Invocation(project, context.obj)


class _BehindDashes(click.Command):
    """A command whose last operand is what stands behind `--`: none of that is taken for the operand before it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = args.index("--") if "--" in args else len(args)
        first, behind = str(self.params[0].name), args[at:]
        if not behind or isinstance(self.make_parser(ctx).parse_args(args[:at])[0].get(first), str):
            return super().parse_args(ctx, args)
        rest = super().parse_args(ctx, [*args[:at], "", *behind])
        ctx.params[first] = None
        return rest


def build(name: str, command: Command) -> click.Command:
    """Click's own form of a command."""
    kind = _BehindDashes if any(operand.after_dashes for operand in command.operands) else click.Command
    return kind(
        name,
        callback=click.pass_obj(partial(_call, command)),
        params=[*map(_argument, command.operands), *map(_option, command.options)],
        help=f"{COMMANDS[name]}\n\n{command.more}".strip(),
        epilog=_examples(command.examples),
    )


def _call(command: Command, invocation: Invocation, /, **words: Any) -> int:
    return command.call(invocation, words)


def _argument(operand: Operand) -> click.Argument:
    return click.Argument(
        [operand.name],
        metavar=operand.metavar,
        required=operand.is_required,
        nargs=-1 if operand.is_many else 1,
        type=click.UNPROCESSED if operand.after_dashes else None,
        shell_complete=_candidates,
    )


def _option(option: Option) -> click.Option:
    about = option.about[0].upper() + option.about[1:]
    about += "" if about.endswith((".", "]")) else "."
    names = [option.flag, option.parameter]
    if not option.metavar:
        return click.Option(names, is_flag=True, help=about)
    return click.Option(
        names,
        metavar=option.metavar,
        multiple=option.is_many,
        default=option.default,
        help=about,
        shell_complete=_candidates,
    )


def _refused(error: click.UsageError) -> UsageRefused:
    """`error` in words of our own: click's name what was typed."""
    command = error.ctx.command.name if error.ctx else None
    hints: list[str] = []
    if isinstance(error, click.NoSuchCommand):
        message = "there is no such command"
        hints = [_near(get_close_matches(error.command_name, COMMANDS)), f"commands: {', '.join(sorted(COMMANDS))}"]
    elif isinstance(error, click.NoSuchOption) and error.option_name == "--project":
        message = "--project is there twice, or needs a folder"
    elif isinstance(error, click.NoSuchOption):
        message = "there is no such option"
        likely = [name for name in error.possibilities or () if name[:3] == error.option_name[:3]]
        hints = [_near(likely if command in TAKES_VALUES else error.possibilities)]
        hints = [hints[0] or (IF_VALUE if command in TAKES_VALUES else "")]
        if command == "exec":
            hints = ["put -- before the command: exec [TOOL] -- COMMAND"]
    elif isinstance(error, click.MissingParameter) and error.param:
        message = f"{error.param.make_metavar(error.ctx) if error.ctx else error.param.name} is missing"
    elif isinstance(error, click.BadOptionUsage) and error.option_name == "--project":
        message = "--project needs a folder"
    elif isinstance(error, click.BadOptionUsage) and "requires" in error.message:
        message = f"{error.option_name} needs what it is followed by"
    elif isinstance(error, click.BadOptionUsage):
        message, hints = f"{error.option_name} takes no value", [IF_VALUE]
    else:
        message, hints = "that is more than this command takes", [IF_VALUE if command in TAKES_VALUES else ""]
    see = error.ctx.command_path if error.ctx and command != "pixie-secrets" else "pixie-secrets"
    return UsageRefused(message, "; ".join(filter(None, [*hints, f"see {see} --help"])))


def _near(possibilities: Sequence[str] | None) -> str:
    return f"did you mean {possibilities[0]}" if possibilities else ""
