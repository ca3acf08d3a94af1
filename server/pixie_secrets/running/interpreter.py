"""Which Python a tool runs with: the environment that was installed for it. Nothing is ever installed here.

First `.venv` in the tool's folder. Else what `uv` says is the environment of that folder: of its workspace, of
`UV_PROJECT_ENVIRONMENT`, or of a script with inline dependencies. uv is only asked, offline; its interpreter is then
started directly, so that no process more stands between us and the tool.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from pixie_secrets.errors import Hint, PixieError
from pixie_secrets.programs import find_program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.layouts.project import Tool

UV_SECONDS = 10.0
ASK_UV = ("uv", "python", "find", "--offline", "--no-python-downloads", "--no-progress")


class NotInstalled(PixieError):
    """The tool has no environment to run in."""


def command(tool: Tool, environment: Mapping[str, str]) -> list[str]:
    """The program and arguments that start the tool, up to its own ones.

    Raises:
        NotInstalled: there is no environment, or no entry point; says how it is made.
    """
    entrypoint = tool.folder / tool.manifest.entrypoint
    if not entrypoint.is_file():
        raise NotInstalled(
            f"{tool.id} has no {tool.manifest.entrypoint}", "write it, or correct entrypoint in tool.json"
        )
    own = tool.folder / ".venv" / "bin" / "python"
    if os.access(own, os.X_OK):
        return [str(own), tool.manifest.entrypoint]
    found = _of_uv(tool, ["--script", tool.manifest.entrypoint], environment) or _of_uv(tool, [], environment)
    if found is None:
        install = f"uv sync --project {shlex.quote(str(tool.folder))}"
        raise NotInstalled(
            f"{tool.id} has no environment to run in",
            Hint(f"install it once: {install}", for_agent=f"the user installs it once: {install}"),
        )
    return [str(found), tool.manifest.entrypoint]


def _of_uv(tool: Tool, words: list[str], environment: Mapping[str, str]) -> Path | None:
    """The interpreter of an environment that uv has for the tool; None without one: any other Python is not it."""
    if "--script" in words and b"# /// script" not in (tool.folder / tool.manifest.entrypoint).read_bytes():
        return None
    uv = find_program(ASK_UV[0], environment)
    if uv is None:
        return None
    try:
        asked = subprocess.run(
            [uv, *ASK_UV[1:], *words],
            cwd=tool.folder,
            env=_outside_environments(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=UV_SECONDS,
            check=False,
            text=True,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = Path(asked.stdout.strip())
    in_environment = (found.parent.parent / "pyvenv.cfg").is_file()
    return found if asked.returncode == 0 and in_environment and os.access(found, os.X_OK) else None


def _outside_environments(environment: Mapping[str, str]) -> dict[str, str]:
    """The same without an environment that somebody activated: it is not the tool's, and uv would take it for one."""
    folders = environment.get("PATH", "").split(os.pathsep)
    path = os.pathsep.join(folder for folder in folders if not (Path(folder).parent / "pyvenv.cfg").is_file())
    kept = {name: value for name, value in environment.items() if not name.startswith("VIRTUAL_ENV")}
    return {**kept, "PATH": path}
