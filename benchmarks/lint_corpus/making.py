"""How values are made: drawn, with a checksum, or as a person would think one up."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from json import dumps
from zlib import crc32

from tests.lint.invented import ALNUM, BASE64, DIGITS, HEX, LOWER, UPPER, URLSAFE, Maker

Make = Callable[[Maker], str]
BASE62 = DIGITS + UPPER + LOWER
BASE32 = UPPER + "234567"
SYMBOLS = "!#%&*+-=?_"
WORDS = ["Tulpe", "Marmot", "kestrel", "Pfeffer", "Velours", "Cobalto", "hazel", "Girafe", "Quartz", "lagoon", "Zimt"]
WORDS += ["Bramble", "toucan", "Noisette", "Walrus", "papaya", "Ferrari", "Sommer", "meadow", "Limao", "otter"]
HEX8, HEX16, HEX32, HEX40, HEX64 = ((HEX, length) for length in (8, 16, 32, 40, 64))


def drawn(*parts: str | tuple[str, int]) -> Make:
    """Fixed text as it is, and (alphabet, length) drawn."""
    return lambda maker: "".join(part if isinstance(part, str) else maker.text(*part) for part in parts)


def checked(prefix: str) -> Make:
    """As GitHub and npm do: thirty characters and their CRC in six."""

    def make(maker: Maker) -> str:
        body = maker.text(ALNUM, 30)
        number, check = crc32(body.encode()), ""
        for _ in range(6):
            number, digit = divmod(number, 62)
            check = BASE62[digit] + check
        return prefix + body + check

    return make


def uuid(maker: Maker) -> str:
    parts = [maker.text(HEX, length) for length in (8, 4, 3, 3, 12)]
    return f"{parts[0]}-{parts[1]}-4{parts[2]}-{maker.choice(list('89ab'))}{parts[3]}-{parts[4]}"


def url64(content: dict[str, object]) -> str:
    return urlsafe_b64encode(dumps(content, separators=(",", ":")).encode()).decode().rstrip("=")


def jwt(maker: Maker) -> str:
    claims: dict[str, object] = {
        "sub": maker.text(HEX, 24),
        "role": "service_role",
        "iat": 1714000000,
        "exp": 2029576000,
    }
    return ".".join((url64({"alg": "HS256", "typ": "JWT"}), url64(claims), maker.text(URLSAFE, 43)))


def password(maker: Maker) -> str:
    """As a person makes one up: a word, figures, a sign, a word."""
    return maker.choice(WORDS) + maker.text("23456789", 2) + maker.choice(list("!#*_-")) + maker.choice(WORDS)


def passphrase(maker: Maker) -> str:
    return "-".join(maker.choice(WORDS).lower() for _ in range(4)) + maker.text("23456789", 2)


def basic(maker: Maker) -> str:
    return b64encode(f"reports:{password(maker)}".encode()).decode()


def pem(label: str, first: str, lines: int) -> Make:
    def make(maker: Maker) -> str:
        body = [first + maker.text(BASE64, 64 - len(first)), *(maker.text(BASE64, 64) for _ in range(lines - 1))]
        return "\n".join((f"-----BEGIN {label}-----", *body, maker.text(BASE64, 42) + "==", f"-----END {label}-----"))

    return make


def aws_session(maker: Maker) -> str:
    return "IQoJb3JpZ2luX2Vj" + maker.text(BASE64, 380) + "=="
