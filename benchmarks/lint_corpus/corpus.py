"""Some 490 files with secrets and 240 without, as they lie beside people's small tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.lint_corpus import (
    secrets_clouds,
    secrets_config,
    secrets_deploy,
    secrets_generic,
    secrets_languages,
    secrets_models,
    secrets_notes,
    secrets_python,
    secrets_python_more,
    secrets_services,
    secrets_shell,
    secrets_vendors,
    traps_code,
    traps_config,
    traps_hashes,
    traps_placeholders,
    traps_text,
    traps_tools,
)
from benchmarks.lint_corpus.rendering import Sheet, pages, rendered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.lint_corpus.labeled import LabeledFile

SECRET_SHEETS = (
    Sheet("py", secrets_python.SHEET),
    Sheet("more", secrets_python_more.SHEET),
    Sheet("model", secrets_models.SHEET),
    Sheet("cloud", secrets_clouds.SHEET),
    Sheet("service", secrets_services.SHEET),
    Sheet("vendor", secrets_vendors.SHEET),
    Sheet("generic", secrets_generic.SHEET),
    Sheet("config", secrets_config.SHEET),
    Sheet("deploy", secrets_deploy.SHEET),
    Sheet("shell", secrets_shell.SHEET),
    Sheet("lang", secrets_languages.SHEET),
    Sheet("notes", secrets_notes.SHEET),
)
TRAP_SHEETS = (
    Sheet("code", traps_code.SHEET),
    Sheet("settings", traps_config.SHEET),
    Sheet("hash", traps_hashes.SHEET),
    Sheet("blank", traps_placeholders.SHEET),
    Sheet("text", traps_text.SHEET),
    Sheet("tool", traps_tools.SHEET),
)


def labeled_files() -> Iterator[LabeledFile]:
    for sheet in (*SECRET_SHEETS, *TRAP_SHEETS):
        yield from map(rendered, pages(sheet))
