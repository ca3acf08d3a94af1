"""A manifest that was migrated says its version: the next migration need not guess it. Others stay as they are."""

from __future__ import annotations

from pixie_secrets.manifest.checks import CURRENT_VERSION
from pixie_secrets.migrations.document import Document, one_line

WHAT = "schema_version is written down"


def step(text: str) -> str:
    """`text` with its `schema_version`, before everything but `$schema`."""
    document = Document(text)
    names = document.steps(())
    if "schema_version" not in names:
        first = next((name for name in names if name != "$schema"), None)
        document.add_member((), "schema_version", one_line(CURRENT_VERSION), before=first)
    return document.edited()
