"""A service as it is asked about a key: the address, how the key goes along, what each answer means, what may be shown.

No value is in here, and nothing is sent from here: `probes` does that, once a person agreed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

Sending = Literal["bearer", "header", "basic", "query", "aws", "connection"]


class Verdict(StrEnum):
    """What an answer says of a key.

    LIMITED: too many were asked; nothing is said of the key. UNREACHABLE: there was no answer, or the service has
    failed. UNCLEAR: an answer that says neither.
    """

    VALID = "valid"
    REFUSED = "refused"
    LIMITED = "limited"
    UNREACHABLE = "unreachable"
    UNCLEAR = "unclear"


class Reading(NamedTuple):
    """One kind of answer and what it means. status: HTTP's, or of a database. text: in it, any case."""

    verdict: Verdict
    status: tuple[int, ...]
    text: str = ""


class Service(NamedTuple):
    """name: as `probe` in a tool.json has it; "" for an address of its own. source: where this is documented.

    keys: what its key is usually called; of AWS the secret one, its id, and the token of temporary ones.
    sends: how the key goes along; parameter: the header's or query's name, or the user of `basic`; prefix: before the
    key. form: the body of a POST; None: it is a GET. headers: others. show, scopes, expires: JSON pointers (RFC 6901),
    or `header:NAME`; what else an answer holds is dropped. readings: the first that fits; see `probes.judge` for the
    rest. shapes: what its keys look like, by key or for `any`, in the words of `secret.made_up`.
    """

    name: str
    title: str
    url: str
    sends: Sending
    source: str = ""
    keys: tuple[str, ...] = ()
    parameter: str = ""
    prefix: str = ""
    form: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    show: tuple[str, ...] = ()
    scopes: str = ""
    expires: str = ""
    readings: tuple[Reading, ...] = ()
    shapes: tuple[tuple[str, str], ...] = ()

    @property
    def host(self) -> str:
        """Whom the key is sent to, with the port where it is none of https; "" for a database, whose value says it."""
        if self.sends == "connection":
            return ""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port}" if parts.port not in {None, 443} else str(parts.hostname)
