"""`doctor`: what protects the values here, and what does not; each thing is printed as soon as it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, command
from pixie_secrets.cli.progress import erase, progress
from pixie_secrets.doctor.attack import Attack
from pixie_secrets.doctor.attack_paths import ATTACK_PATHS
from pixie_secrets.doctor.check import Check, CheckState, Repair
from pixie_secrets.errors import DONE, REFUSED
from pixie_secrets.operations.context import Context, Progress
from pixie_secrets.operations.doctor import NOT_STOPPED, DoctorRequest, examine, examined
from pixie_secrets.wording import counted, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.doctor import Examined

_STYLES = {CheckState.OK: "32", CheckState.OFF: "33", CheckState.BROKEN: "1;31", CheckState.UNKNOWN: "2"}
_HEADINGS = ("way to a value", "plain", "with the plugin", "in a sandbox")
_WIDTHS = (max(len(path.name) for path in ATTACK_PATHS), *map(len, _HEADINGS[1:]))


def run(invocation: Invocation, request: DoctorRequest, *, as_json: bool) -> int:
    context = Context(invocation.project())
    seen = examine(context, request)
    found = examined(context, seen if as_json else _printed(context, seen))
    if as_json:
        surface.result("", found, as_json=True)
    else:
        surface.page("\nWhat is not stopped:\n" + "\n".join(f"  - {each}" for each in NOT_STOPPED))
        if request.fix and not found.repairs:
            surface.page("\nnothing that --fix repairs" if found.to_do else "\nnothing to fix")
        surface.page(f"\n{_summary(found)}")
    return REFUSED if found.failed else DONE


def _printed(context: Context, seen: Iterator[Check | Repair | Attack]) -> Iterator[Check | Repair | Attack]:
    """The same, each printed as it comes by."""
    surface.page(shown(surface.from_here(str(context.project.root))))
    show = progress(lambda step: f"trying way {step.done} of {step.total}")
    tried = 0
    for each in seen:
        if isinstance(each, Attack):
            erase()
            if not tried:
                surface.page(f"\nWhat happens to a canary:\n{_row(_HEADINGS)}")
            tried += 1
            surface.page(_attack(each))
            show(Progress(tried + 1, len(ATTACK_PATHS)))
        else:
            surface.result(_check(each) if isinstance(each, Check) else _repair(each), each, as_json=False)
        yield each
    erase()


def _check(check: Check) -> str:
    state = surface.styled(f"{check.state:8}", _STYLES[check.state])
    line = f"  {state}{shown(check.name)}: {shown(check.message)}"
    if check.fix and check.state is not CheckState.OK:
        line += f"\n          {shown(check.fix)}"
    return line


def _repair(repair: Repair) -> str:
    return f"  {surface.styled('fixed   ', '36')}{shown(repair.name)}: {shown(repair.action)}"


def _attack(attack: Attack) -> str:
    row = _row((attack.way, attack.plain, attack.plugin, attack.sandbox))
    return row if attack.as_expected else f"{row}  {surface.styled('SHOULD NOT BE', _STYLES[CheckState.BROKEN])}"


def _row(cells: tuple[str, ...]) -> str:
    return "  " + "  ".join(cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()


def _summary(found: Examined) -> str:
    to_do = surface.styled(f"{counted(found.to_do, 'thing')} to do", "1;31") if found.to_do else "nothing to do"
    off = f"; {counted(found.not_used, 'protection')} that could be on" if found.not_used else ""
    return f"{to_do}{off}"


COMMAND = command(
    request=DoctorRequest,
    options=(JSON,),
    more="""\
Looks at files, git, Claude Code's settings and this machine; then tries the known ways to a value on a canary in a
temporary project of its own, never on yours. --fix adds the ignore rule that a file with values lacks, takes the rights
of others away from it, removes what a killed edit left, and says each. Status 1 when something that should hold does
not.""",
    examples=("pixie-secrets doctor", "pixie-secrets doctor --fix", "pixie-secrets doctor --no-attack --json"),
)(run)
