"""Makes `essentials.json` of the models: each part's fields and what each may be, in the words of `essentials`."""

from __future__ import annotations

import json
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pixie_secrets.manifest.checks import service_name
from pixie_secrets.manifest.models import Manifest
from pixie_secrets.manifest.parts import Part
from pixie_secrets.services.table import services

if TYPE_CHECKING:
    from collections.abc import Callable

_PLAIN = {str: "str", bool: "bool", int: "int", float: "float", type(None): "null", Any: "any"}


def text() -> str:
    """As it stands in the file."""
    parts: dict[str, Any] = {}
    _add(Manifest, parts)
    return json.dumps(parts, indent=1) + "\n"


def _add(model: type[Part], parts: dict[str, Any]) -> None:
    if model.__name__ in parts:
        return
    found: dict[str, Any] = {"required": [], "fields": {}}
    parts[model.__name__] = found
    hints = get_type_hints(model, include_extras=True)
    for name, field in model.model_fields.items():
        written = field.alias or name
        found["fields"][written] = _kind(hints[name], parts)
        if field.is_required():
            found["required"].append(written)


def _kind(hint: Any, parts: dict[str, Any]) -> Any:
    """What a type may be: a check of that name, `@` and a part, a list of one kind, one of some words, or a choice."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        checks = [each.func.__name__ for each in arguments[1:] if hasattr(each, "func")]
        if checks == [service_name.__name__]:
            return {"one": list(services())}
        return checks[-1] if checks else _kind(arguments[0], parts)
    made: dict[Any, Callable[[], Any]] = {
        Union: lambda: [_kind(each, parts) for each in arguments],
        UnionType: lambda: [_kind(each, parts) for each in arguments],
        tuple: lambda: {"list": _kind(arguments[0], parts)},
        Literal: lambda: {"one": list(arguments)},
        dict: lambda: "object",
    }
    if origin in made:
        return made[origin]()
    if isinstance(hint, type) and issubclass(hint, Part):
        _add(hint, parts)
        return f"@{hint.__name__}"
    return _PLAIN[hint]
