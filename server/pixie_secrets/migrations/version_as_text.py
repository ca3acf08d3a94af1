"""`schema_version` was written as a number by some, or as `v1`; it is the text `1.0`."""

from __future__ import annotations

from pixie_secrets.manifest.checks import CURRENT_VERSION
from pixie_secrets.migrations.document import Document, one_line

WHAT = f'schema_version is the text "{CURRENT_VERSION}"'
OLDER_TEXTS = ("1", "v1", "v1.0")


def step(text: str) -> str:
    """`text` with the version as today's readers want it."""
    document = Document(text)
    if is_older_spelling(document.value(("schema_version",))):
        document.replace(("schema_version",), one_line(CURRENT_VERSION))
    return document.edited()


def is_older_spelling(version: object) -> bool:
    if isinstance(version, str):
        return version in OLDER_TEXTS
    return isinstance(version, int | float) and not isinstance(version, bool) and version == 1
