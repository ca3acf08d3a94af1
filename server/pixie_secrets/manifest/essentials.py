"""What commands and lint ask of a `tool.json` that is plainly right, without pydantic.

Most commands need no more than that, and pydantic takes longer to import than all of their work. What a manifest may
be is decided by the models alone: `essentials.json` is made of them (`schema`), and where a document does not surely
fit it, for whatever reason, the answer here is None and the models are asked.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pixie_secrets.errors import KeyRefused, ManifestError
from pixie_secrets.manifest.text import strict_json
from pixie_secrets.manifest.types import INPUT_TYPES, OUTPUT_TYPES
from pixie_secrets.secret.duration import is_duration
from pixie_secrets.secret.key import case_twins, check_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.manifest.models import Manifest

LIMITS = ("max_memory_mb", "max_runtime_seconds")
TABLE = Path(__file__).with_name("essentials.json")
_NUMBER_MAX = 1 << 53
_NOT_ITS_CODE_S = frozenset({"pattern", "probe"})
_AS_WRITTEN = ("id", "name", "description", "version", "category", "icon", "entrypoint")
_DEPTH_MAX = 20  # of what may be anything: pydantic's own limit is higher

_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9_-])?")
_WEB_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(?:/[A-Za-z0-9._/-]*)?")
_ENDPOINT = re.compile(r"https://[a-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._/-]*)?")
_SCOPE = re.compile(r"[A-Za-z0-9._:/*+-]{1,256}")
_CLIENT_ID = re.compile(r"[A-Za-z0-9._:/-]{1,256}")
_PARAMETER = re.compile(r"[Xx]-[A-Za-z-]{1,40}|api_?key")  # surely no header that steers a connection
_PLACE = re.compile(r"(?:/[A-Za-z0-9_-]+){1,10}")
_PATH = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_DEVICE = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]", re.IGNORECASE)


class WhereToObtain(NamedTuple):
    """How a person comes by a value: a page, a line of what to do there, or both."""

    url: str | None
    text: str | None


class DeclaredOAuth2(NamedTuple):
    """Where a token is issued; `manifest.secret.OAuth2` says what each field means."""

    client_id: str
    provider: str | None = None
    authorize_url: str | None = None
    token_url: str | None = None
    device_url: str | None = None
    revoke_url: str | None = None
    issuer: str | None = None
    client_secret: str | None = None
    client_auth: str | None = None
    scopes: tuple[str, ...] = ()
    redirect_port: int | None = None


class DeclaredProbe(NamedTuple):
    """How to ask a service whether a value works; `manifest.secret.Probe` says what each field means."""

    url: str
    sends: Literal["bearer", "header", "basic", "query"] = "bearer"
    parameter: str | None = None
    prefix: str | None = None
    show: tuple[str, ...] = ()
    expires: str | None = None


class DeclaredSecret(NamedTuple):
    """A secret as `tool.json` declares it; `manifest.secret.Secret` says what each field means."""

    key: str
    description: str | None = None
    required: bool = False
    type: str = "string"
    pattern: str | None = None
    example: str | None = None
    obtain: WhereToObtain | None = None
    probe: str | DeclaredProbe | None = None
    schema_: dict[str, Any] | None = None
    oauth2: DeclaredOAuth2 | None = None
    metadata: dict[str, Any] | None = None
    rotate_after: str | None = None


class Labeled(NamedTuple):
    """An input or output, as people know it."""

    key: str
    label: str


class Essentials(NamedTuple):
    """What nearly every command needs of a manifest, and lint. limits: those of `LIMITS` that it says itself.

    labels: of the inputs, then of the outputs.
    """

    id: str
    name: str
    secrets: tuple[DeclaredSecret, ...]
    description: str | None = None
    version: str | None = None
    category: str | None = None
    icon: str | None = None
    entrypoint: str = "main.py"
    limits: tuple[str, ...] = ()
    labels: tuple[Labeled, ...] = ()


def essentials_of(manifest: Manifest) -> Essentials:
    """Of a manifest that the models have read."""
    return Essentials(
        id=manifest.id,
        name=manifest.name,
        secrets=tuple(map(_declared, manifest.secrets)),
        description=manifest.description,
        version=manifest.version,
        category=manifest.category,
        icon=manifest.icon,
        entrypoint=manifest.entrypoint,
        limits=tuple(limit for limit in LIMITS if limit in manifest.model_fields_set),
        labels=tuple(Labeled(part.key, part.label) for part in (*manifest.inputs, *manifest.outputs)),
    )


def read_essentials(text: str) -> Essentials | None:
    """Of the manifest in `text`, as `models.parse_manifest` would read it; None where that has to be asked."""
    text = text.removeprefix("\ufeff")
    if "\\ud" in text.casefold():  # perhaps half a surrogate pair
        return None
    try:
        text.encode()  # the same, as it is
        document = strict_json(text)
    except (ValueError, RecursionError):
        return None
    if not _fits(document, "@Manifest"):
        return None
    secrets = _secrets(_list(document))
    twins = case_twins(tuple(secret.key for secret in secrets))
    if twins or not _own_secrets_declared(secrets):
        return None
    said = {name: document[name] for name in _AS_WRITTEN if name in document}
    labels = tuple(Labeled(part["key"], part["label"]) for part in (*document["inputs"], *document["outputs"]))
    limits = tuple(limit for limit in LIMITS if limit in document)
    return Essentials(**said, secrets=secrets, limits=limits, labels=labels)


def read_secrets(text: str, where: str) -> tuple[str, tuple[DeclaredSecret, ...]]:
    """The id and the secrets of the manifest in `text`, for the tool's own code: the rest of it may be anything.

    A `schema` is taken as it is, `pattern` and `probe` are left out: whether they can be used was judged when a value
    was set, by libraries that a tool does without.

    Raises:
        ManifestError: that part of it breaks the format.
    """
    try:
        document = strict_json(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict) and _is_id(document.get("id")):
        listed = document.get("secrets", [])
        if isinstance(listed, list) and all(map(_is_readable, listed)):
            read = [{name: part for name, part in secret.items() if name not in _NOT_ITS_CODE_S} for secret in listed]
            return document["id"], _secrets(read)
    raise ManifestError(
        f"{where}: what it says of the tool's secrets breaks the format", "pixie-secrets lint-tool says where"
    )


def _is_readable(secret: Any) -> bool:
    """Whether `secret` is one, apart from what its tool's code does not need, and its schema."""
    if type(secret) is not dict:
        return False
    rest = {name: node for name, node in secret.items() if name not in {*_NOT_ITS_CODE_S, "schema"}}
    return _is_part(rest, "Secret") and isinstance(secret.get("schema", {}), (dict, type(None)))


def _list(document: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document.get("secrets", [])
    return found


def _secrets(listed: list[dict[str, Any]]) -> tuple[DeclaredSecret, ...]:
    return tuple(map(_read_secret, map(_known, listed)))


def _known(secret: dict[str, Any]) -> dict[str, Any]:
    known = {name: secret[name] for name in DeclaredSecret._fields if name in secret}
    return known | ({"schema_": secret["schema"]} if "schema" in secret else {})


def _read_secret(secret: dict[str, Any]) -> DeclaredSecret:
    made = {"obtain": _obtain(secret), "oauth2": _oauth2(secret), "probe": _probe(secret)}
    return DeclaredSecret(**{**secret, **made})


def _probe(secret: dict[str, Any]) -> str | DeclaredProbe | None:
    found = secret.get("probe")
    if not isinstance(found, dict):
        return found
    return DeclaredProbe(**{**found, "show": tuple(found.get("show", ()))})


def _obtain(secret: dict[str, Any]) -> WhereToObtain | None:
    found = secret.get("obtain")
    return WhereToObtain(found.get("url"), found.get("text")) if found is not None else None


def _oauth2(secret: dict[str, Any]) -> DeclaredOAuth2 | None:
    found = secret.get("oauth2")
    return DeclaredOAuth2(**{**found, "scopes": tuple(found.get("scopes", ()))}) if found is not None else None


def _own_secrets_declared(secrets: tuple[DeclaredSecret, ...]) -> bool:
    """Whether each app's own secret is declared beside its token."""
    typed = {secret.key for secret in secrets if secret.oauth2 is None}
    return all(one.oauth2.client_secret in {None, *typed} for one in secrets if one.oauth2)


def _declared(secret: Any) -> DeclaredSecret:
    fields = {name: getattr(secret, name) for name in DeclaredSecret._fields}
    if secret.obtain is not None:
        fields["obtain"] = WhereToObtain(secret.obtain.url, secret.obtain.text)
    if secret.oauth2 is not None:
        fields["oauth2"] = DeclaredOAuth2(*(getattr(secret.oauth2, name) for name in DeclaredOAuth2._fields))
    if secret.probe is not None and not isinstance(secret.probe, str):
        fields["probe"] = DeclaredProbe(**{name: getattr(secret.probe, name) for name in DeclaredProbe._fields})
    return DeclaredSecret(**fields)


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return table


def _fits(node: Any, kind: Any) -> bool:
    """Whether `node` surely is what the models take for a `kind` of the table."""
    if isinstance(kind, list):  # one of several
        return any(_fits(node, each) for each in kind)
    if isinstance(kind, dict):
        if "one" in kind:
            return isinstance(node, str) and node in kind["one"]
        return isinstance(node, list) and all(_fits(item, kind["list"]) for item in node)
    if kind.startswith("@"):
        return _is_part(node, kind[1:])
    check = _CHECKS.get(kind)
    return check is not None and check(node)


def _is_part(node: Any, name: str) -> bool:
    part = _table()[name]
    fields: dict[str, Any] = part["fields"]
    if type(node) is not dict or not node.keys() <= fields.keys() or not node.keys() >= {*part["required"]}:
        return False
    return all(_fits(item, fields[key]) for key, item in node.items()) and _is_whole(node, name, fields)


def _is_whole(node: dict[str, Any], name: str, fields: dict[str, Any]) -> bool:
    """Whether the fields of a part, each right by itself, are right beside each other."""
    if name == "Input":
        return _has_own(node, INPUT_TYPES, fields) and all(
            isinstance(node.get(bound, 0 if node["type"] != "date" else ""), str) == (node["type"] == "date")
            for bound in ("min", "max")
            if node.get(bound) is not None
        )
    if name == "Output":
        return _has_own(node, OUTPUT_TYPES, fields)
    return name not in _FIT_TOGETHER or _FIT_TOGETHER[name](node)


def _is_plain_probe(node: dict[str, Any]) -> bool:
    """Whether its fields surely belong together."""
    is_bearer = node.get("sends", "bearer") == "bearer"
    return node.get("prefix") is None and (node.get("parameter") is None) == is_bearer


def _is_plain_secret(node: dict[str, Any]) -> bool:
    """What a schema may be is a library's to say."""
    issued = node.get("type") == "oauth2", node.get("oauth2") is not None
    return node.get("schema") is None and len({*issued}) == 1


def _is_one_server(node: dict[str, Any]) -> bool:
    """Whether a token's declaration names a provider, or addresses that suffice, and a port that can be had."""
    own = {name for name in ("authorize_url", "token_url", "device_url", "revoke_url", "issuer") if node.get(name)}
    if node.get("redirect_port") is not None and not 1024 <= node["redirect_port"] <= 65535:
        return False
    if node.get("provider") is not None:
        return not own
    return "token_url" in own and not own.isdisjoint({"authorize_url", "device_url"})


_FIT_TOGETHER: dict[str, Callable[[dict[str, Any]], bool]] = {
    "Probe": _is_plain_probe,
    "Secret": _is_plain_secret,
    "OAuth2": _is_one_server,
    "Obtain": lambda node: node.get("url") is not None or node.get("text") is not None,
}


def _has_own(node: dict[str, Any], types: dict[str, tuple[str, ...]], fields: dict[str, Any]) -> bool:
    """Whether an input or output has the fields of its type and none of another."""
    own = types.get(node["type"])
    if own is None:
        return False
    others = {field.rstrip("!") for each in types.values() for field in each} - {field.rstrip("!") for field in own}
    required = {field[:-1] for field in own if field.endswith("!")}
    return others.isdisjoint(node) and all(node.get(field) is not None for field in required & fields.keys())


def _is_text(node: Any) -> bool:
    return isinstance(node, str) and (not node or node.replace("\n", " ").replace("\t", " ").isprintable())


def _is_line(node: Any) -> bool:
    return isinstance(node, str) and node.isprintable() and bool(node.strip())


def _is_id(node: Any) -> bool:
    return isinstance(node, str) and bool(_ID.fullmatch(node)) and not _DEVICE.fullmatch(node)


def _is_key(node: Any) -> bool:
    try:
        return isinstance(node, str) and check_key(node) == node
    except KeyRefused:
        return False


def _is_anything(node: Any, depth: int = 0) -> bool:
    if depth > _DEPTH_MAX:
        return False
    if isinstance(node, list):
        return all(_is_anything(item, depth + 1) for item in node)
    if isinstance(node, dict):
        return all(_is_anything(item, depth + 1) for item in node.values())
    return isinstance(node, (str, bool)) or node is None or _is_number(node)


def _is_number(node: Any) -> bool:
    return type(node) in (int, float) and -_NUMBER_MAX < node < _NUMBER_MAX


_CHECKS: dict[str, Any] = {
    "null": lambda node: node is None,
    "any": _is_anything,
    "object": lambda node: type(node) is dict and _is_anything(node),
    "bool": lambda node: isinstance(node, bool),
    "int": lambda node: type(node) is int and _is_number(node),
    "whole": lambda node: type(node) is int and _is_number(node),
    "float": _is_number,
    "str": lambda node: isinstance(node, str),
    "showable": _is_text,
    "one_line": _is_line,
    "tool_id": _is_id,
    "secret_key": _is_key,
    "usable_duration": lambda node: isinstance(node, str) and is_duration(node),
    "web_address": lambda node: isinstance(node, str) and bool(_WEB_ADDRESS.fullmatch(node)),
    "endpoint": lambda node: isinstance(node, str) and bool(_ENDPOINT.fullmatch(node)),
    "scope": lambda node: isinstance(node, str) and bool(_SCOPE.fullmatch(node)),
    "client_id": lambda node: isinstance(node, str) and bool(_CLIENT_ID.fullmatch(node)),
    "probe_parameter": lambda node: isinstance(node, str) and bool(_PARAMETER.fullmatch(node)),
    "probe_place": lambda node: isinstance(node, str) and bool(_PLACE.fullmatch(node)),
    "current_version": lambda node: node == "1.0",
    "inside": lambda node: isinstance(node, str) and bool(_PATH.fullmatch(node)),
    # usable_pattern is not here: RE2 alone can tell
}
