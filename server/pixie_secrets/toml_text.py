"""TOML that somebody else wrote: whatever it says, reading it ends soon and with a ValueError at worst.

`tomllib` takes time by the square of a dotted key's length, answers nesting with a RecursionError, and says in its
messages what stands there.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

_KEY = rb"""(?:"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*+'|[\w-]++)[ \t]*+"""
_DEEP = re.compile(rb"(?:^|[\[{,])[ \t]*+(?:" + _KEY + rb"\.[ \t]*+){64}", re.MULTILINE)


def parsed(data: bytes) -> dict[str, Any]:
    """What it says.

    Raises:
        ValueError: it is no TOML, no UTF-8, or nothing that a person would write. The message says nothing of it.
    """
    if _DEEP.search(data):
        raise ValueError("a key of too many parts")
    try:
        return tomllib.loads(data.decode())
    except RecursionError:
        raise ValueError("nested too deep") from None
    except ValueError:
        raise ValueError("no TOML") from None
