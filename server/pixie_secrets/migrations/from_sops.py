"""Reads what sops encrypted with age: its JSON, and its dotenv format, which is the same laid flat.

The keys are this person's, looked for as for a sealed tool (`sealed.identities`).
"""

from __future__ import annotations

import json
import re
from typing import Any

from pixie_secrets.migrations.encrypted import NotOpened
from pixie_secrets.sealed.document import METADATA
from pixie_secrets.sealed.sealed_file import open_sealed

_LINE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_ENTRY = re.compile(r"sops_(\w+?)__list_(\d+)__map_(\w+)")


def values_of(text: str, where: str) -> dict[str, str]:
    """The values on top, decrypted, without what stands beside them for a sealed tool.

    Raises:
        NotOpened: it is in YAML or another format than those two, or has comments, which sops encrypts as well.
        PixieError: as `sealed.sealed_file.open_sealed`: no key, the wrong one, damaged, tampered.
    """
    if text.lstrip().startswith("{"):
        return open_sealed(text.encode(), where).values
    if not re.search(r"^sops_mac=", text, re.MULTILINE):
        raise NotOpened(f"{where} is sops' YAML, which is not read here", "have sops write it as JSON or dotenv first")
    return open_sealed(_as_json(text, where), where).values


def _as_json(text: str, where: str) -> bytes:
    document: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    lists: dict[str, dict[int, dict[str, str]]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise NotOpened(
                f"line {number} of {where} is no NAME=value", "comments are not read here; remove them with sops"
            )
        name, value = found[1], found[2].replace("\\n", "\n")
        entry = _ENTRY.fullmatch(name)
        if entry:
            lists.setdefault(entry[1], {}).setdefault(int(entry[2]), {})[entry[3]] = value
        elif name.startswith("sops_"):
            metadata[name.removeprefix("sops_")] = {"true": True, "false": False}.get(value, value)
        else:
            document[name] = value
    metadata |= {name: [entries[at] for at in sorted(entries)] for name, entries in lists.items()}
    return json.dumps(document | {METADATA: metadata}).encode()
