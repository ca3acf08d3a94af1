"""Patterns that a manifest brings along, run so that none of them can make this program hang.

A manifest may be a stranger's (an imported tool), and the standard library's engine takes exponential time for some
patterns. RE2 takes linear time for all of them; what it cannot do that way (lookahead, backreferences) it refuses.
"""

from __future__ import annotations

from typing import Protocol

import re2

LENGTH_MAX = 1000


class PatternError(ValueError):
    """Not a pattern that RE2 takes; says why in RE2's words, which may repeat the pattern."""


class Pattern(Protocol):
    """A compiled pattern."""

    def fullmatch(self, text: str) -> object | None: ...

    def search(self, text: str) -> object | None: ...


def compiled(pattern: str) -> Pattern:
    """`pattern` ready to be matched.

    Raises:
        PatternError: it is longer than 1000 characters or nothing that RE2 takes.
    """
    if len(pattern) > LENGTH_MAX:
        raise PatternError(f"longer than {LENGTH_MAX} characters")
    options = re2.Options()
    options.log_errors = False
    try:
        found: Pattern = re2.compile(pattern, options)
    except re2.error as error:
        [reason] = error.args
    except UnicodeEncodeError:
        reason = "half a surrogate pair"
    else:
        return found
    raise PatternError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason))
