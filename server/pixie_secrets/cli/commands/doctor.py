"""`doctor`: what protects the values here, and what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, command
from pixie_secrets.errors import DONE, REFUSED
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.doctor import DoctorRequest, doctor
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.doctor import Examined


def run(invocation: Invocation, request: DoctorRequest, *, as_json: bool) -> int:
    examined = doctor(Context(invocation.project()), request)
    surface.result(_text(examined), examined, as_json=as_json)
    return REFUSED if examined.failed else DONE


def _text(examined: Examined) -> str:
    blocks = [f"{shown(examined.project)}\n{_checks(examined)}"]
    if examined.attacks:
        rows: list[tuple[str, ...]] = [("way to a value", "plain", "with the plugin", "in a sandbox", "")]
        rows += [
            (each.way, each.plain, each.plugin, each.sandbox, "" if each.as_expected else "SHOULD NOT BE")
            for each in examined.attacks
        ]
        blocks.append(f"What happens to a canary:\n{surface.table(rows)}")
    blocks.append("What is not stopped:\n" + "\n".join(f"  - {each}" for each in examined.not_stopped))
    return "\n\n".join(blocks)


def _checks(examined: Examined) -> str:
    lines = []
    for check in examined.checks:
        lines.append(f"  {check.state:8}{shown(check.name)}: {shown(check.message)}")
        if check.fix and check.state != "ok":
            lines.append(f"          {shown(check.fix)}")
    return "\n".join(lines)


COMMAND = command(
    request=DoctorRequest,
    options=(JSON,),
    more="""\
Looks at files, git, Claude Code's settings and this machine; then tries the known ways to a value on a canary in a
temporary project of its own, never on yours. Status 1 when something that should hold does not.""",
    examples=("pixie-secrets doctor", "pixie-secrets doctor --no-attack --json"),
)(run)
