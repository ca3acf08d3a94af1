"""A value as programs encode it: every byte becomes another, so the whole is searched for as it comes out."""

from __future__ import annotations

from binascii import b2a_base64

SHORTEST_ENCODED = 6
BASE64_LINES = (76, 64)  # where `base64` and MIME break their lines, and where OpenSSL does

_URL_ALPHABET = bytes.maketrans(b"+/", b"-_")


def encodings(data: bytes) -> set[bytes]:
    """`data` as hex and as base64 at each of its three alignments, and as programs wrap it."""
    digits = data.hex()
    found = {digits.encode(), digits.upper().encode()}
    for before, first in ((b"", 0), (b"\0", 2), (b"\0\0", 3)):
        # Only characters that hold nothing but bits of the value are stable, whatever stands before and behind it;
        # at the very end of the data one more character and the padding are stable too.
        text = b2a_base64(before + data, newline=False)
        stable = (len(before) + len(data)) * 8 // 6
        if stable - first >= SHORTEST_ENCODED:
            _with_both_alphabets(text[first:stable], found)
        if len(text) != stable and len(text) - first > SHORTEST_ENCODED:
            _with_both_alphabets(text[first : stable + 1], found)
            _with_both_alphabets(text[first:], found)
        if not before:
            for width in BASE64_LINES:
                if len(text) > width:
                    found.add(b"\n".join(text[start : start + width] for start in range(0, len(text), width)))
    return found


def _with_both_alphabets(text: bytes, found: set[bytes]) -> None:
    found.add(text)
    if b"+" in text or b"/" in text:
        found.add(text.translate(_URL_ALPHABET))
