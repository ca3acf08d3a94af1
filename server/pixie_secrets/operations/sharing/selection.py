"""What goes into a share besides what the kinds of files decide: templates, what is made for it, what must be there."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from pixie_secrets import env_example
from pixie_secrets.archives.accept import REQUIRED
from pixie_secrets.archives.contents import Contents
from pixie_secrets.archives.kinds import Kind, kind_of
from pixie_secrets.archives.refusals import ShareRefused
from pixie_secrets.operations.leaks import learn, value_in_template

if TYPE_CHECKING:
    from pixie_secrets.project import Project, Tool


def learn_values(project: Project, tool: Tool, found: Contents) -> None:
    """Know the values of the project, and of every other file of values that lies in this tool."""
    learn(
        project,
        {
            tool.folder / entry.path: tool.id
            for entry in found.left_out
            if entry.reason == Kind.ENV and stat.S_ISREG(entry.status.st_mode)
        },
    )


def without_filled_templates(tool: Tool, found: Contents) -> Contents:
    """A `.env.example` that has a value is a `.env`, and stays."""
    declared = {secret.key for secret in tool.manifest.secrets}
    ships, stays = [], []
    for entry in found.files:
        if kind_of(entry.path.rpartition("/")[2]) is Kind.TEMPLATE:
            text = (tool.folder / entry.path).read_bytes().decode("utf-8", "replace")
            if key := value_in_template(text, declared):
                stays.append(entry._replace(reason=f"a template that has a value for {key}"))
                continue
        ships.append(entry)
    return Contents(tuple(ships), tuple(sorted((*found.left_out, *stays))))


def require(found: Contents) -> None:
    """Raises ShareRefused when no import would take it."""
    paths = {entry.path for entry in found.files}
    reasons = {entry.path: entry.reason for entry in found.left_out}
    for needed in REQUIRED:
        if needed not in paths:
            why = f": it is {reasons[needed]}" if needed in reasons else ""
            raise ShareRefused(
                f"{needed} would not be in the archive{why}", "a tool has tool.json, main.py and pyproject.toml"
            )


def generated(tool: Tool, found: Contents) -> dict[str, bytes]:
    """`.env.example`, where there are secrets to fill in and the tool has no such file of its own."""
    if not tool.manifest.secrets or any(entry.path == env_example.NAME for entry in found.files):
        return {}
    return {env_example.NAME: env_example.text(tool.manifest).encode()}
