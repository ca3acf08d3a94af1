"""What the API takes and answers, as an OpenAPI 3.1 document; and the same, as `app` checks a body by it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pixie_secrets import __version__
from pixie_secrets.manifest.schema import SHOWABLE
from pixie_secrets.secret.duration import PATTERN as DURATION
from pixie_secrets.secret.key import LENGTH_MAX, PATTERN

if TYPE_CHECKING:
    from collections.abc import Callable


def _text(value: object) -> bool:
    return isinstance(value, str)


def _text_or_null(value: object) -> bool:
    return value is None or isinstance(value, str)


def _object_or_null(value: object) -> bool:
    return value is None or isinstance(value, dict)


def _day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_CHECKS: dict[str, Callable[[object], bool]] = {
    "name": _text,
    "value": _text,
    "description": _text_or_null,
    "metadata": _object_or_null,
    "rotate_after": _text_or_null,
    "expires": _day,
}
# Of each verb with a body: the fields it takes, each with what it may be, and those that have to be there.
FIELDS_OF = {
    "create": (_CHECKS, frozenset({"name", "value"})),
    "update": ({name: check for name, check in _CHECKS.items() if name != "name"}, frozenset[str]()),
}

_NULLABLE = {"type": ["string", "null"]}
_TIME = {"type": ["string", "null"], "format": "date-time", "description": "UTC; null: not known."}
_NAME = {"type": "string", "pattern": f"^{PATTERN.pattern}$", "maxLength": LENGTH_MAX}
_SECRET: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": _NAME | {"description": "The environment variable."},
        "tool": {"type": "string", "description": "The tool's or app's id."},
        "description": _NULLABLE,
        "metadata": {"type": ["object", "null"], "description": "As it is declared."},
        "required": {"type": "boolean"},
        "declared": {"type": "boolean", "description": "False: only the file has it."},
        "status": {"enum": ["set", "not set", "unreadable", "sealed"]},
        "created_at": _TIME,
        "updated_at": _TIME,
        "channel": _NULLABLE | {"description": "By which way the value came."},
        "expires": {"type": ["string", "null"], "format": "date", "description": "The last day that it is good for."},
        "due": _NULLABLE | {"description": "Why a new value is due; null: it is not."},
    },
}
_SECRET["required"] = [*_SECRET["properties"]]
_FIELDS: dict[str, Any] = {
    "name": _NAME,
    "value": {
        "type": "string",
        "minLength": 1,
        "pattern": r"^[^\u0000]*$",
        "writeOnly": True,
        "description": "It is never answered.",
    },
    "description": _NULLABLE | {"pattern": SHOWABLE, "description": "Of a tool's secret; written into its tool.json."},
    "metadata": {"type": ["object", "null"], "description": "The same; never a value."},
    "rotate_after": _NULLABLE | {"pattern": f"^{DURATION}$", "description": "The same: 90d, 12w, 1y."},
    "expires": {"type": "string", "format": "date", "description": "The last day that the value is good for."},
}
_ERRORS = {
    "400": "The body is no JSON object.",
    "401": "The token is missing or wrong.",
    "403": "Sent by a web page.",
    "404": "No such tool, app or secret.",
    "405": "Not possible at this address.",
    "408": "The body did not arrive in time.",
    "409": "It is there already, or its file cannot be written.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "421": "Another host's name.",
    "422": "A field, a key or a value that cannot be taken.",
}


def document() -> dict[str, Any]:
    """The OpenAPI document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "pixie-secrets",
            "version": __version__,
            "description": "The secrets of a project's tools and apps. Values go in; none ever comes out.",
        },
        "security": [{"token": []}],
        "paths": {
            "/v1/secrets": {
                "parameters": [{"$ref": "#/components/parameters/tool"}],
                "get": _operation("listSecrets", "All secrets, of one tool or of all", {"200": _json("Listed")}),
                "post": _operation("createSecret", "Declare a secret and set it", {"201": _json("Secret")}, "Create"),
            },
            "/v1/secrets/{key}": {
                "parameters": [
                    {"name": "key", "in": "path", "required": True, "schema": _NAME},
                    {"$ref": "#/components/parameters/tool"},
                ],
                "get": _operation("getSecret", "How one secret stands", {"200": _json("Secret")}),
                "put": _operation(
                    "updateSecret", "Replace its value or change its declaration", {"200": _json("Secret")}, "Update"
                ),
                "delete": _operation("deleteSecret", "Remove its value", {"204": {"description": "It is not set."}}),
            },
            "/v1/openapi.json": {"get": _operation("openapi", "This document", {"200": _json("Document")})},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "parameters": {
                "tool": {
                    "name": "tool",
                    "in": "query",
                    "description": "A tool's id, or an app's path. Left out: all, or the only one that can be meant.",
                    "schema": {"type": "string"},
                }
            },
            "schemas": {
                "Secret": _SECRET,
                "Document": {"type": "object"},
                "Listed": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["secrets", "unreadable"],
                    "properties": {
                        "secrets": {"type": "array", "items": {"$ref": "#/components/schemas/Secret"}},
                        "unreadable": {
                            "type": "array",
                            "description": "Tools and apps that cannot be listed, and why.",
                            "items": {"type": "object"},
                        },
                    },
                },
                "Create": _body("create"),
                "Update": _body("update") | {"minProperties": 1},
                "Error": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["error"],
                    "properties": {
                        "error": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["message", "hint"],
                            "properties": {"message": {"type": "string"}, "hint": {"type": "string"}},
                        }
                    },
                },
            },
        },
    }


def _body(verb: str) -> dict[str, Any]:
    fields, required = FIELDS_OF[verb]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _FIELDS[name] for name in fields},
        "required": sorted(required),
    }


def _operation(name: str, summary: str, answers: dict[str, Any], body: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {"operationId": name, "summary": summary, "responses": dict(answers)}
    found["responses"] |= {status: _json("Error", about) for status, about in _ERRORS.items()}
    if body:
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{body}"}}}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _json(schema: str, about: str = "") -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": about or schema, "content": content}
