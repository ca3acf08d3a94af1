"""Run any command with the secrets of a tool or an app in its environment, and let none of them out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.errors import SecretsMissing
from pixie_secrets.layouts.apps import App
from pixie_secrets.operations.declared import declared_by
from pixie_secrets.running import environment, relay
from pixie_secrets.running.references import References, with_tokens
from pixie_secrets.running.rendered import present, rendering
from pixie_secrets.stores.learn import learn
from pixie_secrets.stores.store import store_of
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.context import Context


class ExecRequest(NamedTuple):
    """What to run. tool_id: "" where only one can be meant."""

    tool_id: str
    command: Annotated[tuple[str, ...], "the program and its arguments"]
    render: Annotated[tuple[str, ...], "make DST from SRC while the command runs"] = ()
    require: Annotated[bool, "do not start the command while a required secret is not set"] = False


class Executed(NamedTuple):
    """status: the command's own, or 128 and the number of the signal that ended it."""

    status: int


def warnings(project: Project, tool_id: str) -> tuple[str, ...]:
    """What whoever runs a command with the tool's secrets should know first.

    Raises:
        UnknownTool, FileRefused: as `exec_command`.
    """
    unread = [f"{one.error.message}; its values cannot be masked" for one in learn(project) if one.is_new]
    tool = project.owner(tool_id)
    steering = environment.left_out(store_of(tool).values())
    if steering:
        unread.append(f"not passed on, because such names change how programs run: {', '.join(map(shown, steering))}")
    if isinstance(tool, App):
        keys = environment.set_already(store_of(tool).values())
        if keys:
            named = ", ".join(map(shown, keys))
            unread.append(
                f"set in your shell already, which wins over {tool.id}'s files as with {tool.framework.name}: {named}"
            )
    return tuple(unread)


def exec_command(context: Context, request: ExecRequest) -> Executed:
    """Run the command to its end, on our own stdin, stdout and stderr.

    Where no value is known at all there is nothing to mask, and the command takes this process's place.

    Raises:
        UnknownTool: no such tool or app in the project, or none was named and several could be meant.
        SecretsMissing: with `require`, a required secret has no value, neither in the store nor in the environment.
        KeyRefused: a reference to a secret that is not set.
        PixieError: a required token that its provider no longer renews.
        FileRefused: the tool's `.env`, a template or a target is not what it should be.
        ValueRefused, CommandNotStarted: the values, or the command, cannot be handed to the system.
    """
    project = context.project
    tool = project.owner(request.tool_id)
    learn(project)
    values = with_tokens(tool)
    given = environment.for_command(values, shell_wins=isinstance(tool, App))
    if request.require:
        _check_required(project, tool, given)
    references = References(project, tool, values)
    renderings = [rendering(words) for words in request.render]
    command = [references.resolved(word) for word in request.command]
    with present(renderings, references.resolved):
        return Executed(status=relay.run_masked(command, given, stay=bool(renderings)))


def _check_required(project: Project, owner: Owner, given: Mapping[str, str]) -> None:
    declared = [one.secret for one in declared_by(project, owner).values() if not one.is_setting]
    missing = [secret for secret in declared if secret.required and not given.get(secret.key)]
    if missing:
        keys = ", ".join(secret.key for secret in missing)
        message = f"{owner.id} lacks {keys}, required and not set; the command was not started"
        verb = "authorize" if all(secret.oauth2 for secret in missing) else "set-secret"
        raise SecretsMissing(message, f"pixie-secrets {verb} {owner.id}; then run it again")
