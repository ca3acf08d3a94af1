"""What this machine has: ways to ask a person, and the environments that tools run in."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from typing import TYPE_CHECKING

from pixie_secrets.doctor.check import Check, State
from pixie_secrets.errors import PixieError
from pixie_secrets.running import interpreter
from pixie_secrets.where import Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pixie_secrets.layouts.project import Project

PACKAGES = ("ahocorasick_rs", "re2", "pydantic")


def checks(project: Project, environment: Mapping[str, str]) -> Iterator[Check]:
    yield _packages()
    yield _tmux(environment)
    yield _desktop(environment)
    for broken in project.broken_tools:
        yield Check(name=f"tools/{broken.name}", state=State.BROKEN, said=broken.error.message, fix=broken.error.hint)
    for tool in project.tools:
        try:
            interpreter.command(tool, environment)
        except (PixieError, OSError) as error:
            message, hint = (error.message, error.hint) if isinstance(error, PixieError) else ("cannot be read", "")
            yield Check(name=f"tools/{tool.folder.name} environment", state=State.OFF, said=message, fix=hint)
        else:
            yield Check(name=f"tools/{tool.folder.name} environment", state=State.OK, said="installed")


def _packages() -> Check:
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        return Check(
            name="packages",
            state=State.OFF,
            said=f"{', '.join(missing)} not installed: the guard knows values, not what others look like",
            fix="python3 server/bootstrap.py --install",
        )
    return Check(name="packages", state=State.OK, said="installed")


def _tmux(environment: Mapping[str, str]) -> Check:
    if environment.get("TMUX"):
        return Check(name="tmux", state=State.OK, said="you are in it: a popup can ask for a value")
    said = "installed, but this is not in it" if shutil.which("tmux") else "not installed"
    return Check(
        name="tmux", state=State.OFF, said=f"{said}; only needed without a desktop", fix="start the agent inside tmux"
    )


def _desktop(environment: Mapping[str, str]) -> Check:
    where = Where(environment)
    if where.desktop:
        return Check(name="browser", state=State.OK, said="a page can ask for a value")
    said = "over SSH a page would open on the other machine" if where.remote else "no desktop"
    return Check(name="browser", state=State.OFF, said=said, fix="use tmux, or the command that the agent names")
