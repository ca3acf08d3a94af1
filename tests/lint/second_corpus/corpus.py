"""The corpus that judges the scanner: from what vendors publish and people commit, without sight of the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lint.second_corpus import secrets_in_code, secrets_in_text, shaped, traps_in_code, traps_in_text
from tests.lint.second_corpus.rendering import rendered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lint.labeled import LabeledFile


def labeled_files() -> Iterator[LabeledFile]:
    """Every file, the ones with credentials in `secret/`, the ones without in `plain/`."""
    for wanted in (*secrets_in_code.PAGES, *secrets_in_text.PAGES, *shaped.secret_pages()):
        yield rendered(wanted).moved("secret")
    for wanted in (*traps_in_code.PAGES, *traps_in_text.PAGES, *shaped.trap_pages()):
        yield rendered(wanted).moved("plain")
