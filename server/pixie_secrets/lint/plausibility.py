"""What is not a secret, whatever its name says: placeholders, words, hashes, paths, code.

A false alarm is a bug: people stop reading a check that cries wolf. So a value has to prove itself, the more the less
its name promises (`names.Kind`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from urllib.parse import unquote

from pixie_secrets.patterns import pattern
from pixie_secrets.secret.names import Kind
from pixie_secrets.secret.placeholder import LENGTH_MAX, WORDS, is_placeholder

_LENGTH_MIN = {Kind.PASSWORD: 5, Kind.TOKEN: 10, Kind.WEAK: 20}

_HASHED = pattern(
    r"^(?:\$2[abxy]?\$|\$argon2|\$[156]\$|\$apr1\$|\$y\$|\$scrypt|\{?(?:ssha|sha|md5)\d{0,3}[}:$-]|pbkdf2[_:]|sha\d{1,3}[-:]"
    r"|md5[:$]|\*[0-9A-F]{40}$|SCRAM-SHA|scrypt:|bcrypt|SHA256:"
    r"|ssh-(?:rsa|ed25519|dss) |ecdsa-sha2|-----BEGIN (?:PUBLIC|CERT|RSA PUBLIC)|data:"
    r"|MII[BC]\w(?:jAN|zAN)Bgkqhki|MI[GH]fMA0GCSqG|MFkwEwYHKoZI|MFYwEAYHKoZI|MHYwEAYHKoZI|MCowBQYDK2V|MI[A-Za-z0-9+/]{2,14}gAwIBAgI|LS0tLS1CRUdJTiBQVUJ|LS0tLS1CRUdJTiBDRVJ"
    r"|AAAAB3Nza|AAAAC3Nza|age1[a-z0-9]|iVBORw0KGgo|/9j/4|R0lGOD|UklGR|PHN2Z|JVBERi|UEsDB|d09GM|AAEAAAA)",
    re.IGNORECASE,
)
# Values are anybody's: no run of characters may be divided in more than one way (hence `*?` in `(?>…)`, and `*+`).
_PATH = pattern(
    r"^HTTP/\d|^[\w.+-]+(?:/[\w.+-]+){1,8}://|^[a-z][a-z0-9+.-]{1,20}://[^\s@?]*$|"
    r"^[A-Za-z][\w.-]*:\d{2,5}(?:/[\w.-]*)?$|^(?:GET|POST|PUT|PATCH|DELETE) /|"
    r"^(?:jdbc:\w+|https?|ftp|wss?|file|s3|gs|mailto|urn|tcp|udp|redis|amqp|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|sqlite)(?:\+\w+)?:"
    r"|^(?:[~.]{0,2}|[A-Za-z]:)[/\\][\w .@~-]*(?:[/\\.]|$)"
    r"|^@[\w.-]+/[\w./-]+$"  # a package of npm
    r"|^[\w.-]+(?>/[\w.-]*?[a-z_-]{3}[\w.-]*)++$|\.(?:json|ya?ml|toml|pem|key|crt|cer|txt|env|ini|cfg|py|js|ts|md|html?|xml|csv|p12|pfx|db|log|"
    r"png|jpe?g|svg|gif|parquet|zip|t?gz|bin|onnx|pt|mp[34]|wav|com|org|net|io|dev|local)$|^[\w.+-]+@[\w-]+\.[\w.-]+$"
)
_BASE64 = pattern(r"[A-Za-z0-9+/]{32,}={0,2}")
_UUID = pattern(r"^\{?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}?$")
_UUID_LENGTHS = frozenset({36, 38})  # without and with braces
_DIGITS = "0123456789"
_BROKEN_MIN = 20
_DOTTED_MAX = 32  # longer ones without words are tokens in parts
_RESOURCE_MIN = 3  # words before the last part
_DOTTED = pattern(
    r"^\.?[A-Za-z_$][\w$]*(?:\[[\w*'\"-]*\])*(?:[?!]?\.[A-Za-z_$*][\w$-]*(?:\[[\w*'\"-]*\])*)+(?:\(.*\)?)?[;,)!}\]]*$"
)
_CONSTANT = pattern(r"^(?:[A-Z]{1,12}\d{0,3}|\d{1,4})(?:__?(?:[A-Z]{1,12}\d{0,3}|\d{1,4}))+$")
_ACTION = pattern(r"^[a-z][a-z0-9-]*:\*?[A-Z][A-Za-z]*\*?$")  # of a service: s3:GetObject
_ALGORITHM = pattern(
    r"(?i)^(?:[a-z]+[-_/])*(?:sha|hmac|aes|rsa|ecdsa|curve|ed|x|hs|rs|es|ps|md|aws|p)-?\d{1,5}(?:[-_/](?:[a-z]+\d{0,3}|\d{1,4}))*$"
)
_HEADER = pattern(r"^[Xx](?:-[A-Za-z]+\d{0,2})+$")
_CODE = pattern(
    r"^[A-Za-z_$][\w$.]*\(.*|^[A-Za-z_]\w*\[(?:[\w\"']+\]|$)|===|!==|&&|\|\||\)[$?]|^id_(?:rsa|dsa|ecdsa|ed25519)\b|^\([A-Za-z_$]|^[\w$]+(?:\?\.|!\.|\?\?|[!?]?\.[\w$]+[!?]\.\w)[\w$.!?]*;?$|^(?:[A-Za-z_]\w*::)+\w+|^(?:[a-z]+-)*var\(|=>|\(\)|^[a-z-]+\{[a-z-]+:"
    r"|\(\?[:=!P<]|\[\^|\\[swdbWDS][+*?]?|\][+*?]|\]\{\d|\.\*"  # a pattern, not a value
)
_VERSION = pattern(
    r"^(?:[\^~=<>!]{1,2} ?)?v?\d+(?:[.:_-](?:\d+|x|\*))+(?:[-+.]?[a-z]+[\w.+-]*)?$|^\d{4}-\d\d-\d\d"  # or a range
    r"|^(?:\d{1,3}\.){3}\d{1,3}(?:/\d+|:\d+)?$|^(?:npm|workspace|link|catalog):|^(?:[\^~=<>!]{1,2}) ?\d"
)
_APP_PASSWORD = pattern(r"^[a-z]{4} [a-z]{4} [a-z]{4} [a-z]{4}$")
_PIECES = pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_HASH_OF = pattern(r"^[A-Za-z]+[-_][0-9a-f]{32,64}(?:_\w*)?$")
_FIELD = pattern(r"[a-z]+(?:[A-Z]{1,3}(?![a-z])|[A-Z][a-z]+)+\d{0,2}")  # `pdisCharge1`
_FIELD_MAX = 15
_FIELD_WORD = 6
_HEX = pattern(r"[0-9a-fA-F]+")
_PHRASE = pattern(r"[A-Za-z]{3,}+(?:[-_.]?+(?:[A-Za-z]{3,}+|\d{2,4}+(?!\d)))++[!?.]?")
_PLAIN = frozenset(
    {"test", "dev", "demo", "prod", "stage", "local", "admin", "user", "app", "version", "name", "service"}
)
_NAME_OF_WORDS = pattern(r"^[a-z]{2,12}(?:[-_.][a-z]{2,12})+$|^[A-Z]{2,12}(?:_[A-Z]{2,12})+$")
_SYMBOL = pattern(r"[^\w\s.:/-]")
_VOWELS = frozenset("aeiouyAEIOUY")
_BIGRAMS_TEXT = """
th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ne
ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut ss so rs un lo wa
ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ia am fi ci vi pl ig tu ev ld ry mp
fe bl ab gh ty op wo sa ay ex ke fr oo av ag if ap gr od bo sp rd do uc bu ei ov by rm ep tt oc fa ef cu rn sc gi da
yo cr cl du ga qu ue ff ba ey ls va um pp ua up lu go ht ru ug ds lt pi rc rr eg au ck ew mu br bi pt ak pu ui rg ib
tl ny ki rk ys ob mm fu ph og ms ye ud mb ip ub oi rl gu dr hr cc tw ft wn nu af hu nn eo vo rv nf xp gn sm fl iz ok
nl my gl aw ju oa eq sy sl ps jo lf nv je nk kn gs dy hy ze ks xt bs ik dd rp sk xi oe oy ws lv dl rf eu dg wr xa yi
nm eb rb tm xc eh tc gy ja hn yp za gg ym sw bj lm cs ii ix xe oh lk dv lp ax ox uf dm iu sf bt ka yt ek pm ya gt wl
rh yl hs ah yc yb hf
"""
_BIGRAMS = frozenset(_BIGRAMS_TEXT.split())


def plausible(value: str, kind: Kind, *, loose: bool = False) -> bool:
    """Whether `value`, under a name of that `kind`, may be a secret.

    loose: it stands where prose and code stand too (unquoted, in a document), so it has to prove more.
    """
    if "%" in value:
        value = unquote(value)
    if not _LENGTH_MIN[kind] <= len(value) <= LENGTH_MAX or not _like(value, kind, loose=loose):
        return False  # what costs least comes first
    if is_placeholder(value) or _HASHED.search(value) or _is_path(value):
        return False
    if _VERSION.match(value) or _CODE.search(value) or _CONSTANT.match(value) or _HEADER.match(value):
        return False
    if _ACTION.match(value) or _ALGORITHM.match(value):
        return False
    if _is_name_of_resource(value):
        return False
    return not _DOTTED.match(value) or (len(value) >= _DOTTED_MAX and not made_of_words(value))


def _is_name_of_resource(value: str) -> bool:
    """`com.vendor.api.account.5f3a…`: words, and one identifier behind them."""
    *words, _ = value.split(".")
    return len(words) >= _RESOURCE_MIN and all(word.isalpha() and wordlike(word) for word in words)


def _is_path(value: str) -> bool:
    """An address, or names with slashes between them; base64 has slashes, too."""
    if not _PATH.search(value):
        return False
    return not (_BASE64.fullmatch(value) and entropy(value) > 4.2 and not made_of_words(value))


def entropy(text: str | bytes) -> float:
    """Shannon's, in bits a character."""
    if not text:
        return 0.0
    total = len(text)
    return -sum(count / total * math.log2(count / total) for count in Counter(text).values())


def pieces(text: str) -> list[str]:
    """Runs of digits and of letters as a writer would have joined them: camelCase, snake_case, kebab-case."""
    return _PIECES.findall(text)


def wordlike(piece: str) -> bool:
    """Letters a person could say: vowels among them, and pairs that words have."""
    low = piece.lower()
    if len(low) <= 3:  # too short to say
        return True
    pairs = [low[at : at + 2] for at in range(len(low) - 1)]
    known = sum(pair in _BIGRAMS for pair in pairs)
    return known * 10 >= len(pairs) * 7 and not _VOWELS.isdisjoint(low) and len(low) <= 32


def made_of_words(text: str) -> bool:
    """An identifier, a phrase, a model's name: words with small numbers between them."""
    found = pieces(text)
    letters = sum(len(piece) for piece in found if piece[0].isalpha())
    if not letters or (len(text) >= _BROKEN_MIN and sum(piece[0].isalpha() for piece in found) * 5 > letters * 2):
        return False  # in pieces of two letters: chance makes those, and calls some of them words
    sayable = sum(len(piece) for piece in found if piece[0].isalpha() and len(piece) > 2 and wordlike(piece))
    digits = sum(len(piece) for piece in found if piece[0].isdigit())
    return sayable * 10 >= letters * 7 and digits * 4 <= letters


def is_slug(text: str) -> bool:
    """Three or more short or sayable parts: gpt-4o-mini-2024-07-18, user_id_v2, us.east.1a."""
    parts = [part for part in re.split(r"[-_./: ]", text) if part]
    return len(parts) >= 3 and all(
        len(part) <= 3 or (part.isdigit() and len(part) <= 4) or (part[0].isalpha() and wordlike(part.rstrip(_DIGITS)))
        for part in parts
    )


def _like(value: str, kind: Kind, *, loose: bool) -> bool:
    if len(value) in _UUID_LENGTHS and _UUID.match(value):
        return kind is Kind.TOKEN or (kind is Kind.PASSWORD and not loose)
    return _like_a_password(value, loose=loose) if kind is Kind.PASSWORD else _like_a_token(value, kind, loose=loose)


def _like_a_password(value: str, *, loose: bool) -> bool:
    if _APP_PASSWORD.match(value):
        return True
    if any(char.isspace() for char in value) or not any(char.isalnum() and char.isascii() for char in value):
        return False
    letters = any(char.isalpha() for char in value)
    digits = any(char.isdigit() for char in value)
    symbols = bool(_SYMBOL.search(value))
    if not letters:
        return digits and len(value) >= 6 and not loose
    words = made_of_words(value) or is_slug(value)
    if words and not symbols:
        joined = re.search(r"[_.:/-]|[a-z][A-Z]", value)
        return digits and not loose and (not joined or _is_phrase(value))
    if symbols:
        return (
            digits or not words or (any(c.isupper() for c in value) and any(c.islower() for c in value) and not loose)
        )
    return len(value) >= 8 and (digits or _random_letters(value))


def _is_phrase(value: str) -> bool:
    """Words with a number behind them, as people are told to make a password: `Tulip-harbor-42`."""
    if not _PHRASE.fullmatch(value):
        return False
    return not any(piece.lower() in WORDS or piece.lower() in _PLAIN for piece in pieces(value))


def _like_a_token(value: str, kind: Kind, *, loose: bool) -> bool:
    if any(char.isspace() or char == "," for char in value) or made_of_words(value) or is_slug(value):
        return False
    if len(value) <= _FIELD_MAX and _is_field(value):
        return False
    digits = any(char.isdigit() for char in value)
    if not any(char.isalpha() for char in value):
        return False
    if not digits and not _random_letters(value):
        return False
    enough = 2.8 if len(value) < 20 else 3.0
    is_hex = _HEX.fullmatch(value) is not None
    if kind is Kind.WEAK:
        if (is_hex and loose) or _HASH_OF.match(value):  # of something, more often than not
            return False
        enough = 3.0 if is_hex else 3.5
    elif is_hex and len(value) >= 12:  # sixteen different characters at most
        enough = 2.4
    return entropy(value) >= enough and (not loose or (digits and len(value) >= 16))


def _is_field(value: str) -> bool:
    """A short name in camelCase of which one word is plainly one."""
    return _FIELD.fullmatch(value) is not None and any(
        len(piece) >= _FIELD_WORD and wordlike(piece) for piece in pieces(value)
    )


def _random_letters(value: str) -> bool:
    if not value.isascii() or len(value) < 16 or (_NAME_OF_WORDS.match(value) and len(value) < 40):
        return False
    return not made_of_words(value) and entropy(value) >= 3.0
