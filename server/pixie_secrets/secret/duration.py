"""How long a value may be used: `90d`, `12w`, `1y`."""

from __future__ import annotations

import re
from datetime import timedelta

PATTERN = r"[1-9][0-9]{0,3}[dwy]"
HINT = "write a number of days, weeks or years: 90d, 12w, 1y"
_DAYS = {"d": 1, "w": 7, "y": 365}


def is_duration(text: str) -> bool:
    """Whether `text` is one."""
    return bool(re.fullmatch(PATTERN, text))


def duration_of(text: str) -> timedelta:
    """What `text` says; a year has 365 days.

    Raises:
        ValueError: it is no duration.
    """
    if not is_duration(text):
        raise ValueError(HINT)
    return timedelta(days=int(text[:-1]) * _DAYS[text[-1]])


def in_words(text: str) -> str:
    """`90 days`, `1 year`."""
    unit = {"d": "day", "w": "week", "y": "year"}[text[-1]]
    return f"{text[:-1]} {unit}" + ("" if text[:-1] == "1" else "s")
