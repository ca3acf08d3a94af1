"""Which keys a service can be asked about, and to which of them a person has agreed. Asks nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.doctor.check import Check, CheckState
from pixie_secrets.errors import FileRefused
from pixie_secrets.probes.agreements import agreement, is_agreed
from pixie_secrets.probes.selection import NoProbe, service_for
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.manifest.essentials import DeclaredSecret


def checks(project: Project) -> Iterator[Check]:
    """One of each declared key that can be asked about."""
    for owner in project.owners:
        for secret in owner.secrets:
            if check := _check(project, owner, secret):
                yield check


def _check(project: Project, owner: Owner, secret: DeclaredSecret) -> Check | None:
    try:
        service = service_for(secret.key, secret)
        agreed = is_agreed(agreement(project.root, owner.id, secret.key, service))
    except (NoProbe, FileRefused):
        return None
    whom = service.host or f"its {service.title} server"
    how = "which you agreed to" if agreed else "once you agree to that; so far it was sent nowhere"
    return Check(
        name=f"probe {secret.key} of {shown(owner.id)}",
        state=CheckState.OK,
        message=f"{shown(whom)} can be asked whether it works, {how}",
    )
