"""Asks an authorization server: one POST, over TLS, to exactly the address that was declared, and what it answered.

No redirect is followed, for the request holds the app's secret. An answer is read up to a size and a time; JSON or a
form (GitHub's, unless asked), and everything else is no answer. A server says no in many ways: by status, by an
`error` beside status 200, by `"ok": false`.
"""

from __future__ import annotations

import json
import re
import time
from base64 import b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote_plus

from pixie_secrets.oauth import errors
from pixie_secrets.oauth.registration import host
from pixie_secrets.secret.text import SecretStr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.errors import PixieError
    from pixie_secrets.oauth.registration import Registration

SECONDS = 20.0  # for one request, from its first byte to the last of its answer
BYTES_MAX = 1 << 18

# What some servers call the errors of the standard.
_CALLED = {
    "bad_verification_code": "invalid_grant", "bad_refresh_token": "invalid_grant",
    "incorrect_client_credentials": "invalid_client", "unverified_user_email": "access_denied",
    "device_flow_disabled": "unauthorized_client", "incorrect_device_code": "expired_token",
    "token_expired": "expired_token", "authorization_declined": "access_denied", "bad_verification": "expired_token",
    "invalid_code": "invalid_grant", "code_already_used": "invalid_grant", "code_expired": "invalid_grant",
    "invalid_refresh_token": "invalid_grant", "bad_client_secret": "invalid_client",
    "invalid_client_id": "invalid_client", "bad_redirect_uri": "redirect_uri_mismatch",
}  # fmt: skip
_APP = "look at the app as it is registered there: client_id, its secret, the grants and scopes it may ask for"
# RFC 6749, sections 4.1.2.1 and 5.2; RFC 7636, section 4.4.1; RFC 8628, section 3.5; RFC 7009, section 2.2.1.
_WORDS: dict[str, tuple[type[PixieError], str, str]] = {
    "access_denied": (errors.ConsentRefused, "access was refused at {title}", "authorize again to be asked again"),
    "invalid_grant": (
        errors.CodeExpired,
        "{title} does not take the code: it has expired, was used before or was given for another address",
        "authorize again; if it stays so, compare the redirect address that is registered there",
    ),
    "expired_token": (errors.CodeExpired, "the code was not entered at {title} in time", "authorize again"),
    "redirect_uri_mismatch": (
        errors.RedirectMismatch,
        "{title} has another redirect address registered",
        "register the address that the page shows; where a port has to be fixed, declare redirect_port",
    ),
    "server_error": (errors.ProviderUnavailable, "{title} says that it failed", "try again later"),
    "temporarily_unavailable": (errors.ProviderUnavailable, "{title} says that it is overloaded", "try again later"),
    "invalid_client": (
        errors.ProviderRefused,
        "{title} does not know the app by this client_id and secret",
        "compare client_id, set the app's secret again, or declare client_auth",
    ),
    "invalid_scope": (errors.ProviderRefused, "{title} does not give these scopes", "compare scopes in tool.json"),
    "invalid_request": (errors.ProviderRefused, "{title} finds the request incomplete or wrong", _APP),
    "unauthorized_client": (errors.ProviderRefused, "{title} does not let this app ask in this way", _APP),
    "unsupported_grant_type": (errors.ProviderRefused, "{title} does not know this way to ask", _APP),
    "unsupported_response_type": (errors.ProviderRefused, "{title} does not know this way to ask", _APP),
    "unsupported_token_type": (errors.ProviderRefused, "{title} cannot revoke this kind of token", "revoke it there"),
}


class ServerError(Exception):
    """An error that a server answered. code: of the standard, or empty for one that is not."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def worded(code: str, registration: Registration) -> PixieError:
    """The error of ours for a server's."""
    kind, message, hint = _WORDS.get(code, (errors.ProviderRefused, "{title} refuses, with an error of its own", _APP))
    return kind(message.format(title=registration.title), hint)


def standard(code: object) -> str:
    """The standard's name for an error code; empty for any that is not known."""
    text = code if isinstance(code, str) else ""
    text = _CALLED.get(text, text)
    return text if text in {*_WORDS, "authorization_pending", "slow_down"} else ""


def ask(
    registration: Registration, app_secret: SecretStr | None, address: str, fields: Mapping[str, str | SecretStr]
) -> dict[str, Any]:
    """What the server answers at `address` to `fields`, with the app's own credentials added.

    Raises:
        ServerError: it answered an error.
        ProviderUnavailable: it cannot be reached, takes too long, or failed.
        NotAnAnswer: it answered something else.
    """
    status, kind, body = _post(registration, app_secret, address, fields)
    title = registration.title
    document = _document(kind, body)
    if document is not None and ("error" in document or document.get("ok") is False):
        raise ServerError(standard(document.get("error")))
    if status >= 500 or status == 429:
        raise errors.ProviderUnavailable(f"{title} failed (status {status})", "try again later")
    if document is None or status >= 300:
        what = "a web page" if "html" in kind or body.lstrip()[:1] == b"<" else f"status {status}" * (status >= 300)
        raise errors.NotAnAnswer(
            f"{host(address)} does not answer as an authorization server does: it sent {what or 'something else'}",
            "compare the addresses in tool.json with the provider's documents",
        )
    return document


def _post(
    registration: Registration, app_secret: SecretStr | None, address: str, fields: Mapping[str, str | SecretStr]
) -> tuple[int, str, bytes]:
    import httpx2

    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    plain = {name: each.get_secret_value() if isinstance(each, SecretStr) else each for name, each in fields.items()}
    plain["client_id"] = registration.client_id
    if app_secret is not None and registration.server.client_auth == "body":
        plain["client_secret"] = app_secret.get_secret_value()
    elif app_secret is not None:
        del plain["client_id"]
        pair = ":".join(map(quote_plus, (registration.client_id, app_secret.get_secret_value())))
        headers["Authorization"] = "Basic " + b64encode(pair.encode()).decode()
    sent: dict[str, Any] = {"json": plain} if registration.server.json else {"data": plain}
    deadline = time.monotonic() + SECONDS
    try:
        with (
            httpx2.Client(timeout=SECONDS / 2, follow_redirects=False) as client,
            client.stream("POST", address, headers=headers, **sent) as response,
        ):
            body = bytearray()
            for piece in response.iter_raw():
                body += piece
                if len(body) > BYTES_MAX or time.monotonic() > deadline:
                    break
            else:
                return response.status_code, response.headers.get("content-type", "").lower(), bytes(body)
    except httpx2.HTTPError as error:
        reason = "took too long" if isinstance(error, httpx2.TimeoutException) else "cannot be reached"
    else:
        reason = "sends too much or takes too long"
    # raised out here: the library's error holds the request, and so the app's secret
    raise errors.ProviderUnavailable(f"{host(address)} {reason}", "see whether this machine is online, then try again")


def _document(kind: str, body: bytes) -> dict[str, Any] | None:
    """The fields of an answer; None where it has none."""
    text = body.decode("utf-8", "replace").strip()
    if "html" in kind or text.startswith("<"):
        return None
    if text.startswith("{"):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None
    if re.fullmatch(r"[\w.%+-]+=[^\s]*", text) and "json" not in kind:
        return dict(parse_qsl(text))
    return None if text else {}
