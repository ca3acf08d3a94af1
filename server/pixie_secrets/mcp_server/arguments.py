"""Judges a call's arguments: refuses by name and never repeats what was passed.

A model that was given a value by its user will sooner or later pass it somewhere. Whatever it passed is in the
transcript by then; repeating it would only spread it, so every refusal here is made of our own words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pixie_secrets.errors import PixieError
from pixie_secrets.mcp_server.schema import model_of
from pixie_secrets.secret.key import PATTERN

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT_MAX = 4096
_SAYABLE = re.compile(r"(?!.{33})[A-Za-z]+(?:[_-][A-Za-z]+)*")  # no digits, as keys and tokens have them

PASSED_A_VALUE = (
    "no tool here takes a value. if one was passed, it is in this transcript now: tell the user to revoke it and make "
    "a new one, then call set-secret without any value, and the user will be asked for it outside the chat"
)


class ArgumentsRefused(PixieError):
    """A call with arguments its tool does not take."""


def parse(request: type, arguments: Mapping[str, Any], fixed: Mapping[str, bool], preview: str) -> Any:
    """`arguments` as a `request`, a NamedTuple; pydantic decides whether they are one.

    fixed: what they do not say. preview: the tool that changes nothing.

    Raises:
        ArgumentsRefused: unknown, missing, ill-typed or oversized ones; says which, never what they held.
    """
    model = model_of(request)
    taken = [name for name in model.model_fields if name not in fixed]
    unknown = [name for name in arguments if name not in taken]
    if unknown and set(unknown) <= set(fixed):
        raise ArgumentsRefused(f"{_named(unknown)}: that is a tool of its own", f"call {preview}; it changes nothing")
    if unknown:
        known = ", ".join(taken)
        raise ArgumentsRefused(f"unknown {_named(unknown)}; this tool takes {known}", PASSED_A_VALUE)
    oversized = [name for name, value in arguments.items() if isinstance(value, str) and len(value) > TEXT_MAX]
    if oversized:
        raise ArgumentsRefused(f"too long: {_named(oversized)}", PASSED_A_VALUE)
    key = arguments.get("key")
    if isinstance(key, str) and not PATTERN.fullmatch(key):
        raise ArgumentsRefused("key: not the name of a secret, such as OPENAI_API_KEY", PASSED_A_VALUE)
    try:
        return request(**dict(model.model_validate({**arguments, **fixed})))
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
    problems = "; ".join(f"{'.'.join(map(str, problem['loc']))}: {problem['msg'].lower()}" for problem in found)
    only_missing = all(problem["type"] == "missing" for problem in found)
    # raised out here: no chain back to pydantic's error
    raise ArgumentsRefused(f"wrong arguments: {problems}", "" if only_missing else PASSED_A_VALUE)


def _named(names: list[str]) -> str:
    """`argument a, b`; a name that is no plain name may be a value itself and is not repeated."""
    sayable = [name for name in names if _SAYABLE.fullmatch(name)]
    said = ", ".join(f"`{name}`" for name in sayable) or "(a name that is not repeated here)"
    return f"{'argument' if len(names) == 1 else 'arguments'} {said}"
