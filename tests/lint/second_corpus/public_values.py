"""Values that look like credentials and are none: hashes, identifiers, public keys and the examples vendors print."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from tests.lint.labeled import ALNUM, BASE64, DIGITS, HEX, LOWER, UPPER, URLSAFE, Maker
from tests.lint.second_corpus.secret_values import random_bytes, shape, urlsafe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def digest(length: int) -> Callable[[Maker], str]:
    """A hash in base 64, as `integrity` holds it."""
    return lambda maker: base64.b64encode(random_bytes(maker, length)).decode()


def image(header: bytes, length: int) -> Callable[[Maker], str]:
    return lambda maker: base64.b64encode(header + random_bytes(maker, length)).decode()


def armored(name: str, first: str, lines: int, *, newline: str = "\n") -> Callable[[Maker], str]:
    """A public block: a certificate, a public key."""

    def make(maker: Maker) -> str:
        rule = "-" * 5
        body = [first + maker.text(BASE64, 64 - len(first)), *(maker.text(BASE64, 64) for _ in range(lines - 1))]
        return newline.join(
            [f"{rule}BEGIN {name}{rule}", *body, maker.text(BASE64, 38) + "==", f"{rule}END {name}{rule}"]
        )

    return make


def print_mark(maker: Maker) -> str:
    """A fingerprint of a certificate."""
    text = maker.text(HEX, 64).upper()
    return ":".join(text[at : at + 2] for at in range(0, 64, 2))


def path_data(maker: Maker) -> str:
    """The outline of an icon."""
    return "M" + "".join(
        f"{maker.choice(['c', 'l', 'h', 'v', 's', 'a'])}{maker.text(DIGITS, 1)}.{maker.text(DIGITS, 3)}-"
        f".{maker.text(DIGITS, 3)} {maker.text(DIGITS, 2)}.{maker.text(DIGITS, 2)}"
        for _ in range(18)
    )


def example_web_token(_maker: Maker) -> str:
    """The one that jwt.io shows."""
    head = urlsafe(b'{"alg":"HS256","typ":"JWT"}')
    body = urlsafe(b'{"sub":"1234567890","name":"John Doe","iat":1516239022}')
    return ".".join([head, body, "SflKxwRJSMeKKF2QT4fwpM" + "eJf36POk6yJV_adQssw5c"])


def fixed(*parts: str) -> Callable[[Maker], str]:
    return lambda _maker: "".join(parts)


UUID_PARTS = ((HEX, 8), "-", (HEX, 4), "-4", (HEX, 3), "-b", (HEX, 3), "-", (HEX, 12))

PUBLIC: Mapping[str, Callable[[Maker], str]] = {
    "amazon-example-id": fixed("AKIA", "IOSFODNN7", "EXAMPLE"),
    "amazon-example-key": fixed("wJalrXUtnFEMI", "/K7MDENG/", "bPxRfiCY", "EXAMPLEKEY"),
    "aws-key-id": shape("AKIA", (UPPER + "234567", 16)),
    "azurite-key": fixed(
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsu", "Fq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
    ),
    "bech32-address": shape("bc1q", (CHARSET, 38)),
    "bitcoin-address": shape("1", (BASE58, 33)),
    "certificate": armored("CERTIFICATE", "MIIDdzCCAl+gAwIBAgIE", 17),
    "cid": shape("bafybei", (LOWER + "234567", 52)),
    "ethereum-address": shape("0x", (HEX, 40)),
    "fingerprint": print_mark,
    "font": image(b"wOF2\x00\x01\x00\x00", 420),
    "git-sha": shape((HEX, 40)),
    "git-short": shape((HEX, 7)),
    "go-sum": digest(32),
    "jpeg": image(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", 400),
    "jwt-example": example_web_token,
    "md5": shape((HEX, 32)),
    "minisign": shape("RW", (BASE64, 54)),
    "object-id": shape("65", (HEX, 22)),
    "path-data": path_data,
    "pdf-base64": image(b"%PDF-1.7\n", 300),
    "png": image(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x80", 500),
    "png-small": image(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10", 60),
    "posthog-project": shape("ph" + "c_", (ALNUM, 43)),
    "public-key": armored("PUBLIC KEY", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A", 5),
    "pgp-public": armored("PGP PUBLIC KEY BLOCK", "mQINBGX", 14),
    "recaptcha-site": shape("6Lc", (URLSAFE, 37)),
    "sha1": shape((HEX, 40)),
    "sha256": shape((HEX, 64)),
    "sha384-base64": digest(48),
    "sha512": shape((HEX, 128)),
    "sha512-base64": digest(64),
    "source-map": lambda maker: ",".join(maker.text("ACEGIKMOQSUWYaceg", 4) for _ in range(90)),
    "ssh-public": shape("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI", (BASE64, 43)),
    "ssh-rsa-public": shape("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ", (BASE64, 490), "=="),
    "stripe-example": fixed("sk_" + "test_", "4eC39HqLyjWD", "arjtT1zdp7dc"),
    "stripe-publishable": shape("pk_" + "live_51", (ALNUM, 97)),
    "supabase-publishable": shape("sb_" + "publishable_", (URLSAFE, 22), "_", (URLSAFE, 8)),
    "trace-id": shape("00-", (HEX, 32), "-", (HEX, 16), "-01"),
    "turnstile-site": shape("0x4AAAAAAA", (URLSAFE, 12)),
    "twilio-account": shape("AC", (HEX, 32)),
    "ulid": shape("01J", ("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 23)),
    "uuid": shape(*UUID_PARTS),
    "youtube-id": shape((URLSAFE, 11)),
}  # fmt: skip
