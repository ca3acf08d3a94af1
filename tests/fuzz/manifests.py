"""`tool.json` as list-secrets, lint-tool and migrate-tool-format meet it: odd, of older formats, damaged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.fuzz.kind import VALUE, Broken, Kind, changed, damaged, project, text
from tests.known_index import forget_known_values

from pixie_secrets.errors import PixieError
from pixie_secrets.known_values import KNOWN
from pixie_secrets.known_values.json_documents import masked_result
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.lint_tool import LintToolRequest, lint_tool
from pixie_secrets.operations.list_secrets import ListSecretsRequest, list_secrets
from pixie_secrets.operations.migrate_tool_format import MigrateToolFormatRequest, migrate_tool_format
from pixie_secrets.stores.learn import learn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

WHOLE: dict[str, Any] = {
    "id": "t",
    "name": "Try",
    "description": f"What it does, with {VALUE}",
    "inputs": [
        {"key": "text", "label": "Text", "type": "text", "max_length": 10},
        {"key": "how", "label": "How", "type": "select", "options": [{"value": "x", "label": "X"}]},
        {"key": "n", "label": "N", "type": "number", "min": 0, "max": 10, "show_if": {"key": "how", "equals": "x"}},
    ],
    "outputs": [
        {"key": "out", "label": "Out", "type": "table", "columns": [{"key": "a", "label": "A", "type": "text"}]}
    ],
    "secrets": [
        {"key": "K", "description": "what it is for", "required": True},
        {"key": "URL", "type": "url", "pattern": "^https://", "example": "https://x.test", "metadata": {"a": 1}},
    ],
    "schema_version": "1.2",
    "max_runtime_seconds": 60,
    "tags": ["a"],
}
OLDER: dict[str, Any] = {
    "id": "t",
    "name": "Try",
    "inputs": [],
    "outputs": [],
    "secrets": [{"key": "K", "label": f"such as {VALUE}"}, {"key": "L", "label": "x", "description": "y"}],
    "schema_version": 1,
}


class Manifests(Kind):
    def __init__(self, folder: Path) -> None:
        self._root = project(folder / "proj")
        self._file = self._root / "tools/t/tool.json"
        self._file.parent.mkdir()
        (self._file.parent / ".env").write_text(f"K={VALUE}\n")
        (self._file.parent / "main.py").write_text(f'import os\nos.environ["K"]\nKEY = "{VALUE}"\n')

    def attempt(self, random: Random) -> str:
        forget_known_values()  # what one input made known must not make the next slow
        KNOWN.add(VALUE, key="K", tool="t")
        document = changed(random, random.choice([WHOLE, OLDER]), random.choice([0.02, 0.05, 0.2]))
        if random.random() < 0.003 and isinstance(document, dict):
            document["secrets"] = [{"key": f"K{number}"} for number in range(random.choice([500, 4000]))]
        written = json.dumps(document, indent=random.choice([None, 2, "\t"]), ensure_ascii=random.random() < 0.5)
        data = written.encode("utf-8", "surrogatepass")
        if random.random() < 0.3:
            data = damaged(random, data)
        if random.random() < 0.02:
            data = random.choice(
                [b"[", b'{"a":', b'{"secrets":[', b"\xff", b" ", text(random).encode(errors="replace")]
            )
            data *= random.choice([1, 1000, 5000])
        self._file.write_bytes(data)
        project = Project(self._root)
        learn(project)
        context = Context(project)
        asked = ListSecretsRequest(
            tool_id=random.choice([None, "t", document.get("id", "t")]) if _is_text(document) else None
        )
        said = [
            _said(list_secrets, context, asked),
            _said(lint_tool, context, LintToolRequest(tool_ids=("t",))),
            _said(migrate_tool_format, context, MigrateToolFormatRequest(dry_run=True)),
        ]
        if self._file.read_bytes() != data:
            raise Broken("nothing was to be changed, and the file is another")
        said.append(_said(migrate_tool_format, context, MigrateToolFormatRequest()))
        if '"refused"' in said[-1] and self._file.read_bytes() != data and '"migrated"' not in said[-1]:
            raise Broken("refused, and the file is another")
        return "\n".join(said)


def _is_text(document: Any) -> bool:
    return isinstance(document, dict) and isinstance(document.get("id", "t"), str)


def _said(operation: Callable[[Context, Any], Any], context: Context, request: Any) -> str:
    """What a surface would show of it."""
    try:
        return json.dumps(masked_result(operation(context, request)))
    except PixieError as refused:
        return KNOWN.mask(refused.message + refused.hint)
