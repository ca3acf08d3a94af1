"""What another program's file says of a tool's secrets, whichever of the formats it is in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.env_file import read_values
from pixie_secrets.filenames import COPY, VALUES, file_kind
from pixie_secrets.lint.detect import is_random, tokens
from pixie_secrets.manifest.json_places import JsonProblem
from pixie_secrets.manifest.text import read_text
from pixie_secrets.migrations import from_env_example, from_mcp_json, from_mcpb
from pixie_secrets.migrations.declaration import About, Found
from pixie_secrets.migrations.document import Document, one_line
from pixie_secrets.migrations.encrypted import Encrypted, NotOpened, encrypted_by
from pixie_secrets.migrations.steps import located
from pixie_secrets.secret.key import check_key
from pixie_secrets.secret.placeholder import is_placeholder
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.secret.value import is_everyday
from pixie_secrets.stores.learn import learn_text, learn_value
from pixie_secrets.stores.store import target_of
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pixie_secrets.layouts.apps import App
    from pixie_secrets.layouts.project import Project


_ADDRESS = re.compile(r"https?://[^/]", re.IGNORECASE)
_PART = re.compile(
    r"(?<=[^/:]/)([A-Za-z0-9_-]{16,})(?=/|#|\Z)"
)  # `…/s/PART/mcp`: many a service has a person's key there


class Format(StrEnum):
    """What the other program's file is."""

    ENV_EXAMPLE = ".env.example"
    MCPB = "mcpb manifest.json"
    MCP_JSON = ".mcp.json"
    ENV = ".env"
    SOPS = "sops"
    DOTENVX = "dotenvx"
    ANSIBLE_VAULT = "ansible-vault"


class DeclareFromRequest(NamedTuple):
    """tool_id: the tool, which need not exist yet, or an app's path. path: the other program's file, as the person
    named it.

    server: of a `.mcp.json`, which server; None: the one named like the tool, else the only one with values. start:
    the words that start this program on this machine. password: that opens the file, where it is locked with one.
    """

    tool_id: str
    path: str
    start: tuple[str, ...]
    server: str | None = None
    dry_run: bool = False
    password: SecretStr | None = None


@dataclass(frozen=True)
class Foreign:
    """What the file gives. text: as it is; rest: as it is to be, None where it stays; both may hold values."""

    format: Format
    found: tuple[Found, ...]
    about: About
    text: str = field(repr=False)
    changes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    values: dict[str, SecretStr] = field(default_factory=dict, repr=False)
    rest: str | None = field(default=None, repr=False)


def read_foreign(
    project: Project, request: DeclareFromRequest, path: Path, folder: Path, app: App | None = None
) -> Foreign:
    """Read the file at `path` for the tool in `folder`, or for an app; every literal value in it is known afterwards.

    Raises:
        ManifestError: it cannot be read without guessing, or names what cannot be declared; never says a value.
        NotOpened, PixieError: it is encrypted, and cannot be opened.
    """
    where = shown(path.name)
    text = read_text(path, where)
    plain = text.removeprefix("\ufeff")
    if holding := _holding(path, folder, plain, request.password):
        return _with_values(path, folder, text, *holding)
    try:
        if not plain.lstrip().startswith(("{", "[", "//", "/*")):
            return _env_example(path, folder, text, plain)
        if "user_config" in Document(plain, comments=True).steps(()):
            return _mcpb(folder, text, plain)
        inside = path.parent.is_relative_to(project.root)  # a client starts servers in the folder of its file
        start = request.start if inside else (*request.start, "--project", str(project.root))
        return _mcp_json(path, folder, text, request._replace(start=start), app)
    except JsonProblem as problem:
        refusal = located(plain, where, problem)
    raise refusal


def _env_example(path: Path, folder: Path, text: str, plain: str) -> Foreign:
    found, filled = from_env_example.read(plain)
    names = {secret.key for secret in found}
    if refused := learn_text(text, tool=folder.name, unless=lambda value: value in names or is_everyday(value)):
        raise refused
    warnings: tuple[str, ...] = ()
    if filled and path != folder / ".env":
        message = f"{', '.join(filled)}: {shown(path.name)} has something after the equals sign, which was not taken"
        warnings = (f"{message}; if it is a real value, have it replaced where it was issued",)
    return Foreign(Format.ENV_EXAMPLE, found, _about(folder), text, warnings=warnings)


def _holding(path: Path, folder: Path, text: str, password: SecretStr | None) -> tuple[Format, dict[str, str]] | None:
    """The values that a file of another program is there for, and its format; None where it is none of those."""
    kind, where = encrypted_by(text), shown(path.name)
    if kind is Encrypted.SOPS:
        from pixie_secrets.migrations import from_sops

        return Format.SOPS, from_sops.values_of(text, where)
    if kind is Encrypted.ANSIBLE_VAULT:
        from pixie_secrets.migrations import from_ansible_vault

        return Format.ANSIBLE_VAULT, from_ansible_vault.values_of(text, where, password)
    if kind is Encrypted.DOTENVX:
        from pixie_secrets.migrations import from_dotenvx

        keys = path.with_name(".env.keys")
        written = read_text(keys, ".env.keys") if keys.exists() else None
        return Format.DOTENVX, from_dotenvx.values_of(text, where, written)
    if file_kind(path.name, exact=True) in {VALUES, COPY} and path.parent != folder:
        return Format.ENV, read_values(text)
    return None


def _with_values(path: Path, folder: Path, text: str, kind: Format, values: dict[str, str]) -> Foreign:
    """All values are copied, and the file stays as it is; those that are none are left out and named."""
    given = {
        key: value for key, value in values.items() if value and not (kind is Format.ENV and is_placeholder(value))
    }
    found = tuple(Found(check_key(key), 0) for key in values)
    if not found:
        raise NotOpened(f"{shown(path.name)} has no names and values", "name the file that has some")
    for key, value in given.items():
        learn_value(value, key=key, tool=folder.name)
    changes = (f"copy {', '.join(given)} from {shown(path.name)}",) if given else ()
    unset = [key for key in values if key not in given]
    warnings = (f"{', '.join(unset)}: no value in {shown(path.name)}, so not set",) if unset else ()
    secrets = {key: SecretStr(value) for key, value in given.items()}
    return Foreign(kind, found, _about(folder), text, changes, warnings, secrets)


def _mcpb(folder: Path, text: str, plain: str) -> Foreign:
    bundle = from_mcpb.read(plain)
    about = _about(folder)._replace(description=bundle.description, version=bundle.version)
    about = about._replace(name=bundle.name) if bundle.name else about
    return Foreign(Format.MCPB, bundle.found, about, text, warnings=bundle.warnings)


def _mcp_json(path: Path, folder: Path, text: str, request: DeclareFromRequest, app: App | None) -> Foreign:
    tool_id, start = request.tool_id, request.start
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    plain = text.removeprefix(mark)
    judges = from_mcp_json.Judges(is_placeholder, _tokens, is_random)
    for key, value in from_mcp_json.literals(plain, judges):
        if not is_placeholder(value):
            learn_value(value, key=key, tool=tool_id)
    taken = from_mcp_json.take(plain, tool_id, request.server, start, judges)
    name, file = shown(taken.name), shown(path.name)
    into = f"{target_of(app, taken.values).name} of {app.id}" if app else "the tool's .env"
    changes = [f"move {', '.join(taken.values)} from {file} to {into}"] if taken.values else []
    if taken.bridged:
        changes.append(f"reach {name} through {from_mcp_json.BRIDGE} of npm, started by pixie-secrets exec {tool_id}")
    elif taken.restarted:
        changes.append(f"start {name} through pixie-secrets exec {tool_id}")
    exposed = f"the values stood in {file}: if it was ever committed or shared, or an agent has read it, have them"
    renew = f"replaced where they were issued, and set the new ones: pixie-secrets set-secret {tool_id} KEY"
    warnings = [*taken.stay, *([f"{exposed} {renew}"] if taken.values else [])]
    if taken.unset:
        unset = ", ".join(taken.unset)
        warnings.append(
            f"{unset}: {file} had a placeholder, so it is {'' if app else 'declared and '}not set:"
            f" pixie-secrets set-secret {tool_id}{f' {next(iter(taken.unset))}' if app else ''}"
        )
    again = [key for key, value in taken.values.items() if _stands_in(taken.text, value.get_secret_value())]
    if again:
        warnings.append(f"the value of {', '.join(again)} also stands elsewhere in {file}, and stays there: remove it")
    if taken.listed:
        keys = ", ".join(taken.listed)
        warnings.append(f"{keys}: while {name} runs it is among its arguments, which others on this machine can see")
    if Path(start[0]).is_absolute():
        warnings.append(f"{file} now starts this program by its path on this machine")
    return Foreign(
        Format.MCP_JSON, taken.found, _about(folder), text, tuple(changes), tuple(warnings), taken.values,
        mark + taken.text,
    )  # fmt: skip


def _tokens(text: str) -> list[tuple[int, int]]:
    """Where tokens stand that can be told by their looks, or are a part of an address that is random."""
    data = text.encode("utf-8", "surrogatepass")
    found = [(len(data[: hit.start].decode()), len(data[: hit.end].decode())) for hit in tokens(data)]
    if _ADDRESS.match(text):
        found += [part.span(1) for part in _PART.finditer(text.partition("?")[0]) if is_random(part[1])]
    return found


def _stands_in(text: str, value: str) -> bool:
    """Whether a file from which `value` was taken holds it once more, as it is or as JSON writes it."""
    return not is_everyday(value) and (value in text or one_line(value)[1:-1] in text)


def _about(folder: Path) -> About:
    name = folder.name.replace("-", " ").replace("_", " ").strip().capitalize()
    return About(folder.name, name or folder.name)
