"""Declares secrets in a `tool.json`: those found in another program's file, added to one there is or to a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.errors import KeyRefused, ManifestError
from pixie_secrets.manifest.checks import CURRENT_VERSION
from pixie_secrets.manifest.json_places import JsonProblem
from pixie_secrets.migrations.document import Document, one_line
from pixie_secrets.secret.key import case_twins, check_key

if TYPE_CHECKING:
    from collections.abc import Sequence


class Found(NamedTuple):
    """A secret that another file speaks of; offset: where it does."""

    key: str
    offset: int
    description: str | None = None
    required: bool = False
    type: str = "string"

    def declared(self) -> dict[str, Any]:
        """As it is written in a manifest, without what is the default anyway."""
        declaration: dict[str, Any] = {"key": self.key}
        if self.description:
            declaration["description"] = self.description
        if self.type != "string":
            declaration["type"] = self.type
        return declaration | ({"required": True} if self.required else {})


class About(NamedTuple):
    """What a new manifest says of its tool."""

    id: str
    name: str
    description: str | None = None
    version: str | None = None


def check_found(found: Sequence[Found]) -> None:
    """Refuse what may not be a secret's name.

    Raises:
        JsonProblem: where the name stands and why; of the name, only what is well formed is repeated.
    """
    for secret in found:
        try:
            check_key(secret.key)
        except KeyRefused as refused:
            problem = JsonProblem(refused.message, secret.offset, refused.hint)
        else:
            continue
        raise problem
    keys = tuple(secret.key for secret in found)
    if twins := case_twins(keys):
        second = len(keys) - 1 - keys[::-1].index(twins[1])
        raise JsonProblem(f"{twins[0]} and {twins[1]} differ only in case", found[second].offset, "keep one of them")


def declare(manifest: str, found: Sequence[Found]) -> tuple[str, tuple[str, ...]]:
    """The manifest with those of `found` declared that it does not declare yet, and their keys.

    Raises:
        ManifestError: it declares one of them in another spelling.
    """
    mark = "\ufeff" if manifest.startswith("\ufeff") else ""
    document = Document(manifest.removeprefix(mark))
    known = [document.value(("secrets", index, "key")) for index in document.steps(("secrets",))]
    spelled = {key.upper(): key for key in known if isinstance(key, str)}
    new = []
    for secret in found:
        there = spelled.get(secret.key.upper())
        if there is not None and there != secret.key:
            raise ManifestError(f"{secret.key} is declared already, as {there}", "give it the same name in both files")
        if there is None:
            new.append(secret)
    items = [one_line(secret.declared()) for secret in new]
    if items and document.is_list(("secrets",)):
        document.add_items(("secrets",), items)
    elif items:
        inner, outer = document.break_at(2), document.break_at(1)
        written = f"[{inner}{(',' + (inner or ' ')).join(items)}{outer}]"
        document.add_member((), "secrets", written, before="inputs")
    return mark + document.edited(), tuple(secret.key for secret in new)


def new_manifest(about: About, found: Sequence[Found]) -> str:
    """A manifest for a tool that had none: what it is called and its secrets; inputs and outputs are still to come."""
    lines = [f'  "schema_version": "{CURRENT_VERSION}"', f'  "id": {one_line(about.id)}']
    lines.append(f'  "name": {one_line(about.name)}')
    fields = {"description": about.description, "version": about.version}
    lines += [f'  "{name}": {one_line(text)}' for name, text in fields.items() if text]
    secrets = ",\n".join(f"    {one_line(secret.declared())}" for secret in found)
    lines += [f'  "secrets": [\n{secrets}\n  ]' if found else '  "secrets": []', '  "inputs": []', '  "outputs": []']
    return "{\n" + ",\n".join(lines) + "\n}\n"
