"""A secret that is a JSON document, as an object with the fields that its schema names.

Every text in it is a secret, so it comes out as `SecretStr`. Whether a value fits its whole schema was decided when it
was set (`secret.value_schema`); what is checked again here, without that library, is what the fields promise: types,
and what is required. A refusal is in the words of the schema and says nothing of the value.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from pixie_secrets.secret.text import SecretStr

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


class JsonSecret:
    """A JSON object that is a secret. What its schema names under `properties` is an attribute, and so is an item.

    A text in it is a `SecretStr`, an object a `JsonSecret`, an array a tuple; numbers, booleans and null are what they
    are. A property that the schema names and the document lacks is None. `get_secret_value()` is the plain document,
    for a library that wants it whole.

    Its `repr` shows the names that the schema declares, and no value.
    """

    __slots__ = ("_document", "_key", "_properties")

    def __init__(self, key: str, document: dict[str, Any], schema: Mapping[str, Any] | None = None) -> None:
        self._key = key
        self._document = document
        self._properties: Mapping[str, Any] = _mapping(_mapping(schema).get("properties"))

    def get_secret_value(self) -> Any:
        """The document as plain Python, texts and all: a copy of its own."""
        return json.loads(json.dumps(self._document))

    def __getitem__(self, name: str) -> Any:
        """The field `name`, declared or not.

        Raises:
            KeyError: neither the schema nor the document has it.
        """
        if name in self._document:
            return _wrapped(f"{self._key}.{name}", self._document[name], _mapping(self._properties.get(name)))
        if name in self._properties:
            return None
        raise KeyError(f"{self._key} has no such field")

    def __contains__(self, name: object) -> bool:
        return name in self._document

    def __iter__(self) -> Iterator[str]:
        """The names of the fields that the document has."""
        return iter(self._document)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._properties})

    def __repr__(self) -> str:
        return f"<{self._key}: {', '.join(self._properties) or 'a JSON object'}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret value cannot be pickled")

    if not TYPE_CHECKING:  # a stub names the fields

        def __getattr__(self, name: str) -> Any:
            if not name.startswith("__") and (name in self._properties or (not self._properties and name in self)):
                return self[name]
            raise AttributeError(f"{self._key} has no such field in its schema")


def read(key: str, schema: Mapping[str, Any] | None, text: str) -> tuple[Any, str]:
    """What `text` is, and what is wrong with it: a rule in the schema's words, "" for nothing."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None, "must be one JSON document"
    rule = _broken(_mapping(schema), document, "")
    return (None, f"breaks a rule of its schema, {rule}") if rule else (_wrapped(key, document, _mapping(schema)), "")


def _wrapped(key: str, node: Any, schema: Mapping[str, Any]) -> Any:
    if isinstance(node, str):
        return SecretStr(node)
    if isinstance(node, list):
        items = _mapping(schema.get("items"))
        return tuple(_wrapped(f"{key}[{place}]", item, items) for place, item in enumerate(node))
    if isinstance(node, float) and schema.get("type") == "integer":  # 3.0 is one
        return int(node)
    return JsonSecret(key, node, schema) if isinstance(node, dict) else node


def _broken(schema: Mapping[str, Any], node: Any, place: str) -> str:
    """The first promise of a field that `node` does not keep, such as `properties/port/type: integer`."""
    wanted = schema.get("type")
    if isinstance(wanted, str) and wanted in _TYPES and not _is(node, wanted):
        return f"{place}type: {wanted}"
    if isinstance(node, dict):
        properties = _mapping(schema.get("properties"))
        for name in schema.get("required", ()) if isinstance(schema.get("required"), list) else ():
            if name not in node:
                return f"{place}required: {name}"
        for name, each in properties.items():
            if name in node and (rule := _broken(_mapping(each), node[name], f"{place}properties/{name}/")):
                return rule
    if isinstance(node, list):
        items = _mapping(schema.get("items"))
        return next(filter(None, (_broken(items, item, f"{place}items/") for item in node)), "")
    return ""


def _is(node: Any, wanted: str) -> bool:
    if isinstance(node, bool):
        return wanted == "boolean"
    if wanted == "integer" and isinstance(node, float):
        return node.is_integer()
    return isinstance(node, _TYPES[wanted])


def _mapping(part: object) -> Mapping[str, Any]:
    """`part` where it is a schema; a schema can also be `true`, and says nothing then."""
    return part if isinstance(part, dict) else {}
