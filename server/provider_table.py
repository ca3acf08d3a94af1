"""The table of providers in docs/oauth.md, of `secret/providers.py`. Run by `generate.py`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pixie_secrets.oauth.registration import host
from pixie_secrets.secret.providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TABLE = re.compile(r"(<!-- made by server/generate.py from secret/providers.py -->\n).*?(<!-- end -->)", re.DOTALL)


def with_table(page: Path) -> str:
    """The page with the table as it should be."""
    table = "\n".join(
        ["| `provider` | sends you to | by code | by device | revokes | source |", "|" + "---|" * 6, *_rows()]
    )
    return _TABLE.sub(lambda found: f"{found[1]}{table}\n{found[2]}", page.read_text(encoding="utf-8"))


def _rows() -> Iterator[str]:
    for name, server in PROVIDERS.items():
        by_code = "yes, one fixed port" if server.exact_redirect else "yes"
        cells = (
            f"`{name}`",
            host(server.authorize_url or ""),
            by_code,
            _yes(server.device_url),
            _yes(server.revoke_url),
        )
        yield f"| {' | '.join(cells)} | [{server.title}]({server.source}) |"


def _yes(address: str | None) -> str:
    return "yes" if address else ""
