"""Authorize a tool at a provider: whom a person is sent to, and keeping the token that comes of it.

Two steps, as with `set_secret`, because between them stands a person: `asked_consent` says what they would agree to, a
channel takes them there, `keep_token` stores what the provider issued. The token is in no request and no result.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.audit.entry import Change
from pixie_secrets.errors import Hint, KeyRefused
from pixie_secrets.git import coverage
from pixie_secrets.git.ignore_rule import ensure_ignored
from pixie_secrets.oauth.entry import TokenEntry
from pixie_secrets.secret.key import KeyName
from pixie_secrets.stores.store import is_sealed, store_of, target_of
from pixie_secrets.wording import one_of

if TYPE_CHECKING:
    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.oauth.registration import Registration
    from pixie_secrets.oauth.token import Token
    from pixie_secrets.operations.context import Context


class AuthorizeRequest(NamedTuple):
    """Which token to get. tool_id: "" where only one can be meant. key: None where the tool has only one."""

    tool_id: Annotated[str, "left out: the only tool that declares the key, else the nearest"] = ""
    key: Annotated[str | None, "left out: the only one that a provider issues to this tool"] = None
    device: Annotated[bool, "with a code that is entered in a browser anywhere, also on another machine (RFC 8628)"] = (
        False
    )


class ConsentToAsk(NamedTuple):
    """What a person is asked to agree to. path: of the file that the token goes to, from the project's folder."""

    tool_id: str
    tool_name: str
    path: str
    registration: Registration


class Authorized(NamedTuple):
    """What a person agreed to. expires_at: when the access token ends, by ISO 8601; null: it does not say.

    renews_itself: whether a new one is had without a person. file_warnings, ignored: as `SecretSaved` has them.
    """

    tool_id: str
    key: KeyName
    provider: str
    scopes: tuple[str, ...]
    expires_at: str | None
    renews_itself: bool
    path: str
    file_warnings: tuple[str, ...] = ()
    ignored: str = ""


def asked_consent(project: Project, request: AuthorizeRequest) -> ConsentToAsk:
    """What a person would agree to.

    Raises:
        UnknownTool: no such tool in the project.
        KeyRefused: it declares no token of that name, or several and none was named.
        AppSecretMissing: the app's own secret is not set yet.
        FileRefused: the tool's store cannot be read.
    """
    owner = project.owner(request.tool_id, (request.key,) if request.key else ())
    entry = TokenEntry(owner, request.key or _only_token(owner))
    entry.app_secret()
    path = target_of(owner, (entry.registration.key,)).relative_to(project.root).as_posix()
    return ConsentToAsk(owner.id, owner.name, path, entry.registration)


def keep_token(context: Context, asked: ConsentToAsk, token: Token) -> Authorized:
    """Store what the provider issued, under the key that declares it, in place of any that was there.

    Raises:
        UnknownTool, KeyRefused: the tool or its declaration has gone meanwhile.
        FileRefused: the store is not one to write to.
    """
    project, key = context.project, asked.registration.key
    owner = project.owner(asked.tool_id)
    entry = TokenEntry(owner, key)
    path = target_of(owner, (key,))
    sealed = is_sealed(owner)  # such a file git may have
    rule = None if sealed else ensure_ignored(path)
    entry.replace(token)
    return _authorized(entry, token, asked.path)._replace(
        file_warnings=(() if rule or sealed else coverage.warnings(path))
        + context.record(Change.SET, owner.id, (key,)),
        ignored=rule.sentence(context.project.root) if rule else "",
    )


def authorized(project: Project, asked: ConsentToAsk) -> Authorized | None:
    """What the store has now; None where it has no token."""
    entry = TokenEntry(project.owner(asked.tool_id), asked.registration.key)
    token = entry.read()
    return _authorized(entry, token, asked.path) if token else None


def _authorized(entry: TokenEntry, token: Token, path: str) -> Authorized:
    ends = token.expires_at
    return Authorized(
        tool_id=entry.owner.id,
        key=entry.registration.key,
        provider=entry.registration.title,
        scopes=token.scopes,
        expires_at=None if ends is None else datetime.fromtimestamp(ends, UTC).isoformat(),
        renews_itself=token.refresh is not None,
        path=path,
    )


def _only_token(owner: Owner) -> str:
    keys = [secret.key for secret in owner.secrets if secret.oauth2]
    if len(keys) == 1:
        return keys[0]
    if not keys:
        raise KeyRefused(
            f"{owner.id} declares no secret that a provider issues", 'declare one in tool.json with "type": "oauth2"'
        )
    unset = [key for key in keys if not store_of(owner).values().get(key)]
    if len(unset) == 1:
        return unset[0]
    raise KeyRefused(
        f"{owner.id} has several secrets that a provider issues",
        Hint(f"name one: {', '.join(keys)}", for_agent=one_of("", keys, "keys")),
    )
