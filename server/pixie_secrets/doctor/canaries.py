"""The canaries of a project: whether each still lies there, and where one was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.doctor.check import Check, CheckState
from pixie_secrets.errors import FileRefused
from pixie_secrets.stores import bait
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixie_secrets.layouts.project import Project


def checks(project: Project) -> Iterator[Check]:
    """One of each canary; none where there are none."""
    try:
        found = bait.listed(project.root)
    except FileRefused as refused:
        yield Check(name="canaries", state=CheckState.UNKNOWN, message=refused.message, fix=refused.hint)
        return
    for one in found:
        name = f"canary {shown(one.key)} of {shown(one.tool_id)}"
        if one.seen:
            yield Check(
                name=name,
                state=CheckState.BROKEN,
                message=f"somebody read what they should not: it was seen in {shown(', '.join(one.seen))}",
                fix="whoever read it can read the real values beside it: find out who, replace those, lay a new one"
                f" (pixie-secrets canary add {shown(one.tool_id)} {shown(one.key)})",
            )
        elif not one.is_there:
            yield Check(
                name=name,
                state=CheckState.OFF,
                message=f"{shown(one.path)} has it no more",
                fix=f"pixie-secrets canary add {shown(one.tool_id)} {shown(one.key)}",
            )
        else:
            yield Check(name=name, state=CheckState.OK, message="nobody was seen with it")
