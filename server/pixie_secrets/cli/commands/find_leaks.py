"""`find-leaks`: what leaked, by key; where it stands; and what to do. `--clean` asks a person first, at a terminal."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pixie_secrets.cli import confirmation, surface
from pixie_secrets.cli.command import ANY_TOOL, JSON, Option, command
from pixie_secrets.cli.progress import erase, progress
from pixie_secrets.cli.usage import UsageRefused
from pixie_secrets.errors import DONE, REFUSED, ChannelClosed
from pixie_secrets.lint import formats
from pixie_secrets.operations.clean_leaks import clean_leaks
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.find_leaks import FindLeaksRequest, find_leaks
from pixie_secrets.operations.leaks_as_findings import findings
from pixie_secrets.wording import counted

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.clean_leaks import LeaksCleaned
    from pixie_secrets.operations.find_leaks import Leak, LeaksFound

FORMATS = ("text", "json", "sarif")
ELSEWHERE = (
    "What was sent to a model's provider, to a remote repository or into a backup is still there: replace the key."
)


def run(
    invocation: Invocation, request: FindLeaksRequest, *, how: str, as_json: bool, clean: bool, dry_run: bool
) -> int:
    """Look, and with `clean` take out what can be.

    Raises:
        UsageRefused: things that cannot be asked for together.
        ChannelClosed: nobody is there to agree.
    """
    how = "json" if as_json else how
    if how not in FORMATS:
        raise UsageRefused("there is no such format", f"formats: {', '.join(FORMATS)}")
    if dry_run and not clean:
        raise UsageRefused("only --clean has a dry run", "find-leaks alone changes nothing")
    if clean and how == "sarif":
        raise UsageRefused("what --clean did is no finding", "use --json")
    if clean and not dry_run and not confirmation.is_possible():
        raise ChannelClosed(
            "cleaning cannot be undone, and there is no terminal here to ask at",
            "a person runs this in a terminal of their own; --dry-run says what it would do",
        )
    project = invocation.project(warn=False)  # what cannot be read is part of the answer
    context = Context(project, progress(lambda step: f"{step.done} files"))
    if clean:
        return _clean(context, request, dry_run=dry_run, as_json=how == "json")
    found = find_leaks(context, request)
    erase()
    if how == "sarif":
        surface.result(formats.render(_AsLint(found), how, notes=found.notes), found, as_json=False)
    else:
        surface.result(_text(found), found, as_json=how == "json")
    if how == "text":
        _warn(found)
    return REFUSED if found.keys or found.credentials else DONE


def _clean(context: Context, request: FindLeaksRequest, *, dry_run: bool, as_json: bool) -> int:
    def agreed(planned: LeaksCleaned) -> bool:
        erase()
        surface.note(_rows_of(planned))
        places = counted(len(planned.cleaned), "place")
        return confirmation.confirmed(f"Take the values out of {places}, for good?")

    cleaned = clean_leaks(context, request) if dry_run else clean_leaks(context, request, agreed)
    erase()
    surface.result(_cleaned_text(cleaned), cleaned, as_json=as_json)
    if not as_json:
        _warn(cleaned.found)
    return REFUSED if cleaned.left or (cleaned.dry_run and cleaned.cleaned) or cleaned.found.not_read else DONE


def _cleaned_text(cleaned: LeaksCleaned) -> str:
    if not cleaned.found.keys:
        return _text(cleaned.found)
    blocks = [_rows_of(cleaned)] if cleaned.cleaned else []
    for place in cleaned.left:
        by_hand = f"\n    {place.by_hand}" if place.by_hand else ""
        blocks.append(f"left: {place.program} {place.what}, {place.path}: {place.message}{by_hand}")
    steps = [f"{key.key} of {key.tool_id}: {_next_step(key.obtain, key.next_step)}" for key in cleaned.found.keys]
    return "\n".join([*blocks, *steps, ELSEWHERE])


def _rows_of(cleaned: LeaksCleaned) -> str:
    word = "would be cleaned" if cleaned.dry_run else "cleaned"
    rows: list[tuple[str, ...]] = [
        (one.program, one.what, one.path, counted(one.times, "time")) for one in cleaned.cleaned
    ]
    return f"{word}:\n{surface.table(rows)}"


def _warn(found: LeaksFound) -> None:
    for place in found.not_read:
        surface.warn(f"{place.path} was not looked into: {place.message}")
    for note in found.notes:
        surface.warn(note)


def _text(found: LeaksFound) -> str:
    possible = [_possible(found)] if found.credentials else []
    if not found.keys:
        none = f"no known value stands in the {found.looked_at} files and git objects that were looked at"
        return "\n\n".join([none, *possible])
    by_owner = {owner: list(some) for owner, some in groupby(found.leaks, lambda leak: (leak.tool_id, leak.key))}
    blocks = []
    for key in found.keys:
        since = "" if key.days is None else f", oldest {counted(key.days, 'day')}"
        rows = [_row(leak) for leak in by_owner.get((key.tool_id, key.key), [])]
        blocks.append(
            f"{key.key} of {key.tool_id}: {counted(key.places, 'place')}{since}\n{surface.table(rows)}\n"
            f"  {_next_step(key.obtain, key.next_step)}"
        )
    more = [f"and {counted(found.left_out, 'more place')}"] if found.left_out else []
    return "\n\n".join([*blocks, *more, *possible])


def _next_step(obtain: str | None, step: str) -> str:
    return step.replace("it was issued,", f"it was issued ({obtain}),") if obtain else step


def _possible(found: LeaksFound) -> str:
    rows: list[tuple[str, ...]] = [
        (one.program, one.what, _place(one.path, one.line, one.part), one.code, one.message)
        for one in found.credentials
    ]
    return f"what has the shape of a token, and is no value of these tools:\n{surface.table(rows)}"


def _row(leak: Leak) -> tuple[str, ...]:
    often = f"{leak.times} times" if leak.times > 1 else ""
    return leak.program, leak.what, _place(leak.path, leak.line, leak.part), leak.role or "", leak.when or "", often


def _place(path: str, line: int, part: str) -> str:
    return f"{path}:{line}" if line else f"{path} {part}".rstrip()


class _AsLint:
    """What was found, as lint's formats take it."""

    def __init__(self, found: LeaksFound) -> None:
        self.findings = findings(found)
        self.files = found.looked_at
        self.skipped = {"not readable": len(found.not_read)} if found.not_read else {}
        self.suppressed = self.in_baseline = 0
        self.notices = tuple(f"{place.path} was not looked into: {place.message}" for place in found.not_read)


COMMAND = command(
    ANY_TOOL,
    request=FindLeaksRequest,
    metavars={"also": "PATH"},
    options=(
        Option("--clean", "take the values out where that can be done; asks first", name="clean"),
        Option("--dry-run", "with --clean: change nothing, say what would be done", name="dry_run"),
        Option("--format", "how to say it. [default: text]", name="how", metavar="|".join(FORMATS), default="text"),
        JSON,
    ),
    more="It looks for the values that the tools have now: in the transcripts and prompt histories of coding agents, "
    "in shell histories, in patches that commit hooks kept, in what editors left, and in everything the repository "
    "ever had. It says where, never what, and without --clean changes nothing. Status 1 when there is any.",
    examples=(
        "pixie-secrets find-leaks",
        "pixie-secrets find-leaks whisper-transcription --json",
        "pixie-secrets find-leaks --also ci-logs/ --credentials",
        "pixie-secrets find-leaks --clean",
    ),
)(run)
