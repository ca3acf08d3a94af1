"""`uninstall`: show what would go, ask, and remove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.cli import confirmation, surface
from pixie_secrets.cli.command import JSON, Option, command
from pixie_secrets.errors import DONE, REFUSED, PixieError
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.uninstall import UninstallRequest, uninstall
from pixie_secrets.wording import counted, shown

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.uninstall import Uninstalled


def run(invocation: Invocation, request: UninstallRequest, *, yes: bool, as_json: bool) -> int:
    context = Context(invocation.project(is_needed=False))
    planned = uninstall(context, request._replace(dry_run=True))
    if request.dry_run:
        surface.result(_text(planned), planned, as_json=as_json)
        return DONE
    if not yes:
        _confirm(planned)
    done = uninstall(context, request)
    surface.result(_text(done), done, as_json=as_json)
    return REFUSED if any(removal.failed for removal in done.removed) else DONE


def _confirm(planned: Uninstalled) -> None:
    """Raises PixieError unless a person at a terminal says yes."""
    if not confirmation.is_possible():
        raise PixieError("nothing was removed: there is nobody to ask", "say --yes; --dry-run shows what would go")
    surface.note(_text(planned))
    if not confirmation.confirmed(f"Remove {counted(len(planned.removed), 'thing')}?"):
        raise PixieError("nothing was removed", "")


def _text(what: Uninstalled) -> str:
    word = "would remove" if what.dry_run else "removed"
    rows: list[tuple[str, ...]] = [
        (f"NOT removed: {removal.failed}" if removal.failed else word, surface.from_here(removal.path), removal.about)
        for removal in what.removed
    ]
    blocks = [surface.table(rows, indent="") if rows else "there is nothing to remove"]
    if what.stays:
        stays: list[tuple[str, ...]] = [(surface.from_here(stay.path), stay.about, stay.remove) for stay in what.stays]
        blocks.append(f"What stays:\n{surface.table(stays)}")
    blocks.append(f"The program itself: {shown(what.last)}")
    return "\n\n".join(blocks)


COMMAND = command(
    request=UninstallRequest,
    options=(Option("--yes", "do not ask"), JSON),
    more="""\
Removes our entries from the configurations of coding agents, canaries, environments, and the logs and records of all
projects. Values stay where they are, as does the key of sealed values; both are named. Git's ignore rules stay. It
needs no project; of one, or of this folder, it also takes the entries that are kept there.""",
    examples=("pixie-secrets uninstall --dry-run", "pixie-secrets uninstall"),
)(run)
