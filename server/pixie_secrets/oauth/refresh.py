"""A token that is good now: the one that is kept, or a new one for it, asked for once whoever wants it.

Many processes may want it at the same moment, and a server may take a refresh token once only and answer another one.
So: one at a time (`TokenEntry.turn`), read again first, adopt what another process got; write the new token before
anybody uses it; keep the old refresh token until then, and for good where no new one comes. Nothing is ever deleted.

A process that is killed between the server's answer and the write loses that answer, and nothing else: the old refresh
token is still there, and servers that rotate take it once more for such a case, or want a person's consent anew.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pixie_secrets.errors import Hint
from pixie_secrets.oauth.code_flow import token_for
from pixie_secrets.oauth.endpoint import ServerError, ask, worded
from pixie_secrets.oauth.entry import TokenEntry
from pixie_secrets.oauth.errors import AuthorizeAgain, CodeExpired, NotAnAnswer, ProviderRefused, ProviderUnavailable

if TYPE_CHECKING:
    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.oauth.token import Token
    from pixie_secrets.secret.text import SecretStr


def fresh_token(entry: TokenEntry, refused: SecretStr | None = None) -> Token:
    """A token that is good now. refused: an access token that was just turned away, so that it is not given again.

    Raises:
        AuthorizeAgain: there is none, or a person has to agree anew.
        ProviderUnavailable, NotAnAnswer, ProviderRefused, AppSecretMissing: it has ended, and there is no new one.
        FileRefused: the store cannot be read or written.
    """
    token = _kept(entry)
    while _is_due(token, refused):
        with entry.turn() as ours:
            token = _kept(entry)
            if _is_due(token, refused) and ours:
                return _renewed(entry, token, refused)
    return token


def token_entry(owner: Owner, key: str) -> TokenEntry | None:
    """The token `key` of `owner`; None where that is not one that a provider issues."""
    is_token = any(secret.key == key and secret.oauth2 for secret in owner.secrets)
    return TokenEntry(owner, key) if is_token else None


def revoke(entry: TokenEntry) -> bool:
    """Give the token back to its server (RFC 7009); False where that has no address for it, or there is no token.

    Raises:
        AuthorizeAgain: it was issued for another server than the one that tool.json names now.
        PixieError: as `endpoint.ask`, and the server's own no.
    """
    registration = entry.registration
    token = entry.read()
    if token is None or registration.server.revoke_url is None:
        return False
    _check_registration(entry, token)
    given = token.refresh or token.access  # with the refresh token goes all that came of it
    hint = "refresh_token" if token.refresh else "access_token"
    fields: dict[str, str | SecretStr] = {"token": given, "token_type_hint": hint}
    refused = ""
    try:
        ask(registration, entry.app_secret(), registration.server.revoke_url, fields)
    except ServerError as error:
        refused = error.code or "other"
    if refused and refused != "invalid_grant":  # that one is no longer good anyway
        raise worded(refused, registration)
    return True


def _is_due(token: Token, refused: SecretStr | None) -> bool:
    return token.access == refused or token.is_due(time.time())


def _kept(entry: TokenEntry) -> Token:
    token = entry.read()
    if token is None:
        raise _again(entry, f"{entry.registration.key} of {entry.registration.tool_id} is not authorized yet")
    return token


def _renewed(entry: TokenEntry, token: Token, refused: SecretStr | None) -> Token:
    """A new token for the old one; only called by whoever has the turn."""
    registration = entry.registration
    is_usable = token.access != refused and not token.is_over(time.time())
    if token.refresh is None:
        if is_usable:
            return token
        raise _again(entry, f"{registration.key} of {registration.tool_id} has ended, and cannot be renewed")
    _check_registration(entry, token)
    fields: dict[str, str | SecretStr] = {"grant_type": "refresh_token", "refresh_token": token.refresh}
    new: Token | None = None
    try:
        new = token_for(registration, entry.app_secret(), fields)
    except CodeExpired:
        pass  # refused below, out here: what was raised is not to hang on to it
    except (ProviderUnavailable, NotAnAnswer, ProviderRefused):
        if not is_usable:
            raise
        return token  # it was renewed ahead of its end; the next use tries again
    if new is None:
        raise _again(entry, f"{registration.title} no longer renews {registration.key} of {registration.tool_id}")
    if entry.read() != token:  # removed meanwhile, or written by hand: that counts
        return _kept(entry)
    new = new._replace(refresh=new.refresh or token.refresh, scopes=new.scopes or token.scopes)
    entry.write(new)
    return new


def _check_registration(entry: TokenEntry, token: Token) -> None:
    if token.registration != entry.registration.digest:
        raise _again(entry, f"tool.json names another server or app than {entry.registration.key} was authorized for")


def _again(entry: TokenEntry, message: str) -> AuthorizeAgain:
    tool_id, key = entry.registration.tool_id, entry.registration.key
    return AuthorizeAgain(
        message,
        Hint(
            f"authorize it again: pixie-secrets authorize {tool_id} {key}",
            for_agent=f"call authorize-secret with tool_id {tool_id} and key {key}; the user agrees in their browser",
        ),
    )
