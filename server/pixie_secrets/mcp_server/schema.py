"""What a request takes and a result has, for pydantic and as JSON Schema: made of the classes that operations use.

Operations take and return `NamedTuple`s, which need no pydantic, and larger results that are pydantic models already.
Of the former, a model of the same fields is made here.
"""

from __future__ import annotations

from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from pydantic import Field, create_model

from pixie_secrets.frozen import Frozen
from pixie_secrets.operations.request import ABOUT, REQUIRED, fields_of

if TYPE_CHECKING:
    from collections.abc import Collection


@cache
def model_of(kind: Any) -> Any:
    """`kind`, a class or another type, with a model in place of every `NamedTuple` in it."""
    if hasattr(kind, "_fields"):
        fields: dict[str, Any] = {
            field.name: (
                model_of(field.type),
                Field(... if field.default is REQUIRED else field.default, description=field.about or None),
            )
            for field in fields_of(kind)
        }
        model: Any = create_model(kind.__name__, __base__=Frozen, **fields)
        return model
    parts = tuple(part if part is ... else model_of(part) for part in get_args(kind))
    if not parts or parts == get_args(kind):
        return kind
    origin = get_origin(kind)
    return reduce(or_, parts) if origin in (Union, UnionType) else origin[parts]


def input_schema(request: type, without: Collection[str] = ()) -> dict[str, Any]:
    """Arguments as a model reads them: an optional one is simply not required, and every one says what it is for."""
    schema = _plain(model_of(request).model_json_schema())
    for name in without:
        del schema["properties"][name]
    described = {field.name: field for field in fields_of(request)}
    for name, field in schema["properties"].items():
        about = f"{ABOUT[name]}; {described[name].about}".removesuffix("; ") if name in ABOUT else described[name].about
        field["description"] = f"true: {about}" if described[name].is_flag else about
        choices = [choice for choice in field.get("anyOf", ()) if choice != {"type": "null"}]
        if len(choices) == 1 and field.get("default", ...) is None:  # null stays accepted, though not advertised
            del field["anyOf"], field["default"]
            field.update(choices[0])
    return schema


def output_schema(result: type) -> dict[str, Any]:
    """A result as a client can check it."""
    return _plain(model_of(result).model_json_schema(mode="serialization"))


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Without what only repeats names or speaks to readers of the source: titles and docstrings."""
    models = [schema, *schema.get("$defs", {}).values()]
    for model in models:
        for word in ("title", "description"):
            model.pop(word, None)
        for field in model.get("properties", {}).values():
            field.pop("title", None)
    return schema
