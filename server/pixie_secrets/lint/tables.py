"""The two data files of lint, `rules.toml` and `codes.toml`, as they are read at run time: from JSON made of them.

TOML is what people edit and comment; parsing it takes forty times as long as JSON, at every start of a commit hook.
After a change: `python -m pixie_secrets.lint.tables`; a test holds the two together.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent  # importlib.resources would cost more than the rest of this file
NAMES = ("rules", "codes")


def read(name: str) -> dict[str, Any]:
    """The tables of `rules` or `codes`."""
    tables: dict[str, Any] = json.loads((_HERE / f"{name}.json").read_text(encoding="utf-8"))
    return tables


def made(name: str) -> str:
    """What the JSON file has to say, from the TOML beside it."""
    import tomllib  # noqa: PLC0415  not at run time

    return json.dumps(tomllib.loads((_HERE / f"{name}.toml").read_text(encoding="utf-8")), indent=1) + "\n"


if __name__ == "__main__":
    for each in NAMES:
        (_HERE / f"{each}.json").write_text(made(each), encoding="utf-8")
