"""Values from patterns, and files from templates with blanks: `«=…»` is a secret, `«~…»` is not, `«name»` is a word.

A pattern is literal text with parts in braces: `{a:20}` is twenty letters and digits, `{uuid}` a UUID. So no line of
the corpus holds anything that looks like a credential.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from tests.lint.labeled import ALNUM, BASE64, DIGITS, HEX, LETTERS, LOWER, UPPER, URLSAFE, LabeledFile, Maker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BASE62 = DIGITS + UPPER + LOWER
ALPHABETS = {
    "a": ALNUM,
    "b": BASE64,
    "d": DIGITS,
    "x": HEX,
    "X": HEX.upper(),
    "l": LOWER + DIGITS,
    "L": LOWER,
    "U": UPPER + DIGITS,
    "A": LETTERS,
    "u": URLSAFE,
    "t": UPPER + "234567",  # base 32: TOTP seeds, AWS key ids
    "f": BASE58,
    "q": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",  # bech32: age
    "s": ALNUM + "!@%*-_+=?",  # what a password generator puts in
}
PART = re.compile(r"\{([\w-]+)(?::(\d+))?\}")
BLANK = re.compile(r"«([=~]?)([^»]*)»")


def words_password(make: Maker) -> str:
    """What a person makes up: words, a year, a sign, some letters swapped."""
    nouns = ["Sommer", "tiger", "Kaffee", "rocket", "Hamster", "maple", "Schnee", "pirate", "Lisboa", "turnip", "Fjord"]
    more = ["horse", "Garten", "window", "Mond", "pepper", "River", "lampe", "disco", "Bravo", "cactus", "sugar"]
    first, second, number = make.choice(nouns), make.choice(more), make.text(DIGITS, 2)
    swapped = first.replace("e", "3").replace("o", "0").replace("a", "4")
    return make.choice(
        [f"{first}20{number}!", f"{swapped}{second}{number}", f"{first}-{second}-{number}", f"{first}{second}!{number}"]
    )


def generated_password(make: Maker) -> str:
    """What a password manager proposes, safe in a URL and in quotes."""
    return make.text(ALNUM + "-_", 14) + make.text(DIGITS, 1) + make.text(UPPER, 1)


def random_uuid(make: Maker) -> str:
    """Version 4, as `uuid4` and every vendor make it."""
    digits = [make.text(HEX, length) for length in (8, 4, 3, 3, 12)]
    return f"{digits[0]}-{digits[1]}-4{digits[2]}-{make.choice(list('89ab'))}{digits[3]}-{digits[4]}"


def web_token(make: Maker, **claims: object) -> str:
    head = {"alg": "HS256", "typ": "JWT"}
    body = {"sub": make.text(DIGITS, 10), "iat": 1690000000 + int(make.text(DIGITS, 6)), **claims}
    parts = [json.dumps(part, separators=(",", ":")).encode() for part in (head, body)]
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), make.text(URLSAFE, 43)])


def with_checksum(prefix: str, make: Maker) -> str:
    """GitHub's scheme, npm's too: thirty characters and six of their CRC32 in base 62."""
    body = make.text(ALNUM, 30)
    number, check = crc32(body.encode()), ""
    while number:
        number, digit = divmod(number, 62)
        check = BASE62[digit] + check
    return prefix + body + check.rjust(6, "0")


def wallet_key(make: Maker) -> str:
    """A Bitcoin key in wallet import format, double hash at its end."""
    payload = b"\x80" + bytes.fromhex(make.text(HEX, 64)) + b"\x01"
    number = int.from_bytes(payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4])
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = BASE58[digit] + text
    return text


def armored(label: str, start: str, count: int, make: Maker) -> str:
    """A block between BEGIN and END, the lines of the length that label has."""
    width = 70 if "OPENSSH" in label else 64
    body = start + make.text(BASE64, count * width - len(start) - 22) + "=="
    lines = [body[at : at + width] for at in range(0, len(body), width)]
    return "\n".join(["-----BEGIN " + label + "-----", *lines, "-----END " + label + "-----"])


PRIVATE = "PRIVATE KEY"
MADE: Mapping[str, Callable[[Maker], str]] = {
    "uuid": random_uuid,
    "words": words_password,
    "safe": generated_password,
    "jwt": web_token,
    "jwt-service": lambda make: web_token(make, iss="supabase", ref=make.text(LOWER, 20), role="service_role"),
    "jwt-home": lambda make: web_token(make, iss=make.text(HEX, 32), exp=2005000000),
    "ghp": lambda make: with_checksum("ghp_", make),
    "gho": lambda make: with_checksum("gho_", make),
    "ghs": lambda make: with_checksum("ghs_", make),
    "npm": lambda make: with_checksum("npm_", make),
    "wif": wallet_key,
    "snowflake": lambda make: base64.b64encode(("10" + make.text(DIGITS, 16)).encode()).decode().rstrip("="),
    "basic": lambda make: base64.b64encode(f"deploy:{generated_password(make)}".encode()).decode(),
    "b64words": lambda make: base64.b64encode(words_password(make).encode()).decode(),
    "b64hex": lambda make: base64.b64encode(make.text(HEX, 40).encode()).decode(),
    "fernet": lambda make: make.text(URLSAFE, 42) + make.choice(list("AEIMQUYcgkosw048")) + "=",
    "rsa": lambda make: armored("RSA " + PRIVATE, "MIIEpAIBAAKCAQEA", 12, make),
    "pkcs8": lambda make: armored(PRIVATE, "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj", 12, make),
    "ec": lambda make: armored("EC " + PRIVATE, "MHcCAQEEI", 3, make),
    "encrypted": lambda make: armored("ENCRYPTED " + PRIVATE, "MIIFLTBXBgkqhkiG9w0BBQ0w", 12, make),
    "openssh": lambda make: armored("OPENSSH " + PRIVATE, "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ", 5, make),
    "pgp": lambda make: armored("PGP " + PRIVATE + " BLOCK", "lQVYBGT", 9, make),
    "certificate": lambda make: armored("CERTIFICATE", "MIIDdzCCAl+gAwIBAgIE", 10, make),
    "public": lambda make: armored("PUBLIC KEY", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A", 5, make),
    "signature": lambda make: armored("PGP SIGNATURE", "iQIzBAABCgAdFiEE", 6, make),
    "pgp-public": lambda make: armored("PGP PUBLIC KEY BLOCK", "mQINBGN", 9, make),
}


def value(pattern: str, make: Maker) -> str:
    """The pattern with every part filled in."""

    def filled(part: re.Match[str]) -> str:
        name, length = part[1], part[2]
        return make.text(ALPHABETS[name], int(length)) if length else MADE[name](make)

    return PART.sub(filled, pattern)


class Page(NamedTuple):
    """A file to be: `text` is its template, less the newline it starts with."""

    kind: str
    path: str
    text: str
    encoding: str = "utf-8"

    def filled(self, words: Mapping[str, str] | None = None) -> LabeledFile:
        """The file. `/n` after a pattern writes newlines as in JSON; `/1` is a value's first half, `/2` the second."""
        path = BLANK.sub(lambda blank: (words or {})[blank[2]], self.path)
        make, template = Maker(f"third {self.kind} {path}"), self.text.removeprefix("\n")
        secret_lines, text, end, half = set(), "", 0, ""
        for blank in BLANK.finditer(template):
            text += template[end : blank.start()]
            end = blank.end()
            if not blank[1]:
                text += (words or {})[blank[2]]
                continue
            pattern, _, how = blank[2].partition("/") if blank[2][-2:] in {"/n", "/1", "/2"} else (blank[2], "", "")
            made = half if how == "2" else value((words or {}).get("pattern", "") if pattern == "V" else pattern, make)
            if how == "1":
                made, half = made[: len(made) // 2], made[len(made) // 2 :]
            if blank[1] == "=":
                secret_lines.add(text.count("\n") + 1)
            indent = re.search(r"(?:^|\n)([ \t]*)[^\n]*\Z", text)
            text += made.replace("\n", "\\n" if how == "n" else "\n" + (indent[1] if indent else ""))
        text += template[end:]
        return LabeledFile(path, text.encode(self.encoding), frozenset(secret_lines), self.kind)
