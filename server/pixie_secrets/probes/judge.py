"""What an answer says of a key: whether it works, whose it is, what it may do, and until when.

The service is somebody else, and may answer with anything, the key itself among it. So only what the table allows is
read, each text is masked, cut to one printable line, and dropped where it holds a piece of the key.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.known_values import KNOWN
from pixie_secrets.services.service import Verdict
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixie_secrets.probes.exchange import Answer
    from pixie_secrets.secret.text import SecretStr
    from pixie_secrets.services.service import Service

TEXT_MAX = 120  # characters of what is shown
SCOPES_MAX = 50
PIECE = 4  # characters of a key that no text may have: many services name a key by its last ones
WAIT_MAX = 7 * 24 * 3600
_HEADER = "header:"
# They say how long an answer is that may repeat the key, or are a hash of it.
_OF_THE_BODY = frozenset(
    {"content-length", "content-range", "content-md5", "content-digest", "repr-digest", "digest", "etag"}
)
_TOO_MANY, _FAILED = 429, 500


class Shown(NamedTuple):
    """One thing a service says of the owner: the last part of where it stood, and the text."""

    name: str
    text: str


class Judged(NamedTuple):
    """expires: a time, ISO 8601 in UTC. wait: seconds until the service may be asked again, where it says so."""

    verdict: Verdict
    status: int = 0
    owner: tuple[Shown, ...] = ()
    scopes: tuple[str, ...] = ()
    expires: str | None = None
    wait: int | None = None


def judge(service: Service, answer: Answer, values: Iterable[SecretStr], now: datetime | None = None) -> Judged:
    """Read `answer`. values: what was sent along, of which nothing may be shown."""
    now = now or datetime.now(UTC)
    document = _document(answer.body)
    verdict = _verdict(service, answer, document)
    if verdict is not Verdict.VALID:
        return Judged(verdict, answer.status, wait=_wait(answer, now) if verdict is Verdict.LIMITED else None)
    secrets = [value.get_secret_value() for value in values]
    expires = _moment(_at(service.expires, answer, document))
    if expires and expires <= now:
        verdict = Verdict.REFUSED
    owner = (
        Shown(place.replace(":", "/").rpartition("/")[2], text)
        for place in service.show
        if (text := _text(_at(place, answer, document), secrets))
    )
    return Judged(
        verdict,
        answer.status,
        tuple(owner),
        tuple(_scopes(_at(service.scopes, answer, document), secrets)),
        expires.isoformat().replace("+00:00", "Z") if expires else None,
    )


def _verdict(service: Service, answer: Answer, document: Any) -> Verdict:
    said = ""
    for reading in service.readings:
        if answer.status in reading.status:
            said = said or _compact(answer.body, document)
            if reading.text in said:
                return reading.verdict
    if answer.status == _TOO_MANY or (answer.status in {403, 503} and _says_too_many(answer)):
        return Verdict.LIMITED
    if answer.status >= _FAILED:
        return Verdict.UNREACHABLE
    if answer.status == 401:
        return Verdict.REFUSED
    return Verdict.VALID if 200 <= answer.status < 300 else Verdict.UNCLEAR


def _says_too_many(answer: Answer) -> bool:
    return "retry-after" in answer.headers or answer.headers.get("x-ratelimit-remaining") == "0"


def _document(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _compact(body: bytes, document: Any) -> str:
    """The answer in lower case, as JSON without blanks where it is JSON, so that a reading's text is found."""
    if document is None:
        return body.decode("utf-8", "replace").lower()
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).lower()


def _at(place: str, answer: Answer, document: Any) -> Any:
    """What stands at a JSON pointer (RFC 6901) or in a header; None where nothing does."""
    if not place:
        return None
    if place.startswith(_HEADER):
        name = place.removeprefix(_HEADER).lower()
        return None if name in _OF_THE_BODY else answer.headers.get(name)
    for step in place.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(document, list) and name.isascii() and name.isdigit() and int(name[:9]) < len(document):
            document = document[int(name[:9])]
        elif isinstance(document, dict) and name in document:
            document = document[name]
        else:
            return None
    return document


def _text(found: Any, secrets: list[str]) -> str:
    """One printable line without a piece of a secret; "" for what is no text, number or yes and no."""
    if isinstance(found, bool):
        return "yes" if found else "no"
    if not isinstance(found, (str, int, float)):
        return ""
    line = shown(" ".join(KNOWN.mask(str(found)).split()))
    if any(_has_piece(line, secret) for secret in secrets):
        return ""
    return line if len(line) <= TEXT_MAX else f"{line[:TEXT_MAX]}…"


def _has_piece(text: str, secret: str) -> bool:
    size = min(PIECE, len(secret))
    return any(text[at : at + size] in secret for at in range(len(text) - size + 1))


def _scopes(found: Any, secrets: list[str]) -> Iterable[str]:
    names = found.split(",") if isinstance(found, str) else found if isinstance(found, list) else []
    texts = (_text(name, secrets) for name in names[:SCOPES_MAX] if isinstance(name, str))
    return dict.fromkeys(text for text in texts if text)


def _moment(found: Any) -> datetime | None:
    """A time as services write it: ISO 8601, a day, `2026-12-31 12:00:00 UTC`, seconds or milliseconds since 1970."""
    try:
        if isinstance(found, (int, float)) and not isinstance(found, bool):
            return datetime.fromtimestamp(found / 1000 if found > 1e11 else found, UTC)
        if not isinstance(found, str) or len(found) > TEXT_MAX:
            return None
        text = found.strip().removesuffix(" UTC").replace(" +", "+")
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).replace(microsecond=0)


def _wait(answer: Answer, now: datetime) -> int | None:
    """Seconds of `Retry-After` (RFC 9110, 10.2.3), or until `X-RateLimit-Reset`; None where neither says."""
    said = answer.headers.get("retry-after", "").strip()
    seconds: float | None = None
    if said.isascii() and said.isdigit():
        seconds = int(said[:12])
    elif said:
        try:
            seconds = (parsedate_to_datetime(said) - now).total_seconds()
        except (ValueError, TypeError):
            seconds = None
    elif (reset := _moment_of_digits(answer.headers.get("x-ratelimit-reset", ""))) is not None:
        seconds = reset - now.timestamp()
    return None if seconds is None else round(min(max(seconds, 0), WAIT_MAX))


def _moment_of_digits(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None
