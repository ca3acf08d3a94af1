"""Who may see a page: a link's one-time token becomes a session in one browser.

A link travels over screens we do not own (a client's dialog, a terminal's scroll-back), so its token is worth one
exchange and ten minutes. What the browser keeps afterwards is a cookie that scripts cannot read and other sites
cannot send. Tokens and cookies are remembered only as digests: reading this process's memory of them opens nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from pixie_secrets.channels.page.copying import Copying
from pixie_secrets.channels.page.elicitation import Elicitation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pixie_secrets.channels.page.consent import Consent
    from pixie_secrets.channels.page.question import PageQuestion
    from pixie_secrets.operations.probe_secret import SecretProbed
    from pixie_secrets.operations.set_secret import SecretSaved

LINK_SECONDS = 600.0


def address(tool_id: str) -> str:
    """The address of a tool's page, with nothing secret in it."""
    return f"/tool/{quote(tool_id, safe='')}/settings"


def copying_address(tool_id: str) -> str:
    """The address of the page that asks whether a value of the tool may be copied."""
    return f"/tool/{quote(tool_id, safe='')}/copy"


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass(eq=False)
class LinkGrant:
    """What one link opens: the page of a question, the settings of one tool, or (neither given) of all tools."""

    question: PageQuestion | None = None
    tool_id: str | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    notice: SecretSaved | str | None = None  # what to say once on the next page: values saved, or a key removed
    probed: tuple[SecretProbed, ...] = ()  # what services said of the values saved, to be shown with that
    answered: asyncio.Event = field(default_factory=_set)  # not set from a form's values until its next page is shown
    consents: dict[str, Consent] = field(default_factory=dict)  # of a settings page, by key
    sessions: set[bytes] = field(default_factory=set, repr=False)

    @property
    def elicitation(self) -> Elicitation | None:
        """The question, where it is one for values."""
        return self.question if isinstance(self.question, Elicitation) else None

    @property
    def consent(self) -> Consent | None:
        """The question, where it is one for consent."""
        return cast("Consent", self.question) if self.question and self.question.is_consent else None

    @property
    def copying(self) -> Copying | None:
        """The question, where it is one about the clipboard."""
        return self.question if isinstance(self.question, Copying) else None

    @property
    def home(self) -> str:
        """Where the link leads; the session's cookie goes no further up."""
        if self.copying:
            return copying_address(self.copying.request.tool_id)
        return "/" if self.tool_id is None else address(self.tool_id)

    def covers(self, tool_id: str | None) -> bool:
        return self.tool_id is None or self.tool_id == tool_id


@dataclass(frozen=True)
class Session:
    """One browser's use of a grant, as its cookie proves it."""

    grant: LinkGrant
    secret: str = field(repr=False)

    def form_token(self, form: str) -> str:
        """The anti-forgery token of one form in this session."""
        return hmac.new(self.secret.encode(), f"{self.grant.id} {form}".encode(), hashlib.sha256).hexdigest()

    def accepts(self, form: str, token: str) -> bool:
        return hmac.compare_digest(self.form_token(form).encode(), token.encode())


class LinkState(Enum):
    """What became of a link."""

    FRESH = auto()
    USED = auto()
    EXPIRED = auto()
    UNKNOWN = auto()


@dataclass
class _Token:
    grant: LinkGrant
    deadline: float
    used: bool = False


class Access:
    """All tokens and sessions of one host."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tokens: dict[bytes, _Token] = {}
        self._grants: dict[str, LinkGrant] = {}  # the one used last comes last

    def issue(self, grant: LinkGrant) -> str:
        """A new one-time token for `grant`; earlier ones stay good."""
        self._grants.setdefault(grant.id, grant)
        token = secrets.token_urlsafe(32)
        self._tokens[_digest(token)] = _Token(grant, self._clock() + LINK_SECONDS)
        return token

    def state_of(self, token: str) -> tuple[LinkState, LinkGrant | None]:
        """What a link with this token would do; uses nothing up."""
        known = self._tokens.get(_digest(token))
        if known is None:
            return LinkState.UNKNOWN, None
        if known.used:
            return LinkState.USED, known.grant
        if self._clock() >= known.deadline:
            return LinkState.EXPIRED, known.grant
        return LinkState.FRESH, known.grant

    def revoke(self, token: str) -> None:
        """Make a token worthless that was not exchanged yet; a session it led to stays."""
        self._tokens.pop(_digest(token), None)

    def redeem(self, token: str) -> Session | None:
        """Exchange a fresh token for a session; None when it is not fresh (any more)."""
        link, grant = self.state_of(token)
        if link is not LinkState.FRESH or grant is None:
            return None
        self._tokens[_digest(token)].used = True
        session = Session(grant, secrets.token_urlsafe(32))
        grant.sessions.add(_digest(session.secret))
        self._touch(grant)
        return session

    def session(
        self, cookies: Mapping[str, str], port: int, tool_id: str | None, grant_id: str | None = None
    ) -> Session | None:
        """The session a browser's cookies prove for a tool's page (None: the index); the one used last wins."""
        for grant in reversed(self._grants.values()):
            secret = cookies.get(cookie_name(port, grant))
            if secret is None or not grant.covers(tool_id) or grant_id not in {None, grant.id}:
                continue
            if _digest(secret) in grant.sessions:
                self._touch(grant)
                return Session(grant, secret)
        return None

    def _touch(self, grant: LinkGrant) -> None:
        self._grants[grant.id] = self._grants.pop(grant.id)


def cookie_name(port: int, grant: LinkGrant) -> str:
    """Cookies ignore ports: without it in the name, two hosts on this machine would overwrite each other's."""
    return f"pixie-{port}-{grant.id}"


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
