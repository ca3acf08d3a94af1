"""Turns what the page has to say into HTML.

Style and script are part of each page, allowed by their hashes and nothing else: a page is one answer, complete even
when the server behind it goes away a moment later. No template is ever given a value.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from pixie_secrets.channels.page.texts import language, translated

if TYPE_CHECKING:
    from starlette.background import BackgroundTask

    from pixie_secrets.channels.page.refusals import Refusal

_TEMPLATES = Path(__file__).parent / "templates"
_STYLE = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
_SCRIPT = (_TEMPLATES / "page.js").read_text(encoding="utf-8")
ICON = (_TEMPLATES / "icon.svg").read_bytes()


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


CONTENT_POLICY = "; ".join((
    "default-src 'none'",
    f"style-src {_hash(_STYLE)}",
    f"script-src {_hash(_SCRIPT)}",
    "connect-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
))  # fmt: skip


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["sentence"] = _sentence
    environment.filters["host"] = _host
    for element in ("bdi", "code", "strong"):
        environment.filters[element] = partial(_within, element)
    environment.globals.update(_=translated, language=language)
    environment.globals.update(style=Markup(_STYLE), script=Markup(_SCRIPT))  # noqa: S704  our own two files
    return environment


def _sentence(text: str) -> Markup:
    """An error's words as a page says them: they come without a capital and full stop, and quote code `like this`."""
    first = text.split(" ", 1)[0]
    if first.isalpha() and first.islower():
        text = text[0].upper() + text[1:]
    if text and not text.endswith((".", "!", "?")):
        text += "."
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704  escaped just before


def _within(element: str, text: str) -> Markup:
    """A part of a sentence that is not its words."""
    return Markup(f"<{element}>{{}}</{element}>").format(text)  # noqa: S704  the names of elements are ours


def _host(address: str) -> str:
    """Where an address leads, as people know it."""
    return urlsplit(address).hostname or address


def page(template: str, status: int = 200, background: BackgroundTask | None = None, **context: Any) -> HTMLResponse:
    """The answer that shows `template`."""
    html = _environment().get_template(template).render(**context)
    return HTMLResponse(html, status, background=background)


def refusal_page(refusal: Refusal, home: str | None = None) -> HTMLResponse:
    """The answer that says no; home: the page to go on to, shown where the refusal allows it."""
    response = page("refusal.html", refusal.status, refusal=refusal, home=home if refusal.home else None)
    if refusal.status == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = "GET, POST"
    return response
