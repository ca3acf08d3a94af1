"""Tokens that can be told by their looks, wherever they stand.

Where `keywords` finds one, and only for the rules that have that keyword, RE2 looks closer.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pixie_secrets.lint.hits import Hit
from pixie_secrets.lint.keywords import look
from pixie_secrets.lint.plausibility import entropy, is_slug, made_of_words, plausible
from pixie_secrets.lint.rules import load
from pixie_secrets.patterns import pattern
from pixie_secrets.secret.names import Kind, kind_of
from pixie_secrets.secret.placeholder import holds_stand_in, is_placeholder, is_sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pixie_secrets.lint.passages import TellingLines
    from pixie_secrets.lint.rules import Rule

_KEY_BETWEEN = pattern(rb"\\[nr]|[\s\"'`,+#>*|\\]")  # how lines are wrapped, in code too
_KEY_RUN = pattern(rb"[A-Za-z0-9/=]{55,}")  # the shortest private key there is has 64 characters of base64
_KEY_LOOKED_AT = 2000
_KEY_NEAR = 10  # characters behind the first line of a key whose last line is not in sight
_LINE_BEFORE = 400  # bytes of a keyword's line that are looked at before it, and after
_LINE_AFTER = 1200
_LENGTH_MAX = 8192  # bytes of a token
_HEAD_MAX = 40
_BLOB_MIN = 64
_BLOB = pattern(rb"[A-Za-z0-9+/]{64}")
_UUID_LENGTH = 36
_MANY = 4096  # keywords of one rule in a piece, from which on RE2 looks for them itself

_LOCAL = pattern(
    rb"^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal|\[?::1\]?|[a-z]+)$|example|\.test$|\.local$",
    re.IGNORECASE,
)

# Names in a query that say secret there, and hardly anywhere else.
_QUERY_NAMES = frozenset({"key", "auth", "appid", "app_key", "appkey", "code", "sig"})
_QUERY_BEFORE = 80
_BEFORE_ADDRESS = pattern(rb"[\s\"'`(<>\[|]")
# Pictures and badges are made to be shown; a storage's download token is part of a public link.
_PUBLIC_ADDRESS = pattern(
    rb"\.(?:svg|png|jpe?g|gif|webp|avif|ico|bmp|mp4|pdf)$|/badges?/|^https?://(?:img\.shields|badge)", re.IGNORECASE
)
_PUBLIC_QUERY = pattern(rb"[?&]alt=media\b")
_SETTING = pattern(rb"[A-Za-z]\s?=\s?[^\s=>]")


def tokens(data: bytes, telling: TellingLines | None = None, *, python: bool = False) -> list[Hit]:
    """Every place where a rule's secret begins. telling, python: as for `keywords.look`, whose one pass this is."""
    hits: list[Hit] = []
    seen: set[tuple[int, int]] = set()
    for found in look(data, telling, python=python):
        for rule, starts in found.items():
            for match in _near(rule, data, starts) if rule.near else _at(rule, data, starts):
                _judge(rule, match, data, hits, seen)
    return hits


def _at(rule: Rule, data: bytes, starts: list[int]) -> Iterator[Any]:
    """Matches that begin with a keyword, none inside another one."""
    if len(starts) > _MANY:
        yield from rule.compiled.finditer(data, starts[0], starts[-1] + _LENGTH_MAX)
        return
    match_at, may_begin, done = rule.compiled.match, rule.may_begin, 0
    for start in starts:
        if start < done or (may_begin and not may_begin(data, start)):
            continue
        if match := match_at(data, start, start + _LENGTH_MAX):
            done = match.end()
            yield match


def _near(rule: Rule, data: bytes, starts: list[int]) -> Iterator[Any]:
    """Matches around keywords; where those stand close together, what is around them is looked at once."""
    begin = end = -1
    for start in sorted(starts):
        first, last = _around(rule, data, start)
        if first > end:
            yield from rule.compiled.finditer(data, begin, end) if end >= 0 else ()
            begin, end = first, last
        end = max(end, last)
    yield from rule.compiled.finditer(data, begin, end)


def _around(rule: Rule, data: bytes, start: int) -> tuple[int, int]:
    """The part of a keyword's line that is looked at."""
    begin = max(data.rfind(b"\n", max(0, start - _LINE_BEFORE), start) + 1, start - _LINE_BEFORE, 0)
    end = min(len(data), start + _LINE_AFTER)
    if rule.code != "HS002":  # only a private key goes on over lines
        newline = data.find(b"\n", start, end)
        end = end if newline < 0 else newline
    return begin, end


def _judge(rule: Rule, match: Any, data: bytes, hits: list[Hit], seen: set[tuple[int, int]]) -> None:
    group = rule.group
    if group < 0:
        group = next((number for number in range(1, match.re.groups + 1) if match.start(number) >= 0), 0)
    start = match.start(group)
    if (id(rule), start) in seen:
        return
    seen.add((id(rule), start))
    secret = bytes(match.group(group))
    if not _is_secret(rule, secret, match, data):
        return
    if rule.code == "HS002":
        hits.append(Hit(match.start(0), rule.code, rule.name, _end_of_key(match, data)))
    else:
        hits.append(Hit(start, rule.code, rule.name, match.end(group)))


def _end_of_key(match: Any, data: bytes) -> int:
    end: int = match.end(0)
    last = data.find(b"-----END", end, end + _LENGTH_MAX)
    return last if last >= 0 else end


def _is_secret(rule: Rule, secret: bytes, match: Any, data: bytes) -> bool:
    if secret.startswith(load().documented):
        return False
    if rule.judge:
        return _JUDGES[rule.judge](secret, match, data)
    text = secret.decode("utf-8", "replace")
    if (
        _is_inside(match, data)
        or entropy(secret) < rule.entropy
        or holds_stand_in(secret, _head(rule, secret))
        or is_sequence(text.lower()[-24:])
    ):
        return False
    return rule.words or not (made_of_words(text) or is_slug(text))


def _is_inside(match: Any, data: bytes) -> bool:
    """In the middle of base64, such as a picture's, which holds every token's beginning somewhere."""
    start = match.start(0)
    return (
        data[start - 1 : start] in {b"/", b"+"} and _BLOB.fullmatch(data, max(0, start - _BLOB_MIN), start) is not None
    )


def _head(rule: Rule, secret: bytes) -> int:
    """How long the part is that every secret of this rule begins with: the `test` of `sk_test_` is no placeholder."""
    start = secret[:_HEAD_MAX].lower()
    return max((len(word) for word in rule.keywords if start.startswith(word.encode())), default=0)


def _is_token(secret: bytes, _match: Any, _data: bytes) -> bool:
    return plausible(secret.decode("utf-8", "replace"), Kind.TOKEN, loose=True) and not holds_stand_in(secret)


def _is_random(secret: bytes, _match: Any, _data: bytes) -> bool:
    return is_random(secret.decode("utf-8", "replace"))


def is_random(text: str) -> bool:
    """A token without a name: random beyond doubt."""
    return plausible(text, Kind.TOKEN, loose=True) and entropy(text) >= 3.0 and not holds_stand_in(text.encode())


def _is_of_scheme(secret: bytes, match: Any, data: bytes) -> bool:
    """Behind a scheme that has no rule of its own."""
    return match.group(1).lower() not in {b"basic", b"bearer"} and _is_random(secret, match, data)


def _is_password(secret: bytes, _match: Any, _data: bytes) -> bool:
    return plausible(secret.decode("utf-8", "replace").rstrip(";,)"), Kind.PASSWORD)


def _is_key(_secret: bytes, match: Any, data: bytes) -> bool:
    """Whether behind a private key's first line there is a key, and not the code that looks for one."""
    behind = data[match.start(0) : match.start(0) + _KEY_LOOKED_AT].split(b"-----", 2)[-1]
    body, end, _ = behind.partition(b"-----END")
    if b"EXAMPLE" in body or b"..." in body:  # cut short
        return False
    run = _KEY_RUN.search(_KEY_BETWEEN.sub(b"", body)[:_KEY_LOOKED_AT])
    if run is None or entropy(run.group()[:200]) <= 4:
        return False
    return bool(end) or run.start() < _KEY_NEAR or b"Proc-Type" in body


def _is_url_password(secret: bytes, match: Any, _data: bytes) -> bool:
    password = unquote(secret.decode("utf-8", "replace"))
    user = match.group(0)[3:].split(b":", 1)[0].decode("utf-8", "replace")
    if (
        password.lower() == user.lower()
        or is_placeholder(password)
        or (is_placeholder(user) and user.startswith(("{", "$", "<")))
    ):
        return False
    if _LOCAL.search(match.group(2)):
        return plausible(password, Kind.PASSWORD) and entropy(password) > 2.5
    return plausible(password, Kind.PASSWORD) or plausible(password, Kind.TOKEN)


def _is_of_query(secret: bytes, match: Any, data: bytes) -> bool:
    """Behind a name that says secret, in an address that is not one anybody may open."""
    name = match.group(1).decode()
    before = data[max(0, match.start(0) - _LINE_BEFORE) : match.start(0)].split(b"?", 1)[0]
    address = _BEFORE_ADDRESS.split(before)[-1]
    if _PUBLIC_ADDRESS.search(address) or _PUBLIC_QUERY.search(data, match.start(0) - _QUERY_BEFORE, match.end(0)):
        return False
    value = unquote(secret.decode("utf-8", "replace"))
    kind = Kind.TOKEN if name.lower() in _QUERY_NAMES else kind_of(name)
    return kind is not None and not _is_stand_in(secret) and plausible(value, kind, loose=True)


def _is_stand_in(secret: bytes) -> bool:
    """In a UUID, a run of digits is chance."""
    if len(secret) == _UUID_LENGTH and secret.count(b"-") == 4:
        return is_sequence(secret.replace(b"-", b"").decode("ascii", "replace"))
    return holds_stand_in(secret)


def _is_in_connection(secret: bytes, match: Any, data: bytes) -> bool:
    """Beside other settings; alone on its line it is an assignment of some language."""
    begin = data.rfind(b"\n", max(0, match.start(0) - _LINE_BEFORE), match.start(0)) + 1
    around = data[max(begin, match.start(0) - _LINE_BEFORE) : match.start(1)], data[match.end(1) : match.end(1) + 100]
    settings = sum(len(_SETTING.findall(part.split(b"\n", 1)[0])) for part in around)
    return settings > 1 and _is_password(secret, match, data)


def _is_basic(secret: bytes, _match: Any, _data: bytes) -> bool:
    """Base64 of `user:password` with a password that is one."""
    text = secret.decode("ascii", "replace")
    try:
        user, colon, password = base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return False
    if not colon or not (user + password).isprintable() or password == user:
        return False
    return plausible(password, Kind.PASSWORD) or plausible(password, Kind.TOKEN)


# What `judge` means in rules.toml: the secret, the match it is a group of, and the whole file.
_JUDGES: dict[str, Callable[[bytes, Any, bytes], bool]] = {
    "token": _is_token,
    "random": _is_random,
    "scheme": _is_of_scheme,
    "password": _is_password,
    "key": _is_key,
    "url": _is_url_password,
    "basic": _is_basic,
    "query": _is_of_query,
    "connection": _is_in_connection,
}
