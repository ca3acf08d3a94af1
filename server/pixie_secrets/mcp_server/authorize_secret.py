"""`authorize-secret` as a call: which token a model can ask for, and how it ended. Neither could hold a token."""

# No `from __future__ import annotations`: the schemas are made of these classes as they are.

from enum import StrEnum
from typing import Annotated, NamedTuple

from pixie_secrets.channels.channel import Medium
from pixie_secrets.secret.key import KeyName


class AuthorizationOutcome(StrEnum):
    """refused: at the provider. failed: the provider gave no token, next_step says why. The others as of set-secret."""

    AUTHORIZED = "authorized"
    REFUSED = "refused"
    FAILED = "failed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    PENDING = "pending"
    EXPIRED = "expired"


class AuthorizeArguments(NamedTuple):
    """What a model can ask for. No field for a code or token, on purpose."""

    tool_id: Annotated[str, "left out: the only tool that declares the key, else the nearest"] = ""
    key: Annotated[str | None, "left out: the only one that a provider issues to this tool"] = None


class AuthorizationAsked(NamedTuple):
    """How sending a person to a provider ended."""

    tool_id: str
    key: KeyName
    provider: str
    outcome: AuthorizationOutcome
    scopes: Annotated[tuple[str, ...], "what the tool may do there now"]
    expires_at: Annotated[str | None, "when the access token ends; it is renewed by itself where the provider lets it"]
    channel: Annotated[Medium | None, "how the person was reached; null when nobody was"]
    warnings: Annotated[tuple[str, ...], "to pass on to the user"] = ()
    next_step: Annotated[str | None, "what to tell the user when it is not authorized"] = None
