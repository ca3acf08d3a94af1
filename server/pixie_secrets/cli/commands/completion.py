"""`completion`: what a shell completes of this command line, installed, shown or taken back."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, Operand, command
from pixie_secrets.cli.usage import UsageRefused
from pixie_secrets.errors import DONE
from pixie_secrets.operations.shell_completion import SHELLS, install, remove

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.shell_completion import CompletionInstalled


def run(_invocation: Invocation, *, action: str, shell: str | None, as_json: bool) -> int:
    if action == "remove":
        removed = remove()
        files = ", ".join(map(surface.from_here, removed.files))
        surface.result(f"removed from {files}" if files else "there was none", removed, as_json=as_json)
        return DONE
    if action not in {"install", "show"}:
        raise UsageRefused("there is no such thing to do", "say install, show or remove")
    shell = shell or Path(os.environ.get("SHELL", "")).name
    if shell not in SHELLS:
        raise UsageRefused("for which shell was not said, or there is none for it", f"shells: {', '.join(SHELLS)}")
    text = import_module("pixie_secrets.cli.parser").completion_script(shell)
    if action == "show":
        surface.page(text)
        return DONE
    installed = install(shell, text)
    surface.result(_text(installed), installed, as_json=as_json)
    return DONE


def _text(installed: CompletionInstalled) -> str:
    lines = [f"{surface.from_here(installed.script)} written"]
    if installed.by_hand:
        lines.append(f"{installed.by_hand}, so add this line to it yourself:\n  {installed.line}")
    elif installed.startup:
        lines.append(f"{surface.from_here(installed.startup)} has the line\n  {installed.line}")
    return "\n".join([*lines, f"Shells that are started from now on complete pixie-secrets ({installed.shell})."])


COMMAND = command(
    Operand("action", "install|show|remove"),
    Operand("shell", f"[{'|'.join(SHELLS)}]", is_required=False),
    options=(JSON,),
    more="Commands, options, tools and apps, their keys, lint codes and clients. Without a shell: the one that SHELL"
    " names. For bash and zsh one line is added to .bashrc or .zshrc, and shown.",
    examples=("pixie-secrets completion install", "pixie-secrets completion show zsh"),
)(run)
