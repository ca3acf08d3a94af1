"""The page's words in the language of the browser: English as the templates have it, others from `texts.toml`.

What operations say (why a value is refused, what git does) is English on every page, and marked so for readers.
"""

from __future__ import annotations

import tomllib
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import escape

if TYPE_CHECKING:
    from markupsafe import Markup

FILE = Path(__file__).with_name("texts.toml")
ENGLISH = "en"

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


@cache
def texts() -> dict[str, dict[str, str]]:
    """By language, the words for each English text."""
    with FILE.open("rb") as file:
        return tomllib.load(file)


def speak(accepted: str) -> None:
    """From now on in this request, use the language that the browser likes best of those there are.

    accepted: an `Accept-Language` header (RFC 9110, section 12.5.4); of `de-AT`, German is enough.
    """
    wishes: list[tuple[float, str]] = []
    for part in accepted.split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        wishes.append((-weight, tag.partition("-")[0].lower()))
    known = (language for weight, language in sorted(wishes) if weight and language in {ENGLISH, *texts()})
    _language.set(next(known, ENGLISH))


def language() -> str:
    """The one that is spoken."""
    return _language.get()


def translated(text: str, **parts: object) -> Markup:
    """`text` in the language of the browser, with its parts in place; parts that are no markup are escaped."""
    words = text if language() == ENGLISH else texts()[language()].get(text, text)
    return escape(words).format(**parts) if parts else escape(words)
