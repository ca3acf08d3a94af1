"""Reads which secrets an MCP bundle needs: the `manifest.json` of an `.mcpb`, its `user_config`.

What a person configures and is marked `sensitive` is a secret. Its key is the environment variable that the server is
given it in (`"API_KEY": "${user_config.api_key}"`); without one, its name in capitals. Everything else a person
configures is named, and left to be an input.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.manifest.json_places import JsonProblem
from pixie_secrets.migrations.declaration import Found, check_found
from pixie_secrets.migrations.document import Document
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pixie_secrets.manifest.json_places import Path

_REFERENCE = re.compile(r"\$\{user_config\.([^}]+)\}")
_ENV: Path = ("server", "mcp_config", "env")
TEXT_MAX = 1000


class Bundle(NamedTuple):
    """What the bundle says of itself (each may be missing), its secrets, and what the person should know."""

    name: str | None
    description: str | None
    version: str | None
    found: tuple[Found, ...]
    warnings: tuple[str, ...]


def read(text: str) -> Bundle:
    """The secrets of the bundle whose `manifest.json` is `text`.

    Raises:
        JsonProblem: it is not JSON, no bundle's manifest, or has an option that no secret can be named after.
    """
    document = Document(text)
    options = document.steps(("user_config",))
    if not document.is_object(("user_config",)):
        at = document.start(("user_config",)) if ("user_config",) in document.places else document.start(())
        raise JsonProblem("has no user_config to read secrets from", at, "a bundle's manifest.json has that object")
    variables = _variables(document)
    found: list[Found] = []
    warnings: list[str] = []
    for name in options:
        path: Path = ("user_config", name)
        option = document.value(path)
        if not isinstance(option, dict):
            raise JsonProblem("an option that is no object", document.start(path), "see the MCPB manifest format")
        if option.get("sensitive") is not True:
            warnings.append(f"{shown(name)} is not marked sensitive: make it an input, or declare it by hand")
            continue
        key = variables.get(name) or re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper()
        found.append(_secret(key, option, document.start(path)))
        warnings += _remarks(key, name, option, named=name in variables)
    check_found(found)
    warnings += _literals(document)
    fields = {field: _text(document.value((field,))) for field in ("display_name", "name", "description", "version")}
    name = fields["display_name"] or fields["name"]
    return Bundle(name, fields["description"], fields["version"], tuple(found), tuple(warnings))


def _secret(key: str, option: dict[str, Any], offset: int) -> Found:
    title, description = _text(option.get("title")), _text(option.get("description"))
    kind = "file" if option.get("type") == "file" else "string"
    return Found(key, offset, description or title, option.get("required") is True, kind)


def _remarks(key: str, name: str, option: dict[str, Any], *, named: bool) -> list[str]:
    remarks = []
    if not named:
        remarks.append(f"{shown(name)} is in no environment variable of the server: declared as {key}")
    if option.get("default") not in (None, ""):
        remarks.append(f"{key} has a default, which was not taken; if it is a real one, revoke it")
    if option.get("multiple") is True:
        remarks.append(f"{key} may be several values, which one environment variable holds only by some agreement")
    return remarks


def _variables(document: Document) -> dict[str, str]:
    """By option: the environment variable that is the option and nothing else."""
    named: dict[str, str] = {}
    for variable in document.steps(_ENV) if document.is_object(_ENV) else ():
        value = document.value((*_ENV, variable))
        found = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
        if found:
            named.setdefault(found[1], variable)
    return named


def _literals(document: Document) -> list[str]:
    """Variables that the bundle itself fills in; nothing a person configures."""
    if not document.is_object(_ENV):
        return []
    values = {name: document.value((*_ENV, name)) for name in document.steps(_ENV)}
    fixed = [shown(name) for name, value in values.items() if isinstance(value, str) and value and "${" not in value]
    return [f"{', '.join(fixed)}: given by the bundle itself, not declared"] if fixed else []


def _text(value: object) -> str | None:
    """`value` as one line that can be shown, if it is text."""
    return shown(" ".join(value.split()))[:TEXT_MAX] or None if isinstance(value, str) else None
