"""An app as it is registered with an authorization server: what `tool.json` declares, with the provider's addresses."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from pixie_secrets.errors import KeyRefused
from pixie_secrets.secret.providers import PROVIDERS, Provider

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.manifest.essentials import DeclaredSecret

REDIRECT_PATH = "/oauth/callback"


class Registration(NamedTuple):
    """key: of the token. server: where it is issued. client_secret: the key of the app's own secret, if it has one.

    is_known: the server is one of `PROVIDERS`, and not one that tool.json gives the addresses of.
    """

    tool_id: str
    key: str
    server: Provider
    client_id: str
    client_secret: str | None
    scopes: tuple[str, ...]
    redirect_port: int
    is_known: bool

    @property
    def title(self) -> str:
        return self.server.title

    @property
    def scope(self) -> str:
        """All scopes as the server takes them."""
        return self.server.joint.join(self.scopes)

    @property
    def consent_host(self) -> str:
        """Where the person goes to agree."""
        return host(self.server.authorize_url or self.server.device_url or "")

    @property
    def secret_hosts(self) -> tuple[str, ...]:
        """Where codes, tokens and the app's own secret are sent."""
        addresses = (self.server.token_url, self.server.device_url, self.server.revoke_url)
        return tuple(dict.fromkeys(host(address) for address in addresses if address))

    @property
    def revoke_host(self) -> str:
        """Where a token can be given back; empty where it cannot."""
        return host(self.server.revoke_url or "")

    @property
    def digest(self) -> str:
        """Changes with every address that a token or the app's secret is sent to, and with whose secret that is.

        A person saw these when they agreed. A token remembers it, and goes nowhere else: neither a refresh nor a
        revocation asks anybody, and whoever edits tool.json could send them to a server of their own.
        """
        approved = (self.server.token_url, self.server.revoke_url, self.client_id, self.client_secret)
        return hashlib.sha256(json.dumps(approved).encode()).hexdigest()


def registration(owner: Owner, key: str) -> Registration:
    """What `owner` declares for the token `key`.

    Raises:
        KeyRefused: it declares no token of that name; names those it does.
    """
    issued = {secret.key: secret for secret in owner.secrets if secret.oauth2}
    if key not in issued:
        named = f"authorized there: {', '.join(issued)}" if issued else 'declare it in tool.json with "type": "oauth2"'
        raise KeyRefused(f"{owner.id} has no secret of that name that a provider issues", named)
    return registration_of(owner.id, issued[key])


def registration_of(tool_id: str, secret: DeclaredSecret) -> Registration:
    """The same of a declaration that has `oauth2`."""
    declared = secret.oauth2
    assert declared  # noqa: S101  the caller's promise
    server = PROVIDERS.get(declared.provider or "") or Provider(
        title=host(declared.authorize_url or declared.device_url or ""),
        source="",
        token_url=declared.token_url or "",
        authorize_url=declared.authorize_url,
        device_url=declared.device_url,
        revoke_url=declared.revoke_url,
        issuer=declared.issuer,
        client_auth="basic",  # what every server has to take (RFC 6749, section 2.3.1)
    )
    if declared.client_auth in ("basic", "body"):
        server = server._replace(client_auth="body" if declared.client_auth == "body" else "basic")
    return Registration(
        tool_id=tool_id,
        key=secret.key,
        server=server,
        client_id=declared.client_id,
        client_secret=declared.client_secret,
        scopes=declared.scopes,
        redirect_port=declared.redirect_port or 0,
        is_known=declared.provider is not None,
    )


def token_hosts(secrets: Iterable[DeclaredSecret]) -> set[str]:
    """Every host that codes, tokens and apps' own secrets of these are sent to, in lower case, without ports."""
    found = (registration_of("", secret) for secret in secrets if secret.oauth2)
    return {name.partition(":")[0] for one in found for name in (one.consent_host, *one.secret_hosts)}


def host(url: str) -> str:
    """The host of an address, with its port where that is unusual, as a person is shown it."""
    return urlsplit(url).netloc.lower().removesuffix(":443")
