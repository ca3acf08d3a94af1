"""Takes any older `tool.json` to today's in steps, and says what it may not touch.

A step is pure, from text to text, and does nothing where it does not apply; so migrating twice is migrating once. What
is refused is refused whole: a document that cannot be read without guessing, a version that this program does not
know, a field that the format never had (it may be a pasted credential, and a migration must not show it around).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pydantic import ValidationError

from pixie_secrets.errors import ManifestError
from pixie_secrets.manifest.checks import CURRENT_VERSION
from pixie_secrets.manifest.errors import explain
from pixie_secrets.manifest.json_places import JsonProblem, line_and_column
from pixie_secrets.manifest.models import Manifest, parse_manifest
from pixie_secrets.migrations import label_to_description, version_as_text, version_explicit
from pixie_secrets.migrations.document import Document

STEPS = (label_to_description, version_as_text)
_MARK = "\ufeff"
_VERSION = re.compile(r"v?([0-9]{1,6})(?:\.([0-9]{1,6}))*")


class MigratedText(NamedTuple):
    """text: the document of today. changes: what the steps did. problem: why it still is no manifest, if it is not."""

    text: str
    changes: tuple[str, ...]
    problem: ManifestError | None


def migrate_text(text: str, where: str) -> MigratedText:
    """`text`, an older or current `tool.json`, in the current format; every byte that need not change is kept.

    Raises:
        ManifestError: it cannot be read without guessing, is of an unknown version, contradicts itself, or has fields
            that the format does not have; with line and column.
    """
    mark, text = (_MARK, text[1:]) if text.startswith(_MARK) else ("", text)
    if not text.strip():
        raise explain(text, f"{where}:1:1", None)
    try:
        _check(Document(text))
        after, changes = text, []
        for step in STEPS:
            before, after = after, step.step(after)
            changes += [step.WHAT] if after != before else []
    except JsonProblem as problem:
        raise located(text, where, problem) from None
    _refuse_unknown_fields(after, where)
    if changes and (written := version_explicit.step(after)) != after:
        after, changes = written, [*changes, version_explicit.WHAT]
    return MigratedText(mark + after, tuple(changes), _problem(after, where))


def located(text: str, where: str, problem: JsonProblem) -> ManifestError:
    """`problem` as a user is told it."""
    line, column = line_and_column(text, problem.offset)
    return ManifestError(f"{where}:{line}:{column}: {problem.message}", problem.hint)


def _check(document: Document) -> None:
    """Raises JsonProblem for what is no manifest at all, or one of another time."""
    if not document.is_object(()):
        raise JsonProblem("must be an object", document.start(()), "a tool.json is one object: {…}")
    if "schema_version" not in document.steps(()):
        return
    version = document.value(("schema_version",))
    if version == CURRENT_VERSION or version_as_text.is_older_spelling(version):
        return
    at = document.places["schema_version",].start
    if _is_newer(version):
        raise JsonProblem(
            f"written for a newer format than {CURRENT_VERSION}, the newest that this pixie-secrets knows",
            at,
            "upgrade pixie-secrets (`pip install --upgrade pixie-secrets`, or update the plugin), and run this again",
        )
    raise JsonProblem(
        "an unknown schema_version", at, f'the versions there have been: none at all, and "{CURRENT_VERSION}"'
    )


def _is_newer(version: object) -> bool:
    if isinstance(version, bool):
        return False
    found = _VERSION.fullmatch(str(version)) if isinstance(version, str | int | float) else None
    return found is not None and [int(part) for part in str(version).lstrip("v").split(".")] > [1, 0]


def _refuse_unknown_fields(text: str, where: str) -> None:
    try:
        Manifest.model_validate_json(text)
    except ValidationError as error:
        if any(each["type"] == "extra_forbidden" for each in error.errors(include_input=False, include_url=False)):
            raise explain(text, where, error) from None


def _problem(text: str, where: str) -> ManifestError | None:
    try:
        parse_manifest(text, where)
    except ManifestError as problem:
        return problem
    return None
