"""Puts the index of known values on every way out of this process. (First: logging.)"""

from __future__ import annotations

import logging

from pixie_secrets.known_values import KNOWN

_installed = False


def install() -> None:
    """Mask whatever logging formats from now on. Calling it again changes nothing."""
    global _installed  # noqa: PLW0603  once a process
    if _installed:
        return
    _installed = True
    plain = logging.Handler.format

    def masked(self: logging.Handler, record: logging.LogRecord) -> str:
        return KNOWN.mask(plain(self, record))

    logging.Handler.format = masked  # type: ignore[method-assign]  # the one place all text handlers pass
