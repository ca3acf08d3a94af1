"""What the browser can check of a value before it is sent, so that a slip costs no round trip.

It spares steps and decides nothing: whatever is sent is checked again behind the page. So it is right to leave a check
out, and wrong to refuse what the page would take: an expression goes along only where browsers and RE2 read it alike,
and where no text makes a browser's backtracking slow, since a manifest may be a stranger's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.secret.type import TYPES, pattern_rule, wrong_value

if TYPE_CHECKING:
    from pixie_secrets.secret.type import Declared

_LITERAL = r"[A-Za-z0-9_ :;,=@/%#&!~-]"
_ESCAPED = r"\\[dw.+*?()\[\]{}|^$\\/]"
_ATOM = rf"(?:{_LITERAL}|{_ESCAPED}|\[\^?(?:[A-Za-z0-9_ :;,=@/%#&!~.+*?$-]|{_ESCAPED})+\])"
_TIMES = r"(?:\{[0-9]+\}|(?P<open>[?*+]|\{[0-9]+,[0-9]*\}))"
_TOKEN = re.compile(rf"{_ATOM}{_TIMES}?|\((?:\?:)?|\)|\||\^|\$")
_OPEN_MAX = 2  # parts of an expression that take more or less text: so many make a browser try n² ways, and no more


class BrowserCheck(NamedTuple):
    """shape: an expression for the whole value; empty: it has to be one JSON document. wrong: what is said if not."""

    shape: str
    wrong: str


def browser_check(secret: Declared) -> BrowserCheck | None:
    """What a browser can check of a value of `secret`; None: nothing."""
    value_type = TYPES[secret.type]
    if value_type.rule:
        return BrowserCheck(value_type.shape, wrong_value(secret, value_type.rule))
    if secret.pattern and read_alike(secret.pattern):
        return BrowserCheck(secret.pattern, wrong_value(secret, pattern_rule(secret.pattern)))
    return None


def read_alike(pattern: str) -> bool:
    """Whether every browser surely matches what RE2 does with `pattern`, and in time."""
    tokens = list(_TOKEN.finditer(pattern))
    if "".join(token.group() for token in tokens) != pattern:
        return False
    return sum(token["open"] is not None for token in tokens) <= _OPEN_MAX
