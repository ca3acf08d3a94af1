"""What can be said to `pixie-secrets`, and what it answers."""

from __future__ import annotations

import gc
from functools import partial
from typing import TYPE_CHECKING

import click

from pixie_secrets import __version__
from pixie_secrets.cli import examining, lint_options, listing, migrating, sharing, surface
from pixie_secrets.cli.usage import IF_VALUE, UsageRefused, check_keys, refused
from pixie_secrets.errors import ChannelClosed, KeyRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.set_secret import Asked, SecretSaved, SetSecretRequest
    from pixie_secrets.secret.text import SecretStr

DONE, USAGE = 0, 2
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _Said:
    """What stands before the command, and the server that `mcp` starts."""

    def __init__(self, project: str | None, serve: Callable[[str | None], int]) -> None:
        self.named = project
        self.serve = serve

    def project(self) -> Project:
        from pixie_secrets.layouts.project import find_project  # noqa: PLC0415  as above
        from pixie_secrets.stores.learn import learn  # noqa: PLC0415  pydantic, not for `--help`

        project = find_project(self.named)
        for unread in learn(project):
            if unread.is_new:
                surface.warn(f"{unread.error.message}; its values cannot be masked")
        return project


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
        problem = refused(error)
    except click.Abort:
        raise KeyboardInterrupt from None
    else:
        return status if isinstance(status, int) else DONE
    raise problem  # not from click's, which holds what was typed


def _examples(*lines: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)  # the backspace: keep these lines apart


_as_json = click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document on stdout.")
_tool = click.argument("tool", metavar="TOOL")


@click.group(
    context_settings=SETTINGS,
    epilog=_examples(
        "pixie-secrets list-secrets",
        "pixie-secrets set-secret whisper-transcription OPENAI_API_KEY",
        "pixie-secrets settings",
    ),
)
@click.option("--project", metavar="DIR", help="A folder with tools/ in it. [default: the nearest one upwards]")
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def pixie_secrets(context: click.Context, project: str | None) -> None:
    """Set the secrets of your tools without your coding agent ever seeing them.

    A tool is a folder tools/NAME with a tool.json that declares its secrets; their values are stored in the tool's own
    .env, readable by you alone. No command takes a value as an argument or prints one.
    """
    context.obj = _Said(project, context.obj)


@pixie_secrets.command(
    "set-secret",
    epilog=_examples(
        "pixie-secrets set-secret whisper-transcription",
        "pixie-secrets set-secret whisper-transcription OPENAI_API_KEY",
        "pass show openai | pixie-secrets set-secret whisper-transcription OPENAI_API_KEY --stdin",
    ),
)
@_tool
@click.argument("keys", metavar="[KEY]...", nargs=-1)
@click.option("--stdin", "from_stdin", is_flag=True, help="Take one value from a pipe, less one newline at its end.")
@click.option("--allow-undeclared", is_flag=True, help="Also set a KEY that tool.json does not declare.")
@_as_json
@click.pass_obj
def set_secret(
    said: _Said, *, tool: str, keys: tuple[str, ...], from_stdin: bool, allow_undeclared: bool, as_json: bool
) -> int:
    """Ask for a tool's secrets and store them in its .env.

    Without KEY: every declared secret that is not set. What you type or paste is not shown; all values are stored at
    the end, or none.
    """
    check_keys(keys)
    from pixie_secrets import masking  # noqa: PLC0415  values are near from here on
    from pixie_secrets.operations import set_secret as operation  # noqa: PLC0415  not for `--help`

    masking.install()
    project = said.project()
    request = operation.SetSecretRequest(tool_id=tool, keys=keys, allow_undeclared=allow_undeclared)
    try:
        asked = operation.asked_secrets(project, request)
    except KeyRefused as refusal:
        if "did you mean" in refusal.hint:
            raise
        raise KeyRefused(refusal.message, f"{refusal.hint}; {IF_VALUE}") from None
    if from_stdin:
        values = _piped(asked)
    elif asked.secrets:
        values = _typed(project, request, asked)
    else:
        return _nothing_to_ask(asked, as_json=as_json)
    saved = operation.set_secret(project, request, values)
    surface.result(_saved_line(saved), saved, as_json=as_json, without=("value_warnings",))
    _warn(saved)
    return DONE


@pixie_secrets.command(
    "unset-secret", epilog=_examples("pixie-secrets unset-secret whisper-transcription OPENAI_API_KEY")
)
@_tool
@click.argument("key", metavar="KEY")
@_as_json
@click.pass_obj
def unset_secret(said: _Said, tool: str, key: str, as_json: bool) -> int:
    """Remove a secret from a tool's .env.

    Every other line of the file stays as it is.
    """
    check_keys((key,))
    from pixie_secrets.operations import unset_secret as operation  # noqa: PLC0415  not for `--help`

    unset = operation.unset_secret(said.project(), operation.UnsetSecretRequest(tool_id=tool, key=key))
    text = f"removed {unset.key} from {unset.tool_id}" if unset.was_set else f"{unset.key} was not set"
    surface.result(text, unset, as_json=as_json)
    return DONE


@pixie_secrets.command(
    "list-secrets",
    epilog=_examples("pixie-secrets list-secrets", "pixie-secrets list-secrets whisper-transcription --json"),
)
@click.argument("tool", metavar="[TOOL]", required=False)
@_as_json
@click.pass_obj
def list_secrets(said: _Said, tool: str | None, as_json: bool) -> int:
    """Show which secrets are declared and which are set."""
    return listing.list_secrets(listing.Listing(said.named, tool, as_json))


@pixie_secrets.command(
    "settings", epilog=_examples("pixie-secrets settings", "pixie-secrets settings whisper-transcription")
)
@click.argument("tool", metavar="[TOOL]", required=False)
@click.pass_obj
def settings(said: _Said, tool: str | None) -> int:
    """Open the settings page, for one tool or all.

    Ctrl-C closes it. The page is served to this machine alone; its link works once and is shown at this terminal only.
    """
    from pixie_secrets import masking  # noqa: PLC0415  values are near from here on
    from pixie_secrets.cli.settings import serve_page  # noqa: PLC0415  the web framework

    masking.install()
    serve_page(said.project(), tool)
    return DONE


pixie_secrets.add_command(lint_options.lint_tool)
pixie_secrets.add_command(migrating.migrate_tool_format)
pixie_secrets.add_command(migrating.codegen)
pixie_secrets.add_command(migrating.schema)
pixie_secrets.add_command(sharing.share_tool)
pixie_secrets.add_command(sharing.import_tool)
pixie_secrets.add_command(examining.doctor)


@pixie_secrets.command(
    "run-tool",
    epilog=_examples(
        'pixie-secrets run-tool whisper-transcription --inputs \'{"audio_input": "talk.mp3"}\'',
        "pixie-secrets run-tool calendar-digest --inputs @inputs.json --json",
    ),
)
@_tool
@click.option("--inputs", metavar="JSON", default="{}", help="The inputs by key; @FILE or - reads them from there.")
@_as_json
@click.pass_obj
def run_tool(said: _Said, tool: str, inputs: str, as_json: bool) -> int:
    """Run a tool once, with its secrets, and show what it answers.

    The tool must have been installed (a .venv in its folder, or uv's). Everything it answers or prints is masked.
    Exit status 1 when the run did not end well.
    """
    from pixie_secrets.cli import running  # noqa: PLC0415  not for `--help`

    return running.run_tool(said.project(), tool, inputs, as_json=as_json)


@pixie_secrets.command(
    "exec",
    epilog=_examples(
        "pixie-secrets exec whisper-transcription -- python main.py --port 8000",
        "pixie-secrets exec billing -- psql",
        "pixie-secrets exec billing --render app.conf.in:app.conf -- ./server app.conf",
        "pixie-secrets exec github -- npx -y @modelcontextprotocol/server-github",
    ),
)
@_tool
@click.option("--render", metavar="SRC:DST", multiple=True, help="Make DST from SRC while the command runs.")
@click.argument("command", metavar="-- COMMAND...", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_obj
def exec_command(said: _Said, tool: str, render: tuple[str, ...], command: tuple[str, ...]) -> int:
    """Run a command with a tool's secrets in its environment.

    Whatever it writes is masked, and apart from that nothing stands between you and it: terminal, keys, signals and
    exit status are its own. A .mcp.json can start another MCP server this way, with no key in that file.

    ${{ secrets.KEY }} and ${{ secrets.TOOL.KEY }} in an argument, or in a file SRC, become the value. An argument is
    seen in the list of processes while the command runs; its environment and DST, private and removed afterwards, are
    not.
    """
    from pixie_secrets.cli import running  # noqa: PLC0415  not for `--help`

    return running.exec_command(said.project(), tool, command, render)


@pixie_secrets.command("mask", epilog=_examples("make test 2>&1 | pixie-secrets mask", "pixie-secrets mask < app.log"))
@click.argument("tools", metavar="[TOOL]...", nargs=-1)
@click.pass_obj
def mask(said: _Said, tools: tuple[str, ...]) -> int:
    """Copy stdin to stdout with every known value as ***.

    Known are the values of all tools of the project; of a tool that is named they must be, or this is refused.
    """
    from pixie_secrets.cli import running  # noqa: PLC0415  not for `--help`

    return running.mask(said.project(), tools)


@pixie_secrets.command("mcp", epilog=_examples("claude mcp add secrets -- pixie-secrets mcp"))
@click.pass_obj
def mcp(said: _Said) -> int:
    """Serve MCP clients such as Claude Code over stdin and stdout."""
    gc.enable()  # this command stays
    return said.serve(said.named)


def _piped(asked: Asked) -> Mapping[str, SecretStr]:
    from pixie_secrets.cli.piped import read_value  # noqa: PLC0415  only for `--stdin`

    if len(asked.secrets) != 1:
        names = ", ".join(secret.key for secret in asked.secrets)
        raise UsageRefused(
            "--stdin takes one value, so name one secret", f"not set: {names}" if names else "all are set"
        )
    key = asked.secrets[0].key
    return _known(asked, {key: read_value()})


def _typed(project: Project, request: SetSecretRequest, asked: Asked) -> Mapping[str, SecretStr]:
    from pixie_secrets.channels import prompt, terminal  # noqa: PLC0415  only for a person

    if not terminal.present():
        from pixie_secrets.channels.command import set_secret_command  # noqa: PLC0415  only for this refusal

        raise ChannelClosed(
            "there is no terminal here to ask at",
            "an agent: call the MCP tool set-secret, or have the user run this in a terminal of their own:"
            f" {set_secret_command(project, request)}",
        )
    from pixie_secrets.operations.set_secret import check_answer  # noqa: PLC0415  not for `--help`

    keys = tuple(secret.key for secret in asked.secrets)
    values = prompt.ask(asked, partial(check_answer, project, asked.tool_id, keys))
    if not values:
        raise prompt.Cancelled("no value was given, nothing was changed")
    return _known(asked, values)


def _known(asked: Asked, values: Mapping[str, SecretStr]) -> Mapping[str, SecretStr]:
    """A value is masked from the moment it was read, stored or not."""
    from pixie_secrets.stores.learn import learn_value  # noqa: PLC0415  only where a value was read

    for key, value in values.items():
        learn_value(value.get_secret_value(), key=key, tool=asked.tool_id)
    return values


def _nothing_to_ask(asked: Asked, *, as_json: bool) -> int:
    from pixie_secrets.operations.set_secret import SecretSaved  # noqa: PLC0415  as everywhere

    nothing = SecretSaved(tool_id=asked.tool_id, path=asked.path, secrets=())
    surface.result(
        f"{asked.tool_id} has no secret that is not set; name one to replace it",
        nothing,
        as_json=as_json,
        without=("value_warnings",),
    )
    return DONE


def _saved_line(saved: SecretSaved) -> str:
    keys = ", ".join(secret.key for secret in saved.secrets)
    return f"saved {keys} for {saved.tool_id} ({saved.path}, mode 600)"


def _warn(saved: SecretSaved) -> None:
    import os  # noqa: PLC0415  only here

    for warning in saved.warnings if surface.before_a_person() else saved.file_warnings:
        surface.warn(warning)
    if saved.warnings and os.environ.get("PIXIE_SECRETS_POPUP"):
        from pixie_secrets.channels import prompt  # noqa: PLC0415  only in a popup

        prompt.pause("Press any key to close. ")
