"""`typings/pixie_secrets/tool/__init__.pyi`: which secrets `from pixie_secrets.tool import secrets` has in this tool.

The library types a key by its declaration when it is read; a checker has to know before. pyright looks for stubs in
`typings/`, mypy where `mypy_path` says, and both take the rest of the package from where it is installed. A JSON secret
is a class with the fields of its schema. The same declarations always give the same text.
"""

from __future__ import annotations

import json
import keyword
import re
from typing import TYPE_CHECKING, Any

from pixie_secrets.generated.drift import drift_of
from pixie_secrets.secret.type import TYPES
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pixie_secrets.generated.drift import Described, Drift
    from pixie_secrets.manifest.essentials import DeclaredSecret

NAME = "typings/pixie_secrets/tool/__init__.pyi"
PACKAGE_NAME = "typings/pixie_secrets/__init__.pyi"
_FIRST_LINE = "# Made by `pixie-secrets codegen"
PACKAGE_TEXT = (
    f"{_FIRST_LINE} --stub`; do not edit. It makes this folder a package to type checkers.\n__version__: str\n"
)
_OWN = frozenset({"check", "get_secret_value"})  # what the classes have themselves
_HEAD = """\
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any, overload

from pixie_secrets.errors import ManifestError as ManifestError
from pixie_secrets.errors import MissingExtra as MissingExtra
from pixie_secrets.errors import MissingSecrets as MissingSecrets
from pixie_secrets.errors import PixieError as PixieError
from pixie_secrets.errors import UndeclaredSecret as UndeclaredSecret
from pixie_secrets.errors import ValueRefused as ValueRefused
from pixie_secrets.oauth.client import AsyncOAuth2Client as AsyncOAuth2Client
from pixie_secrets.oauth.client import OAuth2Auth as OAuth2Auth
from pixie_secrets.oauth.client import OAuth2Client as OAuth2Client
from pixie_secrets.oauth.client import OAuth2Secret as OAuth2Secret
from pixie_secrets.oauth.errors import AuthorizeAgain as AuthorizeAgain
from pixie_secrets.secret.text import SecretStr as SecretStr
from pixie_secrets.tool.declared_secrets import AnySecrets
from pixie_secrets.tool.declared_secrets import DeclaredSecrets as DeclaredSecrets
from pixie_secrets.tool.json_secret import JsonSecret as JsonSecret
"""
_FOOT = """\
secrets: Secrets

@overload
def load(folder: None = None, environment: Mapping[str, str] | None = None) -> Secrets: ...
@overload
def load(folder: str | PathLike[str], environment: Mapping[str, str] | None = None) -> AnySecrets: ...
"""
_PLAIN = {"string": "SecretStr", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def path(tool: Described) -> Path:
    return tool.folder / NAME


def is_generated(text: str) -> bool:
    """Whether a file of that name is ours to write again."""
    return text.startswith(_FIRST_LINE)


def drift(tool: Described) -> Drift | None:
    """How the tool's stub has come apart from its manifest; None when it has not, or when there is none."""
    return drift_of(tool, NAME, source(tool.essentials.id, tool.essentials.secrets), "--stub", is_generated)


def source(owner_id: str, secrets: Iterable[DeclaredSecret]) -> str:
    """The whole stub."""
    classes = _Classes()
    members: list[str] = []
    for secret in secrets:
        kind = (
            classes.of_schema(f"_{secret.key}", secret.schema_) if secret.type == "json" else TYPES[secret.type].read_as
        )
        members += _member(secret.key, kind, optional=not secret.required, about=secret.description or "")
    lines = [f"{_FIRST_LINE} {owner_id} --stub`; do not edit.", _HEAD, *classes.lines]
    lines += ["class Secrets(DeclaredSecrets):", *(members or ["    ..."]), "", _FOOT]
    return "\n".join(lines)


class _Classes:
    """The classes of JSON secrets, each written before what has a field of it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._names: set[str] = set()

    def of_schema(self, name: str, schema: Any) -> str:
        """The type of what fits `schema`; a class that it needs is called `name`."""
        if not isinstance(schema, dict):
            return "Any"
        wanted = schema.get("type")
        if isinstance(wanted, list):
            kinds = [self.of_schema(name, {**schema, "type": each}) for each in wanted if isinstance(each, str)]
            return " | ".join(dict.fromkeys(kinds)) if kinds and "Any" not in kinds else "Any"
        if wanted == "array":
            return f"tuple[{self.of_schema(f'{name}_item', schema.get('items'))}, ...]"
        if wanted == "object":
            return self._of_object(name, schema)
        return _PLAIN.get(wanted, "Any") if isinstance(wanted, str) else "Any"

    def _of_object(self, name: str, schema: dict[str, Any]) -> str:
        properties = schema.get("properties")
        if not isinstance(properties, dict) or not properties:
            return "JsonSecret"
        name = self._free(name)
        required = schema.get("required")
        needed = required if isinstance(required, list) else []
        members: list[str] = []
        for field, each in properties.items():
            kind = self.of_schema(f"{name}_{field}", each)
            about = each.get("description", "") if isinstance(each, dict) else ""
            members += _member(field, kind, optional=field not in needed, about=about if isinstance(about, str) else "")
        self.lines += [f"class {name}(JsonSecret):", *(members or ["    ..."]), ""]
        return name

    def _free(self, name: str) -> str:
        name = re.sub(r"\W", "_", name, flags=re.ASCII)
        while name in self._names:
            name += "_"
        self._names.add(name)
        return name


def _member(name: str, kind: str, *, optional: bool, about: str) -> Iterator[str]:
    """One attribute; nothing where Python has no way to write it, or the class has it itself."""
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("__") or name in _OWN:
        return
    if optional and kind not in {"Any", "None"} and not kind.endswith("| None"):
        kind += " | None"
    yield "    @property"
    yield f"    def {name}(self) -> {kind}:{'' if about else ' ...'}"
    if about:
        yield f"        {json.dumps(shown(' '.join(about.split())), ensure_ascii=False)}"
