"""Secrets said `label` where they now say `description`. On inputs, outputs, options and columns `label` stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.manifest.json_places import JsonProblem, line_and_column
from pixie_secrets.migrations.document import Document
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pixie_secrets.manifest.json_places import Path

WHAT = "on secrets, label is now called description"
SHOWN_MAX = 80


def step(text: str) -> str:
    """`text` with every secret's label as its description.

    Raises:
        JsonProblem: a secret has both, and they differ; it shows them, because they are not secret.
    """
    document = Document(text)
    for index in document.steps(("secrets",)):
        path: Path = ("secrets", index)
        if document.is_object(path) and "label" in document.steps(path):
            _rename(document, path)
    return document.edited()


def _rename(document: Document, path: Path) -> None:
    label, description = document.value((*path, "label")), document.value((*path, "description"))
    if label is not None and not isinstance(label, str):
        hint = "write the label as a text, or remove it"
        raise JsonProblem(f"the label of secrets[{path[1]}] is no text", document.start((*path, "label")), hint)
    if "description" not in document.steps(path):
        document.rename((*path, "label"), "description")
    elif label is None or label == description:
        document.remove(path, ["label"])
    elif description is None:
        document.replace((*path, "description"), document.text[_span(document, (*path, "label"))])
        document.remove(path, ["label"])
    else:
        raise _differ(document, path, label, description)


def _span(document: Document, path: Path) -> slice:
    return slice(document.places[path].start, document.places[path].end)


def _differ(document: Document, path: Path, label: object, description: object) -> JsonProblem:
    line, _ = line_and_column(document.text, document.start((*path, "description")))
    return JsonProblem(
        f"secrets[{path[1]}] has the label {_quoted(label)} "
        f"and, in line {line}, the description {_quoted(description)}",
        document.start((*path, "label")),
        "keep the right one as description and remove label",
    )


def _quoted(value: object) -> str:
    if not isinstance(value, str):
        return "that is no text"
    text = shown(value)
    return f"“{text if len(text) <= SHOWN_MAX else text[:SHOWN_MAX] + '…'}”"
