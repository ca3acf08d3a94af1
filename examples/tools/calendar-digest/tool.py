"""Reads a Google calendar, as its owner or with a service account, and makes a digest of the coming days."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

BASE_URL = "https://www.googleapis.com/calendar/v3"  # GOOGLE_CALENDAR_BASE_URL in the environment overrides it
SCOPE = "https://www.googleapis.com/auth/calendar.readonly"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Refused(Exception):
    """A run that ends with a status and a sentence for the user; never with a secret in it."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def run(inputs: dict[str, Any]) -> dict[str, Any]:
    """`digest` in Markdown, the number of `events`, and whether it was `posted`."""
    token = _own_token()
    account = None if token else _account()
    calendar, days = inputs.get("calendar_id"), inputs.get("days", 7)
    if not isinstance(calendar, str) or not calendar:
        raise Refused(422, "calendar_id is missing")
    if not isinstance(days, int) or not 1 <= days <= 31:
        raise Refused(422, "days must be a whole number from 1 to 31")
    events = _events(calendar, days, token or _access_token(account or {}))
    digest = _digest(events, days)
    webhook = os.environ.get("WEBHOOK_URL")
    if webhook:
        _call("the webhook", webhook, {"Content-Type": "application/json"}, json.dumps({"text": digest}).encode())
    return {"digest": digest, "events": len(events), "posted": bool(webhook)}


def _own_token() -> str:
    """The access token of whoever connected the tool; run-tool renews it before it starts us. Empty: nobody did."""
    written = os.environ.get("GOOGLE_CALENDAR", "")
    if not written.startswith("{"):
        return written
    try:  # started by hand: the whole document that the .env holds
        return str(json.loads(written)["access_token"])
    except (ValueError, TypeError, KeyError):
        raise Refused(422, "GOOGLE_CALENDAR is no token: pixie-secrets authorize calendar-digest") from None


def _account() -> dict[str, str]:
    written = os.environ.get("GOOGLE_SERVICE_ACCOUNT_JSON")
    if not written:
        raise Refused(
            422,
            "GOOGLE_CALENDAR is not connected: pixie-secrets authorize calendar-digest "
            "(or set GOOGLE_SERVICE_ACCOUNT_JSON)",
        )
    try:
        account = json.loads(written)
        return {name: account[name] for name in ("client_email", "private_key", "token_uri")}
    except (ValueError, TypeError, KeyError):
        raise Refused(422, "GOOGLE_SERVICE_ACCOUNT_JSON is not the JSON key file of a service account") from None


def _access_token(account: dict[str, str]) -> str:
    """Trade a signed statement of who we are for a token that lives an hour."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding

    now = int(datetime.now(UTC).timestamp())
    claims = {"iss": account["client_email"], "scope": SCOPE, "aud": account["token_uri"], "iat": now, "exp": now + 600}
    signed = f"{_base64({'alg': 'RS256', 'typ': 'JWT'})}.{_base64(claims)}"
    try:
        key = serialization.load_pem_private_key(account["private_key"].encode(), password=None)
        signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (ValueError, TypeError, AttributeError):
        raise Refused(422, "the private_key in GOOGLE_SERVICE_ACCOUNT_JSON is not an RSA key") from None
    form = urlencode({"grant_type": GRANT, "assertion": f"{signed}.{_base64(signature)}"}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return json.loads(_call("Google's sign-in", account["token_uri"], headers, form))["access_token"]


def _events(calendar: str, days: int, token: str) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    query = {
        "timeMin": now.isoformat(),
        "timeMax": (now + timedelta(days=days)).isoformat(),
        "singleEvents": "true",
        "orderBy": "startTime",
        "maxResults": "100",
    }
    base = os.environ.get("GOOGLE_CALENDAR_BASE_URL", BASE_URL).rstrip("/")
    url = f"{base}/calendars/{quote(calendar, safe='')}/events?{urlencode(query)}"
    return json.loads(_call("Google Calendar", url, {"Authorization": f"Bearer {token}"}))["items"]


def _digest(events: list[dict[str, Any]], days: int) -> str:
    lines = [f"# The next {days} days"]
    day = ""
    for event in events:
        start = event["start"]
        date, _, time = (start.get("dateTime") or start["date"]).partition("T")
        if date != day:
            day = date
            lines += ["", f"## {day}"]
        lines.append(f"- {time[:5] or 'all day'} {event.get('summary', '(no title)')}")
    return "\n".join(lines if events else [*lines, "", "Nothing."])


def _base64(part: dict[str, Any] | bytes) -> str:
    from base64 import urlsafe_b64encode

    content = part if isinstance(part, bytes) else json.dumps(part, separators=(",", ":")).encode()
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _call(whom: str, url: str, headers: dict[str, str], body: bytes | None = None) -> bytes:
    """One request; secrets travel in it, so: https or this very machine, no redirects, no answer repeated."""
    from urllib.error import HTTPError, URLError
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class NoRedirects(HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    parts = urlsplit(url)
    here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not here:
        raise Refused(422, f"the address of {whom} must begin with https://")
    try:
        with build_opener(NoRedirects).open(Request(url, body, headers), timeout=30) as answer:
            return answer.read()
    except HTTPError as error:
        error.close()
        raise Refused(502, f"{whom} answered {error.code}") from None
    except (URLError, TimeoutError, ValueError):
        raise Refused(502, f"{whom} cannot be reached") from None
