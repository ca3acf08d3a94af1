"""Invented values: what looks like a credential is made when it is needed, so that no scanner trips over our source."""

from __future__ import annotations

import base64
import random
import re
import string

UPPER = string.ascii_uppercase
LOWER = string.ascii_lowercase
DIGITS = string.digits
LETTERS = UPPER + LOWER
ALNUM = LETTERS + DIGITS
HEX = "0123456789abcdef"
BASE64 = ALNUM + "+/"
URLSAFE = ALNUM + "-_"
_ALPHABETS = {
    "base62": ALNUM,
    "base64": BASE64,
    "url": URLSAFE,
    "hex": HEX,
    "base32": UPPER + "234567",
    "upper": UPPER + DIGITS,
    "lower": LOWER + DIGITS,
    "letters": LETTERS,
    "digits": DIGITS,
}
_BLANK = re.compile(r"\{(\w+)\*(\d+)\}")


class Maker:
    """Random text that is the same on every run and machine."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def text(self, alphabet: str, length: int) -> str:
        """`length` characters that never form a word or a run, as a generated key would not."""
        return "".join(self._random.choice(alphabet) for _ in range(length))

    def choice(self, options: list[str]) -> str:
        return self._random.choice(options)


def filled(template: str) -> str:
    """`{hex*32}` is 32 random characters of that alphabet, `{x*32}` 32 times an x; the same for the same template.

    `{basic*12}` is base64 of `ann:` and a password of twelve characters.
    """
    maker = Maker(template)

    def text(blank: re.Match[str]) -> str:
        length = int(blank[2])
        if blank[1] == "basic":
            return base64.b64encode(f"ann:{maker.text(ALNUM, length)}".encode()).decode()
        return maker.text(_ALPHABETS.get(blank[1], blank[1]), length)

    return _BLANK.sub(text, template)
