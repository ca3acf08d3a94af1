"""Declare one secret in a tool's `tool.json`, or change what it says of one; every other byte stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pixie_secrets.errors import ManifestError, PixieError
from pixie_secrets.files import edit_plain
from pixie_secrets.layouts.apps import App
from pixie_secrets.manifest.models import parse_manifest
from pixie_secrets.manifest.text import named
from pixie_secrets.migrations.declaration import Found, declare
from pixie_secrets.migrations.document import Document, one_line
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pixie_secrets.layouts.layout import Owner

FIELDS = ("description", "metadata", "rotate_after")


def declare_secret(owner: Owner, key: str, fields: Mapping[str, Any]) -> Callable[[], None]:
    """Have `key` declared, with these of `FIELDS`; what takes that back, unless somebody else wrote meanwhile.

    fields: as they are to stand in `tool.json`; None takes one out.

    Raises:
        PixieError: an app has no manifest to write that into.
        ManifestError: the manifest cannot be read, or would not be one any more; it is as it was.
        FileRefused: it is not one to write to.
    """
    if isinstance(owner, App):
        raise PixieError(
            f"{shown(owner.id)} is an app, and nothing can be declared for it here",
            "write it into a template, such as .env.example",
        )
    path = owner.folder / "tool.json"
    where = named(path)
    before: bytes | None = None
    after = b""

    def edit(found: bytes | None) -> bytes:
        nonlocal before, after
        if found is None:
            raise ManifestError(f"{where}: is gone", "see what else works in this folder")
        text = _declared(found.decode(), key, fields)
        parse_manifest(text, where)
        before, after = found, text.encode()
        return after

    def undo() -> None:
        edit_plain(path, lambda found: before if found == after else found)

    edit_plain(path, edit)
    return undo


def _declared(manifest: str, key: str, fields: Mapping[str, Any]) -> str:
    text, _ = declare(manifest, (Found(key, 0),))
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(mark)
    for name, value in fields.items():  # one after the other: edits of one object could overlap
        document = Document(text)
        index = next(step for step in document.steps(("secrets",)) if document.value(("secrets", step, "key")) == key)
        there = ("secrets", index, name) in document.places
        if value is None and there:
            document.remove(("secrets", index), (name,))
        elif value is not None and there:
            document.replace(("secrets", index, name), one_line(value))
        elif value is not None:
            document.add_member(("secrets", index), name, one_line(value))
        text = document.edited()
    return mark + text
