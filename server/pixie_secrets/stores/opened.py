"""Sealed files as they were opened last: one is decrypted once, not again at each question about the same bytes.

What opens one here is known from then on, every value in it wherever it stands, and so is the key that opened it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.sealed.sealed_file import open_sealed
from pixie_secrets.stores.learn import learn_sealed

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.sealed.sealed_file import SealedFile

_opened: dict[Path, tuple[bytes, SealedFile]] = {}


def opened(path: Path, data: bytes, *, tool: str, is_app: bool = False) -> SealedFile:
    """The file at `path`, whose bytes are `data`, its values known. is_app: plain settings among them are not.

    Raises:
        FileRefused: it does not open; which class of `sealed.refusals` it is says why.
    """
    before = _opened.get(path)
    if before and before[0] == data:
        return before[1]
    found = open_sealed(data, str(path))
    learn_sealed(found, tool=tool, is_app=is_app)
    _opened[path] = data, found
    return found
