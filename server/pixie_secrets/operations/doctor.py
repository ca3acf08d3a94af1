"""Look at what protects the values of a project, and try the known ways around it on a canary."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.doctor import client, machine, values
from pixie_secrets.doctor.attack import Attack, attacks
from pixie_secrets.doctor.check import Check, CheckState
from pixie_secrets.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.operations.context import Context


class DoctorRequest(NamedTuple):
    """How far to go."""

    no_attack: Annotated[bool, "only look; do not try the ways to a value"] = False


class Examined(Frozen):
    """What was found. not_stopped: ways that nothing here can close, in plain words."""

    project: str
    checks: tuple[Check, ...]
    attacks: tuple[Attack, ...]
    not_stopped: tuple[str, ...]

    @property
    def failed(self) -> bool:
        """Whether something that should hold does not."""
        return any(check.state is CheckState.BROKEN for check in self.checks) or not all(
            attack.as_expected for attack in self.attacks
        )


NOT_STOPPED = (
    "a program that opens the file itself can do with the value what it likes: send it, or print it in a disguise",
    "masking knows the usual forms of a value; reversed, over several lines, compressed or as numbers it is shown",
    "hooks see the agents they are in: not another client, not your own terminal, not a program that runs meanwhile",
    "an MCP server that answers with an error has its text shown as it is; start it with pixie-secrets exec",
    "with claude -p the client writes the prompt into its transcript before any hook sees it (it is not sent)",
    "a value that was replaced is known only to programs that saw it before: rotate it at its service",
)


def doctor(context: Context, request: DoctorRequest, environment: Mapping[str, str] = os.environ) -> Examined:
    """Look at everything; changes nothing outside a temporary folder."""
    project = context.project
    found = [
        *values.checks(project),
        *client.checks(project, environment),
        client.guard_starts(environment),
        client.guard_log(environment),
        *machine.checks(project, environment),
    ]
    return Examined(
        project=str(project.root),
        checks=tuple(found),
        attacks=() if request.no_attack else attacks(),
        not_stopped=NOT_STOPPED,
    )
