"""The authorization code flow with PKCE (RFC 6749, section 4.1; RFC 7636), for an app on this machine (RFC 8252).

One request: it is sent to the person's browser as an address, answered once at our loopback address, and its code is
exchanged once. The verifier never leaves this process but for that exchange.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from pixie_secrets.oauth.endpoint import ServerError, ask, standard, worded
from pixie_secrets.oauth.errors import IssuerMismatch, NotAnAnswer, StateUnknown
from pixie_secrets.oauth.token import issued_token
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.stores.learn import learn_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pixie_secrets.oauth.registration import Registration
    from pixie_secrets.oauth.token import Token


class CodeRequest:
    """One request for a person's consent. redirect: the address the answer is to come to."""

    def __init__(self, registration: Registration, redirect: str) -> None:
        self.registration = registration
        self.redirect = redirect
        self.state = secrets.token_urlsafe(32)
        self._verifier = SecretStr(secrets.token_urlsafe(48))  # 64 of the characters that RFC 7636 has for it

    @property
    def url(self) -> str:
        """Where the person goes."""
        challenge = hashlib.sha256(self._verifier.get_secret_value().encode()).digest()
        server = self.registration.server
        asked = {
            **dict(server.extra),
            "response_type": "code",
            "client_id": self.registration.client_id,
            "redirect_uri": self.redirect,
            **({server.scope_name: self.registration.scope} if self.registration.scopes else {}),
            "state": self.state,
            "code_challenge": urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        address = server.authorize_url or ""
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"

    def is_answered_by(self, state: str) -> bool:
        return hmac.compare_digest(state.encode("utf-8", "surrogatepass"), self.state.encode())

    def code(self, answer: Iterable[tuple[str, str]]) -> SecretStr:
        """The code in the server's answer, the parameters of the redirect.

        Raises:
            StateUnknown: it is no answer to this request.
            IssuerMismatch: it says it is from another server.
            ConsentRefused, ProviderUnavailable, ProviderRefused, RedirectMismatch: the server's own no.
            NotAnAnswer: neither a code nor an error, or one of them twice.
        """
        pairs = [(name, value) for name, value in answer if name in {"code", "state", "iss", "error"}]
        given = dict(pairs)
        if not self.is_answered_by(given.get("state", "")):
            raise StateUnknown("this answer belongs to another request", "authorize again")
        if len(given) < len(pairs):  # RFC 6749, section 3.1: none is there twice
            raise NotAnAnswer(f"{self.registration.title} answered twice in one", "authorize again")
        self._check_issuer(given.get("iss"))
        if "error" in given:
            raise worded(standard(given["error"]), self.registration)
        code = given.get("code", "")
        if not code:
            raise NotAnAnswer(f"{self.registration.title} sent neither a code nor an error", "authorize again")
        learn_value(code, key=self.registration.key, tool=self.registration.tool_id)
        return SecretStr(code)

    def exchange(self, code: SecretStr, app_secret: SecretStr | None) -> Token:
        """The token for a code; once.

        Raises:
            PixieError: as `endpoint.ask`, and the server's own no.
        """
        fields: dict[str, str | SecretStr] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect,
            "code_verifier": self._verifier,
        }
        return token_for(self.registration, app_secret, fields)

    def _check_issuer(self, issuer: str | None) -> None:
        """RFC 9207, section 2.4: an issuer we know has to be named; of any other, the host has to be the one asked."""
        server = self.registration.server
        if server.issuer is not None:
            fits = issuer == server.issuer
        else:
            fits = issuer is None or _host_of(issuer) == _host_of(server.authorize_url or "")
        if not fits:
            raise IssuerMismatch(
                f"the answer does not say that it is from {self.registration.title}, which was asked",
                "authorize again from a page that you opened yourself; if it stays so, declare issuer in tool.json",
            )


def token_for(registration: Registration, app_secret: SecretStr | None, fields: Mapping[str, str | SecretStr]) -> Token:
    """The token that the server gives for a grant, known from here on.

    Raises:
        PixieError: as `endpoint.ask`, and the server's own no.
    """
    refused = ""
    now = time.time()
    answer = {}
    try:
        answer = ask(registration, app_secret, registration.server.token_url, fields)
    except ServerError as error:
        refused = error.code or "other"
    if refused:  # raised out here: the server's error is not to hang on to ours
        raise worded(refused, registration)
    return token_in(registration, answer, now)


def token_in(registration: Registration, answer: dict[str, object], now: float) -> Token:
    """The token in an answer, known from here on.

    Raises:
        NotAnAnswer: there is none.
    """
    within = answer.get(registration.server.within or "")
    found = within if isinstance(within, dict) else answer
    token = issued_token(found, now, registration.scopes, registration.digest)
    if token is None:
        raise NotAnAnswer(
            f"{registration.title} answered without a token that can be used",
            "compare token_url with the provider's documents",
        )
    for value in filter(None, (token.access, token.refresh)):
        learn_value(value.get_secret_value(), key=registration.key, tool=registration.tool_id)
    return token


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
