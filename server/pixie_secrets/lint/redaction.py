"""Names that a message may show: files and variables are named after secrets, too."""

from __future__ import annotations

import re
from functools import lru_cache

from pixie_secrets.lint.detect import tokens

_BETWEEN = re.compile(r"([/\s])")
_WORDS = re.compile(rb"^|[_.=-]")
_NAME_MAX = 255


@lru_cache(maxsize=1024)
def without_tokens(text: str) -> str:
    """The same with `***` for each name that holds a token, also one behind a word, or that nobody would read."""
    return "".join("***" if _holds_token(name) else name for name in _BETWEEN.split(text))


def _holds_token(name: str) -> bool:
    data = name.encode("utf-8", "replace")
    return len(data) > _NAME_MAX or any(tokens(data[start.end() :]) for start in _WORDS.finditer(data))
