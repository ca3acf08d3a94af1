"""Which names Python code looks up in the environment: os.environ, os.getenv, and the libraries that wrap them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

READERS = frozenset({"getenv", "get", "pop", "setdefault", "config", "env", "str", "environ"})
# What `config("X")` and `env.str("X")` are of; elsewhere those are anybody's names.
_WRAPPERS = frozenset({"decouple", "environs", "environ", "starlette", "prettyconf", "everett", "goodconf"})
_PREFIXED = frozenset({"prefixed", "Dynaconf", "LazySettings"})


class SettingsField(NamedTuple):
    """A field that is read. others: names that would do as well as `key`. is_shown: it does not hide its value."""

    key: str
    node: ast.expr
    field: str
    is_shown: bool
    others: tuple[str, ...] = ()


def key_read(node: ast.AST, *, wrapped: bool = True) -> str | None:
    """The name that an expression looks up. wrapped: whether `env` and `config` are a library's."""
    return _read_with_ours(node) or _read_of_environment(node, wrapped=wrapped)


def _read_of_environment(node: ast.AST, *, wrapped: bool) -> str | None:
    if isinstance(node, ast.Subscript) and ends(node.value, "environ") and isinstance(node.slice, ast.Constant):
        return node.slice.value if isinstance(node.slice.value, str) and isinstance(node.ctx, ast.Load) else None
    if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
        return None
    first = node.args[0].value
    function = node.func
    if not isinstance(first, str):
        return None
    if ends(function, "getenv") or (wrapped and isinstance(function, ast.Name) and function.id in {"config", "env"}):
        return first if first.isidentifier() and first.isupper() else None
    if (
        isinstance(function, ast.Attribute)
        and function.attr in READERS
        and (ends(function.value, "environ") or (wrapped and ends(function.value, "env")))
    ):
        return first
    return None


def _read_with_ours(node: ast.AST) -> str:
    """KEY of `secrets.KEY.get_secret_value()` (see `pixie_secrets.tool`), or of a field of it; "" for anything else.

    `secrets.KEY` alone shows nothing, so it is no read that could leak.
    """
    if not (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ends(node.func, "get_secret_value")
    ):
        return ""
    part, key = node.func.value, ""
    while isinstance(part, (ast.Attribute, ast.Subscript)):
        key = part.attr if isinstance(part, ast.Attribute) else _text(part.slice)
        part = part.value
    return key if isinstance(part, ast.Name) and part.id == "secrets" and key.isupper() else ""


def is_wrapped(imports: Iterable[str]) -> bool:
    """Whether a file that imports these modules reads the environment by a library."""
    return not _WRAPPERS.isdisjoint(imports)


def put_together(node: ast.AST) -> str:
    """What begins a name that is put together: SERVICE_ of os.environ[f"SERVICE_{name}"]; empty for any other."""
    name: ast.expr | None = None
    if isinstance(node, ast.Subscript) and ends(node.value, "environ"):
        name = node.slice
    elif isinstance(node, ast.Call) and node.args and ends(node.func, "getenv"):
        name = node.args[0]
    elif isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Attribute):
        name = node.args[0] if ends(node.func.value, "environ") else None
    first = name.values[0] if isinstance(name, ast.JoinedStr) and name.values else name
    if isinstance(name, ast.BinOp):
        first = name.left
    is_whole = first is name
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) and not is_whole else ""


def prefix_of(node: ast.AST) -> str:
    """What a library puts before every name: env.prefixed("SERVICE_"), Dynaconf(envvar_prefix="SERVICE")."""
    if not isinstance(node, ast.Call):
        return ""
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if called not in _PREFIXED:
        return ""
    given = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "envvar_prefix")]
    text = next((_text(one) for one in given), "")
    return text if not text or text.endswith("_") else f"{text}_"


def settings_read(classes: list[ast.ClassDef]) -> Iterator[SettingsField]:
    """The names that fields of pydantic's settings classes are read from."""
    known: dict[str, str] = {}  # classes and their prefixes
    for each in classes:
        bases = [known[name] for base in each.bases if (name := getattr(base, "id", "")) in known]
        if not bases and not any(ends(base, "BaseSettings") for base in each.bases):
            continue
        prefix = known[each.name] = _settings_prefix(each) or next(iter(bases), "")
        for field in each.body:
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                name = field.target.id
                kind = ast.dump(field.annotation)
                if name.startswith("_") or name == "model_config" or "'ClassVar'" in kind:
                    continue
                first, *others = [alias.upper() for alias in _aliases(field.value)] or [f"{prefix}{name}".upper()]
                yield SettingsField(first, field.target, name, "'SecretStr'" not in kind, tuple(others))


def _settings_prefix(node: ast.ClassDef) -> str:
    """Of `model_config = SettingsConfigDict(env_prefix=…)`, `class Config: env_prefix = …` or the class's own words."""
    for part in [*node.keywords, *(inner for one in node.body for inner in ast.walk(one))]:
        if isinstance(part, ast.keyword) and part.arg == "env_prefix":
            return _text(part.value)
        if isinstance(part, ast.Assign) and any(getattr(one, "id", "") == "env_prefix" for one in part.targets):
            return _text(part.value)
        if isinstance(part, ast.Dict):
            for key, value in zip(part.keys, part.values, strict=True):
                if key is not None and _text(key) == "env_prefix":
                    return _text(value)
    return ""


def _aliases(value: ast.expr | None) -> list[str]:
    """The names in Field(alias=…), Field(validation_alias=AliasChoices(…)), Field(env=…)."""
    if not isinstance(value, ast.Call):
        return []
    for word in value.keywords:
        if word.arg in {"validation_alias", "alias", "env"}:
            texts = [node for node in ast.walk(word.value) if isinstance(node, ast.Constant)]
            return [text for node in texts if (text := _text(node))]
    return []


def ends(node: ast.expr, name: str) -> bool:
    """Whether an expression is `name` or `….name`."""
    return (isinstance(node, ast.Name) and node.id == name) or (isinstance(node, ast.Attribute) and node.attr == name)


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
