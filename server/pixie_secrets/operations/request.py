"""What a request consists of, read from its class: the command line and the MCP schema are both made of this.

A request is a `NamedTuple`; what a field is for stands beside its type, in `Annotated`, and nowhere else.
"""

from __future__ import annotations

from typing import Any, NamedTuple, get_origin, get_type_hints

REQUIRED = object()
# What every request means by a field of that name; what a request says of it comes after that.
ABOUT = {
    "tool_id": "the tool's id, or the name of its folder in tools/; or an app's: its path from the project's folder",
    "key": "the secret's name, such as OPENAI_API_KEY; never its value",
}


class Field(NamedTuple):
    """One field of a request. type: without what is said about it; default: `REQUIRED` where it must be given.

    about: what it is for, as part of a sentence: lower case, no full stop.
    """

    name: str
    type: Any
    default: Any
    about: str

    @property
    def is_flag(self) -> bool:
        return self.type is bool

    @property
    def is_many(self) -> bool:
        return get_origin(self.type) is tuple


def fields_of(request: type) -> tuple[Field, ...]:
    """The fields of a request's class, in order."""
    defaults: dict[str, Any] = vars(request)["_field_defaults"]
    hints = get_type_hints(request, include_extras=True)
    plain = get_type_hints(request)
    return tuple(
        Field(
            name,
            plain[name],
            defaults.get(name, REQUIRED),
            "; ".join(_about(hints[name])),
        )
        for name in vars(request)["_fields"]
    )


def _about(hint: Any) -> tuple[str, ...]:
    return getattr(hint, "__metadata__", ())
