"""The exact line a person can paste into another terminal to set a secret there, or to authorize a tool.

It is what every dead end offers: no browser, no tmux, a dialog that was closed. It names the project and this very
installation, so it works from any folder and with nothing on PATH.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.authorize import ConsentToAsk
    from pixie_secrets.operations.probe_secret import ProbeSecretRequest
    from pixie_secrets.operations.set_secret import SetSecretRequest

COMMAND_VARIABLE = "PIXIE_SECRETS_COMMAND"
NAME = "pixie-secrets"


def set_secret_command(project: Project, request: SetSecretRequest, environment: Mapping[str, str] = os.environ) -> str:
    """One line, quoted for the shell; needs a terminal, holds no value."""
    return command_line(set_secret_arguments(project, request, environment))


def command_line(words: list[str]) -> str:
    """`words` as one line for a shell."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def set_secret_arguments(
    project: Project, request: SetSecretRequest, environment: Mapping[str, str] = os.environ
) -> list[str]:
    """The same as words, for running it without a shell."""
    options = ["--allow-undeclared"] if request.allow_undeclared else []
    options += ["--no-gitignore"] if request.no_gitignore else []
    options += ["--file", request.file] if request.file is not None else []
    operands = [*([request.tool_id] if request.tool_id else []), *request.keys]
    if any(word.startswith("-") for word in operands):
        operands.insert(0, "--")
    return [*this_program(environment), "--project", str(project.root), "set-secret", *options, *operands]


def probe_secret_command(
    project: Project, request: ProbeSecretRequest, environment: Mapping[str, str] = os.environ
) -> str:
    """The line that asks a person whether a key may be sent to a service, and sends it."""
    options = ["--service", request.service] if request.service is not None else []
    operands = [*([request.tool_id] if request.tool_id else []), request.key]
    return command_line(
        [*this_program(environment), "--project", str(project.root), "probe-secret", *options, *operands]
    )


def authorize_arguments(
    project: Project, asked: ConsentToAsk, environment: Mapping[str, str] = os.environ
) -> list[str]:
    """The command that authorizes a tool, as words."""
    return [
        *this_program(environment), "--project", str(project.root), "authorize", asked.tool_id, asked.registration.key
    ]  # fmt: skip


def this_program(environment: Mapping[str, str] = os.environ) -> list[str]:
    """How to start this program from anywhere.

    `PIXIE_SECRETS_COMMAND` (shell words, set by the plugin's bootstrap), else `pixie-secrets` when the PATH of an
    ordinary terminal finds this installation under that name, else `<python> -m pixie_secrets`.
    """
    if given := environment.get(COMMAND_VARIABLE):
        return shlex.split(given)
    if _on_everyday_path(environment):
        return [NAME]
    return [sys.executable, "-m", "pixie_secrets"]


def _on_everyday_path(environment: Mapping[str, str]) -> bool:
    """Whether PATH has a link to our own script.

    The folder of an activated virtual environment does not count: `uv run` puts it on our PATH, but the person's
    other terminal will not have it.
    """
    found = shutil.which(NAME, path=environment.get("PATH"))
    ours = Path(sys.prefix) / "bin" / NAME
    if not found or not ours.exists() or not Path(found).samefile(ours):
        return False
    return sys.prefix == sys.base_prefix or Path(found).parent != ours.parent
