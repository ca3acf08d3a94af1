"""Makes every file that is made of others, or with `--check` says which of them no longer fit.

    python server/generate.py [--check]

tool.schema.json               of the models of tool.json, for editors
manifest/essentials.json       of the same, for the quick reader
lint/rules.json, codes.json    of the TOML beside them, which takes forty times as long to read
docs/lint-rules.md             of rules.toml, for people
docs/probe.md                  its table of services, of services.toml
docs/oauth.md                  its table of providers, of secret/providers.py
README.md, docs/clients.md,    their table of what tests saw of each coding agent
docs/leaks.md
docs/exit-statuses.md, environment.md, json.md, json-schemas.json
                               of the commands and their results, for people who build on them
docs/architecture.svg          of the imports of the code
mcp_server/answers.json        of the real server: what it says before it is asked to do anything
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import architecture_picture
import client_table
import provider_table
import recording
import reference_pages
import service_table
from pixie_secrets.lint import generated
from pixie_secrets.manifest import essentials_table, schema

if TYPE_CHECKING:
    from collections.abc import Callable

SERVER = Path(__file__).resolve().parent  # a script's folder is the first place where its imports are looked for
PACKAGE = SERVER / "pixie_secrets"


FILES: dict[Path, Callable[[], str]] = {
    SERVER.parent / "tool.schema.json": schema.text,
    PACKAGE / "manifest/essentials.json": essentials_table.text,
    PACKAGE / "lint/rules.json": lambda: generated.table("rules"),
    PACKAGE / "lint/codes.json": lambda: generated.table("codes"),
    SERVER.parent / "docs/lint-rules.md": generated.page,
    SERVER.parent / "README.md": lambda: client_table.with_table(SERVER.parent / "README.md"),
    SERVER.parent / "docs/clients.md": lambda: client_table.with_table(SERVER.parent / "docs/clients.md"),
    SERVER.parent / "docs/leaks.md": lambda: client_table.with_table(SERVER.parent / "docs/leaks.md"),
    SERVER.parent / "docs/probe.md": lambda: service_table.with_table(SERVER.parent / "docs/probe.md"),
    SERVER.parent / "docs/oauth.md": lambda: provider_table.with_table(SERVER.parent / "docs/oauth.md"),
    SERVER.parent / "docs/architecture.svg": architecture_picture.svg,
    SERVER.parent / "docs/exit-statuses.md": reference_pages.exit_statuses,
    SERVER.parent / "docs/environment.md": reference_pages.environment_variables,
    SERVER.parent / "docs/json.md": reference_pages.json_documents,
    SERVER.parent / "docs/json-schemas.json": reference_pages.schema_file,
    PACKAGE / "mcp_server/answers.json": lambda: recording.text(recording.recorded()),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; status 1 when a file does not fit")
    check = parser.parse_args().check
    stale = [path for path, made in FILES.items() if not _write(path, made(), check=check)]
    for path in stale:
        sys.stderr.write(f"{path.relative_to(SERVER.parent)} does not fit: run python server/generate.py\n")
    return 1 if stale else 0


def _write(path: Path, text: str, *, check: bool) -> bool:
    """Write what is to be written; whether the file has it now."""
    if check:
        return path.is_file() and path.read_text(encoding="utf-8") == text
    path.write_text(text, encoding="utf-8")
    return True


if __name__ == "__main__":
    sys.exit(main())
