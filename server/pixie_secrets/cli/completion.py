"""Completion as click has it, with what can stand in each place: commands, tools, apps, keys, codes, clients.

A shell starts the program with a variable set and puts what it prints into the line. So only what a shell takes for
one plain word is offered: a folder of somebody else's repository may be called `$(rm -rf ~)`. No value is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from click.shell_completion import CompletionItem, get_completion_class, shell_complete

from pixie_secrets.cli import surface
from pixie_secrets.cli.program import COMPLETING
from pixie_secrets.clients import CLIENTS
from pixie_secrets.errors import PixieError
from pixie_secrets.layouts.project import find_project
from pixie_secrets.lint import codes
from pixie_secrets.operations.declared import declared_by
from pixie_secrets.operations.shell_completion import SHELLS
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click

    from pixie_secrets.layouts.project import Project

_ONE_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./@+-]*", re.ASCII)
_KEYS = frozenset({"key", "keys"})


def answer(program: click.Command, instruction: str) -> int:
    """Print what a shell asks for; the exit status."""
    return shell_complete(program, {}, surface.PROGRAM, COMPLETING, instruction)


def script(program: click.Command, shell: str) -> str:
    """What a shell has to read.

    Raises:
        PixieError: there is no such shell.
    """
    kind = get_completion_class(shell) if shell in SHELLS else None
    if kind is None:
        raise PixieError("there is no completion for that shell", f"shells: {', '.join(SHELLS)}")
    completion = kind(program, {}, surface.PROGRAM, COMPLETING)
    return completion.source_template % completion.source_vars()


def candidates(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """What can stand where `incomplete` is."""
    name = parameter.name or ""
    if name == "project":
        return [CompletionItem(incomplete, type="dir")]
    if name == "path" or (name == "what" and "/" in incomplete):
        return [CompletionItem(incomplete, type="file")]
    try:
        found = list(_words(context, name, incomplete))
    except PixieError:  # no project here: whoever goes on typing is told
        return []
    given = context.params.get(name) or ()
    return [
        CompletionItem(word, help=shown(" ".join(about.split())) or None)
        for word, about in found
        if word.startswith(incomplete) and _ONE_WORD.fullmatch(word) and word not in given
    ]


def _words(context: click.Context, name: str, incomplete: str) -> Iterator[tuple[str, str]]:
    """Each with what it is."""
    if name in {"tool_id", "what"}:
        project = _project(context)
        yield from ((owner.id, owner.name) for owner in project.owners)
        if _KEYS & {parameter.name for parameter in context.command.params} and incomplete.isupper():
            yield from _keys(project, "")
    elif name in _KEYS:
        yield from _keys(_project(context), context.params.get("tool_id") or "")
    elif name in {"select", "ignore", "explain"}:
        yield from ((name, code.title) for name, code in codes.CODES.items())
    elif name == "client":
        yield from ((client.name, client.title) for client in CLIENTS)
    elif name == "shell":
        yield from ((shell, "") for shell in SHELLS)


def _project(context: click.Context) -> Project:
    named: Any = context.find_root().params.get("project")
    return find_project(named)


def _keys(project: Project, owner_id: str) -> Iterator[tuple[str, str]]:
    owners = [project.owner(owner_id)] if owner_id else project.owners
    for owner in owners:
        for key, declared in declared_by(project, owner, code=False).items():
            yield key, declared.secret.description or ""
