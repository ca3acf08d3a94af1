"""A token as it is kept: one JSON document in the tool's store, under the key that declares it.

    {"access_token": "…", "refresh_token": "…", "issued_at": 1798761600, "expires_at": 1798765200,
     "scopes": ["calendar.read"], "registration": "…"}

Times are seconds since 1970 by this machine's clock. Servers say how long a token lives, not until when, so their
clocks do not matter; what does is this one, which may be set back.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.secret.text import SecretStr

if TYPE_CHECKING:
    from collections.abc import Mapping

LIFETIME_MIN, LIFETIME_MAX = 30, 366 * 24 * 3600  # seconds that an answer is believed
AHEAD_MIN, AHEAD_MAX = 60, 300  # seconds before its end in which a token is renewed: a tenth of its life
SKEW = 60  # seconds that a clock may be set back without a word
SCOPES_MAX = 200
_PRINTABLE = re.compile(r"[!-~]{1,65536}")  # goes into a header: RFC 6750, section 2.1, and no line end
_SCOPE = re.compile(r"[!#-\[\]-~]{1,256}")


class Token(NamedTuple):
    """registration: the digest of the app and the server it was issued for, as a person saw them."""

    access: SecretStr
    refresh: SecretStr | None
    issued_at: int
    expires_at: int | None
    scopes: tuple[str, ...]
    registration: str

    def is_due(self, now: float) -> bool:
        """Whether it should be renewed before it is used: it ends soon, or the clock was set back since."""
        if self.expires_at is None:
            return False
        lifetime = max(self.expires_at - self.issued_at, 0)
        ahead = min(max(lifetime // 10, AHEAD_MIN), AHEAD_MAX, lifetime // 2)
        return now >= self.expires_at - ahead or now < self.issued_at - SKEW

    def is_over(self, now: float) -> bool:
        return self.expires_at is not None and now >= self.expires_at

    def document(self) -> SecretStr:
        """As it is kept."""
        kept: dict[str, Any] = {"access_token": self.access.get_secret_value()}
        if self.refresh:
            kept["refresh_token"] = self.refresh.get_secret_value()
        kept["issued_at"] = self.issued_at
        if self.expires_at is not None:
            kept["expires_at"] = self.expires_at
        return SecretStr(json.dumps(kept | {"scopes": list(self.scopes), "registration": self.registration}))


def kept_token(text: SecretStr) -> Token | None:
    """The token that a store has; None where what it has is none."""
    try:
        kept = json.loads(text.get_secret_value())
        access, refresh = kept["access_token"], kept.get("refresh_token")
        issued, expires = int(kept.get("issued_at", 0)), kept.get("expires_at")
        expires = None if expires is None else int(expires)
        scopes = tuple(scope for scope in kept.get("scopes", ()) if isinstance(scope, str))
        for each in (access, *([] if refresh is None else [refresh])):
            if not _PRINTABLE.fullmatch(each):
                return None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return None
    return Token(
        SecretStr(access),
        None if refresh is None else SecretStr(refresh),
        issued,
        expires,
        scopes,
        str(kept.get("registration", "")),
    )


def issued_token(answer: Mapping[str, Any], now: float, asked: tuple[str, ...], registration: str) -> Token | None:
    """The token in a server's answer (RFC 6749, section 5.1); None where there is none that can be used.

    now: when the request was sent, so that the answer's way does not lengthen its life. asked: the scopes that were
    asked for, which are those that were given where the answer says nothing else.
    """
    access, refresh = answer.get("access_token"), answer.get("refresh_token")
    if not isinstance(access, str) or not _PRINTABLE.fullmatch(access):
        return None
    if str(answer.get("token_type", "bearer")).lower() in {"mac", "dpop", "pop"}:
        return None  # bound to a key that we have not
    usable = isinstance(refresh, str) and _PRINTABLE.fullmatch(refresh)
    lifetime = _lifetime(answer.get("expires_in"))
    return Token(
        access=SecretStr(access),
        refresh=SecretStr(str(refresh)) if usable else None,
        issued_at=int(now),
        expires_at=None if lifetime is None else int(now) + lifetime,
        scopes=_scopes(answer.get("scope")) or asked,
        registration=registration,
    )


def _lifetime(seconds: object) -> int | None:
    """How long a token is taken to live; None where nothing sensible is said, and then until it is refused."""
    try:
        number = math.nan if isinstance(seconds, bool) else float(str(seconds))
    except ValueError:
        return None
    if math.isnan(number) or number <= 0:
        return None
    return int(min(max(number, LIFETIME_MIN), LIFETIME_MAX))


def _scopes(said: object) -> tuple[str, ...]:
    """The scopes of an answer: between spaces, as the standard has it, or commas."""
    if not isinstance(said, str):
        return ()
    return tuple(dict.fromkeys(filter(_SCOPE.fullmatch, re.split(r"[ ,]+", said))))[:SCOPES_MAX]
