"""Whether a line of a `.env` is a plain setting: nobody could keep it secret, and masking it would spoil everything.

`DEBUG=true`, `PORT=3000`, `APP_NAME=shop`, `API_URL=https://api.example.com` stand beside the secrets of most apps.
Both have to say so: the name nothing of a secret, and the value that it is an everyday word, a number, a place.
"""

from __future__ import annotations

import re

from pixie_secrets.patterns import pattern
from pixie_secrets.secret.names import kind_of, may_say_secret

_WORD = r"(?:[a-z]{1,16}|[A-Z][a-z]{1,15}|[A-Z]{1,12})"  # not of mixed case, as random letters are
_NUMBER = r"\d{1,6}|\d{1,3}(?:\.\d{1,3}){1,3}|\d{1,4}(?:\.\d{1,4})?[a-z]{1,3}"
_PLAIN = pattern(rf"{_NUMBER}|{_WORD}(?:[-_. ]{_WORD}){{0,4}}(?:[-_.]?\d{{1,4}}[a-z]{{0,2}})?(?:[-_.]\d{{1,3}}){{0,2}}")
_LABEL = r"[a-z][a-z-]{0,24}\d{0,4}"
_HOST = rf"(?:localhost|\d{{1,3}}(?:\.\d{{1,3}}){{3}}|{_LABEL}(?:\.{_LABEL}){{0,4}})"
_ADDRESS = pattern(
    rf"(?:[a-z][a-z0-9+.-]{{1,15}}://){_HOST}(?::\d{{1,5}})?(?:/[a-z_-]{{0,20}}\d{{0,3}}){{0,4}}"
    rf"|(?:localhost|{_LABEL}(?:\.{_LABEL}){{1,4}})(?::\d{{1,5}})?"
)
_SAYS_MORE = pattern(r"webhook|dsn|conn", re.IGNORECASE)


def is_setting(key: str, value: str) -> bool:
    """Whether `key` with that value is a plain setting; with an empty value, which says nothing, it is none."""
    if not value or kind_of(key) is not None or may_say_secret(key) or _SAYS_MORE.search(key):
        return False
    return _PLAIN.fullmatch(value) is not None or _ADDRESS.fullmatch(value) is not None
