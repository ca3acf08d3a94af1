"""The two data files of lint, `rules.toml` and `codes.toml`, as they are read at run time: from JSON made of them.

TOML is what people edit and comment; parsing it takes forty times as long as JSON, at every start of a commit hook.
After a change: `python server/generate.py`; `./check` holds the two together.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent  # importlib.resources would cost more than the rest of this file


def read(name: str) -> dict[str, Any]:
    """The tables of `rules` or `codes`."""
    tables: dict[str, Any] = json.loads((_HERE / f"{name}.json").read_text(encoding="utf-8"))
    return tables
