"""The audit record: whether it can be read, and which keys it says need a new value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.audit.due import DueReason, due_keys, leaked_steps
from pixie_secrets.doctor.check import Check, CheckState
from pixie_secrets.errors import FileRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixie_secrets.layouts.project import Project


def checks(project: Project) -> Iterator[Check]:
    """One for each key that is due, else one of the record: a leak has to be dealt with, age can wait."""
    try:
        found = due_keys(project)
    except FileRefused as refused:
        yield Check(name="audit record", state=CheckState.BROKEN, message=refused.message, fix=refused.hint)
        return
    if not found:
        yield Check(name="audit record", state=CheckState.OK, message="no key is due for a new value")
    for due in found:
        yield Check(
            name=f"{due.tool_id} {due.key}",
            state=CheckState.OFF if due.reason is DueReason.OLD else CheckState.BROKEN,
            message=f"is {due.message}",
            fix=leaked_steps(due.tool_id, due.key)
            if due.reason is DueReason.LEAKED
            else f"replace it at its service, then: pixie-secrets set-secret {due.tool_id} {due.key}",
        )
