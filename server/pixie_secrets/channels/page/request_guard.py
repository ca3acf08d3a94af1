"""What every request passes before anything else looks at it, and what every answer carries.

The page can write secrets, so it must not be reachable for other web pages: not by DNS rebinding (Host), not by a form
on another site or another local port (Origin, Sec-Fetch-Site), not in a frame. Cookies alone would not do: they ignore
ports, and to `SameSite` every server on 127.0.0.1 is the same site.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from pixie_secrets.channels.page import refusals
from pixie_secrets.channels.page.render import CONTENT_POLICY, refusal_page
from pixie_secrets.channels.page.texts import speak

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from pixie_secrets.channels.page.refusals import Refusal

_log = logging.getLogger(__name__)

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # with "no-referrer" browsers would send `Origin: null` on our own forms
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class RequestGuard:
    """Wraps the app: refuses what did not come from this page, dresses every answer, and reports what fails."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        speak(Headers(scope=scope).get("accept-language", ""))
        refusal = why_refused(scope)
        try:
            await (refusal_page(refusal) if refusal else self._app)(scope, receive, send_with_headers)
        except Exception:  # noqa: BLE001  whatever fails: the log says what, the page only that
            _log.exception("the page failed")


def why_refused(scope: Scope) -> Refusal | None:
    """The reason not to look at a request any further, or None."""
    headers = Headers(scope=scope)
    port = scope["server"][1]
    host = headers.get("host", "")
    if host not in {f"127.0.0.1:{port}", f"localhost:{port}"}:
        return refusals.WRONG_HOST
    if scope["method"] not in {"GET", "POST"}:
        return refusals.WRONG_METHOD
    if "prefetch" in headers.get("sec-purpose", headers.get("purpose", "")):
        return refusals.PREFETCH
    if scope["method"] == "POST" and not _from_this_page(headers, f"http://{host}"):
        return refusals.FOREIGN_ORIGIN
    return None


def _from_this_page(headers: Headers, own_origin: str) -> bool:
    """Whether a form was sent by this very origin, as the browser says; a browser that says nothing is refused."""
    site = headers.get("sec-fetch-site")
    if site not in {None, "same-origin"}:
        return False
    origin = headers.get("origin")
    return origin == own_origin or (origin == "null" and site == "same-origin")
