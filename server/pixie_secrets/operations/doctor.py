"""Look at what protects the values of a project, and try the known ways around it on a canary.

`examine` says each thing as soon as it is known, for somebody who waits; `doctor` is all of it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.doctor import canaries, client, machine, probes, record, sealed, values
from pixie_secrets.doctor.attack import Attack, attacks
from pixie_secrets.doctor.check import Check, CheckState, Repair
from pixie_secrets.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pixie_secrets.operations.context import Context


class DoctorRequest(NamedTuple):
    """How far to go."""

    no_attack: Annotated[bool, "only look; do not try the ways to a value"] = False
    fix: Annotated[bool, "repair what is safe to repair: git's ignore rules, and modes of files with values"] = False


class Examined(Frozen):
    """What was found. repairs: what was made whole. not_stopped: ways that nothing here can close."""

    project: str
    checks: tuple[Check, ...]
    attacks: tuple[Attack, ...]
    not_stopped: tuple[str, ...]
    repairs: tuple[Repair, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something that should hold does not."""
        return self.to_do > 0

    @property
    def to_do(self) -> int:
        """How many things do not hold that should."""
        return self._count(CheckState.BROKEN) + sum(not attack.as_expected for attack in self.attacks)

    @property
    def not_used(self) -> int:
        """How many protections there are that are off."""
        return self._count(CheckState.OFF)

    def _count(self, state: CheckState) -> int:
        return sum(check.state is state for check in self.checks)


NOT_STOPPED = (
    "a program that opens the file itself can do with the value what it likes: send it, or print it in a disguise",
    "masking knows the usual forms of a value; reversed, over several lines, compressed or as numbers it is shown",
    "hooks see the agents they are in: not another client, not your own terminal, not a program that runs meanwhile",
    "an MCP server that answers with an error has its text shown as it is; start it with pixie-secrets exec",
    "with claude -p the client writes the prompt into its transcript before any hook sees it (it is not sent)",
    "a value that was replaced is known only to programs that saw it before: rotate it at its service",
)


def examine(
    context: Context, request: DoctorRequest, environment: Mapping[str, str] = os.environ
) -> Iterator[Check | Repair | Attack]:
    """Look at everything, one thing after the other; changes nothing but what `request` has repaired.

    A check that was repaired comes twice, as it was and as it is; what was done, between the two.
    """
    project = context.project
    for check, repair in values.checks(project):
        found = check()
        yield found
        done = repair() if repair and request.fix and found.state is CheckState.BROKEN else None
        if done:
            yield done
            yield check()
    for look in sealed.checks(project):
        yield look()
    yield from record.checks(project)
    yield from client.checks(project, environment)
    yield client.guard_starts(environment)
    yield client.guard_log(environment)
    yield from machine.checks(project, environment)
    yield from probes.checks(project)
    yield from canaries.checks(project)
    if not request.no_attack:
        yield from attacks()


def examined(context: Context, seen: Iterable[Check | Repair | Attack]) -> Examined:
    """All that was seen, as one result."""
    checks: dict[str, Check] = {}
    repairs, tried = [], []
    for each in seen:
        if isinstance(each, Check):
            checks[each.name] = each
        elif isinstance(each, Repair):
            repairs.append(each)
        else:
            tried.append(each)
    return Examined(
        project=str(context.project.root),
        checks=tuple(checks.values()),
        attacks=tuple(tried),
        not_stopped=NOT_STOPPED,
        repairs=tuple(repairs),
    )


def doctor(context: Context, request: DoctorRequest, environment: Mapping[str, str] = os.environ) -> Examined:
    """Look at everything, and say it at the end."""
    return examined(context, examine(context, request, environment))
